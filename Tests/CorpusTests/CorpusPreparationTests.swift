import Documents
import Files
import Foundation
import Synchronization
import TestSupport
import Testing
import Tokenization

@testable import Corpus

@Suite("Preparing corpora")
struct CorpusPreparationTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func lines(_ texts: [String]) throws -> String {
    try texts.map { text in
      String(decoding: try JSONSerialization.data(withJSONObject: ["text": text]), as: UTF8.self)
    }.joined(separator: "\n") + "\n"
  }

  /// What was written without a tokenizer.
  private func texts(_ prefix: String = "out") throws -> [String] {
    try String(contentsOfFile: scratch.path("\(prefix).jsonl"), encoding: .utf8)
      .split(separator: "\n").map { line in
        try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])["text"]
          ?? ""
      }
  }

  private func prepare(
    _ files: [String], to prefix: String = "out", options: PreparationOptions = .init(),
    means: PreparationMeans = .init()
  ) throws -> CorpusPreparation.Outcome {
    try CorpusPreparation(
      files: files.map(scratch.path), prefix: scratch.path(prefix), options: options, means: means
    ).run()
  }

  private static let body = "This is a text that is long enough to be kept, number "

  @Test("Texts are cleaned; short ones, empty ones and those there before go, and all are counted")
  func cleansAndDrops() throws {
    try scratch.write(
      try lines([
        Self.body + "1", "short", "", Self.body + "1", Self.body + "1  \r\n", Self.body + "2\u{1}",
        Self.body + "a\u{308}",
      ]), to: "a.jsonl")
    try scratch.write(Self.body + "1", to: "b.txt")
    let outcome = try prepare(["a.jsonl", "b.txt"])
    #expect(try texts() == [Self.body + "1", Self.body + "2", Self.body + "\u{E4}"])
    let report = outcome.report
    #expect(report.read.documents == 8 && report.files == 2 && report.empty == 1)
    #expect(report.tooShort == .init(documents: 1, bytes: 5) && report.duplicates.documents == 3)
    #expect(report.controlCharacters == 1 && report.renormalized == 1)
    #expect(report.written.documents == 3 && report.droppedDocuments == 5)
    #expect(
      outcome.isNew
        && outcome.files.map { URL(fileURLWithPath: $0).lastPathComponent }
          == ["out.jsonl", "out.report.json"]
    )
    #expect(try scratch.names(in: ".") == ["a.jsonl", "b.txt", "out.jsonl", "out.report.json"])
    var options = PreparationOptions()
    options.dropsDuplicates = false
    options.minimumLength = 0
    let all = try prepare(["a.jsonl", "b.txt"], to: "all", options: options)
    #expect(all.report.written.documents == 7)
  }

  @Test("A paragraph that stands too often is kept where it stands first")
  func dropsFrequentParagraphs() throws {
    let notice = "All pages of this site say this sentence."
    let pages = (0..<10).map { "\(Self.body)\($0)\n\n\(notice)\n\nAnd an end, of page \($0)." }
    try scratch.write(try lines(pages + [notice]), to: "a.jsonl")
    var options = PreparationOptions()
    options.paragraphLimit = 10
    let outcome = try prepare(["a.jsonl"], options: options)
    let expected = [pages[0]] + (1..<10).map { "\(Self.body)\($0)\n\nAnd an end, of page \($0)." }
    #expect(try texts() == expected)
    #expect(outcome.report.paragraphs == 10 && outcome.report.frequentParagraphs == 1)
    #expect(outcome.report.paragraphBytes == 10 * notice.utf8.count)
    #expect(outcome.report.tooShortAfterwards.documents == 1)
    options.paragraphLimit = 11
    _ = try prepare(["a.jsonl"], to: "eleven", options: options)
    #expect(try texts("eleven") == pages + [notice])
    options.paragraphLimit = nil
    _ = try prepare(["a.jsonl"], to: "nil", options: options)
    #expect(try texts("nil") == pages + [notice])
  }

  @Test("With a tokenizer an indexed data set is written, a sequence per text, on any threads")
  func writesIndexedDataSets() throws {
    let texts = (0..<3000).map {
      "\(Self.body)\($0), and \(String(repeating: "more ", count: $0 % 40))"
    }
    try scratch.write(try lines(texts), to: "a.jsonl")
    let tokenizer = try Scratch.tokenizer()
    var options = PreparationOptions()
    options.tokenizer = tokenizer
    var files: [Data] = []
    for threads in [1, 4] {
      var means = PreparationMeans()
      means.threads = threads
      let outcome = try prepare(["a.jsonl"], to: "out\(threads)", options: options, means: means)
      let data = try IndexedDataSet(path: scratch.path("out\(threads)"))
      #expect(data.documentCount == 3000 && data.tokenCount == outcome.report.tokens)
      for number in stride(from: 0, to: 3000, by: 97) {
        var text = texts[number]
        while text.last == " " { text.removeLast() }
        #expect(
          try data.sequence(number)
            == tokenizer.tokenizer.encode(text, addSpecialTokens: false) + [tokenizer.endOfDocument]
        )
      }
      for ending in ["idx", "bin"] {
        files.append(
          try Data(contentsOf: scratch.root.appendingPathComponent("out\(threads).\(ending)")))
      }
    }
    #expect(files[0] == files[2] && files[1] == files[3])
  }

  @Test("What cannot be read is listed with its place, and the rest is there")
  func listsProblems() throws {
    try scratch.write(
      try lines([Self.body + "1"]) + "nonsense\n" + (try lines([Self.body + "2"])), to: "a.jsonl")
    try scratch.write(try lines((0..<2000).map { Self.body + "c\($0)" }), to: "c.jsonl")
    let name = try scratch.compress("c.jsonl")
    let packed = try Data(contentsOf: scratch.root.appendingPathComponent(name))
    try scratch.write(Array(packed.dropLast(packed.count / 2)), to: "c.jsonl.gz")
    try scratch.write([0x61, 0xFF], to: "d.txt")
    let told = Mutex<[DocumentError]>([])
    var means = PreparationMeans()
    means.report = { event in
      if case .skipping(let error) = event { told.withLock { $0.append(error) } }
    }
    let outcome = try prepare(["a.jsonl", "c.jsonl.gz", "d.txt"], means: means)
    let kept = try texts()
    #expect(kept.prefix(3) == [Self.body + "1", Self.body + "2", Self.body + "c0"])
    #expect(kept.count > 500 && kept.count < 2002)
    #expect(
      outcome.report.problems
        == ["no JSON object": 1, "file cut short": 1, "wrong encoding": 1])
    #expect(outcome.report.brokenFiles == 1)
    #expect(told.withLock { $0.count } == 3)
    let list = try String(contentsOfFile: scratch.path("out.skipped.jsonl"), encoding: .utf8)
    #expect(list.split(separator: "\n").count == 3)
    #expect(list.contains(#""place": "line 2""#) && list.contains("c.jsonl.gz, byte"))
  }

  @Test("Work that is stopped anywhere goes on and comes to the same files")
  func goesOn() throws {
    let texts = (0..<4000).map { number in
      "\(Self.body)\(number % 3500)\n\nSaid of every page.\n\n\(String(repeating: "x y ", count: number % 3500 % 90))"
    }
    try scratch.write(try lines(Array(texts[..<1500])), to: "a.jsonl")
    try scratch.write("nonsense\n" + (try lines(Array(texts[1500...]))), to: "b.jsonl")
    try scratch.compress("b.jsonl")
    for tokenizer in [nil, try Scratch.tokenizer()] {
      var options = PreparationOptions()
      options.tokenizer = tokenizer
      let files = ["a.jsonl", "b.jsonl.gz"]
      let name = tokenizer == nil ? "lines" : "ids"
      let whole = try prepare(files, to: "whole-\(name)", options: options)
      var stops = 0
      var outcome: CorpusPreparation.Outcome?
      var resumed = 0
      while outcome == nil {
        stops += 1
        try #require(stops < 200)
        let left = Mutex(stops + 1)
        let news = Mutex(0)
        var means = PreparationMeans()
        means.threads = 1 + stops % 3
        means.secondsBetweenStates = stops.isMultiple(of: 2) ? 0 : 20
        means.isCancelled = {
          left.withLock { left in
            left -= 1
            return left < 0
          }
        }
        means.report = { if case .resuming = $0 { news.withLock { $0 += 1 } } }
        do {
          outcome = try prepare(files, to: "pieces-\(name)", options: options, means: means)
        } catch let error as CorpusError {
          #expect(error == .cancelled)
        }
        resumed += news.withLock { $0 }
      }
      #expect(stops > 3 && resumed == stops - 1)
      #expect(outcome?.report == whole.report)
      for ending in tokenizer == nil ? ["jsonl"] : ["idx", "bin"] {
        #expect(
          try Data(contentsOf: scratch.root.appendingPathComponent("pieces-\(name).\(ending)"))
            == Data(contentsOf: scratch.root.appendingPathComponent("whole-\(name).\(ending)")))
      }
      #expect(whole.report.duplicates.documents > 0 && whole.report.paragraphs > 0)
      // The same request again finds everything done.
      #expect(try !prepare(files, to: "pieces-\(name)", options: options).isNew)
    }
    #expect(try scratch.names(in: ".").allSatisfy { !$0.hasPrefix(".") })
  }

  @Test("Another request than the one that was begun, and foreign files, are refused with the fix")
  func refusesOtherRequests() throws {
    try scratch.write(try lines((0..<500).map { Self.body + "\($0)" }), to: "a.jsonl")
    var means = PreparationMeans()
    let left = Mutex(1)
    means.isCancelled = {
      left.withLock { left in
        left -= 1
        return left < 0
      }
    }
    #expect(throws: CorpusError.cancelled) { try prepare(["a.jsonl"], means: means) }
    var options = PreparationOptions()
    options.minimumLength = 7
    let other = try #require(throws: CorpusError.self) {
      try prepare(["a.jsonl"], options: options)
    }
    #expect(other.description.contains("minimum_length was 40 and is 7"))
    try scratch.write(try lines([Self.body]), to: "a.jsonl")
    let changed = try #require(throws: CorpusError.self) { try prepare(["a.jsonl"]) }
    #expect(changed.description.contains("a.jsonl was changed meanwhile"))
    var anew = PreparationMeans()
    anew.restarts = true
    #expect(try prepare(["a.jsonl"], options: options, means: anew).report.written.documents == 1)
    let exists = try #require(throws: CorpusError.self) { try prepare(["a.jsonl"]) }
    #expect(exists == .outputExists(path: scratch.path("out.jsonl")))
    try scratch.write("x", to: "foreign.idx")
    options.tokenizer = try Scratch.tokenizer()
    #expect(throws: CorpusError.outputExists(path: scratch.path("foreign.idx"))) {
      try prepare(["a.jsonl"], to: "foreign", options: options)
    }
    #expect(throws: CorpusError.self) { try prepare(["missing.jsonl"], to: "x") }
    #expect(throws: CorpusError.document(.unknownFormat(path: scratch.path("foreign.idx")))) {
      try prepare(["foreign.idx"], to: "x")
    }
    #expect(throws: CorpusError.noFiles(source: scratch.path("x"))) { try prepare([], to: "x") }
  }

  @Test("A state that somebody edited ends in an error, never in a trap")
  func survivesEditedStates() throws {
    try scratch.write(try lines((0..<300).map { Self.body + "\($0)" }), to: "a.jsonl")
    func stopped() throws {
      let left = Mutex(2)
      var means = PreparationMeans()
      means.restarts = true
      means.isCancelled = {
        left.withLock { left in
          left -= 1
          return left < 0
        }
      }
      _ = try? prepare(["a.jsonl"], means: means)
    }
    try stopped()
    let state = scratch.root.appendingPathComponent(".out.preparing/state.json")
    let original = Array(try Data(contentsOf: state))
    var mutator = Mutator(seed: 9)
    for _ in 0..<60 {
      if !FileManager.default.fileExists(atPath: state.path) { try stopped() }
      try Data(mutator.mutated(original)).write(to: state)
      _ = try? prepare(["a.jsonl"])
      try? FileManager.default.removeItem(atPath: scratch.path("out.jsonl"))
      try? FileManager.default.removeItem(atPath: scratch.path("out.report.json"))
    }
  }

  @Test("Frequent paragraphs are counted exactly, whatever the number of parts")
  func countsParagraphs() throws {
    let buckets = try ParagraphBuckets(
      in: scratch.root.path, keeping: [Int](repeating: 0, count: ParagraphBuckets.count))
    var generator = SystemRandomNumberGenerator()
    var counts: [UInt64: (count: Int, first: Int)] = [:]
    let hashes = (0..<500).map { _ in UInt64.random(in: 1 ... .max, using: &generator) }
    for document in 0..<2000 {
      let some = (0..<5).map { _ in hashes[Int.random(in: 0..<500)] }
      for hash in some { counts[hash, default: (0, document)].count += 1 }
      try buckets.add(some, document: document)
    }
    let sizes = try buckets.sync()
    var found: [ParagraphBuckets.Frequent] = []
    let file = try AtomicFile(path: scratch.path("frequent"))
    try ParagraphBuckets.findFrequent(
      in: scratch.root.path, sizes: sizes, above: 20, threads: 3, isCancelled: { false }
    ) { (frequent) throws(CorpusError) in
      found += frequent
      try FrequentParagraphs.append(frequent, to: file)
    }
    try file.commit()
    let expected = counts.filter { $0.value.count > 20 }.map {
      ParagraphBuckets.Frequent(hash: $0.key, firstDocument: UInt64($0.value.first))
    }
    #expect(found == expected.sorted { $0.hash < $1.hash } && !found.isEmpty)
    let frequent = try FrequentParagraphs(path: scratch.path("frequent"))
    for (hash, entry) in counts {
      #expect(frequent.firstDocument(of: hash) == (entry.count > 20 ? entry.first : nil))
    }
  }
}
