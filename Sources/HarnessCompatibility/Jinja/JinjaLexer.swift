/// A token of a template.
struct JinjaToken: Sendable {
  enum Kind: Sendable, Equatable {
    case text(String)
    case blockBegin, blockEnd, outputBegin, outputEnd
    case name(String)
    case string(String)
    case integer(Int)
    case float(Double)
    case symbol(String)
    case end
  }

  let kind: Kind
  let offset: Int

  /// The token in words, for error messages.
  var described: String {
    switch kind {
    case .text: "text"
    case .blockBegin: "{%"
    case .blockEnd: "%}"
    case .outputBegin: "{{"
    case .outputEnd: "}}"
    case .name(let name): "'\(name)'"
    case .string: "a text"
    case .integer(let value): "\(value)"
    case .float(let value): "\(value)"
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "the end of the template"
    }
  }
}

/// Cuts a template into tokens as Jinja 3.1 does with lm-evaluation-harness's settings: default
/// delimiters, neither `trim_blocks` nor `lstrip_blocks`, the last newline kept.
///
/// Source: `jinja2/lexer.py`; the settings stand in `lm_eval/utils.py: env`, commit 4e7e0d4.
struct JinjaLexer {
  private let source: [Unicode.Scalar]
  private var position = 0
  private var tokens: [JinjaToken] = []

  /// - Parameter source: The template, its line ends already normalised to LF.
  init(_ source: [Unicode.Scalar]) { self.source = source }

  mutating func tokenize() throws(JinjaFailure) -> [JinjaToken] {
    while position < source.count { try scanText() }
    tokens.append(JinjaToken(kind: .end, offset: source.count))
    return tokens
  }

  private func starts(with text: StaticString, at offset: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard offset + count <= source.count else { return false }
    for index in 0..<count where source[offset + index].value != UInt32(text.utf8Start[index]) {
      return false
    }
    return true
  }

  /// Text up to the next tag, and the tag.
  private mutating func scanText() throws(JinjaFailure) {
    let start = position
    var tag = start
    while tag < source.count {
      if source[tag] == "{", tag + 1 < source.count,
        source[tag + 1] == "{" || source[tag + 1] == "%" || source[tag + 1] == "#"
      {
        break
      }
      tag += 1
    }
    guard tag < source.count else {
      append(text: start..<tag)
      position = tag
      return
    }
    let opening = source[tag + 1]
    var afterTag = tag + 2
    let mark = afterTag < source.count ? source[afterTag] : " "
    let stripsBefore = mark == "-"
    if mark == "-" || mark == "+" { afterTag += 1 }
    var textEnd = tag
    if stripsBefore {
      while textEnd > start, source[textEnd - 1].isPythonSpace { textEnd -= 1 }
    }
    append(text: start..<textEnd)
    position = afterTag
    switch opening {
    case "#": try skipComment(from: tag)
    case "%":
      if let bodyStart = rawBodyStart(after: afterTag) {
        try scanRaw(from: bodyStart, opening: tag)
      } else {
        tokens.append(JinjaToken(kind: .blockBegin, offset: tag))
        try scanTag(closing: "%", end: .blockEnd, opening: tag)
      }
    default:
      tokens.append(JinjaToken(kind: .outputBegin, offset: tag))
      try scanTag(closing: "}", end: .outputEnd, opening: tag)
    }
  }

  private mutating func append(text range: Range<Int>) {
    if range.isEmpty { return }
    let text = String(pythonScalars: source[range])
    tokens.append(JinjaToken(kind: .text(text), offset: range.lowerBound))
  }

  private mutating func skipComment(from opening: Int) throws(JinjaFailure) {
    let start = position
    // Jinja takes a comment that the template's end cuts off at once.
    if start == source.count { return }
    while position + 1 < source.count {
      if source[position] == "#" && source[position + 1] == "}" {
        // The mark of the opening is not one of the end.
        let strips = position > start && source[position - 1] == "-"
        position += 2
        if strips { skipSpace() }
        return
      }
      position += 1
    }
    throw JinjaFailure("a comment that is not closed with #}", at: opening)
  }

  private mutating func skipSpace() {
    while position < source.count, source[position].isPythonSpace { position += 1 }
  }

  // MARK: Raw blocks

  /// Where the body of `{% raw %}` begins, if this block is one.
  private func rawBodyStart(after offset: Int) -> Int? {
    var place = offset
    func skipSpace() { while place < source.count, source[place].isPythonSpace { place += 1 } }
    skipSpace()
    guard starts(with: "raw", at: place) else { return nil }
    place += 3
    skipSpace()
    if starts(with: "-%}", at: place) {
      place += 3
      skipSpace()
      return place
    }
    return starts(with: "%}", at: place) ? place + 2 : nil
  }

  private mutating func scanRaw(from start: Int, opening: Int) throws(JinjaFailure) {
    var place = start
    // Like a comment that the template's end cuts off at once.
    if start == source.count {
      position = start
      return
    }
    while place < source.count {
      if starts(with: "{%", at: place), let (end, strips) = rawEnd(at: place) {
        var textEnd = place
        if strips { while textEnd > start, source[textEnd - 1].isPythonSpace { textEnd -= 1 } }
        append(text: start..<textEnd)
        position = end
        return
      }
      place += 1
    }
    throw JinjaFailure("a raw block that is not closed with {% endraw %}", at: opening)
  }

