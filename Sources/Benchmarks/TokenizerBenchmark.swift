import Compute
public import Records
public import Tokenization
internal import EvaluationTasks
internal import Foundation
internal import OrderedJSON

/// Measures how fast texts become tokens.
public struct TokenizerBenchmark {
  /// Texts as they are encoded, one call each.
  public let texts: [String]
  /// Where they come from.
  public let source: String

  /// Takes texts that are there.
  ///
  /// - Parameters:
  ///   - texts: Any texts; long ones are cut at ends of lines, so that all cores have some.
  ///   - source: Where they come from.
  /// - Throws: ``BenchmarkProblem/noText``.
  public init(texts: [String], source: String) throws(BenchmarkProblem) {
    self.texts = texts.flatMap(Self.pieces).filter { !$0.isEmpty }
    self.source = source
    if self.texts.isEmpty { throw .noText }
  }

  /// Takes the texts of the small tasks that the program carries, English and German.
  ///
  /// - Throws: ``BenchmarkProblem/noText``, if the program was built without.
  public init() throws(BenchmarkProblem) {
    var texts: [String] = []
    for path in EmbeddedTasks.paths where path.hasPrefix("mini/") && path.hasSuffix(".jsonl") {
      guard let bytes = EmbeddedTasks.bytes(path) else { continue }
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        guard let value = try? JSONValue(parsing: String(line)) else { continue }
        let parts = Self.strings(in: value).filter { $0.utf8.count > 8 }
        if !parts.isEmpty { texts.append(parts.joined(separator: " ")) }
      }
    }
    try self.init(texts: texts, source: "the embedded mini tasks, English and German")
  }

  /// Bytes that one call encodes at most, if the text has lines to be cut at.
  private static let pieceLength = 1 << 16
  /// Bytes that are encoded again and again with a warm cache.
  private static let warmLength = 4 << 20

  /// Measures.
  ///
  /// - Parameters:
  ///   - name: The tokenizer as the user named it.
  ///   - load: Reads the tokenizer; called for each repetition, since only a new one knows no words.
  ///   - session: How often, with how many threads.
  /// - Returns: A record, a partial one if the user stopped it.
  /// - Throws: What the tokenizer throws, or ``BenchmarkProblem/notReversible(text:decoded:)``.
  public func run(
    name: String, load: () throws -> Tokenizer, in session: BenchmarkSession
  ) throws -> BenchmarkRecord {
    let first = try load()
    try checkReversible(first)
    var record = session.begin("tokenizer", on: nil)
    let size = texts.reduce(0) { $0 + $1.utf8.count }
    let copies = max(1, Self.warmLength / size)
    let repeated = Array(repeating: texts, count: copies).flatMap(\.self)
    record.settings = [
      BenchmarkSettingRecord("tokenizer", name), BenchmarkSettingRecord("texts", source),
      BenchmarkSettingRecord("bytes", "\(size)"),
      BenchmarkSettingRecord("times repeated when warm", "\(copies)"),
    ]
    func add(_ name: String, bytes: Int, _ seconds: [Double]) {
      guard let timing = TimingRecord(seconds) else { return }
      record.cases.append(
        BenchmarkCaseRecord(
          group: "encode", name: name, seconds: timing,
          bytesPerSecond: bytes > 0 ? Double(bytes) / timing.median : nil))
    }

    var (loading, cold): ([Double], [Double]) = ([], [])
    _ = try session.repetitions.run(isCancelled: session.isCancelled) { isMeasured in
      session.progress("a new tokenizer")
      var tokenizer: Tokenizer?
      let loadSeconds = try Stopwatch.seconds { tokenizer = try load() }
      guard let tokenizer else { return }
      let encodeSeconds = try Stopwatch.seconds { _ = try encode(texts, with: tokenizer) }
      guard isMeasured, !session.isCancelled() else { return }
      loading.append(loadSeconds)
      cold.append(encodeSeconds)
    }
    add("one core, no word known yet", bytes: size, cold)

    var tokens = 0
    let warm = try session.repetitions.run(isCancelled: session.isCancelled) { _ in
      session.progress("a warm cache, one core")
      tokens = try encode(repeated, with: first)
    }
    record.setTotal(warm, tokens: tokens, operations: nil)
    add("one core, warm", bytes: copies * size, warm)
    if session.threads > 1 {
      let pool = WorkerPool(threadCount: session.threads)
      let all = session.repetitions.run(isCancelled: session.isCancelled) { _ in
        session.progress("a warm cache, \(session.threads) threads")
        pool.run(repeated.count) { task, _ in
          _ = try? first.encode(repeated[task], addSpecialTokens: false)
        }
      }
      add("\(session.threads) threads, warm", bytes: copies * size, all)
    }
    record.peakMemoryBytes = PeakMemory.bytes
    if let timing = TimingRecord(loading) {
      record.parts.append(BenchmarkPartRecord("load the tokenizer", timing, isInside: false))
    }
    session.end(&record)
    return record
  }

  private func encode(_ texts: [String], with tokenizer: Tokenizer) throws -> Int {
    var tokens = 0
    for text in texts { tokens += try tokenizer.encode(text, addSpecialTokens: false).count }
    return tokens
  }

  /// Makes sure that what is measured is right: texts come back, or at least their tokens do.
  private func checkReversible(_ tokenizer: Tokenizer) throws {
    for text in texts {
      let tokens = try tokenizer.encode(text, addSpecialTokens: false)
      let decoded = try tokenizer.decode(tokens, skipSpecialTokens: false)
      // Canonical equivalence is enough, since many tokenizers normalise to form C.
      if decoded == text { continue }
      // One that changes texts on purpose, as lower-casing ones do, changes them once.
      if try tokenizer.encode(decoded, addSpecialTokens: false) == tokens { continue }
      throw BenchmarkProblem.notReversible(text: text, decoded: decoded)
    }
  }

  /// Cuts a long text after line breaks.
  private static func pieces(of text: String) -> [String] {
    guard text.utf8.count > pieceLength else { return [text] }
    var pieces: [String] = []
    var piece = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      piece += line
      piece += "\n"
      if piece.utf8.count >= pieceLength {
        pieces.append(piece)
        piece = ""
      }
    }
    if !piece.isEmpty { pieces.append(piece) }
    return pieces
  }

  private static func strings(in value: JSONValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(strings)
    case .object(let object): object.members.flatMap { strings(in: $0.value) }
    default: []
    }
  }
}
