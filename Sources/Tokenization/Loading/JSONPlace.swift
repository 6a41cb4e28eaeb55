internal import OrderedJSON

/// A value in a JSON file together with where it stands, so that errors can say so.
struct JSONPlace {
  let value: JSONValue
  /// The file, as the user named it.
  let file: String
  /// The way to the value, such as `pre_tokenizer.pretokenizers[1]`.
  let path: String

  init(_ value: JSONValue, file: String, path: String = "") {
    self.value = value
    self.file = file
    self.path = path
  }

  func malformed(_ problem: String) -> TokenizerError {
    .malformed(file: file, place: path.isEmpty ? "the top level" : path, problem: problem)
  }

  /// The error for a component this program does not have.
  func unsupported(_ component: String, supported: [String]) -> TokenizerError {
    .unsupported(file: file, place: path, component: component, supported: supported)
  }

  private func child(_ name: String, _ value: JSONValue) -> JSONPlace {
    JSONPlace(value, file: file, path: path.isEmpty ? name : "\(path).\(name)")
  }

  /// The member of that name; `nil` if it is missing or null.
  func optional(_ name: String) throws(TokenizerError) -> JSONPlace? {
    guard let object = value.objectValue else {
      throw malformed("expected an object, found \(value.kind)")
    }
    guard let member = object[name], !member.isNull else { return nil }
    return child(name, member)
  }

  /// The member of that name.
  func required(_ name: String) throws(TokenizerError) -> JSONPlace {
    guard let member = try optional(name) else { throw malformed("\"\(name)\" is missing") }
    return member
  }

  var elements: [JSONPlace] {
    get throws(TokenizerError) {
      guard let array = value.arrayValue else {
        throw malformed("expected an array, found \(value.kind)")
      }
      return array.enumerated().map { JSONPlace($1, file: file, path: "\(path)[\($0)]") }
    }
  }

  var string: String {
    get throws(TokenizerError) {
      guard let text = value.stringValue else {
        throw malformed("expected a string, found \(value.kind)")
      }
      return text
    }
  }

  var boolean: Bool {
    get throws(TokenizerError) {
      guard let flag = value.boolValue else {
        throw malformed("expected true or false, found \(value.kind)")
      }
      return flag
    }
  }

  var integer: Int {
    get throws(TokenizerError) {
      guard let number = value.integerValue else {
        throw malformed("expected an integer, found \(value.kind)")
      }
      return number
    }
  }

  /// A token id: an integer from 0 on that is small enough for a table.
  var tokenID: Int32 {
    get throws(TokenizerError) {
      let number = try integer
      guard 0...Int(Vocabulary.maximumID) ~= number else {
        throw malformed("the id \(number) is not between 0 and \(Vocabulary.maximumID)")
      }
      return Int32(number)
    }
  }

  /// A string that holds exactly one scalar.
  var scalar: Unicode.Scalar {
    get throws(TokenizerError) {
      let text = try string
      guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else {
        throw malformed("expected one character, found \(text.unicodeScalars.count)")
      }
      return scalar
    }
  }

  func boolean(_ name: String, default fallback: Bool) throws(TokenizerError) -> Bool {
    try optional(name)?.boolean ?? fallback
  }
}
