/// Python's ways of cutting a text into parts and joining parts into a text.
extension String {
  /// Python's `text.split()`: words between runs of white space, none of them empty.
  ///
  /// - Parameter maximumSplits: At most so many cuts; the rest stays whole, white space at its end included.
  ///   `nil` for no limit.
  /// - Returns: The words.
  public func pythonSplit(maximumSplits: Int? = nil) -> [String] {
    var words: [String] = []
    var rest = unicodeScalars[...]
    while true {
      rest = rest.drop { $0.isPythonSpace }
      if rest.isEmpty { return words }
      if let maximumSplits, words.count >= maximumSplits {
        words.append(String(rest))
        return words
      }
      let word = rest.prefix { !$0.isPythonSpace }
      words.append(String(word))
      rest = rest[word.endIndex...]
    }
  }

  /// Python's `text.split(separator)`.
  ///
  /// - Parameters:
  ///   - separator: At least one scalar.
  ///   - maximumSplits: At most so many cuts, counted from the left; `nil` for no limit.
  /// - Returns: The parts, at least one.
  public func pythonSplit(separator: String, maximumSplits: Int? = nil) -> [String] {
    parts(around: occurrences(of: separator, limit: maximumSplits ?? .max), separator: separator)
  }

  /// Python's `text.rsplit(separator)`.
  ///
  /// - Parameters:
  ///   - separator: At least one scalar.
  ///   - maximumSplits: At most so many cuts, counted from the right; `nil` for no limit.
  /// - Returns: The parts, at least one.
  public func pythonRightSplit(separator: String, maximumSplits: Int? = nil) -> [String] {
    guard !separator.isEmpty, maximumSplits != 0 else { return [self] }
    // From the right is from the left in the mirror.
    let mirrored = ByteSearch(separator.utf8.reversed())
    let places = mirrored.positions(in: utf8.reversed(), limit: maximumSplits ?? .max)
      .map { utf8.count - $0 - separator.utf8.count }
    return parts(around: places.reversed(), separator: separator)
  }

  /// Python's `text.rsplit()`: words, cut from the right.
  ///
  /// - Parameter maximumSplits: At most so many cuts; `nil` for no limit.
  /// - Returns: The words.
  public func pythonRightSplit(maximumSplits: Int? = nil) -> [String] {
    guard let maximumSplits else { return pythonSplit() }
    var words: [String] = []
    var rest = pythonRightStripped()
    while !rest.isEmpty {
      if words.count >= maximumSplits {
        words.append(rest)
        break
      }
      let scalars = rest.unicodeScalars
      let start =
        scalars.lastIndex { $0.isPythonSpace }.map { scalars.index(after: $0) }
        ?? scalars.startIndex
      words.append(String(scalars[start...]))
      rest = String(scalars[..<start]).pythonRightStripped()
    }
    return words.reversed()
  }

  /// Python's `text.splitlines(keepends)`; `"\r\n"` is one line end.
  ///
  /// - Parameter keepsEnds: Whether the line ends stay.
  /// - Returns: The lines; none for the empty text.
  public func pythonSplitLines(keepsEnds: Bool = false) -> [String] {
    let scalars = Array(unicodeScalars)
    var lines: [String] = []
    var start = 0
    var index = 0
    while index < scalars.count {
      guard scalars[index].isPythonLineBreak else {
        index += 1
        continue
      }
      var next = index + 1
      if scalars[index] == "\r" && next < scalars.count && scalars[next] == "\n" { next += 1 }
      lines.append(String(pythonScalars: scalars[start..<(keepsEnds ? next : index)]))
      start = next
      index = next
    }
    if start < scalars.count { lines.append(String(pythonScalars: scalars[start...])) }
    return lines
  }

  private func parts(around places: some Sequence<Int>, separator: String) -> [String] {
    let text = Array(utf8)
    var parts: [String] = []
    var start = 0
    for place in places {
      parts.append(String(decoding: text[start..<place], as: UTF8.self))
      start = place + separator.utf8.count
    }
    parts.append(String(decoding: text[start...], as: UTF8.self))
    return parts
  }
}
