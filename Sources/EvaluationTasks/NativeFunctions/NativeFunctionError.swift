/// Why a native function cannot make anything of a row: which field, and what is wrong with it.
public struct NativeFunctionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong with a field.
  public enum Problem: Sendable, Equatable {
    /// The row lacks it and has others.
    case missing(available: [String])
    /// It holds another kind of value.
    case wrongKind(expected: String, found: String)
    /// It is of the right kind and cannot be used, in a clause without a full stop.
    case unusable(String)
  }

  /// The field, as a path for one inside another (`mc2_targets.labels`).
  public let field: String
  public let problem: Problem

  public init(field: String, _ problem: Problem) {
    self.field = field
    self.problem = problem
  }

  /// The problem without the field's name, as a clause without a full stop.
  public var detail: String {
    switch problem {
    case .missing(let available):
      available.isEmpty
        ? "missing, the row has no fields"
        : "missing, the row has \(available.joined(separator: ", "))"
    case .wrongKind(let expected, let found): "expected \(expected), found \(found)"
    case .unusable(let clause): clause
    }
  }

  public var description: String { "field \"\(field)\": \(detail)" }
}
