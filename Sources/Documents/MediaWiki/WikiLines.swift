/// Turns the lines of a wikitext, of which the markup within lines is gone, into a text.
enum WikiLines {
  private enum Line {
    case blank
    case heading(level: Int, [UInt8])
    case item([UInt8])
    case text([UInt8])
  }

  /// The text.
  ///
  /// - Parameter lines: Wikitext's lines: headings between equals signs, list items behind `*#:;`.
  /// - Returns: Paragraphs and headings with blank lines between them, items line by line.
  static func text(of lines: [UInt8]) -> [UInt8] {
    var blocks: [(level: Int, bytes: [UInt8])] = []
    var continuesBlock = false
    for slice in lines.split(separator: 0x0A, omittingEmptySubsequences: false) {
      switch line(slice) {
      case .blank: continuesBlock = false
      case .heading(let level, let title):
        // Headings with nothing under them say nothing.
        while let last = blocks.last, last.level >= level { blocks.removeLast() }
        blocks.append((level, title))
        continuesBlock = false
      case .item(let item): add(item, to: &blocks, continues: &continuesBlock)
      case .text(let text): add(text, to: &blocks, continues: &continuesBlock)
      }
    }
    while let last = blocks.last, last.level > 0 { blocks.removeLast() }
    return Array(blocks.map(\.bytes).joined(separator: [0x0A, 0x0A]))
  }

  private static func add(
    _ line: [UInt8], to blocks: inout [(level: Int, bytes: [UInt8])], continues: inout Bool
  ) {
    if continues, let last = blocks.indices.last {
      blocks[last].bytes.append(0x0A)
      blocks[last].bytes.append(contentsOf: line)
    } else {
      blocks.append((0, line))
    }
    continues = true
  }

  private static func line(_ slice: ArraySlice<UInt8>) -> Line {
    let line = trimmed(slice)
    guard let first = line.first else { return .blank }
    switch first {
    case UInt8(ascii: "="):
      let level = line.prefix { $0 == first }.count
      let end = line.reversed().prefix { $0 == first }.count
      guard level <= 6, end == level, line.count > 2 * level else { break }
      let title = trimmed(line.dropFirst(level).dropLast(level))
      return title.isEmpty ? .blank : .heading(level: level, Array(title))
    case UInt8(ascii: "*"), UInt8(ascii: "#"), UInt8(ascii: ":"), UInt8(ascii: ";"):
      let marks = line.prefix { [0x2A, 0x23, 0x3A, 0x3B].contains($0) }
      let item = trimmed(line.dropFirst(marks.count))
      if item.isEmpty { return .blank }
      let isBullet = marks.last == UInt8(ascii: "*") || marks.last == UInt8(ascii: "#")
      return .item(isBullet ? Array("- ".utf8) + item : Array(item))
    case UInt8(ascii: "-") where line.allSatisfy({ $0 == first }) && line.count >= 4: return .blank
    // What is left of a table that was never closed.
    case UInt8(ascii: "|"), UInt8(ascii: "!"): return .blank
    default: break
    }
    return .text(Array(line))
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line.drop { $0 <= 0x20 }
    while let last = line.last, last <= 0x20 { line.removeLast() }
    return line
  }
}
