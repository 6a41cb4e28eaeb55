/// The runs of words of all items, found by their hash and then compared in full.
final class PhraseIndex: Sendable {
  /// A run of words of an item.
  struct Phrase {
    let hash: UInt64
    let item: Int32
    /// Bytes of the item's ``WordText`` in `texts`.
    let start: Int
    let end: Int
  }

  let wordCount: Int
  let itemCount: Int
  /// Sorted by hash.
  let phrases: [Phrase]
  /// Runs of words of each item; none for an item that is too short.
  let phraseCounts: [Int32]
  private let texts: [UInt8]
  /// The first phrase of a hash, plus 1, by open addressing.
  private let slots: [UInt32]
  private let mask: Int
  /// One bit per hash, which says at once that most runs of words are not there.
  private let filter: [UInt64]
  private let filterShift: UInt64

  /// Indexes items.
  ///
  /// - Parameters:
  ///   - items: Their number, with the place in the array, is below 2³¹.
  ///   - wordCount: Words in a row.
  /// - Complexity: O(words · log words); about 60 bytes per word and the words themselves.
  init(_ items: [InspectedItem], wordCount: Int) {
    self.wordCount = wordCount
    itemCount = items.count
    var phraseCounts: [Int32] = []
    let rolling = RollingWords(count: wordCount)
    var text = WordText()
    var phrases: [Phrase] = []
    var texts: [UInt8] = []
    for (number, item) in items.enumerated() {
      var content = item.text
      content.withUTF8 { text.read($0) }
      let base = texts.count
      texts += text.bytes
      let words = text.words
      rolling.forEach(in: words) { first, hash in
        phrases.append(
          Phrase(
            hash: hash, item: Int32(number), start: base + words[first].start,
            end: base + words[first + wordCount - 1].end))
      }
      phraseCounts.append(Int32(max(0, words.count - wordCount + 1)))
    }
    phrases.sort { ($0.hash, $0.item, $0.start) < ($1.hash, $1.item, $1.start) }
    self.phrases = phrases
    self.texts = texts
    self.phraseCounts = phraseCounts
    var size = 16
    while size < 2 * phrases.count { size *= 2 }
    let mask = size - 1
    var slots: [UInt32] = Array(repeating: 0, count: size)
    var bits: UInt64 = 10
    while 1 << bits < 16 * phrases.count { bits += 1 }
    var filter: [UInt64] = Array(repeating: 0, count: 1 << (Int(bits) - 6))
    let shift = 64 - bits
    for (index, phrase) in phrases.enumerated()
    where index == 0 || phrases[index - 1].hash != phrase.hash {
      var slot = Int(truncatingIfNeeded: phrase.hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(index + 1)
      let bit = phrase.hash >> shift
      filter[Int(bit >> 6)] |= 1 << (bit & 63)
    }
    (self.mask, self.slots) = (mask, slots)
    (self.filter, filterShift) = (filter, shift)
  }

  /// Whether some phrase may have this hash.
  @inline(__always)
  func mayContain(_ hash: UInt64) -> Bool {
    let bit = hash >> filterShift
    return filter[Int(truncatingIfNeeded: bit >> 6)] & 1 << (bit & 63) != 0
  }

  /// Calls a function with every phrase of these words.
  ///
  /// - Parameters:
  ///   - hash: Of the words.
  ///   - bytes: The words, separated by blanks.
  ///   - body: Takes an index into ``phrases``.
  func forEachMatch(
    _ hash: UInt64, _ bytes: UnsafeBufferPointer<UInt8>, _ body: (Int) -> Void
  ) {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      var index = Int(slots[slot]) - 1
      if phrases[index].hash == hash {
        while index < phrases.count, phrases[index].hash == hash {
          if texts[phrases[index].start..<phrases[index].end].elementsEqual(bytes) { body(index) }
          index += 1
        }
        return
      }
      slot = (slot + 1) & mask
    }
  }
}
