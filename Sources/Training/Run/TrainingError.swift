internal import Files

/// Why a run cannot begin or go on.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  case unusableState(path: String, problem: String)
  /// Moments that do not fit the weights beside them.
  case unusableMoments(path: String, problem: String)
  /// Loss or gradient were not finite in three steps in a row.
  case diverged(step: Int, lastGood: String?)
  /// Numbers of the model are not finite any more, or never were.
  case notFinite(tensor: String, step: Int, lastGood: String?)
  /// What the run needs is more than there is.
  case tooLittleMemory(needed: Int, available: Int, advice: String)
  /// A checkpoint's step belongs to no phase of the run as it is planned now.
  case unknownPhase(path: String, phase: String, run: String)
  /// The phase is shorter now than what was done of it.
  case phaseTooShort(path: String, phase: String, done: Int, steps: Int)
  /// The checkpoint is of another plan's or run's making.
  case otherRun(path: String, plan: String, run: String)
  /// Each rank takes at least one sequence of every batch.
  case tooManyRanks(ranks: Int, sequences: Int, phase: String)

  public var description: String {
    switch self {
    case .unusableState(let path, let problem), .unusableMoments(let path, let problem):
      "\(path.escapedForTerminal): \(problem.escapedForTerminal). The checkpoint cannot be gone on "
        + "from; remove it to go on from the one before."
    case .diverged(let step, let lastGood):
      "Loss or gradient were not finite in three steps in a row, the last of them step \(step). "
        + (lastGood.map { "The last good checkpoint is \($0.escapedForTerminal). " } ?? "")
        + "Lower max_lr, lengthen the warm-up, or look at the samples that metrics.jsonl names."
    case .notFinite(let tensor, let step, let lastGood):
      "\(tensor.escapedForTerminal) holds numbers that are not finite at step \(step); nothing was "
        + "saved. "
        + (lastGood.map { "The last good checkpoint is \($0.escapedForTerminal). " } ?? "")
        + "Lower max_lr, lengthen the warm-up, or start from sound weights."
    case .tooLittleMemory(let needed, let available, let advice):
      "Training needs about \(Self.gigabytes(needed)) of memory, and \(Self.gigabytes(available)) "
        + "are free. \(advice)"
    case .unknownPhase(let path, let phase, let run):
      "\(path.escapedForTerminal) stands in the phase \(phase.escapedForTerminal), which the run "
        + "\(run.escapedForTerminal) does not have any more. Give the plan another name to begin "
        + "anew."
    case .phaseTooShort(let path, let phase, let done, let steps):
      "\(path.escapedForTerminal) has done \(done) steps of the phase \(phase.escapedForTerminal), "
        + "which the plan gives \(steps). Make the phase longer, or give the plan another name to "
        + "begin anew."
    case .otherRun(let path, let plan, let run):
      "\(path.escapedForTerminal) belongs to the run \(run.escapedForTerminal) of the plan "
        + "\(plan.escapedForTerminal). Choose another output folder."
    case .tooManyRanks(let ranks, let sequences, let phase):
      "\(ranks) ranks cannot share the batches of the phase \(phase.escapedForTerminal), which have "
        + "\(sequences) \(sequences == 1 ? "sequence" : "sequences"). Start at most \(sequences), or "
        + "raise batch.sequences, which changes what is trained."
    }
  }

  private static func gigabytes(_ bytes: Int) -> String {
    "\((Double(bytes) / 1e8).rounded() / 10) GB"
  }
}