  /// Where `{% endraw %}` ends, and whether it strips the white space before it.
  private func rawEnd(at offset: Int) -> (end: Int, stripsBefore: Bool)? {
    var place = offset + 2
    var stripsBefore = false
    if place < source.count, source[place] == "-" || source[place] == "+" {
      stripsBefore = source[place] == "-"
      place += 1
    }
    func skipSpace() { while place < source.count, source[place].isPythonSpace { place += 1 } }
    skipSpace()
    guard starts(with: "endraw", at: place) else { return nil }
    place += 6
    skipSpace()
    if starts(with: "-%}", at: place) {
      place += 3
      skipSpace()
      return (place, stripsBefore)
    }
    if starts(with: "+%}", at: place) { return (place + 3, stripsBefore) }
    return starts(with: "%}", at: place) ? (place + 2, stripsBefore) : nil
  }

  // MARK: Inside a tag

  private mutating func scanTag(
    closing: Unicode.Scalar, end: JinjaToken.Kind, opening: Int
  ) throws(JinjaFailure) {
    var brackets: [Unicode.Scalar] = []
    while position < source.count {
      let scalar = source[position]
      if brackets.isEmpty, let length = endLength(closing) {
        let strips = source[position] == "-"
        tokens.append(JinjaToken(kind: end, offset: position))
        position += length
        if strips { skipSpace() }
        return
      }
      if scalar.isPythonSpace {
        position += 1
      } else if scalar == "'" || scalar == "\"" {
        try scanString(quote: scalar)
      } else if "0"..."9" ~= scalar {
        try scanNumber()
      } else if scalar == "_" || scalar.isPythonAlphabetic || scalar.isPythonNumeric {
        try scanName()
      } else {
        try scanSymbol(&brackets)
      }
    }
    throw JinjaFailure("a tag that is not closed with \(closing)}", at: opening)
  }

  /// The length of the end of this tag if it stands here, its mark included.
  private func endLength(_ closing: Unicode.Scalar) -> Int? {
    var place = position
    var length = 2
    if source[place] == "-" || (source[place] == "+" && closing == "%") {
      place += 1
      length = 3
    }
    guard place + 1 < source.count, source[place] == closing, source[place + 1] == "}" else {
      return nil
    }
    return length
  }

  private mutating func scanString(quote: Unicode.Scalar) throws(JinjaFailure) {
    let start = position
    position += 1
    while position < source.count, source[position] != quote {
      position += source[position] == "\\" ? 2 : 1
    }
    guard position < source.count else {
      throw JinjaFailure("a text that is not closed with \(quote)", at: start)
    }
    let body = source[(start + 1)..<position]
    position += 1
    do {
      let text = try PythonLiteralParser.unescaped(Array(body))
      tokens.append(JinjaToken(kind: .string(text), offset: start))
    } catch {
      throw JinjaFailure(error.problem, at: start)
    }
  }

  private mutating func scanNumber() throws(JinjaFailure) {
    let start = position
    // After a point stands an index, as in `x.0.1`, never a fraction.
    let isIndex = start > 0 && source[start - 1] == "."
    func skipDigits() {
      while position < source.count, "0"..."9" ~= source[position] || source[position] == "_" {
        position += 1
      }
    }
    if source[start] == "0", start + 1 < source.count,
      "xXoObB".unicodeScalars.contains(source[start + 1])
    {
      position += 2
      while position < source.count, source[position].isASCIIAlphanumeric || source[position] == "_"
      {
        position += 1
      }
    } else {
      skipDigits()
      if !isIndex, position + 1 < source.count, source[position] == ".",
        "0"..."9" ~= source[position + 1]
      {
        position += 1
        skipDigits()
      }
      if !isIndex, position < source.count, source[position] == "e" || source[position] == "E" {
        let exponent = position
        position += 1
        if position < source.count, source[position] == "+" || source[position] == "-" {
          position += 1
        }
        if position < source.count, "0"..."9" ~= source[position] {
          skipDigits()
        } else {
          position = exponent
        }
      }
    }
    let text = String(pythonScalars: source[start..<position])
    switch PythonNumber.parse(text) {
    case .integer(let value)?: tokens.append(JinjaToken(kind: .integer(value), offset: start))
    case .float(let value)?: tokens.append(JinjaToken(kind: .float(value), offset: start))
    default: throw JinjaFailure("the number \(text), which cannot be read", at: start)
    }
  }

  private mutating func scanName() throws(JinjaFailure) {
    let start = position
    while position < source.count,
      source[position] == "_" || source[position].isPythonAlphabetic
        || source[position].isPythonNumeric
    {
      position += 1
    }
    let name = String(pythonScalars: source[start..<position])
    let isIdentifier = name.unicodeScalars.enumerated().allSatisfy { index, scalar in
      scalar == "_" || (index == 0 ? scalar.properties.isXIDStart : scalar.properties.isXIDContinue)
    }
    guard isIdentifier else { throw JinjaFailure("\(name) is not a name", at: start) }
    tokens.append(JinjaToken(kind: .name(name), offset: start))
  }

  private static let symbols = [
    "**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
    ">", "<", "=", ".", ":", "|", ",", ";",
  ]

  private mutating func scanSymbol(_ brackets: inout [Unicode.Scalar]) throws(JinjaFailure) {
    let start = position
    for symbol in Self.symbols {
      let scalars = Array(symbol.unicodeScalars)
      guard source[start...].starts(with: scalars) else { continue }
      switch symbol {
      case "{": brackets.append("}")
      case "(": brackets.append(")")
      case "[": brackets.append("]")
      case "}", ")", "]":
        guard brackets.popLast() == scalars[0] else {
          throw JinjaFailure("an unexpected '\(symbol)'", at: start)
        }
      default: break
      }
      position += scalars.count
      tokens.append(JinjaToken(kind: .symbol(symbol), offset: start))
      return
    }
    throw JinjaFailure(
      "an unexpected character \(String(source[start]).pythonRepresentation)", at: start)
  }
}
