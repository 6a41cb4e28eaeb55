internal import Files

/// The running text of an article's wikitext.
///
/// Templates, tables, files, categories, references, galleries, comments and formulas go; links give
/// their words; headings, list items and paragraphs stand on lines of their own; headings with nothing
/// under them go too. What templates would have produced is not there.
struct WikiText {
  private let text: UnsafeBufferPointer<UInt8>
  private let brackets: WikiBrackets
  private var output: [UInt8] = []

  /// Links within labels within links.
  private static let maximumDepth = 20
  /// Elements whose content is no running text.
  private static let skippedTags = [
    "ref", "gallery", "timeline", "math", "chem", "score", "imagemap", "graph", "mapframe",
    "templatestyles", "references", "inputbox", "hiero", "section", "indicator", "style", "script",
  ]
  /// Elements whose content is taken as it is.
  private static let verbatimTags = ["nowiki", "pre", "syntaxhighlight", "source"]
  /// Namespaces of links that show no words here.
  private static let silentNamespaces: Set<String> = [
    "file", "image", "media", "category", "datei", "bild", "kategorie", "fichier", "catégorie",
    "archivo", "categoría", "immagine", "categoria",
  ]

  /// The text of an article.
  ///
  /// - Parameter source: Wikitext, valid UTF-8.
  /// - Returns: Valid UTF-8.
  /// - Complexity: O(bytes · depth of links), which is bounded.
  static func text(of source: [UInt8]) -> [UInt8] {
    source.withUnsafeBufferPointer { source in
      var page = WikiText(text: source, brackets: WikiBrackets(source))
      page.output.reserveCapacity(source.count)
      page.convert(0..<source.count, depth: 0)
      return WikiLines.text(of: page.output)
    }
  }

  private init(text: UnsafeBufferPointer<UInt8>, brackets: WikiBrackets) {
    self.text = text
    self.brackets = brackets
  }

  // MARK: Markup within lines

