/// A training plan with every default filled in and every length in steps.
///
/// Paths and globs stand as written; they are relative to the plan file's folder.
public struct TrainingPlan: Sendable, Equatable {
  /// The name of the folder that the runs are written to.
  public let name: String
  public let seed: UInt64
  /// Where the weights of runs without ``Run/from`` come from.
  public let model: ModelSource
  /// `nil` to take the checkpoint's own, or where all data is packed.
  public let tokenizer: TokenizerSource?
  /// Positions of a sequence; a row of data holds one token more.
  public let sequenceLength: Int
  /// The batch of phases that say nothing else; `nil` where all have their own.
  public let batch: Batch?
  public let activationRecomputation: Bool
  public let optimizer: OptimizerSettings
  public let data: [DataSet]
  public let runs: [Run]
  /// What the runs are compared with.
  public let baseline: Baseline?
  public let evaluation: EvaluationSettings

  /// The data set of a name.
  ///
  /// - Parameter name: Compared by bytes.
  /// - Returns: `nil` if there is none.
  public func dataSet(_ name: String) -> DataSet? { data.first { $0.name == name } }

  /// The run of a name.
  ///
  /// - Parameter name: Compared by bytes.
  /// - Returns: `nil` if there is none.
  public func run(_ name: String) -> Run? { runs.first { $0.name == name } }

  /// The runs that a name stands for: one run, or all repetitions of one with other seeds.
  ///
  /// - Parameter name: Of a run, or the name without the seed; compared by bytes.
  /// - Returns: In the plan's order; empty if there are none.
  public func runs(named name: String) -> [Run] {
    run(name).map { [$0] } ?? runs.filter { $0.repeatOf == name }
  }

  /// The seed of a run's new weights and of the orders that begin in it.
  ///
  /// - Parameter run: A run of the plan.
  /// - Returns: Its own, else the plan's.
  public func seed(of run: Run) -> UInt64 { run.seed ?? seed }

  /// The run that another one is compared with, where the baseline is a run of the plan.
  ///
  /// - Parameter run: A run of the plan.
  /// - Returns: Of a repeated baseline the repetition with the same seed, if there is one; `nil` for
  ///   runs of the baseline themselves.
  public func baselineRun(of run: Run) -> Run? {
    guard case .run(let name) = baseline else { return nil }
    let candidates = runs(named: name)
    if candidates.contains(where: { $0.name == run.name }) { return nil }
    if candidates.count == 1 { return candidates[0] }
    return candidates.first { seed(of: $0) == seed(of: run) }
  }

  /// The runs in the plan's order, but each after the run that it branches from.
  ///
  /// - Complexity: O(runs²).
  public var runsInOrder: [Run] {
    var ordered: [Run] = []
    var waiting = runs
    while !waiting.isEmpty {
      let ready = waiting.firstIndex { run in
        guard let parent = run.from?.run else { return true }
        return !waiting.contains { $0.name == parent }
      }
      // A reader lets no cycle through.
      ordered.append(waiting.remove(at: ready ?? 0))
    }
    return ordered
  }

  /// The data sets that a run has taken new samples from, in the order of their first use.
  ///
  /// Branches count what their origins have seen. Replay adds nothing: it repeats.
  /// - Parameters:
  ///   - run: The run's name.
  ///   - phase: The last phase that counts; all of the run if `nil`.
  /// - Returns: Names, each once; empty for an unknown run.
  public func dataSetsSeen(inRun run: String, throughPhase phase: String? = nil) -> [String] {
    var chain: [(run: Run, last: String?)] = []
    var next: (name: String, last: String?)? = (run, phase)
    while let (name, last) = next, let found = self.run(name), chain.count <= runs.count {
      chain.append((found, last))
      next = found.from.map { ($0.run, $0.phase) }
    }
    var seen: [String] = []
    for (run, last) in chain.reversed() {
      for phase in run.phases {
        for share in phase.data where !seen.contains(share.name) { seen.append(share.name) }
        if phase.name == last { break }
      }
    }
    return seen
  }
}
