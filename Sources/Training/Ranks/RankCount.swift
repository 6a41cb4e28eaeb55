public import TrainingPlans

/// Whether a plan can be shared by some number of ranks.
public enum RankCount {
  /// Refuses more ranks than a batch has sequences.
  ///
  /// - Parameters:
  ///   - runs: What is trained.
  ///   - ranks: How many there are.
  /// - Throws: ``TrainingError/tooManyRanks(ranks:sequences:phase:)``.
  public static func check(_ runs: [Run], ranks: Int) throws(TrainingError) {
    for phase in runs.flatMap(\.phases) where phase.batch.sequences < ranks {
      throw .tooManyRanks(
        ranks: ranks, sequences: phase.batch.sequences, phase: phase.name)
    }
  }
}
