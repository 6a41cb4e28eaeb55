internal import Files
public import OrderedJSON

/// Why a `config.json` cannot be used.
public struct ModelConfigurationError: Error, Equatable, CustomStringConvertible {
  /// What is wrong with it.
  public enum Problem: Equatable, Sendable {
    case tooLarge(size: Int)
    case notJSON(JSONError)
    case notAnObject(kind: String)
    case missing(key: String, hint: String)
    case wrongType(key: String, expected: String, found: String)
    /// A number outside of what makes sense.
    case outOfRange(key: String, value: String, allowed: String)
    /// A value that names something not implemented.
    case unsupported(key: String, value: String, supported: [String])
    /// A key that would change the numbers and is not implemented.
    case unsupportedKey(key: String, hint: String)
    /// Two values that contradict one another.
    case contradiction(String)
  }

  public let path: String
  public let problem: Problem

  public var description: String { "\(path.escapedForTerminal): \(sentence)" }

  private var sentence: String {
    switch problem {
    case .tooLarge(let size):
      return "\(size) bytes are too many for a model's configuration."
    case .notJSON(let error):
      return "not valid JSON (\(error.description.escapedForTerminal))."
    case .notAnObject(let kind):
      return "a JSON object is expected, found \(kind)."
    case .missing(let key, let hint):
      return "\(key) is missing. \(hint)"
    case .wrongType(let key, let expected, let found):
      return "\(key) must be \(expected), found \(found.abbreviatedForTerminal())."
    case .outOfRange(let key, let value, let allowed):
      return "\(key) is \(value.abbreviatedForTerminal()), but must be \(allowed)."
    case .unsupported(let key, let value, let supported):
      let near = suggestions(for: value, among: supported, limit: 1)
      let hint = near.first.map { " Did you mean \($0)?" } ?? ""
      return "\(key) \"\(value.abbreviatedForTerminal())\" is not supported; supported are "
        + supported.joined(separator: ", ") + ".\(hint)"
    case .unsupportedKey(let key, let hint):
      return "\(key) is set, which is not supported. \(hint)"
    case .contradiction(let text):
      return "\(text.escapedForTerminal)."
    }
  }
}
