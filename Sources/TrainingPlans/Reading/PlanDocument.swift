internal import Files
internal import YAMLDocuments

/// A plan file as written, and settings that change it.
public struct PlanDocument: Sendable {
  /// The plan file's path.
  public let path: String
  let root: PlanNode

  /// Reads a plan file, unchecked beyond being YAML.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError`, or ``PlanProblems`` for what is no YAML or beyond its bounds.
  public init(path: String) throws {
    let file = try MappedFile(path: path)
    guard file.size <= YAMLDocumentReader.maximumSize else {
      let size =
        "\(file.size) bytes, more than the \(YAMLDocumentReader.maximumSize) that a plan may have"
      throw PlanProblems(problems: [PlanProblem(.file(path), nil, "", size)])
    }
    let bytes = withExtendedLifetime(file) { Array(file.bytes) }
    try self.init(bytes: bytes, path: path)
  }

  /// Takes the content of a plan file.
  ///
  /// - Parameters:
  ///   - bytes: The file's content.
  ///   - path: Where it lies, for messages and ``folder``.
  /// - Throws: ``PlanProblems``.
  public init(bytes: [UInt8], path: String) throws(PlanProblems) {
    self.path = path
    do throws(YAMLProblem) {
      root = try YAMLDocumentReader.read(bytes, file: PlanSource.file(path))
    } catch {
      let problem = PlanProblem(.file(path), error.line, error.key ?? "", error.message)
      throw PlanProblems(problems: [problem])
    }
  }

  /// The folder that the plan's paths and globs are relative to.
  public var folder: String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }

  /// The plan with every default filled in.
  ///
  /// - Parameter settings: Arguments of `--set`, `key.path=value`, applied in order.
  /// - Returns: The checked plan.
  /// - Throws: ``PlanProblems`` with all mistakes that can be found without the data.
  public func plan(settings: [String] = []) throws(PlanProblems) -> TrainingPlan {
    try plan(settings: settings, then: [])
  }

  func plan(
    settings: [String], then more: [PlanSetting]
  ) throws(PlanProblems) -> TrainingPlan {
    var root = root
    var problems: [PlanProblem] = []
    for text in settings {
      do throws(PlanProblem) {
        root = try PlanSetting(text).applied(to: root)
      } catch {
        problems.append(error)
      }
    }
    for setting in more {
      do throws(PlanProblem) {
        root = try setting.applied(to: root)
      } catch {
        problems.append(error)
      }
    }
    if problems.isEmpty { return try PlanReader.read(root) }
    // The rest of the plan may be wrong as well, and all is told at once.
    do throws(PlanProblems) {
      _ = try PlanReader.read(root)
    } catch {
      problems = error.problems + problems
    }
    throw PlanProblems(problems: problems)
  }
}
