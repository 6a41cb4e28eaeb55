import Comparison
import Records
import Testing

@Suite("Comparisons without some documents")
struct ExclusionTests {
  private func compare(
    _ a: [Double], _ b: [Double], without documents: [Int: String?]
  ) throws -> ComparisonRecord {
    var options = ComparisonOptions()
    options.excluded = ExcludedDocuments()
    options.excluded?.tasks["one"] = documents
    return try ModelComparison.compare(
      reference: ModelResults(TaskAnswers("one", "acc", a)).scored(),
      candidate: ModelResults(TaskAnswers("one", "acc", b)).scored(), options: options)
  }

  @Test("A row over the other documents stands under the task's, and decides nothing")
  func addsRow() throws {
    let a = [1.0, 0, 1, 0, 1, 1], b = [0.0, 1, 1, 0, 1, 0]
    let record = try compare(a, b, without: [0: nil, 5: nil, 77: nil])
    let plain = try compare(a, b, without: [:])
    #expect(plain.rows.count == 1 && record.rows[0] == plain.rows[0])
    #expect(record.verdict == plain.verdict && record.reasons == plain.reasons)
    #expect(plain.notes == ["The list of contaminated documents has none of one."])
    #expect(record.notes.isEmpty)
    let row = try #require(record.rows.dropFirst().first)
    #expect(record.rows.count == 2 && row.name == "one, without 2 contaminated")
    #expect(!row.isDeciding && row.count == 4)
    #expect(row.leftOut == 2 && record.rows[0].leftOut == nil)
    #expect(row.reference.value == 0.5 && row.candidate.value == 0.75)
    #expect(row.difference == 0.25)
  }

  @Test("Another document than the list's is refused; where none is left a note says so")
  func refuses() throws {
    let other = try #require(throws: ComparisonError.self) {
      try compare([1, 0], [1, 1], without: [1: "0000"])
    }
    #expect(other.description.contains("document 1 is not the one"))
    let record = try compare([1, 0], [1, 1], without: [0: nil, 1: nil])
    #expect(record.rows.count == 1)
    #expect(record.notes.contains { $0.contains("every document is in the list") })
  }
}
