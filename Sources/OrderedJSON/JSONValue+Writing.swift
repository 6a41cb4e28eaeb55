extension JSONValue {
  /// The JSON text that Python's `json.dumps(value, indent=indent, ensure_ascii=False)` writes.
  ///
  /// The match is exact, because document hashes in samples files are taken over this text.
  /// - Parameter indent: Spaces per level, or `nil` for one line with `", "` and `": "`.
  /// - Returns: The text, without a newline at its end.
  /// - Complexity: O(length of the result).
  public func serialized(indent: Int? = nil) -> String {
    var output: [UInt8] = []
    write(to: &output, indent: indent, level: 0)
    return String(decoding: output, as: UTF8.self)
  }

  private func write(to output: inout [UInt8], indent: Int?, level: Int) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .bigInteger(let digits): output.append(contentsOf: digits.utf8)
    case .double(let value): output.append(contentsOf: value.pythonDescription.utf8)
    case .string(let text): Self.writeString(text, to: &output)
    case .array(let elements):
      Self.writeSequence(
        elements, open: "[", close: "]", to: &output, indent: indent, level: level
      ) { element, output in element.write(to: &output, indent: indent, level: level + 1) }
    case .object(let object):
      Self.writeSequence(
        object.members, open: "{", close: "}", to: &output, indent: indent, level: level
      ) { member, output in
        Self.writeString(member.name, to: &output)
        output.append(contentsOf: ": ".utf8)
        member.value.write(to: &output, indent: indent, level: level + 1)
      }
    }
  }

  private static func writeSequence<Element>(
    _ elements: [Element], open: String, close: String, to output: inout [UInt8], indent: Int?,
    level: Int, writeElement: (Element, inout [UInt8]) -> Void
  ) {
    output.append(contentsOf: open.utf8)
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(contentsOf: (indent == nil ? ", " : ",").utf8) }
      if let indent {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * (level + 1)))
      }
      writeElement(element, &output)
    }
    if let indent, !elements.isEmpty {
      output.append(UInt8(ascii: "\n"))
      output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * level))
    }
    output.append(contentsOf: close.utf8)
  }

  private static func writeString(_ text: String, to output: inout [UInt8]) {
    let hex = Array("0123456789abcdef".utf8)
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): output.append(contentsOf: #"\""#.utf8)
      case UInt8(ascii: "\\"): output.append(contentsOf: #"\\"#.utf8)
      case 0x08: output.append(contentsOf: #"\b"#.utf8)
      case 0x09: output.append(contentsOf: #"\t"#.utf8)
      case 0x0A: output.append(contentsOf: #"\n"#.utf8)
      case 0x0C: output.append(contentsOf: #"\f"#.utf8)
      case 0x0D: output.append(contentsOf: #"\r"#.utf8)
      case 0..<0x20:
        output.append(contentsOf: #"\u00"#.utf8)
        output.append(hex[Int(byte >> 4)])
        output.append(hex[Int(byte & 15)])
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}

extension Double {
  /// The text that Python's `repr` gives: shortest digits that read back, exponent from 1e16 up and
  /// below 1e-4, and the words `NaN`, `Infinity`, `-Infinity` of Python's `json`.
  public var pythonDescription: String {
    if isNaN { return "NaN" }
    if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
    // Swift's shortest digits are the same as Python's; only the layout differs.
    let swift = Array(description.utf8)
    let negative = swift.first == UInt8(ascii: "-")
    var digits: [UInt8] = []
    var exponent = 0
    var fractionDigits = 0
    var seenPoint = false
    var index = negative ? 1 : 0
    while index < swift.count {
      let byte = swift[index]
      if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: swift[(index + 1)...], as: UTF8.self)) ?? 0
        break
      }
      if byte == UInt8(ascii: ".") {
        seenPoint = true
      } else {
        digits.append(byte)
        if seenPoint { fractionDigits += 1 }
      }
      index += 1
    }
    // The value is digits · 10^(exponent - fractionDigits).
    var power = exponent - fractionDigits
    while digits.count > 1, digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      power += 1
    }
    if let first = digits.firstIndex(where: { $0 != UInt8(ascii: "0") }) {
      digits.removeFirst(first)
    } else {
      return negative ? "-0.0" : "0.0"
    }
    let pointPosition = digits.count + power
    var text = negative ? "-" : ""
    let all = String(decoding: digits, as: UTF8.self)
    if pointPosition > 16 || pointPosition < -3 {
      let scientific = pointPosition - 1
      text += all.prefix(1)
      if digits.count > 1 { text += "." + all.dropFirst() }
      let magnitude = String(abs(scientific))
      text += "e" + (scientific < 0 ? "-" : "+") + (magnitude.count < 2 ? "0" : "") + magnitude
    } else if pointPosition <= 0 {
      text += "0." + String(repeating: "0", count: -pointPosition) + all
    } else if pointPosition >= digits.count {
      text += all + String(repeating: "0", count: pointPosition - digits.count) + ".0"
    } else {
      text += all.prefix(pointPosition) + "." + all.dropFirst(pointPosition)
    }
    return text
  }
}
