import OrderedJSON

extension PythonValue {
  /// Python's `str(value)`, which is what a template prints.
  public var pythonText: String {
    if case .string(let text) = self { text } else { representation }
  }

  /// Python's `repr(value)`.
  ///
  /// - Complexity: O(size of the value).
  public var representation: String {
    switch self {
    case .none: return "None"
    case .bool(let value): return value ? "True" : "False"
    case .integer(let value): return String(value)
    case .bigInteger(let digits): return digits
    case .float(let value): return value.pythonText
    case .string(let text): return text.pythonRepresentation
    case .list(let elements):
      return "[" + elements.map(\.representation).joined(separator: ", ") + "]"
    case .tuple(let elements):
      let inner = elements.map(\.representation).joined(separator: ", ")
      return elements.count == 1 ? "(\(inner),)" : "(\(inner))"
    case .dictionary(let dictionary):
      let inner = dictionary.entries.map { "\($0.representation): \($1.representation)" }
      return "{" + inner.joined(separator: ", ") + "}"
    }
  }
}

extension Double {
  /// Python's `str(value)` of a float: as `repr`, with `nan` and `inf` in lower case.
  public var pythonText: String {
    if isNaN { return "nan" }
    if isInfinite { return self < 0 ? "-inf" : "inf" }
    return pythonDescription
  }
}

extension String {
  /// Python's `repr(text)`: single quotes unless only those occur, escapes for what is not printable.
  public var pythonRepresentation: String {
    let quote: Unicode.Scalar =
      unicodeScalars.contains("'") && !unicodeScalars.contains("\"") ? "\"" : "'"
    var result = ""
    result.unicodeScalars.append(quote)
    for scalar in unicodeScalars {
      switch scalar {
      case quote, "\\":
        result.unicodeScalars.append("\\")
        result.unicodeScalars.append(scalar)
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isPythonPrintable: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        let (letter, width) =
          scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        let zeros = String(repeating: "0", count: width - digits.count)
        result += "\\\(letter)\(zeros)\(digits)"
      }
    }
    result.unicodeScalars.append(quote)
    return result
  }
}
