/// Counts the words of texts, for a ``BytePairTrainer``.
///
/// One counter is for one thread; counters of several threads are added up at the end, and in which
/// order does not matter.
///
///     var counter = WordCounter(pattern: .gpt2)
///     counter.add("Guten Morgen")
public struct WordCounter {
  /// Longest piece that is counted as one word, in bytes.
  ///
  /// A longer one, such as a file in Base64 or a row of a million hyphens, is counted in parts of this
  /// length, because every merge in a word walks the whole of it.
  public static let maximumWordLength = 1 << 12

  public let pattern: TrainingPattern
  /// UTF-8 bytes of the texts, before normalization.
  public private(set) var textBytes = 0
  /// Texts that were not empty.
  public private(set) var textCount = 0
  private(set) var words = WordTable()

  public init(pattern: TrainingPattern) { self.pattern = pattern }

  /// Different words so far.
  public var distinctWordCount: Int { words.count }

  /// Cuts a text into words and counts them.
  ///
  /// - Parameter text: One document; words never reach from one into the next.
  /// - Complexity: O(bytes).
  public mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      if bytes.isEmpty { return }
      textCount += 1
      textBytes += bytes.count
      var normalized: [UInt8] = []
      if let form = pattern.normalizationForm, form.normalize(bytes, into: &normalized) {
        normalized.withUnsafeBufferPointer { count($0) }
      } else {
        count(bytes)
      }
    }
  }

  /// Adds what another counter has counted.
  ///
  /// - Parameter other: With the same pattern.
  public mutating func add(_ other: WordCounter) {
    precondition(pattern == other.pattern, "words of two patterns are not the same words")
    textBytes += other.textBytes
    textCount += other.textCount
    words.add(other.words)
  }

  private mutating func count(_ bytes: UnsafeBufferPointer<UInt8>) {
    ScalarClasses.shared.flags.withUnsafeBufferPointer { flags in
      let text = ClassifiedText(bytes: bytes, flags: flags)
      var start = 0
      // One loop per pattern, so that each scanner is compiled into its own.
      switch pattern.scanner {
      case .gpt2:
        while start < bytes.count {
          let end = text.gpt2End(of: start)
          count(bytes, start, end)
          start = end
        }
      case .cl100k(let maximumDigits):
        while start < bytes.count {
          let end = text.cl100kEnd(of: start, maximumDigits: maximumDigits)
          count(bytes, start, end)
          start = end
        }
      }
    }
  }

  @inline(__always)
  private mutating func count(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
    var start = start
    while end - start > Self.maximumWordLength {
      words.add(UnsafeBufferPointer(rebasing: bytes[start..<start + Self.maximumWordLength]))
      start += Self.maximumWordLength
    }
    words.add(UnsafeBufferPointer(rebasing: bytes[start..<end]))
  }
}