  private mutating func convert(_ range: Range<Int>, depth: Int) {
    var i = range.lowerBound
    while i < range.upperBound {
      switch text[i] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        i = bracket(at: i, end: range.upperBound, depth: depth)
      case UInt8(ascii: "<"): i = element(at: i, end: range.upperBound)
      case UInt8(ascii: "'") where starts("''", at: i):
        while i < range.upperBound, text[i] == UInt8(ascii: "'") { i += 1 }
      case UInt8(ascii: "&"): i = entity(at: i, end: range.upperBound)
      case UInt8(ascii: "_") where starts("__", at: i): i = magicWord(at: i, end: range.upperBound)
      default:
        output.append(text[i])
        i += 1
      }
    }
  }

  private func starts(_ word: StaticString, at offset: Int) -> Bool {
    guard offset + word.utf8CodeUnitCount <= text.count else { return false }
    for index in 0..<word.utf8CodeUnitCount where text[offset + index] != word.utf8Start[index] {
      return false
    }
    return true
  }

  /// Treats a template, a table or a link.
  ///
  /// - Returns: The offset behind it.
  private mutating func bracket(at start: Int, end: Int, depth: Int) -> Int {
    if let close = brackets.ends[start], close <= end {
      if text[start] == UInt8(ascii: "[") {
        link(start + 2..<close - 2, depth: depth)
      }
      return close
    }
    if text[start] == UInt8(ascii: "["), !starts("[[", at: start) {
      return externalLink(at: start, end: end, depth: depth)
    }
    // One that is never closed: its marks go, its words stay.
    let isDouble = starts("{{", at: start) || starts("[[", at: start) || starts("{|", at: start)
    if !isDouble { output.append(text[start]) }
    return start + (isDouble ? 2 : 1)
  }

  private mutating func link(_ range: Range<Int>, depth: Int) {
    let content = text[range]
    let target = content.prefix { $0 != UInt8(ascii: "|") }
    if let colon = target.firstIndex(of: UInt8(ascii: ":")), colon > range.lowerBound {
      let name = String(decoding: text[range.lowerBound..<colon], as: UTF8.self)
        .lowercased().filter { $0 != " " }
      if Self.silentNamespaces.contains(name) { return }
      // [[fr:Page]] is a link to another language.
      if target.count == content.count, 2...3 ~= name.utf8.count, name.utf8.allSatisfy(\.isLetter) {
        return
      }
    }
    guard depth < Self.maximumDepth else { return }
    var label = range
    if target.count < content.count {
      label = range.lowerBound + target.count + 1..<range.upperBound
    } else if text[range].first == UInt8(ascii: ":") {
      label = range.lowerBound + 1..<range.upperBound
    }
    convert(label, depth: depth + 1)
  }

  /// `[https://example.org words]` gives the words.
  private mutating func externalLink(at start: Int, end: Int, depth: Int) -> Int {
    guard starts("[http", at: start) || starts("[//", at: start) || starts("[ftp", at: start),
      let close = text[start..<min(end, start + 2000)].firstIndex(where: {
        $0 == UInt8(ascii: "]") || $0 == 0x0A
      }), text[close] == UInt8(ascii: "]")
    else {
      output.append(text[start])
      return start + 1
    }
    if let blank = text[start..<close].firstIndex(of: 0x20), depth < Self.maximumDepth {
      convert(blank + 1..<close, depth: depth + 1)
    }
    return close + 1
  }

  // MARK: Elements, entities, magic words

  private mutating func element(at start: Int, end: Int) -> Int {
    if starts("<!--", at: start) { return offset(behind: "-->", from: start + 4, end: end) }
    var i = start + 1
    let isClosing = i < end && text[i] == UInt8(ascii: "/")
    if isClosing { i += 1 }
    let nameStart = i
    while i < end, text[i].isLetter || 0x30...0x39 ~= text[i] { i += 1 }
    guard i > nameStart, i - nameStart <= 20,
      let close = text[i..<min(end, i + 2000)].firstIndex(of: UInt8(ascii: ">"))
    else {
      output.append(text[start])
      return start + 1
    }
    let name = String(decoding: text[nameStart..<i], as: UTF8.self).lowercased()
    let isEmpty = text[close - 1] == UInt8(ascii: "/")
    if name == "br" || name == "p" || name == "div" { output.append(0x0A) }
    guard !isClosing, !isEmpty else { return close + 1 }
    if Self.skippedTags.contains(name) {
      return offset(behind: "</\(name)", from: close + 1, end: end, throughTag: true)
    }
    if Self.verbatimTags.contains(name) {
      let behind = offset(behind: "</\(name)", from: close + 1, end: end, throughTag: true)
      var inner = text[close + 1..<behind]
      if let last = inner.lastIndex(of: UInt8(ascii: "<")), behind < end || last > close {
        inner = inner[..<last]
      }
      output.append(contentsOf: inner)
      return behind
    }
    return close + 1
  }

  /// The offset behind a mark; if there is none, behind the line.
  private mutating func offset(
    behind mark: String, from start: Int, end: Int, throughTag: Bool = false
  ) -> Int {
    let mark = Array(mark.utf8)
    if isKnownMissing(mark, from: start) { return start }
    var i = start
    while i + mark.count <= end {
      if text[i] == mark[0],
        text[i..<i + mark.count].elementsEqual(mark, by: { $0 | 0x20 == $1 | 0x20 })
      {
        i += mark.count
        guard throughTag else { return i }
        return (text[i..<end].firstIndex(of: UInt8(ascii: ">")) ?? end - 1) + 1
      }
      i += 1
    }
    missing[mark] = min(missing[mark] ?? start, start)
    return start
  }

  /// Marks that are not found behind an offset, so that nobody looks twice.
  private var missing: [[UInt8]: Int] = [:]

  private func isKnownMissing(_ mark: [UInt8], from start: Int) -> Bool {
    missing[mark].map { $0 <= start } ?? false
  }

  private mutating func entity(at start: Int, end: Int) -> Int {
    guard
      let close = text[start..<min(end, start + 12)].firstIndex(of: UInt8(ascii: ";")),
      close > start + 1
    else {
      output.append(text[start])
      return start + 1
    }
    let name = String(decoding: text[start + 1..<close], as: UTF8.self)
    var value: UInt32?
    if name.hasPrefix("#x") || name.hasPrefix("#X") {
      value = UInt32(name.dropFirst(2), radix: 16)
    } else if name.hasPrefix("#") {
      value = UInt32(name.dropFirst())
    } else {
      value = HTMLEntity.scalar(named: name)
    }
    guard let value else {
      output.append(text[start])
      return start + 1
    }
    UTF8Text.append(value == 0xA0 ? 0x20 : value, to: &output)
    return close + 1
  }

  /// `__NOTOC__` and its like.
  private mutating func magicWord(at start: Int, end: Int) -> Int {
    var i = start + 2
    while i < end, 0x41...0x5A ~= text[i], i < start + 30 { i += 1 }
    if i > start + 2, i + 1 < end, text[i] == UInt8(ascii: "_"), text[i + 1] == UInt8(ascii: "_") {
      return i + 2
    }
    output.append(text[start])
    return start + 1
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool { 0x61...0x7A ~= (self | 0x20) }
}
