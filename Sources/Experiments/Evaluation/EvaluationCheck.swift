public import TrainingPlans

/// Checks of what a plan says of evaluation and baseline, against the files that it names.
public enum EvaluationCheck {
  /// Finds what would keep a plan's checkpoints from being scored or compared.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - folder: The plan file's folder.
  ///   - model: The plan's model; without it the baseline is not looked at.
  ///   - hasTokenizer: Whether there is a tokenizer for the tasks.
  ///   - program: Program and version.
  /// - Returns: One sentence each.
  public static func problems(
    _ plan: TrainingPlan, folder: String, model: PlanModel?, hasTokenizer: Bool, program: String
  ) -> [String] {
    var problems: [String] = []
    var tasks: PlanTasks?
    do {
      tasks = try PlanTasks(plan, folder: folder, threads: 1, program: program)
      if tasks != nil, !hasTokenizer {
        problems.append("\(ExperimentError.noTokenizerForTasks)")
      }
    } catch let error as ExperimentError {
      problems.append("\(error)")
    } catch {
      problems.append("evaluation.tasks: \(error)")
    }
    if let model {
      do {
        _ = try OutsideModels(plan, model: model, folder: folder, tasks: tasks, validation: [])
      } catch {
        problems.append("\(error)")
      }
    }
    return problems
  }
}
