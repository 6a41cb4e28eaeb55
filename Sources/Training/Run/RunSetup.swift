public import Communication
public import Corpus
public import TrainingPlans

/// A run of a plan with everything that was opened for it.
public struct RunSetup {
  /// Where the weights come from when nothing of the run is there yet.
  public enum Origin: Sendable, Equatable {
    /// A folder in Hugging Face's layout; trainer state that lies in it is used.
    case checkpoint(folder: String)
  }

  public var plan: TrainingPlan
  public var run: Run
  /// `<output path>/<plan name>/<run name>`; exists.
  public var folder: String
  public var origin: Origin
  /// Of every data set of the run, by name.
  public var sources: [String: any TokenSource]
  /// Of every data set of the plan that has one, in the plan's order.
  public var validation: [ValidationSet]
  /// Tokenizer files that go into each checkpoint.
  public var files: [(name: String, bytes: [UInt8])]
  /// Tokens that end documents, by data set, for document masks.
  public var endOfDocument: [String: Int32]
  /// Who trains together.
  public var ranks: any Communicator = SingleProcess.shared
  /// Whether ranks exchange gradients and weights while passes go on.
  public var overlapsExchange = true
  /// Takes down what happens when.
  public var timeline: Timeline?

  public init(
    plan: TrainingPlan, run: Run, folder: String, origin: Origin,
    sources: [String: any TokenSource], validation: [ValidationSet],
    files: [(name: String, bytes: [UInt8])], endOfDocument: [String: Int32]
  ) {
    self.plan = plan
    self.run = run
    self.folder = folder
    self.origin = origin
    self.sources = sources
    self.validation = validation
    self.files = files
    self.endOfDocument = endOfDocument
  }
}

extension Phase {
  /// The phase's data sets for the mixture.
  ///
  /// - Parameters:
  ///   - sources: By name.
  ///   - shuffled: Whether a data set's samples are shuffled.
  ///   - seed: Of orders that begin with this phase.
  /// - Returns: `nil` if a source is missing, which is a bug in the caller.
  func recipe(
    sources: [String: any TokenSource], shuffled: (String) -> Bool, seed: UInt64
  ) -> PhaseRecipe? {
    let new = data.compactMap { share in
      sources[share.name].map {
        PhaseRecipe.NewSource($0.identity, weight: share.percent, shuffled: shuffled(share.name))
      }
    }
    let replayed = replay.compactMap { share in
      sources[share.name].map { PhaseRecipe.ReplayedSource($0.identity, share: share.weight) }
    }
    guard new.count == data.count, replayed.count == replay.count else { return nil }
    return PhaseRecipe(phase: name, seed: seed, new: new, replay: replayed)
  }
}
