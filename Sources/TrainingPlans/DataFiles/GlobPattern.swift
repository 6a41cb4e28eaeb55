/// One component of a glob: `*`, `?` and `[a-z]` within a name.
struct GlobPattern {
  private enum Element {
    case any
    case one
    case literal(UInt8)
    case set(ranges: [ClosedRange<UInt8>], isNegated: Bool)
  }

  /// The component as written.
  let text: String
  private let elements: [Element]

  init(_ text: String) {
    self.text = text
    let bytes = Array(text.utf8)
    var elements: [Element] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "*"): elements.append(.any)
      case UInt8(ascii: "?"): elements.append(.one)
      case UInt8(ascii: "["):
        if let (set, end) = Self.set(bytes, from: index + 1) {
          elements.append(set)
          index = end
        } else {
          elements.append(.literal(bytes[index]))
        }
      default: elements.append(.literal(bytes[index]))
      }
      index += 1
    }
    self.elements = elements
  }

  /// Whether it stands for any number of folders.
  var spansFolders: Bool { text == "**" }

  /// Whether it means itself only.
  var isLiteral: Bool {
    elements.allSatisfy { if case .literal = $0 { true } else { false } }
  }

  /// Reads a set of bytes behind its bracket; `nil` if it is not closed.
  private static func set(_ bytes: [UInt8], from start: Int) -> (Element, end: Int)? {
    var index = start
    let isNegated = index < bytes.count && (bytes[index] == 0x21 || bytes[index] == 0x5E)
    if isNegated { index += 1 }
    var ranges: [ClosedRange<UInt8>] = []
    let first = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "]") || index == first {
      if index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "-"),
        bytes[index + 2] != UInt8(ascii: "]"), bytes[index] <= bytes[index + 2]
      {
        ranges.append(bytes[index]...bytes[index + 2])
        index += 3
      } else {
        ranges.append(bytes[index]...bytes[index])
        index += 1
      }
    }
    return index < bytes.count ? (.set(ranges: ranges, isNegated: isNegated), index) : nil
  }

  /// Whether a name fits; one that begins with a dot only if the pattern does.
  ///
  /// - Parameter name: A file's or folder's name.
  /// - Returns: Whether all of it fits.
  /// - Complexity: O(pattern · name), without recursion.
  func matches(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    if bytes.first == UInt8(ascii: "."), text.utf8.first != UInt8(ascii: ".") { return false }
    var element = 0
    var index = 0
    // Where the last star stands, and how much of the name it has taken.
    var star: (element: Int, index: Int)?
    while index < bytes.count {
      if element < elements.count, case .any = elements[element] {
        star = (element, index)
        element += 1
      } else if element < elements.count, let length = length(of: elements[element], bytes, index) {
        element += 1
        index += length
      } else if let last = star {
        star = (last.element, last.index + 1)
        element = last.element + 1
        index = last.index + 1
      } else {
        return false
      }
    }
    return elements[element...].allSatisfy { if case .any = $0 { true } else { false } }
  }

  /// Bytes that an element takes at a place; `nil` if it does not fit.
  private func length(of element: Element, _ bytes: [UInt8], _ index: Int) -> Int? {
    let byte = bytes[index]
    switch element {
    case .any: return nil
    case .literal(let wanted): return byte == wanted ? 1 : nil
    case .set(let ranges, let isNegated):
      return ranges.contains { $0.contains(byte) } != isNegated ? 1 : nil
    case .one:
      // A whole character of several bytes.
      var length = 1
      while index + length < bytes.count, bytes[index + length] & 0xC0 == 0x80 { length += 1 }
      return length
    }
  }
}
