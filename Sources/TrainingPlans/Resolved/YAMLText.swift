internal import HarnessCompatibility
internal import OrderedJSON
internal import YAMLDocuments

/// Writes values as YAML that every reader takes for the same values, deterministically.
enum YAMLText {
  private static let width = 96

  /// A document of several lines.
  ///
  /// - Parameter value: Usually an object.
  /// - Returns: The text, ending in a newline.
  /// - Complexity: O(size · depth).
  static func document(_ value: JSONValue) -> String {
    var text = ""
    append(value, indent: 0, to: &text)
    return text
  }

  private static func append(_ value: JSONValue, indent: Int, to text: inout String) {
    let margin = String(repeating: " ", count: indent)
    switch value {
    case .object(let object) where !object.members.isEmpty:
      for member in object.members {
        text += "\(margin)\(scalar(member.name)):"
        appendValue(member.value, indent: indent, to: &text)
      }
    case .array(let elements) where !elements.isEmpty:
      for element in elements {
        var block = ""
        append(element, indent: indent + 2, to: &block)
        let one = flow(element)
        if fits(element, one, indent + 2) {
          text += "\(margin)- \(one)\n"
        } else {
          // The first line of the entry stands behind the dash.
          text += "\(margin)- \(block.dropFirst(indent + 2))"
        }
      }
    default: text += "\(margin)\(flow(value))\n"
    }
  }

  private static func appendValue(_ value: JSONValue, indent: Int, to text: inout String) {
    let one = flow(value)
    if fits(value, one, indent + 24) {
      text += " \(one)\n"
    } else {
      text += "\n"
      append(value, indent: indent + 2, to: &text)
    }
  }

  /// Whether a value is small and flat enough for one line.
  private static func fits(_ value: JSONValue, _ line: String, _ indent: Int) -> Bool {
    switch value {
    case .object(let object) where !object.members.isEmpty:
      indent + line.utf8.count <= width && object.members.allSatisfy { $0.value.isFlat }
    case .array(let elements) where !elements.isEmpty:
      indent + line.utf8.count <= width && elements.allSatisfy(\.isFlat)
    default: true
    }
  }

  /// A value on one line.
  ///
  /// - Parameter value: Any.
  /// - Returns: Such as `{english: 25%, french: 5%}`.
  static func flow(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .bigInteger(let digits): digits
    case .double(let number): self.number(number)
    case .string(let text): scalar(text)
    case .array(let elements): "[\(elements.map(flow).joined(separator: ", "))]"
    case .object(let object):
      "{\(object.members.map { "\(scalar($0.name)): \(flow($0.value))" }.joined(separator: ", "))}"
    }
  }

  /// The shortest decimal that reads back as the same number; YAML 1.1 wants a point in it.
  ///
  /// - Parameter number: Any.
  /// - Returns: Such as `0.001` or `3.0e-05`.
  static func number(_ number: Double) -> String {
    if number.isNaN { return ".nan" }
    if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
    let text = String(number)
    guard let mark = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<mark] + ".0" + text[mark...]
  }

  /// The shortest percentage that reads back as the same number.
  ///
  /// - Parameter percent: From 0 to 100.
  /// - Returns: Such as `25%`.
  static func percent(_ percent: Double) -> String {
    let text = number(percent)
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + "%"
  }

  /// A text, plain where nothing can misread it.
  private static func scalar(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || "_./%-".utf8.contains(byte)
      } && text.utf8.first != UInt8(ascii: "-") && text.utf8.first != UInt8(ascii: "%")
      && PlanAmount.number(text) == nil && isText(text)
    return isPlain ? text : quoted(text)
  }

  private static func isText(_ text: String) -> Bool {
    if case .string = YAMLScalar.resolve(text) { true } else { false }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        result +=
          (scalar.value > 0xFFFF ? "\\U" : "\\u")
          + String(repeating: "0", count: (scalar.value > 0xFFFF ? 8 : 4) - digits.count) + digits
      }
    }
    return result + "\""
  }

  /// What YAML lets stand as it is.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
    default: true
    }
  }
}

extension JSONValue {
  /// Whether it holds no objects, and lists of scalars at most.
  fileprivate var isFlat: Bool {
    switch self {
    case .object(let object): object.members.isEmpty
    case .array(let elements):
      elements.allSatisfy { element in
        switch element {
        case .array, .object: false
        default: true
        }
      }
    default: true
    }
  }
}
