import Corpus
import Documents
import EvaluationTasks
import Files
import Foundation
import OrderedJSON
import Records
import TestSupport
import Testing

@testable import Contamination

@Suite("Benchmark items in a corpus")
struct ContaminationSearchTests {
  private static let phrase =
    "The quick brown fox jumps over the lazy dog, and nobody knows quite why it does."

  private func corpus(_ files: [(name: String, text: String)]) throws -> CorpusTexts {
    let folder = try Locations.makeTemporaryFolder()
    return try CorpusTexts(
      files: try files.map { name, text in
        let url = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
      })
  }

  private func lines(_ texts: [String]) -> String {
    texts.map {
      JSONValue.object(JSONObject([.init(name: "text", value: .string($0))])).serialized() + "\n"
    }.joined()
  }

  private func item(_ text: String, _ document: Int = 0, task: String = "t") -> InspectedItem {
    InspectedItem(task: task, document: document, hash: "h\(document)", text: text)
  }

  @Test("An item is found whatever its case and punctuation, with file, line and byte")
  func findsItem() throws {
    let corpus = try corpus([
      (
        "a.jsonl",
        lines([
          "nothing here",
          "Größe: the QUICK brown fox; jumps over the lazy dog — and nobody knows quite, why it does!",
        ])
      ),
      (
        "b.txt",
        "one\ntwo the quick brown fox jumps over the lazy\n dog and nobody knows quite why."
      ),
    ])
    let findings = try ContaminationSearch([item(Self.phrase), item("quite another item", 1)])
      .search(corpus, threads: 1)
    #expect(findings.documents == 3)
    #expect(findings.tasks == [.init(name: "t", items: 2, contaminated: 1, tooShort: 1)])
    let found = try #require(findings.items.first)
    #expect(findings.items.count == 1)
    #expect(found.document == 0 && found.hash == "h0")
    #expect(found.phrases == 4 && found.found == 4 && found.corpusDocuments == 2)
    #expect(found.path == corpus.files[0] && found.place == .line(2) && found.offset == 9)
    #expect(found.words == "the quick brown fox jumps over the lazy dog and nobody knows quite")
  }

  @Test("In a text file the line is that of the first word")
  func countsLines() throws {
    let corpus = try corpus([("b.txt", "one\ntwo\n\(Self.phrase)\n")])
    let findings = try ContaminationSearch([item("Yes. " + Self.phrase)]).search(corpus, threads: 1)
    let found = try #require(findings.items.first)
    #expect(found.place == .line(3) && found.offset == 8 && found.found == 4 && found.phrases == 5)
  }

