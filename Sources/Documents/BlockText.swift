/// Builds a text of blocks: paragraphs with a blank line between them, lines, and running text in
/// which white space counts once.
struct BlockText {
  private(set) var bytes: [UInt8] = []

  private enum Break: Int { case none, line, paragraph }

  private var pendingBreak = Break.none
  private var hasPendingSpace = false
  private var pendingMarker: [UInt8] = []
  /// Where the block at hand begins, the break before it included.
  private var blockStart = 0
  /// Asked of each finished block whether it is left out.
  private let isUnwanted: (ArraySlice<UInt8>) -> Bool

  /// Starts an empty text.
  ///
  /// - Parameter isUnwanted: Asked of each finished block whether it is left out.
  init(isUnwanted: @escaping (ArraySlice<UInt8>) -> Bool = { _ in false }) {
    self.isUnwanted = isUnwanted
  }

  /// Whether nothing stands behind the last break.
  var isAtStartOfBlock: Bool { pendingBreak != .none || bytes.isEmpty }

  // MARK: Breaks

  /// Ends the line at hand.
  mutating func endLine() { end(.line) }

  /// Ends the paragraph at hand.
  mutating func endParagraph() {
    end(.paragraph)
    pendingMarker = []
  }

  private mutating func end(_ kind: Break) {
    hasPendingSpace = false
    if pendingBreak == .none, bytes.count > blockStart {
      let block = bytes[blockStart...].drop { $0 == 0x0A }
      if isUnwanted(block) {
        // The break before it is still to come.
        pendingBreak = Break(rawValue: min(2, block.startIndex - blockStart)) ?? .none
        bytes.removeSubrange(blockStart...)
      }
    }
    if kind.rawValue > pendingBreak.rawValue { pendingBreak = kind }
  }

  /// Puts a marker before the next text, if any comes before the next paragraph.
  mutating func mark(_ marker: String) { pendingMarker = Array(marker.utf8) }

  // MARK: Text

  /// A blank, unless there is one.
  mutating func space() { hasPendingSpace = !isAtStartOfBlock }

  /// Appends running text; runs of white space become one space.
  ///
  /// - Parameter text: Valid UTF-8.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    var i = 0
    while i < text.count {
      let start = i
      while i < text.count, text[i] > 0x20, text[i] != 0xC2 { i += 1 }
      if i > start { appendSolid(UnsafeBufferPointer(rebasing: text[start..<i])) }
      guard i < text.count else { return }
      if text[i] == 0xC2 {
        // A no-break space is a space; pages are full of them.
        if i + 1 < text.count, text[i + 1] == 0xA0 {
          space()
        } else {
          appendSolid(UnsafeBufferPointer(rebasing: text[i..<min(i + 2, text.count)]))
        }
        i += 2
      } else {
        space()
        i += 1
      }
    }
  }

  /// Appends running text.
  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  /// Appends text as it is, line feeds and blanks included.
  ///
  /// - Parameter text: Valid UTF-8.
  mutating func appendPreformatted(_ text: UnsafeBufferPointer<UInt8>) {
    var text = text
    if isAtStartOfBlock {
      // Blank lines at the start are of the markup's making.
      let first = text.firstIndex { $0 > 0x20 } ?? text.count
      let line = text[..<first].lastIndex { $0 == 0x0A }.map { $0 + 1 } ?? 0
      text = UnsafeBufferPointer(rebasing: text[(first == text.count ? first : line)...])
    }
    guard !text.isEmpty else { return }
    begin()
    for (index, byte) in text.enumerated() {
      if byte == 0xA0, index > 0, text[index - 1] == 0xC2 {
        bytes[bytes.count - 1] = 0x20
      } else {
        bytes.append(byte)
      }
    }
  }

  private mutating func appendSolid(_ text: UnsafeBufferPointer<UInt8>) {
    begin()
    bytes.append(contentsOf: text)
  }

  /// Writes the break, the marker or the space that was waiting for text.
  private mutating func begin() {
    if isAtStartOfBlock {
      blockStart = bytes.count
      if !bytes.isEmpty {
        for _ in 0..<pendingBreak.rawValue { bytes.append(0x0A) }
      }
      bytes.append(contentsOf: pendingMarker)
      pendingMarker = []
      pendingBreak = .none
      hasPendingSpace = false
    } else if hasPendingSpace {
      bytes.append(0x20)
      hasPendingSpace = false
    }
  }

  /// The text, once everything was appended.
  mutating func finish() -> [UInt8] {
    endParagraph()
    return bytes
  }
}
