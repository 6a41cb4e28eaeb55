/// Methods of Python's `str` on Unicode scalars, so that no grapheme rule and no canonical equivalence
/// of Swift's `String` changes a prompt or a length.
extension String {
  /// Python's `len(text)`: code points, not grapheme clusters.
  /// - Complexity: O(length).
  public var pythonLength: Int { unicodeScalars.count }

  /// A string of the scalars given.
  init(pythonScalars scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self = String(view)
  }

  /// Python's `text.strip(characters)`.
  ///
  /// - Parameter characters: What is removed at both ends; white space if `nil`.
  /// - Returns: The text between.
  public func pythonStripped(_ characters: String? = nil) -> String {
    pythonLeftStripped(characters).pythonRightStripped(characters)
  }

  /// Python's `text.lstrip(characters)`.
  ///
  /// - Parameter characters: What is removed in front; white space if `nil`.
  /// - Returns: The rest.
  public func pythonLeftStripped(_ characters: String? = nil) -> String {
    let removed = characters.map { Set($0.unicodeScalars) }
    let rest = unicodeScalars.drop { removed?.contains($0) ?? $0.isPythonSpace }
    return String(rest)
  }

  /// Python's `text.rstrip(characters)`.
  ///
  /// - Parameter characters: What is removed at the end; white space if `nil`.
  /// - Returns: The rest.
  public func pythonRightStripped(_ characters: String? = nil) -> String {
    let removed = characters.map { Set($0.unicodeScalars) }
    let scalars = unicodeScalars
    var end = scalars.endIndex
    while end > scalars.startIndex {
      let before = scalars.index(before: end)
      guard removed?.contains(scalars[before]) ?? scalars[before].isPythonSpace else { break }
      end = before
    }
    return String(scalars[..<end])
  }

  /// Python's `text.startswith(prefix)`, by scalars.
  public func pythonHasPrefix(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

  /// Python's `text.endswith(suffix)`, by scalars.
  public func pythonHasSuffix(_ suffix: String) -> Bool {
    utf8.count >= suffix.utf8.count && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  /// Python's `text.isdigit()`; false for the empty text.
  public var isPythonDigits: Bool {
    !isEmpty && unicodeScalars.allSatisfy { $0.isPythonDigit }
  }

  /// Python's `text.isspace()`; false for the empty text.
  public var isPythonSpace: Bool {
    !isEmpty && unicodeScalars.allSatisfy { $0.isPythonSpace }
  }

  /// Python's `text[lower:upper]` for bounds already clipped to `0...pythonLength`.
  func pythonSlice(from lower: Int, to upper: Int) -> String {
    guard lower < upper else { return "" }
    return String(unicodeScalars.dropFirst(lower).prefix(upper - lower))
  }

  /// Finds all occurrences that do not overlap.
  ///
  /// - Parameters:
  ///   - pattern: What is looked for; the empty text is nowhere.
  ///   - limit: At most so many.
  /// - Returns: Byte offsets, first to last.
  /// - Complexity: O(length + pattern length).
  func occurrences(of pattern: String, limit: Int = .max) -> [Int] {
    guard !pattern.isEmpty, limit > 0 else { return [] }
    return ByteSearch(Array(pattern.utf8)).positions(in: Array(utf8), limit: limit)
  }

  /// The text of a range of bytes that begins and ends at scalars.
  func bytes(_ range: Range<Int>) -> String {
    String(decoding: Array(utf8.dropFirst(range.lowerBound).prefix(range.count)), as: UTF8.self)
  }

  /// Python's `text.replace(old, new, count)`.
  ///
  /// - Parameters:
  ///   - old: What is replaced; the empty text matches before every scalar and at the end.
  ///   - new: What takes its place.
  ///   - count: At most so many replacements; `nil` for all.
  /// - Returns: The new text.
  public func pythonReplacing(_ old: String, with new: String, count: Int? = nil) -> String {
    let limit = count ?? .max
    guard limit > 0 else { return self }
    if old.isEmpty {
      // The scalar view's `append(contentsOf:)` would copy all that is there once per call.
      var result = ""
      var replaced = 0
      for scalar in unicodeScalars {
        if replaced < limit {
          result += new
          replaced += 1
        }
        result.unicodeScalars.append(scalar)
      }
      if replaced < limit { result += new }
      return result
    }
    let places = occurrences(of: old, limit: limit)
    if places.isEmpty { return self }
    let text = Array(utf8)
    var result: [UInt8] = []
    var start = 0
    for place in places {
      result.append(contentsOf: text[start..<place])
      result.append(contentsOf: new.utf8)
      start = place + old.utf8.count
    }
    result.append(contentsOf: text[start...])
    return String(decoding: result, as: UTF8.self)
  }

  /// Python's `text.find(pattern)`.
  ///
  /// - Parameter pattern: What is looked for.
  /// - Returns: Code points before the first occurrence, or `nil`.
  public func pythonFind(_ pattern: String) -> Int? {
    if pattern.isEmpty { return 0 }
    guard let place = occurrences(of: pattern, limit: 1).first else { return nil }
    return bytes(0..<place).pythonLength
  }

  /// Python's `text.rfind(pattern)`.
  ///
  /// - Parameter pattern: What is looked for.
  /// - Returns: Code points before the last occurrence, or `nil`.
  public func pythonFindLast(_ pattern: String) -> Int? {
    if pattern.isEmpty { return pythonLength }
    let places = ByteSearch(Array(pattern.utf8)).positions(in: Array(utf8), overlapping: true)
    return places.last.map { bytes(0..<$0).pythonLength }
  }

  /// Python's `text.count(pattern)`: occurrences that do not overlap.
  public func pythonCount(_ pattern: String) -> Int {
    pattern.isEmpty ? pythonLength + 1 : occurrences(of: pattern).count
  }
}
