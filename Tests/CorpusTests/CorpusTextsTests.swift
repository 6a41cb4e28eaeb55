import Documents
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
    ) { list, document in list.append("\(document.file) \(document.place): \(document.text)") }
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
      ["0 line 1: one", "0 line 3: ", "1 line 1: two\nlines"]
      + (0..<9).map { "2 line \($0 + 1): \($0)\(long)" }
    #expect(try seen(files, threads: threads) == expected.sorted())
  }

  @Test("Pages, articles and records of archives come with their texts and places")
  func readsMarkup() throws {
    let wet = "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n"
    func record(_ text: String) -> String {
      wet + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)\r\n\r\n"
    }
    let first = record("one\nrecord")
    let files = try makeFiles([
      ("a.html", "<html><body><nav>x</nav><main><p>A page.</p></main></body></html>"),
      ("b.wet", first + record("two")),
      (
        "c.xml",
        "<mediawiki><page><title>T</title><ns>0</ns><revision><text>An \'\'article\'\'."
          + "</text></revision></page></mediawiki>"
      ),
    ])
    let workers = try CorpusTexts(files: files).forEach(
      threads: 1, makeWorker: { [CorpusTexts.Document]() }
    ) { list, document in list.append(document) }
    let documents = try #require(workers.first)
    #expect(documents.map(\.file) == [0, 1, 1, 2])
    #expect(
      documents.map(\.place) == [.line(1), .byte(0), .byte(first.utf8.count), .page(1)])
    #expect(documents.allSatisfy { !$0.isTextFile })
    #expect(
      documents.map { $0.text.trimmingCharacters(in: .newlines) }
        == ["A page.", "one\nrecord", "two", "An article."])
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
    #expect(
      error
        == .document(.missingField(path: files[0], line: 8, field: "text", present: ["other"])))
  }

  @Test("Missing files and unknown kinds are known before anything is read")
  func refusesFiles() throws {
    let files = try makeFiles([("a.pdf", "x")])
    #expect(throws: CorpusError.document(.unknownFormat(path: files[0]))) {
      try CorpusTexts(files: files)
    }
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
