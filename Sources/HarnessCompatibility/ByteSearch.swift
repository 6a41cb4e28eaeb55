/// Finds a pattern in linear time, whatever the text: both come out of files.
///
/// UTF-8 synchronises itself, so a match of bytes is a match of scalars.
/// - SeeAlso: Knuth, Morris & Pratt 1977, doi:10.1137/0206024.
struct ByteSearch {
  private let pattern: [UInt8]
  /// For every prefix of the pattern the length of the longest other prefix that ends it.
  private let borders: [Int]

  /// - Parameter pattern: At least one byte.
  init(_ pattern: [UInt8]) {
    precondition(!pattern.isEmpty, "nothing to look for")
    self.pattern = pattern
    var borders = [Int](repeating: 0, count: pattern.count)
    var length = 0
    for index in pattern.indices.dropFirst() {
      while length > 0 && pattern[index] != pattern[length] { length = borders[length - 1] }
      if pattern[index] == pattern[length] { length += 1 }
      borders[index] = length
    }
    self.borders = borders
  }

  /// Positions of occurrences, first to last.
  ///
  /// - Parameters:
  ///   - text: Where to look.
  ///   - limit: At most so many.
  ///   - overlapping: Whether an occurrence may begin inside the one before.
  /// - Returns: Byte offsets.
  /// - Complexity: O(text + pattern).
  func positions(in text: [UInt8], limit: Int = .max, overlapping: Bool = false) -> [Int] {
    var found: [Int] = []
    var matched = 0
    for (index, byte) in text.enumerated() {
      while matched > 0 && byte != pattern[matched] { matched = borders[matched - 1] }
      if byte == pattern[matched] { matched += 1 }
      guard matched == pattern.count else { continue }
      found.append(index + 1 - pattern.count)
      if found.count >= limit { return found }
      matched = overlapping ? borders[matched - 1] : 0
    }
    return found
  }
}
