import Corpus
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Tokens that were made earlier")
struct TokenCacheTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.write(#"{"text": "Some words that are tokenized once."}"#, to: "a.jsonl")
  }

  /// Opens the texts and says what happened: "made", "reused" or the reason for making them anew.
  private func open(
    _ files: [String] = ["a.jsonl"], name: String = "english", field: String = "text",
    tokenizer: DocumentTokenizer? = nil, length: Int = 2
  ) throws -> (source: TextSource, news: String) {
    let news = Mutex<[String]>([])
    let source = try scratch.open(
      files, name: name, field: field, tokenizer: tokenizer, length: length,
      report: { event in
        switch event {
        case .reusing: news.withLock { $0.append("reused") }
        case .discarding(_, _, let reason): news.withLock { $0.append(reason) }
        case .tokenizing(_, let done, _): if done == 0 { news.withLock { $0.append("made") } }
        case .counting, .merging, .trained: break
        }
      })
    return (source, news.withLock { $0.joined(separator: ", ") })
  }

  @Test("Texts are tokenized once, and a copy elsewhere is the same data")
  func reuses() throws {
    let (first, news) = try open()
    #expect(news == "made")
    let (second, later) = try open()
    #expect(later == "reused")
    #expect(try first.stream() == second.stream() && first.digest == second.digest)
    #expect(first.statistics == second.statistics)
    try FileManager.default.copyItem(
      atPath: scratch.path("a.jsonl"), toPath: scratch.path("copy.jsonl"))
    #expect(try open(["copy.jsonl"]).news == "reused")
    // Another length cuts the same tokens differently.
    let (longer, news3) = try open(length: 3)
    #expect(news3 == "reused" && longer.digest != first.digest)
    #expect(try scratch.names(in: "cache").count == 1)
  }

  @Test("Whatever decides the ids makes another set of tokens")
  func distinguishes() throws {
    try scratch.write(#"{"text": "Some other words.", "body": "And a body to it."}"#, to: "b.jsonl")
    _ = try open()
    #expect(try open(["b.jsonl"]).news == "made")
    #expect(try open(["b.jsonl"], field: "body").news == "made")
    #expect(try open(["a.jsonl", "b.jsonl"]).news == "made")
    #expect(try open(["b.jsonl", "a.jsonl"]).news == "made")
    #expect(try open(tokenizer: Scratch.tokenizer("tiny-llama")).news == "made")
    #expect(try open(tokenizer: Scratch.tokenizer(endOfDocument: 1)).news == "made")
    #expect(try open().news == "reused")
  }

  @Test("Damaged tokens are made anew, and it is said why")
  func rebuilds() throws {
    let (source, _) = try open()
    let stream = try source.stream()
    let folder = source.folder
    func damage(_ name: String, _ change: (inout Data) -> Void) throws {
      let url = URL(fileURLWithPath: "\(folder)/\(name)")
      var data = try Data(contentsOf: url)
      change(&data)
      try data.write(to: url)
    }
    func isMended(_ reason: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let (again, news) = try open()
      #expect(
        news.hasPrefix(reason) && news.hasSuffix(", made"), "\(news)",
        sourceLocation: sourceLocation)
      #expect(try again.stream() == stream, sourceLocation: sourceLocation)
      #expect(try open().news == "reused", sourceLocation: sourceLocation)
    }
    try damage("tokens.bin") { $0.removeLast(2) }
    try isMended("tokens.bin has")
    try damage("tokens.bin") { $0[3] ^= 1 }
    try isMended("tokens.bin is not what was written")
    try damage("documents.bin") { $0[0] ^= 1 }
    try isMended("documents.bin is not what was written")
    try damage("documents.bin") { $0.append(0) }
    try isMended("documents.bin has")
    try damage("index.json") { $0.removeLast(10) }
    try isMended("index.json is damaged")
    try damage("index.json") {
      $0 = Data(
        String(decoding: $0, as: UTF8.self).replacing("\"tokens\": ", with: "\"tokens\": -").utf8)
    }
    try isMended("index.json is damaged")
    for name in ["tokens.bin", "documents.bin", "index.json"] {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
      try isMended("\(folder)/\(name) is missing")
    }
    // What fits another key is no use, whatever the folder is called.
    let (other, _) = try open(tokenizer: Scratch.tokenizer(endOfDocument: 1))
    for name in ["tokens.bin", "documents.bin", "index.json"] {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
      try FileManager.default.copyItem(
        atPath: "\(other.folder)/\(name)", toPath: "\(folder)/\(name)")
    }
    try isMended("it was made from something else")
  }

  @Test("Tokens cut short while in use are an error, not a signal")
  func survivesTruncation() throws {
    let (source, _) = try open()
    #expect(truncate("\(source.folder)/tokens.bin", 2) == 0)
    #expect(throws: CorpusError.self) { try source.sample(source.sampleCount - 1) }
    #expect(throws: CorpusError.self) { try source.verifyUnchanged() }
  }

  @Test("A data set's name cannot lead out of the cache's folder")
  func containsNames() throws {
    for name in ["../../x", "/etc", "..", "", "a b/c", String(repeating: "n", count: 300), "ü"] {
      let source = try open(name: name).source
      let folder = URL(fileURLWithPath: source.folder).standardizedFileURL
      #expect(folder.deletingLastPathComponent().path == scratch.path("cache"))
      #expect(source.name == name)
    }
  }

  @Test("A folder with something of somebody else's is not removed")
  func keepsForeignFiles() throws {
    let folder = try open().source.folder
    try FileManager.default.removeItem(atPath: "\(folder)/index.json")
    try Data().write(to: URL(fileURLWithPath: "\(folder)/notes"))
    #expect(throws: CorpusError.self) { try open() }
    #expect(FileManager.default.fileExists(atPath: "\(folder)/notes"))
  }

  @Test("Two makers at once both end with sound tokens")
  func survivesRaces() throws {
    let documents = (0..<2000).map {
      "{\"text\": \"\(String(repeating: "word \($0) ", count: 40))\"}"
    }
    try scratch.write(documents.joined(separator: "\n"), to: "big.jsonl")
    let problems = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 3) { _ in
      do {
        let source = try scratch.open(["big.jsonl"], length: 16, threads: 1)
        _ = try source.sample(source.sampleCount - 1)
      } catch { problems.withLock { $0.append("\(error)") } }
    }
    #expect(problems.withLock { $0 } == [])
    #expect(try scratch.names(in: "cache").count == 1)
  }
}
