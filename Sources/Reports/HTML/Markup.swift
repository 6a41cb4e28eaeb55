import Files

/// HTML and SVG in which text that is not escaped cannot occur.
///
/// Names of elements and attributes are literals of this program (`StaticString`); everything else
/// goes through ``escaped(_:)``, and there is no way to put a `String` in as it is.
struct Markup: ExpressibleByStringLiteral {
  /// An attribute with its value, which is escaped when it is written.
  struct Attribute {
    let name: StaticString
    let value: String

    init(_ name: StaticString, _ value: String) {
      self.name = name
      self.value = value
    }

    static func `class`(_ names: String) -> Attribute { .init("class", names) }

    static func id(_ name: String) -> Attribute { .init("id", name) }
  }

  /// Well-formed: every element that is opened is closed.
  private(set) var source: String

  private init(source: String) { self.source = source }

  /// Text.
  init(stringLiteral text: String) { self = .text(text) }

  /// Text from anywhere.
  static func text(_ text: String) -> Markup { Markup(source: escaped(text)) }

  /// Several pieces, one after the other.
  static func group(_ parts: [Markup]) -> Markup {
    var source = ""
    for part in parts { source += part.source }
    return Markup(source: source)
  }

  static let empty = Markup(source: "")

  /// An element with what is in it.
  ///
  /// - Parameters:
  ///   - name: Of the element.
  ///   - attributes: In this order.
  ///   - children: Its content.
  /// - Returns: The element with its end tag.
  static func element(
    _ name: StaticString, _ attributes: [Attribute] = [], _ children: [Markup] = []
  ) -> Markup {
    var source = opening(name, attributes)
    for child in children { source += child.source }
    source += "</\(name)>"
    return Markup(source: source)
  }

  /// An element that has neither content nor end tag in HTML, such as `meta`.
  static func void(_ name: StaticString, _ attributes: [Attribute]) -> Markup {
    Markup(source: opening(name, attributes))
  }

  /// A style sheet; a literal of this program, which holds no `</style`.
  static func styleSheet(_ sheet: StaticString) -> Markup {
    Markup(source: "<style>\(sheet)</style>")
  }

  /// A whole file.
  ///
  /// - Parameters:
  ///   - language: Such as `en`.
  ///   - head: Content of `head`.
  ///   - body: Content of `body`.
  /// - Returns: The file's text.
  static func document(language: String, head: [Markup], body: [Markup]) -> String {
    let root = element(
      "html", [.init("lang", language)], [element("head", [], head), element("body", [], body)])
    return "<!doctype html>\n" + root.source + "\n"
  }

  var isEmpty: Bool { source.isEmpty }

  private static func opening(_ name: StaticString, _ attributes: [Attribute]) -> String {
    var source = "<\(name)"
    for attribute in attributes {
      source += " \(attribute.name)=\"\(escaped(attribute.value))\""
    }
    return source + ">"
  }

  /// Text for content and for quoted attributes, in HTML as in XML.
  ///
  /// Controls and bidirectional marks become visible as `\u{…}`, as on a terminal; scalars that XML
  /// does not have become U+FFFD.
  /// - Complexity: O(length).
  static func escaped(_ text: String) -> String {
    // Most texts are words and numbers.
    let isPlain = text.utf8.allSatisfy { byte in
      byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x26 && byte != 0x27 && byte != 0x3C
        && byte != 0x3E
    }
    if isPlain { return text }
    var result = ""
    for scalar in text.escapedForTerminal.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case _ where scalar.value & 0xFFFE == 0xFFFE: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
