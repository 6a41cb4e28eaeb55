import HarnessCompatibility
import OrderedJSON

/// Reads the fields of a row with the kinds that a function needs; what is not there is an error.
struct DocumentFields {
  let object: JSONObject
  /// Path of the object within the row, ending in a point; empty for the row itself.
  private let prefix: String

  init(_ row: JSONValue, prefix: String = "") throws(NativeFunctionError) {
    guard case .object(let object) = row else {
      throw NativeFunctionError(
        field: prefix.isEmpty ? "(row)" : String(prefix.dropLast()),
        .wrongKind(expected: "an object", found: row.kind))
    }
    self.object = object
    self.prefix = prefix
  }

  init(_ object: JSONObject) {
    self.object = object
    prefix = ""
  }

  func error(_ name: String, _ problem: String) -> NativeFunctionError {
    NativeFunctionError(field: prefix + name, .unusable(problem))
  }

  func error(_ name: String, expected: String, found: JSONValue) -> NativeFunctionError {
    NativeFunctionError(field: prefix + name, .wrongKind(expected: expected, found: found.kind))
  }

  /// Python's `doc[name]`.
  func value(_ name: String) throws(NativeFunctionError) -> JSONValue {
    guard let value = object[name] else {
      throw NativeFunctionError(
        field: prefix + name, .missing(available: object.members.prefix(20).map(\.name)))
    }
    return value
  }

  func text(_ name: String) throws(NativeFunctionError) -> String {
    let value = try value(name)
    guard case .string(let text) = value else {
      throw error(name, expected: "a string", found: value)
    }
    return text
  }

  /// A text, or `nil` for a JSON null.
  func optionalText(_ name: String) throws(NativeFunctionError) -> String? {
    try value(name).isNull ? nil : text(name)
  }

  func texts(_ name: String) throws(NativeFunctionError) -> [String] {
    var texts: [String] = []
    for (index, element) in try list(name).enumerated() {
      guard case .string(let text) = element else {
        throw error("\(name)[\(index)]", expected: "a string", found: element)
      }
      texts.append(text)
    }
    return texts
  }

  func list(_ name: String) throws(NativeFunctionError) -> [JSONValue] {
    let value = try value(name)
    guard case .array(let elements) = value else {
      throw error(name, expected: "a list", found: value)
    }
    return elements
  }

  func fields(_ name: String) throws(NativeFunctionError) -> DocumentFields {
    try DocumentFields(try value(name), prefix: "\(prefix)\(name).")
  }

  /// Python's `int(doc[name])`.
  func integer(_ name: String) throws(NativeFunctionError) -> Int {
    let value = try value(name)
    switch value {
    case .integer(let number): return number
    case .bool(let truth): return truth ? 1 : 0
    case .double(let number):
      if let whole = Int(exactly: number.rounded(.towardZero)) { return whole }
    case .string(let text):
      if case .integer(let number)? = PythonValue(decimalText: text) { return number }
    default: throw error(name, expected: "an integer", found: value)
    }
    throw error(name, "\(PythonValue(value).representation.shortened) is not an integer")
  }

  /// Python's `names.index(doc[name])` or `{name: position}[doc[name]]`.
  func position(of name: String, among names: [String]) throws(NativeFunctionError) -> Int {
    let text = try text(name)
    guard let position = names.firstIndex(where: { $0.hasSameBytes(as: text) }) else {
      throw error(
        name,
        "\(text.pythonRepresentation.shortened) is not one of \(names.joined(separator: ", "))")
    }
    return position
  }
}

extension String {
  /// The text, cut for a message.
  var shortened: String {
    unicodeScalars.count > 60 ? String(unicodeScalars.prefix(60)) + "…" : self
  }

  /// Python's `text[:-count]`.
  func droppingLastScalars(_ count: Int) -> String { String(unicodeScalars.dropLast(count)) }

  /// Python's `text[count:]`.
  func droppingFirstScalars(_ count: Int) -> String { String(unicodeScalars.dropFirst(count)) }

  /// Python's `text[0].lower() + text[1:]`, or `nil` where the text is empty.
  var withFirstScalarLowercased: String? {
    guard let first = unicodeScalars.first else { return nil }
    return String(first).pythonLowercased + droppingFirstScalars(1)
  }
}
