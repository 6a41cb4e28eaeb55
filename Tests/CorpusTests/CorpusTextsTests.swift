import Files
import Foundation
import TestSupport
import Testing

@testable import Corpus

@Suite("Texts shared among threads")
struct CorpusTextsTests {
  private func makeFiles(_ contents: [(name: String, text: String)]) throws -> [String] {
    let folder = try Locations.makeTemporaryFolder()
    return try contents.map { name, text in
      let url = folder.appendingPathComponent(name)
      try Data(text.utf8).write(to: url)
      return url.path
    }
  }

  private func seen(_ files: [String], threads: Int) throws -> [String] {
    let workers = try CorpusTexts(files: files).forEach(
      threads: threads, makeWorker: { [String]() }
    ) { list, document in list.append("\(document.file):\(document.line) \(document.text)") }
    #expect(workers.count == threads)
    return workers.flatMap { $0 }.sorted()
  }

  @Test("Every document comes once, with file and line", arguments: [1, 2, 5])
  func readsEach(threads: Int) throws {
    let long = String(repeating: "x", count: 300_000)
    let lines = (0..<9).map { "{\"text\": \"\($0)\(long)\"}\n" }.joined()
    let files = try makeFiles([
      ("a.jsonl", "{\"text\": \"one\"}\n\n{\"text\": \"\"}\n"), ("b.txt", "\u{FEFF}two\nlines"),
      ("c.jsonl", lines),
    ])
    let expected =
      ["0:1 one", "0:3 ", "1:1 two\nlines"] + (0..<9).map { "2:\($0 + 1) \($0)\(long)" }
    #expect(try seen(files, threads: threads) == expected.sorted())
  }

  @Test("Of several broken documents the first is reported", arguments: [1, 4])
  func reportsFirst(threads: Int) throws {
    let long = String(repeating: "x", count: 300_000)
    var lines = (0..<20).map { "{\"text\": \"\($0)\(long)\"}\n" }
    lines[7] = "{\"other\": \"\(long)\"}\n"
    lines[8] = "{\"text\": 5, \"other\": \"\(long)\"}\n"
    lines[9] = "broken\n"
    let files = try makeFiles([("a.jsonl", lines.joined())])
    let error = try #require(throws: CorpusError.self) { try seen(files, threads: threads) }
    #expect(error == .missingField(path: files[0], line: 8, field: "text", present: ["other"]))
  }

  @Test("Missing files and unknown kinds are known before anything is read")
  func refusesFiles() throws {
    let files = try makeFiles([("a.pdf", "x")])
    #expect(throws: CorpusError.unknownFormat(path: files[0])) { try CorpusTexts(files: files) }
    #expect(throws: CorpusError.file(.notFound(path: "/nowhere/a.txt"))) {
      try CorpusTexts(files: ["/nowhere/a.txt"])
    }
  }

  @Test("Reading stops when asked to")
  func stops() throws {
    let files = try makeFiles([("a.txt", "x")])
    #expect(throws: CorpusError.cancelled) {
      _ = try CorpusTexts(files: files).forEach(
        threads: 2, isCancelled: { true }, makeWorker: { 0 }
      ) { _, _ in }
    }
  }
}
