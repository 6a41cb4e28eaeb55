import Foundation

/// A format specification of Python's `format(value, specification)`:
/// `[[fill]align][sign][#][0][width][grouping][.precision][type]`.
struct PythonFormatSpecification {
  var fill: Unicode.Scalar = " "
  var alignment: Unicode.Scalar?
  var sign: Unicode.Scalar = "-"
  var isAlternate = false
  var width = 0
  var grouping: Unicode.Scalar?
  var precision: Int?
  var type: Unicode.Scalar?
  /// Whether a plain `0` stood before the width, which numbers take as "fill with zeros".
  var padsWithZeros = false

  /// Widest field and longest precision; wider ones are a mistake or an attack.
  private static let maximumWidth = 100_000

  init(_ text: String) throws(PythonError) {
    var rest = Array(text.unicodeScalars)[...]
    func isAlignment(_ scalar: Unicode.Scalar?) -> Bool {
      scalar == "<" || scalar == ">" || scalar == "^" || scalar == "="
    }
    if rest.count >= 2, isAlignment(rest[rest.startIndex + 1]) {
      fill = rest[rest.startIndex]
      alignment = rest[rest.startIndex + 1]
      rest = rest.dropFirst(2)
    } else if isAlignment(rest.first) {
      alignment = rest.removeFirst()
    }
    if let first = rest.first, first == "+" || first == "-" || first == " " {
      sign = rest.removeFirst()
    }
    if rest.first == "#" {
      isAlternate = true
      rest = rest.dropFirst()
    }
    if rest.first == "0" {
      padsWithZeros = true
      if alignment == nil { fill = "0" }
      rest = rest.dropFirst()
    }
    width = try Self.takeNumber(&rest) ?? 0
    if let first = rest.first, first == "," || first == "_" { grouping = rest.removeFirst() }
    if rest.first == "." {
      rest = rest.dropFirst()
      guard let digits = try Self.takeNumber(&rest) else {
        throw PythonError(.valueError, "format specifier missing precision")
      }
      precision = digits
    }
    if let first = rest.first {
      type = first
      rest = rest.dropFirst()
    }
    if !rest.isEmpty { throw PythonError(.valueError, "invalid format specifier") }
  }

  private static func takeNumber(
    _ rest: inout ArraySlice<Unicode.Scalar>
  ) throws(PythonError) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isPythonDecimal }
    if digits.isEmpty { return nil }
    rest = rest.dropFirst(digits.count)
    guard let value = Int(String(pythonScalars: digits)), value <= maximumWidth else {
      throw PythonError(.valueError, "a width or precision above \(maximumWidth)")
    }
    return value
  }

  /// Fills up to the width.
  func padded(_ text: String, sign: String = "", defaultAlignment: Unicode.Scalar) -> String {
    let missing = width - sign.pythonLength - text.pythonLength
    guard missing > 0 else { return sign + text }
    let filler = String(fill)
    switch alignment ?? defaultAlignment {
    case "<": return sign + text + String(repeating: filler, count: missing)
    case "^":
      return String(repeating: filler, count: missing / 2) + sign + text
        + String(repeating: filler, count: missing - missing / 2)
    case "=": return sign + String(repeating: filler, count: missing) + text
    default: return String(repeating: filler, count: missing) + sign + text
    }
  }
}

extension PythonValue {
  /// Python's `format(self, specification)`.
  ///
  /// - Parameter specification: For example `">8"`, `"05d"` or `".2f"`; empty for `str(self)`.
  /// - Returns: The text.
  /// - Throws: ``PythonError`` for what Python refuses.
  public func formatted(_ specification: String) throws(PythonError) -> String {
    if specification.isEmpty { return pythonText }
    let format = try PythonFormatSpecification(specification)
    switch self {
    case .string(let text): return try Self.format(text: text, format)
    case .bool(let value):
      // A boolean is formatted as the integer it is.
      if format.type == "s" { throw Self.unknownType("s", "bool") }
      return try Self.format(integer: value ? 1 : 0, format)
    case .integer(let value): return try Self.format(integer: value, format)
    case .float(let value): return try Self.format(float: value, format)
    case .bigInteger: throw Self.tooLarge
    default:
      throw PythonError(
        .typeError, "unsupported format string passed to \(typeName).__format__")
    }
  }

  private static func unknownType(_ code: Unicode.Scalar, _ type: String) -> PythonError {
    PythonError(.valueError, "unknown format code '\(code)' for object of type '\(type)'")
  }

  private static func format(
    text: String, _ format: PythonFormatSpecification
  ) throws(PythonError) -> String {
    if let type = format.type, type != "s" { throw unknownType(type, "str") }
    guard format.sign == "-", !format.isAlternate, format.alignment != "=",
      format.grouping == nil
    else { throw PythonError(.valueError, "a format of numbers for a text") }
    let cut = format.precision.map { text.pythonSlice(from: 0, to: $0) } ?? text
    return format.padded(cut, defaultAlignment: "<")
  }

