/// Watches markup go by for elements with more attributes than any page has.
///
/// libxml2 compares each attribute with all before it, so a tag with a million of them would take
/// hours. Tags are read as HTML and libxml2 read them: quotes count only behind an equals sign.
struct AttributeCounter {
  static let limit = 512

  private enum State {
    case text, opening, name, between, attribute, behindAttribute, beforeValue, unquoted
    case quoted(UInt8)
  }

  private var state = State.text
  private var count = 0

  /// Looks at the next bytes.
  ///
  /// - Parameter bytes: Any part of a text.
  /// - Returns: Whether no tag had too many attributes.
  /// - Complexity: O(bytes).
  mutating func accepts(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var i = 0
    while i < bytes.count {
      if case .text = state {
        while i < bytes.count, bytes[i] != UInt8(ascii: "<") { i += 1 }
        if i < bytes.count { state = .opening }
        i += 1
        continue
      }
      step(bytes[i])
      if count > Self.limit { return false }
      i += 1
    }
    return true
  }

  private mutating func step(_ byte: UInt8) {
    let isBlank = byte <= 0x20
    let isEnd = byte == UInt8(ascii: ">")
    switch state {
    case .text: break
    case .opening:
      count = 0
      state =
        0x61...0x7A ~= byte | 0x20 || byte >= 0x80 || byte == UInt8(ascii: "_") ? .name : .text
    case .name, .unquoted:
      if isEnd { state = .text } else if isBlank || byte == UInt8(ascii: "/") { state = .between }
    case .between:
      if isEnd {
        state = .text
      } else if !isBlank, byte != UInt8(ascii: "/") {
        count += 1
        state = .attribute
      }
    case .attribute, .behindAttribute:
      if isEnd {
        state = .text
      } else if byte == UInt8(ascii: "=") {
        state = .beforeValue
      } else if isBlank {
        state = .behindAttribute
      } else if case .behindAttribute = state {
        count += 1
        state = .attribute
      }
    case .beforeValue:
      if isEnd {
        state = .text
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        state = .quoted(byte)
      } else if !isBlank {
        state = .unquoted
      }
    case .quoted(let mark): if byte == mark { state = .between }
    }
  }
}
