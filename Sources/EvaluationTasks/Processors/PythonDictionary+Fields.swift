internal import HarnessCompatibility

/// The fields of a row, with the kinds that a function needs; what is not there is an error.
extension PythonDictionary {
  /// The text of a field.
  func text(_ name: String) throws(ProcessingError) -> String {
    guard case .string(let text) = try required(name) else {
      throw ProcessingError(name, "\(try required(name).typeName), where a text should stand")
    }
    return text
  }

  /// The value of a field.
  func required(_ name: String) throws(ProcessingError) -> PythonValue {
    guard let value = self[name] else { throw ProcessingError(name, "the field is missing") }
    return value
  }

  /// The texts of a field that is a list.
  func texts(_ name: String) throws(ProcessingError) -> [String] {
    guard let elements = try required(name).elements else {
      throw ProcessingError(name, "\(try required(name).typeName), where a list should stand")
    }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else {
        throw ProcessingError(name, "\(element.typeName) in the list, where texts should stand")
      }
      texts.append(text)
    }
    return texts
  }

  /// Python's `int(doc[name])`.
  func integer(_ name: String) throws(ProcessingError) -> Int {
    let value = try required(name)
    switch value {
    case .integer(let number): return number
    case .bool(let flag): return flag ? 1 : 0
    case .float(let number):
      if let whole = Int(exactly: number.rounded(.towardZero)) { return whole }
    case .string(let text):
      if case .integer(let number)? = PythonValue(decimalText: text) { return number }
    default: break
    }
    throw ProcessingError(name, "\(value.representation) is not a number")
  }

  /// The elements of a field that is a list.
  func list(_ name: String) throws(ProcessingError) -> [PythonValue] {
    guard let elements = try required(name).elements else {
      throw ProcessingError(name, "\(try required(name).typeName), where a list should stand")
    }
    return elements
  }

  /// What an f-string makes of a field: any value as text.
  func formatted(_ name: String) throws(ProcessingError) -> String {
    try required(name).pythonText
  }

  /// Python's `names.index(doc[name])` or `{name: position}[doc[name]]`.
  func position(of name: String, among names: [String]) throws(ProcessingError) -> Int {
    let text = try text(name)
    guard let position = names.firstIndex(where: { $0.utf8.elementsEqual(text.utf8) }) else {
      throw ProcessingError(
        name, "\(text.pythonRepresentation) is not one of \(names.joined(separator: ", "))")
    }
    return position
  }

  /// Python's `text[0].lower() + text[1:]` of a field.
  func withSmallInitial(_ name: String) throws(ProcessingError) -> String {
    let text = try text(name)
    guard let first = text.unicodeScalars.first else {
      throw ProcessingError(name, "an empty text")
    }
    return String(first).pythonLowercased + String(text.unicodeScalars.dropFirst())
  }
}
