internal import Comparison
internal import Files
internal import Foundation
internal import LanguageModel
internal import OrderedJSON
internal import Scoring
internal import TrainingPlans

/// `references.json`: the models and results from outside that runs are compared with, so that a report
/// finds them again.
///
///     {"format": 1,
///      "baseline": {"checkpoint": "/models/union", "evaluation": "evaluation-0123456789ab"},
///      "initial": {"checkpoint": "/models/pythia", "evaluation": "evaluation-ba9876543210"}}
///
/// A baseline of results has `"results": "/path"` instead.
struct OutsideModels: Equatable {
  /// One of them.
  enum Model: Equatable {
    /// Somebody's checkpoint, and the folder in the plan's output that its evaluation lies in.
    case checkpoint(path: String, evaluation: String)
    /// Results that lie there already.
    case results(path: String)
  }

  static let fileName = "references.json"

  /// What runs are compared with.
  var baseline: Model?
  /// The checkpoint that runs begin with.
  var initial: Model?

  init(baseline: Model? = nil, initial: Model? = nil) {
    self.baseline = baseline
    self.initial = initial
  }

  /// Finds what a plan names, and makes sure that it can be used.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - model: Its model.
  ///   - folder: The plan file's folder.
  ///   - tasks: Of the plan, if it has any.
  ///   - validation: Digests of the validation sets.
  /// - Throws: ``ExperimentError/unusableBaseline(path:problem:)``, `FileError`.
  init(
    _ plan: TrainingPlan, model: PlanModel, folder: String, tasks: PlanTasks?,
    validation: [String]
  ) throws {
    func absolute(_ path: String) -> String {
      URL(fileURLWithPath: resolvedPath(path, in: folder)).standardizedFileURL.path
    }
    func evaluated(_ path: String) throws -> Model {
      .checkpoint(
        path: path,
        evaluation: try Self.evaluationName(
          ofCheckpoint: path, tasks: tasks?.identity.hex, validation: validation))
    }
    switch plan.baseline {
    case .run, nil: break
    case .checkpoint(let path):
      do {
        let path = absolute(path)
        _ = try Checkpoint.open(directory: path)
        baseline = try evaluated(path)
      } catch {
        throw ExperimentError.unusableBaseline(path: path, problem: "\(error)")
      }
    case .results(let path):
      do {
        let results = try ScoredResults(path: absolute(path))
        let missing = (tasks?.tasks.tasks ?? []).map(\.name).filter { results.task($0) == nil }
          .map(\.escapedForTerminal).joined(separator: ", ")
        guard missing.isEmpty else {
          throw ExperimentError.unusableBaseline(
            path: path, problem: "it has no results of \(missing).")
        }
        baseline = .results(path: absolute(path))
      } catch let error as ExperimentError {
        throw error
      } catch {
        throw ExperimentError.unusableBaseline(path: path, problem: "\(error)")
      }
    }
    if case .checkpoint(let path, _) = model { initial = try evaluated(absolute(path)) }
  }

  /// Reads the file.
  ///
  /// - Parameter folder: Of the plan's output.
  /// - Returns: Neither model if there is no such file, or it cannot be understood.
  static func read(in folder: String) -> OutsideModels {
    guard let file = try? MappedFile(path: "\(folder)/\(fileName)"), file.size < 1 << 20,
      let value = try? JSONValue(parsing: Array(file.bytes))
    else { return OutsideModels() }
    return OutsideModels(
      baseline: model(value["baseline"], in: folder),
      initial: model(value["initial"], in: folder))
  }

  /// Writes the file.
  ///
  /// - Parameter folder: Of the plan's output.
  /// - Throws: `FileError`.
  func write(in folder: String) throws(FileError) {
    let value: JSONValue = [
      "format": 1, "baseline": Self.json(baseline), "initial": Self.json(initial),
    ]
    try AtomicFile.write(value.serialized(indent: 2) + "\n", to: "\(folder)/\(Self.fileName)")
  }

  private static func model(_ value: JSONValue?, in folder: String) -> Model? {
    if let path = value?["results"]?.stringValue { return .results(path: path) }
    guard let path = value?["checkpoint"]?.stringValue,
      let evaluation = value?["evaluation"]?.stringValue,
      // The name comes out of a file and must not lead elsewhere.
      evaluation.hasPrefix("evaluation-"), !evaluation.contains("/")
    else { return nil }
    return .checkpoint(path: path, evaluation: evaluation)
  }

  private static func json(_ model: Model?) -> JSONValue {
    switch model {
    case nil: .null
    case .checkpoint(let path, let evaluation):
      ["checkpoint": .string(path), "evaluation": .string(evaluation)]
    case .results(let path): ["results": .string(path)]
    }
  }

  /// The name of the folder that a checkpoint's evaluation goes to: another one for other weights,
  /// tasks or validation data.
  ///
  /// - Parameters:
  ///   - checkpoint: The checkpoint's folder.
  ///   - tasks: Identity of the tasks; `nil` without tasks.
  ///   - validation: Digests of the validation sets.
  /// - Returns: `evaluation-` and twelve digits.
  /// - Throws: `FileError` if the folder cannot be listed.
  static func evaluationName(
    ofCheckpoint checkpoint: String, tasks: String?, validation: [String]
  ) throws(FileError) -> String {
    var parts = [checkpoint, tasks ?? "no tasks"] + validation
    for name in try Folder.names(in: checkpoint).sorted()
    where name.hasSuffix(".safetensors") || name.hasSuffix(".json") {
      guard let identity = try? FileIdentity(ofFile: "\(checkpoint)/\(name)") else { continue }
      parts.append("\(name) \(identity.size) \(identity.modified)")
    }
    return "evaluation-\(SHA256Digest(of: parts.joined(separator: "\n")).hex.prefix(12))"
  }
}
