/// Finds the longest of many texts at each place, from left to right.
struct AddedTokenMatcher: Sendable {
  /// A text with what it stands for.
  struct Entry: Sendable {
    let bytes: [UInt8]
    let id: Int32
    let token: AddedToken
    /// Whether the text is found and then passed over.
    let isIgnored: Bool
  }

  /// Sorted by bytes.
  private let entries: [Entry]
  /// One bit for each pair of bytes that a text starts with; texts of one byte set 256.
  private let prefixes: [UInt64]
  /// The first entry for each first byte, and the end.
  private let firstEntries: [Int]

  /// A matcher for texts that are not empty; of equal ones the first holds.
  init(_ entries: [Entry]) {
    var latest: [[UInt8]: Entry] = [:]
    for entry in entries where latest[entry.bytes] == nil { latest[entry.bytes] = entry }
    self.entries = latest.values.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    var prefixes = [UInt64](repeating: 0, count: 1024)
    var firstEntries = [Int](repeating: 0, count: 257)
    for entry in self.entries {
      let first = Int(entry.bytes[0])
      firstEntries[first + 1] += 1
      let seconds = entry.bytes.count > 1 ? Int(entry.bytes[1])...Int(entry.bytes[1]) : 0...255
      for second in seconds {
        let pair = first << 8 | second
        prefixes[pair / 64] |= 1 << UInt64(pair % 64)
      }
    }
    for byte in 0..<256 { firstEntries[byte + 1] += firstEntries[byte] }
    self.prefixes = prefixes
    self.firstEntries = firstEntries
  }

  var isEmpty: Bool { entries.isEmpty }

  /// The first place at an offset or after it where a text stands, and the longest text there.
  ///
  /// - Complexity: O(bytes) where no text begins, else O(length of the longest · log texts) there.
  func firstMatch(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (range: Range<Int>, entry: Entry)? {
    if entries.isEmpty { return nil }
    return prefixes.withUnsafeBufferPointer { prefixes in
      var i = start
      while i < bytes.count {
        let pair = Int(bytes[i]) << 8 | (i + 1 < bytes.count ? Int(bytes[i + 1]) : 0)
        let isLast = i + 1 == bytes.count
        if isLast || prefixes[pair >> 6] >> UInt64(pair & 63) & 1 == 1,
          let entry = longestEntry(in: bytes, at: i)
        {
          return (i..<i + entry.bytes.count, entry)
        }
        i += 1
      }
      return nil
    }
  }

  /// Narrows the sorted entries byte by byte.
  private func longestEntry(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Entry? {
    let first = Int(bytes[start])
    var lower = firstEntries[first]
    var upper = firstEntries[first + 1]
    var best: Entry?
    var depth = 1
    while lower < upper {
      // Of the entries that share what was read so far, one that ends here sorts first.
      if entries[lower].bytes.count == depth {
        best = entries[lower]
        lower += 1
      }
      guard lower < upper, start + depth < bytes.count else { break }
      let byte = bytes[start + depth]
      lower = partition(lower, upper) { $0[depth] < byte }
      upper = partition(lower, upper) { $0[depth] <= byte }
      depth += 1
    }
    return best
  }

  /// The first entry of a range for which a test that holds for a prefix of it fails.
  private func partition(_ lower: Int, _ upper: Int, _ holds: ([UInt8]) -> Bool) -> Int {
    var lower = lower
    var upper = upper
    while lower < upper {
      let middle = (lower + upper) / 2
      if holds(entries[middle].bytes) { lower = middle + 1 } else { upper = middle }
    }
    return lower
  }
}
