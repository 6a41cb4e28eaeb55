import Foundation

/// Python's binary operators on numbers and sequences.
public enum PythonOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case power = "**"
}

extension PythonValue {
  /// Longest text or list that an operator may build, in scalars or elements.
  ///
  /// Python would go on until memory ends; a template that asks for more is a mistake or an attack.
  static let maximumSequenceLength = 10_000_000

  /// Applies a binary operator as Python does.
  ///
  /// - Parameters:
  ///   - operation: The operator.
  ///   - right: Right operand; this value is the left one.
  /// - Returns: The result.
  /// - Throws: ``PythonError`` for types that do not fit, division by zero, and integers beyond 64 bits.
  public func applying(
    _ operation: PythonOperator, _ right: PythonValue
  ) throws(PythonError) -> PythonValue {
    if let x = integerValue, let y = right.integerValue {
      return try Self.integers(x, operation, y)
    }
    if let x = floatValue, let y = right.floatValue { return try Self.floats(x, operation, y) }
    switch (operation, self, right) {
    case (.add, .string(let x), .string(let y)):
      try Self.checkLength(x.utf8.count, plus: y.utf8.count)
      return .string(x + y)
    case (.add, .list(let x), .list(let y)):
      try Self.checkLength(x.count, plus: y.count)
      return .list(x + y)
    case (.add, .tuple(let x), .tuple(let y)):
      try Self.checkLength(x.count, plus: y.count)
      return .tuple(x + y)
    case (.multiply, .string, _), (.multiply, .list, _), (.multiply, .tuple, _):
      if let count = right.integerValue { return try repeated(count) }
    case (.multiply, _, .string), (.multiply, _, .list), (.multiply, _, .tuple):
      if let count = integerValue { return try right.repeated(count) }
    case (.remainder, .string(let template), _):
      return .string(try template.pythonPercentFormatted(with: right))
    default: break
    }
    throw PythonError(
      .typeError,
      "unsupported operand type(s) for \(operation.rawValue): '\(typeName)' and '\(right.typeName)'"
    )
  }

  /// Python's unary minus.
  ///
  /// - Returns: The negated number.
  /// - Throws: ``PythonError`` for what is no number.
  public func negated() throws(PythonError) -> PythonValue {
    if let value = integerValue {
      let (result, overflow) = 0.subtractingReportingOverflow(value)
      if overflow { throw Self.tooLarge }
      return .integer(result)
    }
    if case .float(let value) = self { return .float(-value) }
    throw PythonError(.typeError, "bad operand type for unary -: '\(typeName)'")
  }

  static let tooLarge = PythonError(.overflow, "an integer beyond 64 bits, which is not supported")

  /// Refuses a length that operators, methods and filters must not build.
  static func checkLength(_ count: Int, plus other: Int) throws(PythonError) {
    if count + other > maximumSequenceLength {
      throw PythonError(.overflow, "a text or list of more than \(maximumSequenceLength) elements")
    }
  }

  /// `separator.join(parts)`, refused before it is built if it would be too long.
  static func joined(_ parts: [String], by separator: String) throws(PythonError) -> String {
    let (separators, overflow) = separator.utf8.count.multipliedReportingOverflow(by: parts.count)
    var length = overflow ? maximumSequenceLength + 1 : min(separators, maximumSequenceLength + 1)
    for part in parts {
      length += part.utf8.count
      // The separators are counted once too often, so an equal length is still allowed.
      try checkLength(length, plus: -separator.utf8.count)
    }
    return parts.joined(separator: separator)
  }

  private func repeated(_ count: Int) throws(PythonError) -> PythonValue {
    let length =
      if case .string(let text) = self { text.utf8.count } else { elements?.count ?? 0 }
    let times = Swift.max(count, 0)
    let (total, overflow) = length.multipliedReportingOverflow(by: times)
    if overflow || total > Self.maximumSequenceLength {
      throw PythonError(
        .overflow, "a text or list of more than \(Self.maximumSequenceLength) elements")
    }
    switch self {
    case .string(let text):
      // `String(repeating:count:)` appends piece by piece, which takes half a second for 10 MB.
      let unit = Array(text.utf8)
      return .string(
        String(unsafeUninitializedCapacity: total) { buffer in
          for index in 0..<total { buffer[index] = unit[index % length] }
          return total
        })
    case .list(let elements): return .list(Self.repeating(elements, times))
    case .tuple(let elements): return .tuple(Self.repeating(elements, times))
    default: throw PythonError(.typeError, "can't multiply sequence by non-int")
    }
  }

