internal import Files
internal import OrderedJSON

/// Typed, bounded access to the members of a `config.json`.
///
/// A key that is absent takes the default; a key that is `null` is an error unless the class of
/// transformers 5.23 allows it, because its strict data classes refuse it too.
struct ModelConfigurationReader {
  let path: String
  let object: JSONObject
  /// Put before keys in messages, such as `rope_parameters.`.
  var prefix = ""

  func fail(_ problem: ModelConfigurationError.Problem) -> ModelConfigurationError {
    ModelConfigurationError(path: path, problem: problem)
  }

  /// The value of a key, `nil` if it is absent or `null`.
  func value(_ key: String) -> JSONValue? {
    guard let value = object[key], !value.isNull else { return nil }
    return value
  }

  func integer(
    _ key: String, default fallback: Int, in range: ClosedRange<Int>
  ) throws(ModelConfigurationError) -> Int {
    guard let value = object[key] else { return fallback }
    return try integer(value, key, in: range)
  }

  /// An integer that may be absent or `null`.
  func optionalInteger(
    _ key: String, in range: ClosedRange<Int>
  ) throws(ModelConfigurationError) -> Int? {
    guard let value = value(key) else { return nil }
    return try integer(value, key, in: range)
  }

  private func integer(
    _ value: JSONValue, _ key: String, in range: ClosedRange<Int>
  ) throws(ModelConfigurationError) -> Int {
    switch value {
    case .integer(let number) where range.contains(number): return number
    case .integer, .bigInteger:
      throw fail(
        .outOfRange(
          key: prefix + key, value: value.serialized(),
          allowed: "from \(range.lowerBound) to \(range.upperBound)"))
    default:
      throw fail(.wrongType(key: prefix + key, expected: "an integer", found: describe(value)))
    }
  }

  func number(
    _ key: String, default fallback: Double?, allowed: String, where isAllowed: (Double) -> Bool
  ) throws(ModelConfigurationError) -> Double {
    guard let value = object[key] else {
      if let fallback { return fallback }
      throw fail(.missing(key: prefix + key, hint: "Give it a number."))
    }
    guard let number = value.doubleValue else {
      throw fail(.wrongType(key: prefix + key, expected: "a number", found: describe(value)))
    }
    guard number.isFinite, isAllowed(number) else {
      throw fail(.outOfRange(key: prefix + key, value: value.serialized(), allowed: allowed))
    }
    return number
  }

  func bool(_ key: String, default fallback: Bool) throws(ModelConfigurationError) -> Bool {
    guard let value = object[key] else { return fallback }
    guard let flag = value.boolValue else {
      throw fail(.wrongType(key: prefix + key, expected: "true or false", found: describe(value)))
    }
    return flag
  }

  func string(_ key: String) throws(ModelConfigurationError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.stringValue else {
      throw fail(.wrongType(key: prefix + key, expected: "a string", found: describe(value)))
    }
    return text
  }

  /// The first of several spellings of an integer that is present; two that differ are an error.
  func integer(
    _ keys: [String], default fallback: Int, in range: ClosedRange<Int>
  ) throws(ModelConfigurationError) -> Int {
    var found: (key: String, value: Int)?
    for key in keys where object[key] != nil {
      let next = try integer(key, default: fallback, in: range)
      if let found, found.value != next {
        throw fail(
          .contradiction("\(found.key) is \(found.value), but \(key) is \(next). Remove one"))
      }
      found = (key, next)
    }
    return found?.value ?? fallback
  }

  func describe(_ value: JSONValue) -> String {
    switch value {
    case .array, .object: value.kind
    default: "\(value.kind) (\(value.serialized().abbreviatedForTerminal(limit: 60)))"
    }
  }
}