  private static func format(
    integer: Int, _ format: PythonFormatSpecification
  ) throws(PythonError) -> String {
    let magnitude = integer.magnitude
    let digits: String
    var prefix = ""
    switch format.type ?? "d" {
    case "d", "n": digits = String(magnitude)
    case "x":
      digits = String(magnitude, radix: 16)
      prefix = "0x"
    case "X":
      digits = String(magnitude, radix: 16).uppercased()
      prefix = "0X"
    case "o":
      digits = String(magnitude, radix: 8)
      prefix = "0o"
    case "b":
      digits = String(magnitude, radix: 2)
      prefix = "0b"
    case "c":
      guard let scalar = Unicode.Scalar(UInt32(clamping: integer)), integer >= 0 else {
        throw PythonError(.overflow, "%c arg not in range(0x110000)")
      }
      guard format.precision == nil, format.sign == "-", !format.isAlternate, format.grouping == nil
      else { throw PythonError(.valueError, "a format of numbers for a character") }
      return format.padded(String(scalar), defaultAlignment: "<")
    case "e", "E", "f", "F", "g", "G", "%": return try Self.format(float: Double(integer), format)
    case let type: throw unknownType(type, "int")
    }
    if format.precision != nil {
      throw PythonError(.valueError, "precision not allowed in integer format specifier")
    }
    if format.grouping == ",", let type = format.type, type != "d" {
      throw PythonError(.valueError, "cannot specify ',' with '\(type)'")
    }
    if format.grouping != nil && format.type == "n" {
      throw PythonError(.valueError, "cannot specify grouping with 'n'")
    }
    let size = format.type.map { "xXob".unicodeScalars.contains($0) } ?? false ? 4 : 3
    return numeric(
      isNegative: integer < 0, prefix: format.isAlternate ? prefix : "", digits: digits, rest: "",
      groupSize: size, format)
  }

  private static func format(
    float: Double, _ format: PythonFormatSpecification
  ) throws(PythonError) -> String {
    var text: String
    var percent = ""
    let precision = format.precision ?? 6
    switch format.type {
    case nil:
      if let precision = format.precision {
        text = generalText(float, precision: precision)
        // Without a type a float shows at least one digit after the point.
        if !text.contains(where: { ".en".contains($0) }) { text += ".0" }
      } else {
        text = abs(float).pythonText
      }
    case "e": text = String(format: "%.\(precision)e", abs(float))
    case "E": text = String(format: "%.\(precision)E", abs(float))
    case "f", "F": text = String(format: "%.\(precision)f", abs(float))
    case "g", "n": text = generalText(float, precision: precision)
    case "G": text = generalText(float, precision: precision).uppercased()
    case "%":
      text = String(format: "%.\(precision)f", abs(float * 100))
      percent = "%"
    case .some(let type): throw unknownType(type, "float")
    }
    if float.isNaN { text = "nan" }
    if float.isInfinite { text = "inf" }
    if let type = format.type, "EFG".unicodeScalars.contains(type) { text = text.uppercased() }
    let whole = text.prefix { $0.isNumber }
    let isNegative = float.sign == .minus && !float.isNaN
    if whole.isEmpty {
      return numeric(
        isNegative: isNegative, prefix: "", digits: text, rest: percent, groupSize: .max, format)
    }
    return numeric(
      isNegative: isNegative, prefix: "", digits: String(whole),
      rest: text.dropFirst(whole.count) + percent, groupSize: 3, format)
  }

  private static func generalText(_ value: Double, precision: Int) -> String {
    String(format: "%.\(max(precision, 1))g", abs(value))
  }

  private static func numeric(
    isNegative: Bool, prefix: String, digits: String, rest: some StringProtocol, groupSize: Int,
    _ format: PythonFormatSpecification
  ) -> String {
    let sign = (isNegative ? "-" : format.sign == "-" ? "" : String(format.sign)) + prefix
    var digits = digits
    if let grouping = format.grouping {
      // With zeros for filling, the zeros are grouped like digits.
      if format.fill == "0" && (format.alignment ?? "=") == "=" {
        while grouped(digits, by: groupSize, grouping).count + rest.count + sign.count
          < format.width
        {
          digits = "0" + digits
        }
        // CPython never begins with a separator.
      }
      digits = grouped(digits, by: groupSize, grouping)
    }
    let defaultAlignment: Unicode.Scalar =
      format.padsWithZeros && format.alignment == nil ? "=" : ">"
    return format.padded(digits + rest, sign: sign, defaultAlignment: defaultAlignment)
  }

  private static func grouped(_ digits: String, by size: Int, _ separator: Unicode.Scalar) -> String
  {
    var result = String.UnicodeScalarView()
    let scalars = Array(digits.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      if index > 0 && (scalars.count - index).isMultiple(of: size) { result.append(separator) }
      result.append(scalar)
    }
    return String(result)
  }
}
