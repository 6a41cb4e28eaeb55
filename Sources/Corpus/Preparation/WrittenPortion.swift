internal import Tokenization

/// Texts in the form in which they are written, without the paragraphs that stand too often.
struct WrittenPortion: Sendable {
  /// Ids of all texts, with a tokenizer.
  private(set) var ids: [Int32] = []
  /// How many ids each text has.
  private(set) var lengths: [Int] = []
  /// JSON Lines, without a tokenizer.
  private(set) var lines: [UInt8] = []
  /// Counts of these texts alone.
  private(set) var report = PreparationReport()
  let end: TextSpool.Position

  private let options: PreparationOptions
  private let frequent: FrequentParagraphs?
  private let hash: TextHash

  /// Makes it.
  ///
  /// - Parameters:
  ///   - portion: The texts.
  ///   - options: The tokenizer, and what is too short.
  ///   - frequent: The paragraphs to leave out.
  ///   - hash: Of paragraphs.
  init(
    _ portion: TextSpool.Portion, options: PreparationOptions, frequent: FrequentParagraphs?,
    hash: TextHash
  ) {
    end = TextSpool.Position(
      documents: portion.firstDocument + portion.documents, bytes: portion.end)
    self.options = options
    self.frequent = frequent
    self.hash = hash
    portion.forEach { text, number in
      guard let shorter = withoutFrequentParagraphs(text, number) else { return add(text) }
      shorter.withUnsafeBufferPointer { shorter in
        guard shorter.hasScalars(max(1, options.minimumLength)) else {
          report.tooShortAfterwards.add(text.count)
          return
        }
        add(shorter)
      }
    }
  }

  /// A text without the paragraphs that stand too often; `nil` if it has none of them.
  private mutating func withoutFrequentParagraphs(
    _ text: UnsafeBufferPointer<UInt8>, _ number: Int
  ) -> [UInt8]? {
    guard let frequent, frequent.count > 0 else { return nil }
    var kept: [Range<Int>] = []
    var keptFrequent = Set<UInt64>()
    var dropped = 0
    var bytes = 0
    for range in Paragraphs(text) {
      let key = hash(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[range]))
      if let first = frequent.firstDocument(of: key),
        first != number || !keptFrequent.insert(key).inserted
      {
        dropped += 1
        bytes += range.count
      } else {
        kept.append(range)
      }
    }
    guard dropped > 0 else { return nil }
    report.paragraphs += dropped
    report.paragraphBytes += bytes
    var shorter: [UInt8] = []
    shorter.reserveCapacity(text.count)
    for (index, range) in kept.enumerated() {
      if index > 0 {
        // What stood before a paragraph stays before it: one line feed or two.
        shorter.append(0x0A)
        if range.lowerBound >= 2, text[range.lowerBound - 2] == 0x0A { shorter.append(0x0A) }
      }
      shorter.append(contentsOf: text[range])
    }
    return shorter
  }

  private mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    if let tokenizer = options.tokenizer {
      let before = ids.count
      do {
        try tokenizer.tokenizer.encode(utf8: text, addSpecialTokens: false, into: &ids)
      } catch {
        report.problems["cannot be encoded", default: 0] += 1
        return
      }
      ids.append(tokenizer.endOfDocument)
      lengths.append(ids.count - before)
      report.tokens += ids.count - before
    } else {
      JSONLine.append(text, to: &lines)
    }
    report.written.add(text.count)
  }
}

/// A text as a line of JSON.
enum JSONLine {
  private static let opening = Array(#"{"text": ""#.utf8)
  private static let closing = Array("\"}\n".utf8)
  private static let needsEscape: [Bool] = (0..<256).map { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }
  private static let digits = Array("0123456789abcdef".utf8)

  /// Appends `{"text": "…"}` and a line feed.
  ///
  /// - Parameters:
  ///   - text: Valid UTF-8.
  ///   - lines: Receives the line at its end.
  static func append(_ text: UnsafeBufferPointer<UInt8>, to lines: inout [UInt8]) {
    lines.append(contentsOf: opening)
    needsEscape.withUnsafeBufferPointer { needsEscape in
      var i = 0
      while i < text.count {
        let start = i
        while i < text.count, !needsEscape[Int(text[i])] { i += 1 }
        lines.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<i]))
        guard i < text.count else { break }
        lines.append(UInt8(ascii: "\\"))
        switch text[i] {
        case 0x22, 0x5C: lines.append(text[i])
        case 0x0A: lines.append(UInt8(ascii: "n"))
        case 0x09: lines.append(UInt8(ascii: "t"))
        default:
          lines.append(contentsOf: "u00".utf8)
          lines.append(digits[Int(text[i] >> 4)])
          lines.append(digits[Int(text[i] & 15)])
        }
        i += 1
      }
    }
    lines.append(contentsOf: closing)
  }
}
