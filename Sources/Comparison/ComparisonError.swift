internal import Files

/// Why two models are not compared: all reasons at once.
public struct ComparisonError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Whole sentences, each telling what differs and how to mend it.
  public let problems: [String]

  public var description: String {
    problems.count == 1
      ? "The results cannot be compared: \(problems[0])"
      : "The results cannot be compared:\n" + problems.map { "  - \($0)" }.joined(separator: "\n")
  }
}
