import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval compare")
struct CompareCommandTests {
  private static let a = TrainingFolder.checkpoint("from-scratch", 12)
  private static let b = TrainingFolder.checkpoint("continual", 12)
  private static let fixtures = Locations.fixtures.path + "/lm-eval-results"

  private static func compare(_ arguments: String...) throws -> BuiltBinary.Outcome {
    try TrainingFolder.finished.get().cpteval(["compare"] + arguments)
  }

  @Test("The status is 3 where B is worse beyond the margin, and 0 everywhere else")
  func status() throws {
    let worse = try Self.compare(Self.a, Self.b)
    #expect(worse.status == 3 && worse.output.contains("Verdict: B is worse than A."))
    let better = try Self.compare(TrainingFolder.checkpoint("from-scratch", 4), Self.a)
    #expect(better.status == 0 && better.output.contains("better: english, german."))
    let same = try Self.compare(Self.a, Self.a)
    #expect(same.status == 0 && same.output.contains("Verdict: B matches A."))
    // Worse, and inside the margin.
    let wide = try Self.compare(Self.a, Self.b, "--margin", "0.9", "--loss-margin", "9")
    #expect(wide.status == 0 && wide.output.contains("Verdict: B matches A."), "\(wide.output)")
    #expect(wide.output.contains("within 0.9 of accuracy and 9"), "\(wide.output)")
  }

  @Test("Results of lm-eval are compared, with the documents on which they differ")
  func harness() throws {
    let (a, b) = ("\(Self.fixtures)/tiny-neox", "\(Self.fixtures)/tiny-neox-sequential")
    let outcome = try Self.compare(
      a, b, "--items", "--tasks", "arc_mini,piqa_mini", "--format", "json")
    let record = try JSONValue(parsing: outcome.output)
    let rows = record["rows"]?.arrayValue ?? []
    #expect(Set(rows.compactMap { $0["name"]?.stringValue }) == ["arc_mini", "piqa_mini"])
    let items = record["items"]?.arrayValue ?? []
    for row in rows where row["deciding"] == true {
      let found = items.filter { $0["task"] == row["name"] }
      let count = ["only_reference_right", "only_candidate_right"]
        .compactMap { row[$0]?.integerValue }.reduce(0, +)
      #expect(found.count == count && count > 0)
    }
    let table = try Self.compare(a, b, "--items", "--tasks", "arc_mini")
    #expect(table.output.contains("document"), "\(table.output)")
  }

  @Test("Tasks that are asked for are compared alone, by the metric that is asked for")
  func selection() throws {
    let outcome = try Self.compare(
      Self.a, Self.b, "--tasks", "arc_mini", "--metric", "acc", "--format", "json")
    let rows = try #require(JSONValue(parsing: outcome.output)["rows"]?.arrayValue)
    #expect(rows.allSatisfy { $0["name"] == "arc_mini" && $0["kind"] == "task" })
    #expect(
      rows.filter { $0["deciding"] == true }.compactMap { $0["metric"]?.stringValue } == ["acc"])
  }

  @Test("Every format is what it is called")
  func formats() throws {
    let json = try Self.compare(Self.a, Self.b, "--format", "json")
    let rows = try #require(JSONValue(parsing: json.output)["rows"]?.arrayValue)
    let csv = try Self.compare(Self.a, Self.b, "--format", "csv")
    let lines = csv.output.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(lines.count == rows.count + 1)
    #expect(Set(lines.map(\.count)).count == 1, "as many fields in each line")
    let place = try #require(lines[0].firstIndex(of: "difference"))
    for (line, row) in zip(lines.dropFirst(), rows) {
      #expect(Double(line[place]) == row["difference"]?.doubleValue)
    }
    let markdown = try Self.compare(Self.a, Self.b, "--format", "markdown")
    let bars = markdown.output.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(bars.count > rows.count && markdown.output.contains("arc\\_mini"))
    for outcome in [json, csv, markdown] { #expect(outcome.status == 3, "\(outcome.errors)") }
  }

  @Test(
    "What cannot be compared ends with 2 and the reason",
    arguments: [
      ([a, b, "--margin", "0"], "--margin must lie between 0 and 1"),
      ([a, b, "--margin", "1"], "--margin must lie between 0 and 1"),
      ([a, b, "--margin", "nan"], "--margin must lie between 0 and 1"),
      ([a, b, "--margin=-0.01"], "--margin must lie between 0 and 1"),
      ([a, b, "--margin", "few"], "--margin"),
      ([a, b, "--loss-margin", "0"], "--loss-margin must be above 0"),
      ([a, b, "--loss-margin", "inf"], "--loss-margin must be above 0"),
      ([a, b, "--tasks", ","], "--tasks names no task"),
      ([a, b, "--tasks", "hellaswag"], "hellaswag: not both have results of it"),
      ([a, b, "--metric", "acc_nrm"], "they have acc, acc_norm"),
      ([a, b, "--items", "--format", "csv"], "--items goes with --format table or json"),
      ([a, "nowhere"], "nowhere: no such file or folder"),
      ([a, "plan.yaml"], "plan.yaml: no results here"),
      ([a, "out/two"], "out/two: no results here"),
      ([a, Locations.fixtures.path + "/checkpoints/tiny-neox"], "has no results yet"),
      ([a, fixtures], "holds results of several models"),
      ([a, "\(fixtures)/tiny-neox", "--tasks", "arc_mini"], "arc_mini: A lacks 48"),
      ([a, "\(fixtures)/tiny-neox-0.4.9.1"], "neither a task nor a validation set in common"),
      ([a], "Missing expected argument"),
    ])
  func refuses(_ arguments: [String], _ words: String) throws {
    let outcome = try TrainingFolder.finished.get().cpteval(["compare"] + arguments)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test("Samples that were changed since are found out")
  func changedSamples() throws {
    let folder = try TrainingFolder.finishedCopy()
    let beside = TrainingFolder.evaluation("continual", 12)
    let name = try #require(try folder.names(beside).first { $0.hasPrefix("samples_arc_mini") })
    let text = try folder.text("\(beside)/\(name)")
    try folder.write(
      "\(beside)/\(name)",
      text.replacingOccurrences(of: "\"acc_norm\": 0.0", with: "\"acc_norm\": 1.0"))
    let outcome = try folder.cpteval(["compare", Self.a, Self.b])
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains("were changed since"), "\(outcome.errors)")
  }

  @Test("A reader that stops early changes neither status nor files")
  func closedPipe() throws {
    let folder = try TrainingFolder.finishedCopy()
    for (line, status) in [
      ("compare \(Self.a) \(Self.a)", 0), ("compare \(Self.a) \(Self.b) --format json", 3),
      ("report out/two", 0),
    ] {
      for reader in ["head -1", "true"] {
        let outcome = try folder.shell("cpteval \(line) | \(reader); exit ${PIPESTATUS[0]}")
        #expect(outcome.status == Int32(status), "\(line): \(outcome.errors)")
      }
    }
  }
}