  private static func repeating(_ elements: [PythonValue], _ count: Int) -> [PythonValue] {
    elements.isEmpty ? [] : Array(repeatElement(elements, count: count).joined())
  }

  private static func integers(
    _ x: Int, _ operation: PythonOperator, _ y: Int
  ) throws(PythonError) -> PythonValue {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = x.addingReportingOverflow(y)
    case .subtract: result = x.subtractingReportingOverflow(y)
    case .multiply: result = x.multipliedReportingOverflow(by: y)
    case .divide:
      if y == 0 { throw PythonError(.zeroDivision, "division by zero") }
      return .float(Double(x) / Double(y))
    case .floorDivide, .remainder:
      if y == 0 { throw PythonError(.zeroDivision, "integer division or modulo by zero") }
      // Python rounds towards minus infinity, so the remainder has the divisor's sign.
      let (quotient, overflow) = x.dividedReportingOverflow(by: y)
      if overflow {
        if operation == .floorDivide { throw tooLarge }
        return .integer(0)
      }
      let remainder = x % y
      let needsFloor = remainder != 0 && (remainder < 0) != (y < 0)
      return .integer(
        operation == .floorDivide
          ? quotient - (needsFloor ? 1 : 0) : remainder + (needsFloor ? y : 0))
    case .power:
      if y < 0 { return try floats(Double(x), .power, Double(y)) }
      return .integer(try integerPower(x, y))
    }
    if result.overflow { throw tooLarge }
    return .integer(result.partialValue)
  }

  private static func integerPower(_ base: Int, _ exponent: Int) throws(PythonError) -> Int {
    if base == 0 || base == 1 { return exponent == 0 ? 1 : base }
    if base == -1 { return exponent.isMultiple(of: 2) ? 1 : -1 }
    if exponent > 64 { throw tooLarge }
    var result = 1
    for _ in 0..<exponent {
      let (product, overflow) = result.multipliedReportingOverflow(by: base)
      if overflow { throw tooLarge }
      result = product
    }
    return result
  }

  private static func floats(
    _ x: Double, _ operation: PythonOperator, _ y: Double
  ) throws(PythonError) -> PythonValue {
    switch operation {
    case .add: return .float(x + y)
    case .subtract: return .float(x - y)
    case .multiply: return .float(x * y)
    case .divide:
      if y == 0 { throw PythonError(.zeroDivision, "float division by zero") }
      return .float(x / y)
    case .floorDivide, .remainder:
      if y == 0 { throw PythonError(.zeroDivision, "float floor division or modulo by zero") }
      var remainder = fmod(x, y)
      var quotient = (x - remainder) / y
      if remainder != 0 {
        if (remainder < 0) != (y < 0) {
          remainder += y
          quotient -= 1
        }
      } else {
        remainder = y < 0 ? -0.0 : 0.0
      }
      if operation == .remainder { return .float(remainder) }
      // CPython's float_floor_div: the quotient is nearly an integer and gets rounded to it.
      if quotient == 0 { return .float((x / y).sign == .minus ? -0.0 : 0.0) }
      let floor = quotient.rounded(.down)
      return .float(quotient - floor > 0.5 ? floor + 1 : floor)
    case .power:
      if x == 0 && y < 0 {
        throw PythonError(.zeroDivision, "0.0 cannot be raised to a negative power")
      }
      let result = pow(x, y)
      if result.isNaN && !x.isNaN && !y.isNaN {
        throw PythonError(.valueError, "a complex number, which is not supported")
      }
      if result.isInfinite && x.isFinite && y.isFinite {
        throw PythonError(.overflow, "numerical result out of range")
      }
      return .float(result)
    }
  }
}
