internal import Files
internal import Foundation
internal import HarnessCompatibility
internal import Records
internal import Scoring
internal import TrainingPlans

/// The tasks of a plan, with their documents, and how checkpoints are scored on them.
struct PlanTasks {
  let tasks: ScoringTasks
  let settings: ScoringSettings
  /// Of tasks and settings: results of the same identity can be used again.
  let identity: SHA256Digest

  /// Tokens of one pass; what is trained lies in memory too while its checkpoint is scored.
  private static let batchTokens = 8192

  /// Finds and reads the tasks of a plan; every task has to be usable.
  ///
  /// It is `nil` if the plan names no task.
  /// - Parameters:
  ///   - plan: The plan.
  ///   - folder: The plan file's folder.
  ///   - threads: That score.
  ///   - program: Program and version, for files.
  /// - Throws: What is wrong with a task or its data; ``ExperimentError``.
  init?(_ plan: TrainingPlan, folder: String, threads: Int, program: String) throws {
    let evaluation = plan.evaluation
    guard !evaluation.tasks.isEmpty else { return nil }
    guard let version = HarnessVersion(rawValue: evaluation.compat) else {
      throw ExperimentError.unknownWord(
        key: "evaluation.compat", word: evaluation.compat,
        known: HarnessVersion.allCases.map(\.rawValue))
    }
    var beginning: BeginningOfSequence?
    if let word = evaluation.bos {
      guard let known = BeginningOfSequence(rawValue: word) else {
        throw ExperimentError.unknownWord(
          key: "evaluation.bos", word: word, known: BeginningOfSequence.allCases.map(\.rawValue))
      }
      beginning = known
    }
    settings = ScoringSettings(
      version: version, beginningOfSequence: beginning, threads: threads,
      batchTokens: Self.batchTokens, limit: evaluation.limit, fewshot: evaluation.fewshotCount,
      program: program)
    let request = TaskRequest(
      names: evaluation.tasks.map { Self.resolved($0, in: folder) },
      includePaths: evaluation.includePaths.map { resolvedPath($0, in: folder) },
      dataPath: evaluation.dataPath.map { resolvedPath($0, in: folder) },
      limit: evaluation.limit, fewshot: evaluation.fewshotCount)
    var failures: [String] = []
    do {
      tasks = try request.load(try request.select()) { failure in
        failures += failure.messages.prefix(3).map { "\(failure.task): \($0)" }
      }
    } catch {
      // The advice is the command line's; a plan has keys of these names.
      throw ExperimentError.noSuchTasks(
        text: "\(error)".replacing("--data-path DIR", with: "evaluation.data_path")
          .replacing("--include-path DIR", with: "evaluation.include_path"))
    }
    guard failures.isEmpty else { throw ExperimentError.unusableTasks(problems: failures) }
    identity = tasks.identity(settings: settings)
  }

  /// A task's YAML file is named relative to the plan.
  private static func resolved(_ name: String, in folder: String) -> String {
    name.hasSuffix(".yaml") || name.hasSuffix(".yml") ? resolvedPath(name, in: folder) : name
  }
}
