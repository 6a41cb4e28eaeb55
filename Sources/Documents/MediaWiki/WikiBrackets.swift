/// Which brackets of a wikitext belong together, found in one walk.
struct WikiBrackets {
  /// By the offset at which an opening begins, the offset behind its closing.
  private(set) var ends: [Int: Int] = [:]

  /// Deepest nesting that is followed; what lies deeper has no end.
  private static let maximumDepth = 200

  /// Finds pairs of `{{ }}`, `[[ ]]` and `{| |}`.
  ///
  /// - Parameter text: A page's source.
  /// - Complexity: O(bytes).
  init(_ text: UnsafeBufferPointer<UInt8>) {
    var templates: [Int] = []
    var links: [Int] = []
    var tables: [Int] = []
    var i = 0
    while i + 1 < text.count {
      let pair = (text[i], text[i + 1])
      switch pair {
      case (0x7B, 0x7B):
        if templates.count < Self.maximumDepth { templates.append(i) }
        i += 2
      case (0x7D, 0x7D):
        if let start = templates.popLast() { ends[start] = i + 2 }
        i += 2
      case (0x5B, 0x5B):
        if links.count < Self.maximumDepth { links.append(i) }
        i += 2
      case (0x5D, 0x5D):
        if let start = links.popLast() { ends[start] = i + 2 }
        i += 2
      case (0x7B, 0x7C) where Self.isAtLineStart(text, i):
        if tables.count < Self.maximumDepth { tables.append(i) }
        i += 2
      case (0x7C, 0x7D) where Self.isAtLineStart(text, i) && !tables.isEmpty:
        if let start = tables.popLast() { ends[start] = i + 2 }
        i += 2
      default: i += 1
      }
    }
  }

  /// Whether nothing but blanks and colons stands between an offset and its line's start.
  static func isAtLineStart(_ text: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Bool {
    var i = offset
    while i > 0, text[i - 1] == 0x20 || text[i - 1] == 0x3A || text[i - 1] == 0x09 { i -= 1 }
    return i == 0 || text[i - 1] == 0x0A
  }
}