  @Test("In an archive the place is the record's, and the list says so")
  func namesRecord() throws {
    let text = "one\ntwo\n\(Self.phrase)\n"
    let corpus = try corpus([
      (
        "b.wet",
        "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n"
          + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)\r\n\r\n"
      )
    ])
    let findings = try ContaminationSearch([item(Self.phrase)]).search(corpus, threads: 1)
    #expect(findings.items.first?.place == .byte(0) && findings.items.first?.offset == 8)
    #expect(findings.jsonl.contains("\"byte\": 0, \"offset\": 8,"))
  }

  @Test("Twelve words in a row are not enough, nor are thirteen across two documents")
  func needsAll() throws {
    let words = Self.phrase.split(separator: " ")
    let start = words.prefix(12).joined(separator: " ")
    let end = words.suffix(12).joined(separator: " ")
    let corpus = try corpus([("a.jsonl", lines([start, end, start + " x " + end]))])
    #expect(try ContaminationSearch([item(Self.phrase)]).search(corpus, threads: 1).items.isEmpty)
    let shorter = try ContaminationSearch([item(Self.phrase)], wordCount: 12)
      .search(corpus, threads: 1)
    #expect(shorter.items.first?.corpusDocuments == 3)
  }

  @Test("Items that share words are all found, and threads change nothing", arguments: [1, 3])
  func findsShared(threads: Int) throws {
    let filler = String(repeating: "some words that say nothing at all ", count: 9000)
    var documents = (0..<12).map { "\(filler) number \($0)" }
    documents[4] += " " + Self.phrase
    documents[9] = Self.phrase + " " + documents[9] + " " + Self.phrase
    let corpus = try corpus([("a.jsonl", lines(documents))])
    let items = [
      item(Self.phrase), item(Self.phrase + " And so on.", 1), item(Self.phrase, 0, task: "u"),
    ]
    let findings = try ContaminationSearch(items).search(corpus, threads: threads)
    #expect(findings.tasks.map(\.contaminated) == [2, 1])
    #expect(findings.items.map(\.corpusDocuments) == [2, 2, 2])
    #expect(findings.items.map(\.place) == [.line(5), .line(5), .line(5)])
    #expect(findings.items[1].found == 4 && findings.items[1].phrases == 7)
  }

  @Test("Words are those of lm-evaluation-harness's janitor on ASCII")
  func readsWords() {
    var text = WordText()
    func words(_ string: String) -> String {
      var string = string
      string.withUTF8 { text.read($0) }
      return String(decoding: text.bytes, as: UTF8.self)
    }
    // `" ".join(janitor.normalize_string(s).split())`
    #expect(
      words("It's a well-known $5 fact: (e.g.) \"x_y\" - z\t\n!")
        == "its a wellknown 5 fact eg xy z")
    #expect(words(" \u{1C}a\u{1F}b ...") == "a b")
    #expect(words("„ÄPFEL“ – ÉTÉ… İ ǅ 日本。語 😀!") == "äpfel été İ ǆ 日本語 😀")
    #expect(text.words.map(\.origin) == [3, 17, 26, 29, 32, 45])
    #expect(words("") == "" && text.words.isEmpty)
  }

  @Test("Every run of words has the hash that it has alone")
  func rolls() {
    var text = WordText()
    var string = "a b c d a b c d e f"
    string.withUTF8 { text.read($0) }
    var hashes: [UInt64] = []
    RollingWords(count: 3).forEach(in: text.words) { first, hash in
      #expect(first == hashes.count)
      hashes.append(hash)
      RollingWords(count: 3).forEach(in: Array(text.words[first..<first + 3])) {
        #expect($1 == hash)
      }
    }
    #expect(hashes.count == 8 && Set(hashes).count == 6)
    #expect(hashes[0] == hashes[4] && hashes[1] == hashes[5])
  }

  @Test("What is looked for is the context without examples, and the right choice")
  func takesText() {
    let document = EvaluationDocument(
      id: 7, fields: ["a": 1],
      requests: [
        .init(role: .choice(0), context: "Shots.\n\nQ", continuation: " wrong"),
        .init(role: .choice(1), context: "Shots.\n\nQ", continuation: " right"),
      ], choices: ["wrong", "right"], gold: [1], hasMultipleTargets: false, target: "1",
      fewshotContext: "Shots.\n\n")
    let item = InspectedItem(task: "t", document: document)
    #expect(item.text == "Q right" && item.document == 7)
    #expect(item.hash == SHA256Digest(of: "{\n  \"a\": 1\n}").hex)
  }

  @Test("The list that is written is read again")
  func writesList() throws {
    let corpus = try corpus([("a.jsonl", lines([Self.phrase]))])
    let findings = try ContaminationSearch([
      item(Self.phrase, 3), item("short", 0, task: "clean"),
    ]).search(corpus, threads: 1)
    let file = try Locations.makeTemporaryFolder().appendingPathComponent("list.jsonl")
    try Data(findings.jsonl.utf8).write(to: file)
    let excluded = try ContaminationFile.read(file.path)
    #expect(excluded.tasks == ["t": [3: "h3"], "clean": [:]])
    try Data("{\"task\": \"t\", \"doc_id\": 5}\n".utf8).write(to: file)
    #expect(try ContaminationFile.read(file.path).tasks == ["t": [5: nil]])
  }

  @Test(
    "A list that says something impossible is refused with its line",
    arguments: [
      ("[1]", "not an object"), ("{\"task\": \"t\"}", "\"doc_id\""),
      ("{\"task\": \"t\", \"doc_id\": -1}", "\"doc_id\""), ("{\"doc_id\": 1}", "\"task\""),
      ("{\"cpteval_contamination\": 9}", "version 9"), ("{", "line 2"),
    ])
  func refusesList(_ line: String, _ words: String) throws {
    let file = try Locations.makeTemporaryFolder().appendingPathComponent("list.jsonl")
    try Data("{\"task\": \"t\", \"doc_id\": 5}\n\(line)\n".utf8).write(to: file)
    let error = try #require(throws: ContaminationFileError.self) {
      try ContaminationFile.read(file.path)
    }
    #expect(error.line == 2 && error.description.contains(words))
  }
}
