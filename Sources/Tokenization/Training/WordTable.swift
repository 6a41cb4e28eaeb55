/// How often each distinct word occurs, words being byte strings.
///
/// Memory is that of the distinct words: their bytes, and about 40 bytes for each.
struct WordTable {
  private struct Slot {
    var hash: UInt32 = 0
    /// Index of the word plus 1; 0 marks a free slot.
    var word: UInt32 = 0
  }

  private var slots = [Slot](repeating: Slot(), count: 1 << 12)
  private var bytes: [UInt8] = []
  /// Where each word's bytes begin; one more entry for the end of the last.
  private var starts: [Int] = [0]
  private(set) var counts: [Int] = []

  /// Distinct words.
  var count: Int { counts.count }
  /// Bytes of all distinct words.
  var byteCount: Int { bytes.count }

  /// Calls a function with the bytes of a word.
  @inline(__always)
  func withWord<Result>(
    at index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    try bytes.withUnsafeBufferPointer { all in
      try body(UnsafeBufferPointer(rebasing: all[starts[index]..<starts[index + 1]]))
    }
  }

  /// Counts a word.
  ///
  /// - Parameters:
  ///   - word: Not empty.
  ///   - occurrences: How often it occurred.
  /// - Complexity: O(length) expected.
  @inline(__always)
  mutating func add(_ word: UnsafeBufferPointer<UInt8>, occurrences: Int = 1) {
    let hash = ByteStringMap.hash(word)
    let short = UInt32(truncatingIfNeeded: hash)
    var place = Int(truncatingIfNeeded: hash >> 32) & (slots.count - 1)
    while true {
      let slot = slots[place]
      if slot.word == 0 { break }
      if slot.hash == short, holds(Int(slot.word) - 1, word) {
        counts[Int(slot.word) - 1] += occurrences
        return
      }
      place = (place + 1) & (slots.count - 1)
    }
    insert(word, occurrences, Slot(hash: short, word: UInt32(counts.count + 1)), at: place)
  }

  /// Adds the words of another table.
  mutating func add(_ other: WordTable) {
    for index in 0..<other.count {
      other.withWord(at: index) { add($0, occurrences: other.counts[index]) }
    }
  }

  @inline(__always)
  private func holds(_ index: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = starts[index]
    guard starts[index + 1] - start == word.count else { return false }
    return bytes.withUnsafeBufferPointer { all in
      var i = 0
      while i < word.count, all[start + i] == word[i] { i += 1 }
      return i == word.count
    }
  }

  private mutating func insert(
    _ word: UnsafeBufferPointer<UInt8>, _ occurrences: Int, _ slot: Slot, at place: Int
  ) {
    slots[place] = slot
    bytes.append(contentsOf: word)
    starts.append(bytes.count)
    counts.append(occurrences)
    if counts.count * 2 > slots.count { grow() }
  }

  private mutating func grow() {
    // A full-width hash is not kept; its upper half is found again from the bytes.
    slots = [Slot](repeating: Slot(), count: slots.count * 2)
    for index in 0..<counts.count {
      let hash = withWord(at: index) { ByteStringMap.hash($0) }
      var place = Int(truncatingIfNeeded: hash >> 32) & (slots.count - 1)
      while slots[place].word > 0 { place = (place + 1) & (slots.count - 1) }
      slots[place] = Slot(hash: UInt32(truncatingIfNeeded: hash), word: UInt32(index + 1))
    }
  }
}
