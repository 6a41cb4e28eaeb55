import Corpus
import Files
import Foundation
import Synchronization
import TestSupport
import Testing
import Tokenization

@Suite("Texts as samples")
struct TextSourceTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private static let documents = [
    "The quick brown fox jumps over the lazy dog.", "Fichtenwälder\nim Schnee: 12 Grad.", "a",
    "\u{0}NUL and <|endoftext|> inside",
    String(repeating: "long words and more of them ", count: 40),
  ]

  private func expected(_ documents: [String]) throws -> [Int32] {
    let tokenizer = try Scratch.tokenizer()
    return try documents.flatMap {
      try tokenizer.tokenizer.encode($0, addSpecialTokens: false) + [tokenizer.endOfDocument]
    }
  }

  private func lines(_ documents: [String], field: String = "text") throws -> String {
    try documents.map { text in
      String(
        decoding: try JSONSerialization.data(withJSONObject: ["id": 1, field: text]), as: UTF8.self)
    }.joined(separator: "\n")
  }

  @Test("Samples are windows of all documents' ids, one id apart, the rest left out")
  func cutsSamples() throws {
    try scratch.write(try lines(Self.documents), to: "a.jsonl")
    let ids = try expected(Self.documents)
    for length in [1, 7, 8, 64] {
      let source = try scratch.open(["a.jsonl"], length: length)
      #expect(source.sampleCount == (ids.count - 1) / length)
      for sample in 0..<source.sampleCount {
        #expect(
          try source.sample(sample) == Array(ids[sample * length...(sample + 1) * length]))
      }
    }
    let source = try scratch.open(["a.jsonl"])
    #expect(source.statistics.documents == 5 && source.statistics.tokens == ids.count)
    #expect(source.statistics.textBytes == Self.documents.reduce(0) { $0 + $1.utf8.count })
  }

  @Test("Every format gives the same ids as its documents in order")
  func readsFormats() throws {
    let parts = [["one fish", "two fish"], ["red fish"], ["blue fish"], ["old fish", "new fish"]]
    try scratch.write(try lines(parts[0], field: "page"), to: "a.jsonl")
    try scratch.write("[\(try lines(parts[1], field: "page"))]", to: "b.json")
    try scratch.write("\u{FEFF}" + parts[2][0], to: "c.txt")
    try scratch.write(try lines(parts[3], field: "page"), to: "d.ndjson")
    try scratch.compress("d.ndjson")
    let source = try scratch.open(
      ["a.jsonl", "b.json", "c.txt", "d.ndjson.gz"], field: "page", length: 1)
    #expect(try source.stream() == expected(parts.flatMap { $0 }))
  }

  @Test("Pages, XML, articles and crawls give the ids of their texts, cleaned")
  func readsMarkup() throws {
    try scratch.write("<nav>Menu</nav><p>one\u{1} fi\u{AD}sh a\u{308}", to: "a.html")
    try scratch.write("<a><title>two</title><para>fish</para></a>", to: "b.xml")
    try scratch.write(
      "<mediawiki><page><title>t</title><ns>0</ns><revision><text>'''red''' [[fish]]</text>"
        + "</revision></page></mediawiki>", to: "c.xml")
    try scratch.write(
      "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n"
        + "blue fish\r\n\r\n", to: "d.wet")
    let source = try scratch.open(["a.html", "b.xml", "c.xml", "d.wet"], length: 1)
    #expect(
      try source.stream() == expected(["one fish \u{E4}", "two\n\nfish", "red fish", "blue fish"]))
  }

  @Test("Ids do not depend on the number of threads", arguments: [1, 2, 7])
  func ignoresThreads(_ threads: Int) throws {
    // Several portions of a quarter of a megabyte.
    let documents = (0..<3000).map { number in
      String(repeating: "document \(number) says \(number * number). ", count: 1 + number % 30)
    }
    try scratch.write(try lines(documents), to: "a.jsonl")
    let news = Mutex<[TextEvent]>([])
    let source = try scratch.open(
      ["a.jsonl"], length: 1, threads: threads,
      report: { event in news.withLock { $0.append(event) } })
    #expect(try source.stream() == expected(documents))
    let size = try MappedFile(path: scratch.path("a.jsonl")).size
    let done = news.withLock { $0 }.compactMap { event in
      if case .tokenizing("english", let done, size) = event { done } else { nil }
    }
    #expect(done.count > 3 && done == done.sorted() && done.first == 0 && done.last == size)
  }

  @Test("Documents without text are left out and counted")
  func skipsEmptyDocuments() throws {
    try scratch.write(try lines(["", "some text here", "", "and more of it"]), to: "a.jsonl")
    try scratch.write("", to: "b.txt")
    let source = try scratch.open(["a.jsonl", "b.txt"], length: 1)
    #expect(source.statistics.documents == 2 && source.statistics.emptyDocuments == 3)
    #expect(try source.stream() == expected(["some text here", "and more of it"]))
  }

  @Test("Files that are no texts are refused by file and line, with the fix")
  func refusesBrokenTexts() throws {
    let good = #"{"text": "good enough to be read"}"#
    for (bad, problem) in [
      ("{", "line 3: column 2"), ("[]", "found an array"), ("7", "found an integer"),
      (#"{"body": "x", "id": 1}"#, "no field \"text\"; it has body, id. Set text_field"),
      (#"{"text": null}"#, "line 3: \"text\" is null, not a string"),
      (#"{"text": ["x"]}"#, "line 3: \"text\" is an array, not a string"),
      (#"{"text": "\ud800"}"#, "surrogate"), ("{\"text\": \"a\u{0}b\"}", "line 3"),
    ] {
      try scratch.write("\(good)\n\n\(bad)\n\(good)\n", to: "a.jsonl")
      let error = try #require(throws: CorpusError.self) { try scratch.open(["a.jsonl"]) }
      #expect(error.description.contains(problem), "\(error.description)")
      #expect(error.description.hasPrefix(scratch.path("a.jsonl")))
      #expect(error.description.hasSuffix("."))
      #expect(try scratch.names(in: "cache") == [])
    }
  }

  @Test("Bytes that are not UTF-8, lines without end and gzip bombs are refused")
  func refusesHostileFiles() throws {
    try scratch.write([0x61, 0x0A, 0xFF, 0x0A], to: "a.txt")
    #expect(
      throws: CorpusError.file(.invalidUTF8(path: scratch.path("a.txt"), line: 2))
    ) { try scratch.open(["a.txt"]) }
    try scratch.write(
      Array("{\"text\": \"".utf8) + [0xC3, 0x28] + Array("\"}".utf8), to: "a.jsonl")
    #expect(
      throws: CorpusError.file(.invalidUTF8(path: scratch.path("a.jsonl"), line: 1))
    ) { try scratch.open(["a.jsonl"]) }

    var texts = TextSource.Texts(name: "long", files: [scratch.path("long.jsonl")])
    texts.limits.maximumRecordLength = 1000
    try scratch.write("{\"text\": \"\(String(repeating: "x", count: 2000))\"}", to: "long.jsonl")
    #expect(
      throws: CorpusError.file(.lineTooLong(path: scratch.path("long.jsonl"), line: 1, limit: 1000))
    ) {
      try TextSource(
        texts, tokenizer: try Scratch.tokenizer(), sequenceLength: 8,
        cacheFolder: scratch.path("cache"))
    }
    try scratch.write(String(repeating: "x", count: 2000), to: "long.txt")
    texts.files = [scratch.path("long.txt")]
    #expect(throws: CorpusError.self) {
      try TextSource(
        texts, tokenizer: try Scratch.tokenizer(), sequenceLength: 8,
        cacheFolder: scratch.path("cache"))
    }
    texts.limits = ReadingLimits()
    texts.limits.freeExpansion = 1000
    texts.limits.maximumExpansionRatio = 50
    try scratch.write("{\"text\": \"\(String(repeating: "x", count: 1 << 20))\"}", to: "bomb.jsonl")
    texts.files = [scratch.path(try scratch.compress("bomb.jsonl"))]
    let bomb = try #require(throws: CorpusError.self) {
      try TextSource(
        texts, tokenizer: try Scratch.tokenizer(), sequenceLength: 8,
        cacheFolder: scratch.path("cache"))
    }
    #expect(bomb.description.contains("which no text does"))
    #expect(mkfifo(scratch.path("pipe.jsonl"), 0o600) == 0)
    for name in ["pipe.jsonl", "missing.jsonl", "a.html", "noname"] {
      #expect(throws: CorpusError.self) { try scratch.open([name]) }
    }
    #expect(throws: CorpusError.noFiles(source: "english")) { try scratch.open([]) }
    #expect(try scratch.names(in: "cache") == [])
  }

  @Test("The error is the first in the order of the documents, whatever the threads")
  func reportsTheFirstError() throws {
    var texts = (0..<4000).map { "{\"text\": \"\(String(repeating: "word ", count: 100))\($0)\"}" }
    texts[1500] = "first"
    texts[1501] = "second"
    texts[3900] = "third"
    try scratch.write(texts.joined(separator: "\n"), to: "a.jsonl")
    for _ in 0..<5 {
      let error = try #require(throws: CorpusError.self) {
        try scratch.open(["a.jsonl"], threads: 4)
      }
      #expect(error.description.contains("line 1501:"), "\(error.description)")
    }
  }

  @Test("A data set of too few tokens is refused")
  func refusesTooLittle() throws {
    try scratch.write("{\"text\": \"a\"}", to: "a.jsonl")
    #expect(throws: CorpusError.tooFewTokens(source: "english", tokens: 2, sequenceLength: 8)) {
      try scratch.open(["a.jsonl"])
    }
    try scratch.write("", to: "b.jsonl")
    #expect(throws: CorpusError.tooFewTokens(source: "english", tokens: 0, sequenceLength: 1)) {
      try scratch.open(["b.jsonl"], length: 1)
    }
    #expect(throws: CorpusError.unusableEndOfDocument(id: 1024, vocabularySize: 1024)) {
      try Scratch.tokenizer(endOfDocument: 1024)
    }
  }

  @Test("Stopping leaves nothing behind")
  func stops() throws {
    let documents = (0..<3000).map { String(repeating: "document \($0) ", count: 30) }
    try scratch.write(try lines(documents), to: "a.jsonl")
    let asked = Mutex(0)
    #expect(throws: CorpusError.cancelled) {
      try scratch.open(
        ["a.jsonl"],
        isCancelled: {
          asked.withLock { count in
            count += 1
            return count > 5
          }
        })
    }
    #expect(try scratch.names(in: "cache") == [])
  }
}
