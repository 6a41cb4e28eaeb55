internal import Files

/// Where a value of a plan was written.
public enum PlanSource: Sendable, Hashable {
  /// A plan file, by its path.
  case file(String)
  /// The argument of a `--set`.
  case setting(String)
}

/// Something wrong in a plan, with the place.
public struct PlanProblem: Error, Sendable, Equatable, CustomStringConvertible {
  public let source: PlanSource
  /// Line of the file, from 1, where known.
  public let line: Int?
  /// The key concerned in the spelling of `--set`; empty for the whole plan.
  public let path: String
  /// What is wrong and how to mend it, as a clause without a full stop.
  public let message: String

  init(_ source: PlanSource, _ line: Int?, _ path: String, _ message: String) {
    self.source = source
    self.line = line
    self.path = path
    self.message = message
  }

  public var description: String {
    var place: String
    switch source {
    case .file(let file):
      place = file.escapedForTerminal
      if let line { place += ", line \(line)" }
    case .setting(let text): place = "--set \(text.abbreviatedForTerminal())"
    }
    if !path.isEmpty { place += ", \(path.abbreviatedForTerminal())" }
    return "\(place): \(message.escapedForTerminal)" + (message.utf8.last == 0x3F ? "" : ".")
  }
}

/// Everything wrong in a plan that could be found without training.
public struct PlanProblems: Error, Sendable, Equatable, CustomStringConvertible {
  /// At least one, in the order of the file.
  public let problems: [PlanProblem]

  /// One line for each.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Problems found so far; reading goes on after each.
final class ProblemList {
  private(set) var problems: [PlanProblem] = []
  /// More help nobody, and a hostile plan could have millions.
  private static let limit = 100

  /// In the order of the file, what settings did last.
  var sorted: [PlanProblem] {
    func line(_ problem: PlanProblem) -> Int {
      if case .file = problem.source { problem.line ?? 0 } else { .max }
    }
    return problems.enumerated().sorted {
      (line($0.element), $0.offset) < (line($1.element), $1.offset)
    }.map(\.element)
  }

  func add(_ problem: PlanProblem) {
    guard problems.count < Self.limit, !problems.contains(problem) else { return }
    problems.append(problem)
  }
}
