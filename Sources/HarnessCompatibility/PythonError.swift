/// What Python would raise, with its class.
public struct PythonError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The exceptions that values and templates can raise.
  public enum Kind: String, Sendable {
    case typeError = "TypeError"
    case valueError = "ValueError"
    case indexError = "IndexError"
    case keyError = "KeyError"
    case zeroDivision = "ZeroDivisionError"
    case overflow = "OverflowError"
    case syntaxError = "SyntaxError"
    case assertion = "AssertionError"
  }

  public let kind: Kind
  /// What is wrong, as a clause without a full stop.
  public let problem: String

  public init(_ kind: Kind, _ problem: String) {
    self.kind = kind
    self.problem = problem
  }

  public var description: String { problem }
}
