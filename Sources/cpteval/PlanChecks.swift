import Corpus
import Experiments
import Files
import LanguageModel
import Training
import TrainingPlans

/// Checks of a plan against the files that it names.
struct PlanChecks {
  let plan: TrainingPlan
  /// The plan file's folder.
  let folder: String

  /// What is wrong with the files of the data sets.
  ///
  /// - Returns: One sentence each.
  func fileProblems() -> [String] {
    do throws(DataFilesProblems) {
      _ = try plan.dataFiles(in: folder)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  /// What is understood, but probably not meant so.
  ///
  /// - Returns: One sentence each.
  func warnings() -> [String] {
    guard let files = try? plan.dataFiles(in: folder) else { return [] }
    return files.compactMap { dataSet, files in
      guard let file = files.overlap.first else { return nil }
      return "data.\(dataSet.name): \(file.escapedForTerminal) is trained on and validated on; "
        + "the validation loss will be too good."
    }
  }

  /// What is wrong with the model and its tokenizer, and whether it fits this machine.
  ///
  /// - Returns: One sentence each.
  func modelProblems() -> [String] {
    var problems: [String] = []
    var vocabulary: PlanVocabulary?
    do {
      vocabulary = PlanVocabulary(plan, try PlanTokenizer.open(plan, folder: folder))
      try ExperimentError.checkTokenizer(vocabulary, of: plan)
    } catch {
      problems.append("tokenizer: \(error)")
    }
    do {
      let model = try PlanModel(plan, folder: folder, vocabulary: vocabulary)
      try MemoryNeed.check(plan, runs: plan.runs, model.configuration)
      for (dataSet, files) in (try? plan.dataFiles(in: folder)) ?? [] {
        for paths in [files.train, files.validation] where !paths.isEmpty {
          do {
            try dataSet.checkIDs(
              of: paths, sequenceLength: plan.sequenceLength,
              vocabularySize: model.configuration.vocabularySize)
          } catch {
            problems.append("data.\(dataSet.name): \(error)")
          }
        }
      }
    } catch {
      problems.append("model: \(error)")
    }
    return problems
  }

  /// What is wrong with tasks and baseline.
  ///
  /// - Returns: One sentence each.
  func evaluationProblems() -> [String] {
    EvaluationCheck.problems(
      plan, folder: folder, model: model, hasTokenizer: vocabulary != nil,
      program: CPTEval.program)
  }

  /// What the plan's runs will take.
  ///
  /// - Returns: `nil` if the model or its tokenizer cannot be read; `plan check` says why.
  func estimate() -> PlanEstimate? {
    model.map { PlanEstimate(plan, model: $0) }
  }

  /// `nil` if there is no tokenizer, or it cannot be read.
  private var vocabulary: PlanVocabulary? {
    PlanVocabulary(plan, try? PlanTokenizer.open(plan, folder: folder))
  }

  /// `nil` if the model or its tokenizer cannot be read.
  private var model: PlanModel? {
    try? PlanModel(plan, folder: folder, vocabulary: vocabulary)
  }
}
