/// A plan's runs as far as they have come, and how they compare: what a report is made of.
public struct ExperimentRecord: Codable, Sendable, Equatable {
  /// The version that this code writes.
  public static let currentVersion = 1

  public var version: Int
  /// The plan's name.
  public var name: String
  /// Program and version that gathered this.
  public var program: String
  /// When it was gathered, in seconds since 1970.
  public var date: Double
  /// What the runs are compared with, in words: a run's name, a checkpoint, a results folder.
  public var baseline: String?
  /// In the plan's order.
  public var runs: [RunRecord]
  /// In the order of runs and steps.
  public var comparisons: [CheckpointComparisonRecord]
  /// One per run that has a baseline among the runs.
  public var costs: [CostComparisonRecord]
  /// Where runs were repeated with other seeds.
  public var seeds: [SeedSummaryRecord]
  /// Whole sentences: lines that could not be read, tasks that failed.
  public var problems: [String]
  /// Hashes, seeds, versions, commands, in the order in which they shall be shown.
  public var provenance: [ProvenanceRecord]

  public init(
    name: String, program: String, date: Double, baseline: String? = nil, runs: [RunRecord] = [],
    comparisons: [CheckpointComparisonRecord] = [], costs: [CostComparisonRecord] = [],
    seeds: [SeedSummaryRecord] = [], problems: [String] = [],
    provenance: [ProvenanceRecord] = []
  ) {
    version = Self.currentVersion
    self.name = name
    self.program = program
    self.date = date
    self.baseline = baseline
    self.runs = runs
    self.comparisons = comparisons
    self.costs = costs
    self.seeds = seeds
    self.problems = problems
    self.provenance = provenance
  }
}

/// One run: its phases, and what was measured on the way.
public struct RunRecord: Codable, Sendable, Equatable {
  public var name: String
  public var isBaseline: Bool
  public var phases: [PhaseRecord]
  /// One per optimizer step, ascending.
  public var steps: [StepPointRecord]
  /// Validation losses, ascending in steps.
  public var losses: [LossPointRecord]
  /// Task scores, ascending in steps.
  public var scores: [ScorePointRecord]

  private enum CodingKeys: String, CodingKey {
    case name
    case isBaseline = "is_baseline"
    case phases, steps, losses, scores
  }

  public init(
    name: String, isBaseline: Bool, phases: [PhaseRecord] = [], steps: [StepPointRecord] = [],
    losses: [LossPointRecord] = [], scores: [ScorePointRecord] = []
  ) {
    self.name = name
    self.isBaseline = isBaseline
    self.phases = phases
    self.steps = steps
    self.losses = losses
    self.scores = scores
  }
}

/// A phase of a run, as far as it has come.
public struct PhaseRecord: Codable, Sendable, Equatable {
  /// What a data set gave to the phase.
  public struct Part: Codable, Sendable, Equatable {
    public var name: String
    public var isReplay: Bool
    public var tokens: Int
    public var distinctTokens: Int
    public var epochs: Double

    private enum CodingKeys: String, CodingKey {
      case name
      case isReplay = "replayed"
      case tokens
      case distinctTokens = "distinct_tokens"
      case epochs
    }

    public init(name: String, isReplay: Bool, tokens: Int, distinctTokens: Int, epochs: Double) {
      self.name = name
      self.isReplay = isReplay
      self.tokens = tokens
      self.distinctTokens = distinctTokens
      self.epochs = epochs
    }
  }

  public var name: String
  /// Steps of the run, from 1, both ends included.
  public var firstStep: Int
  public var lastStep: Int
  /// Tokens of the run before the phase and after it, as planned.
  public var firstToken: Int
  public var lastToken: Int
  /// Planned shares in words, such as `german 75 %, english 25 % replayed`.
  public var mixture: String
  /// Schedule in words.
  public var schedule: String
  /// What was really trained on; empty until the phase is complete.
  public var parts: [Part]

  private enum CodingKeys: String, CodingKey {
    case name
    case firstStep = "first_step"
    case lastStep = "last_step"
    case firstToken = "first_token"
    case lastToken = "last_token"
    case mixture, schedule, parts
  }

  public init(
    name: String, firstStep: Int, lastStep: Int, firstToken: Int, lastToken: Int, mixture: String,
    schedule: String, parts: [Part] = []
  ) {
    self.name = name
    self.firstStep = firstStep
    self.lastStep = lastStep
    self.firstToken = firstToken
    self.lastToken = lastToken
    self.mixture = mixture
    self.schedule = schedule
    self.parts = parts
  }
}

/// One optimizer step.
public struct StepPointRecord: Codable, Sendable, Equatable {
  public var step: Int
  /// Trained on after the step.
  public var tokens: Int
  public var learningRate: Double
  /// In nats; `nil` if it was not finite.
  public var loss: Double?
  public var gradientNorm: Double?
  public var tokensPerSecond: Double?
  /// Seconds since 1970; `nil` in logs of versions that did not write it.
  public var time: Double?

  private enum CodingKeys: String, CodingKey {
    case step, tokens
    case learningRate = "lr"
    case loss
    case gradientNorm = "grad_norm"
    case tokensPerSecond = "tokens_per_second"
    case time
  }

  public init(
    step: Int, tokens: Int, learningRate: Double, loss: Double?, gradientNorm: Double?,
    tokensPerSecond: Double? = nil, time: Double? = nil
  ) {
    self.step = step
    self.tokens = tokens
    self.learningRate = learningRate
    self.loss = loss
    self.gradientNorm = gradientNorm
    self.tokensPerSecond = tokensPerSecond
    self.time = time
  }
}

/// A validation loss at some step.
public struct LossPointRecord: Codable, Sendable, Equatable {
  public var dataSet: String
  public var step: Int
  public var tokens: Int
  /// Whether the run had trained on the data set by then.
  public var isSeen: Bool
  /// Mean per token, in nats; `nil` if it was not finite.
  public var loss: Double?
  public var bitsPerByte: Double?
  public var time: Double?

  private enum CodingKeys: String, CodingKey {
    case dataSet = "data_set"
    case step, tokens
    case isSeen = "seen"
    case loss
    case bitsPerByte = "bits_per_byte"
    case time
  }

  public init(
    dataSet: String, step: Int, tokens: Int, isSeen: Bool, loss: Double?,
    bitsPerByte: Double? = nil, time: Double? = nil
  ) {
    self.dataSet = dataSet
    self.step = step
    self.tokens = tokens
    self.isSeen = isSeen
    self.loss = loss
    self.bitsPerByte = bitsPerByte
    self.time = time
  }
}

/// A task's score at some step; step 0 is the model before the first one.
public struct ScorePointRecord: Codable, Sendable, Equatable {
  public var task: String
  public var metric: String
  /// Whether it is the metric that decides about the task.
  public var isDeciding: Bool
  public var higherIsBetter: Bool
  public var step: Int
  public var tokens: Int
  public var value: Double
  public var standardError: Double?
  /// 95 %.
  public var interval: IntervalRecord?
  public var chance: Double?
  public var count: Int
  public var time: Double?

  private enum CodingKeys: String, CodingKey {
    case task, metric
    case isDeciding = "deciding"
    case higherIsBetter = "higher_is_better"
    case step, tokens, value
    case standardError = "stderr"
    case interval = "interval_95"
    case chance
    case count = "n"
    case time
  }

  public init(
    task: String, metric: String, isDeciding: Bool, higherIsBetter: Bool, step: Int, tokens: Int,
    value: Double, standardError: Double?, interval: IntervalRecord?, chance: Double?,
    count: Int, time: Double? = nil
  ) {
    self.task = task
    self.metric = metric
    self.isDeciding = isDeciding
    self.higherIsBetter = higherIsBetter
    self.step = step
    self.tokens = tokens
    self.value = value
    self.standardError = standardError
    self.interval = interval
    self.chance = chance
    self.count = count
    self.time = time
  }
}

/// A checkpoint at the end of a phase, compared.
public struct CheckpointComparisonRecord: Codable, Sendable, Equatable {
  public enum Reference: String, Codable, Sendable {
    /// The end of the baseline.
    case baseline
    /// The model that the phase began with: what was learned, and what was forgotten.
    case beforePhase = "before_phase"
  }

  public var run: String
  public var phase: String
  public var step: Int
  public var against: Reference
  /// Whether the phase is the run's last one, so that the comparison stands for the run.
  public var isFinal: Bool
  /// Data sets that the phase took new samples from.
  public var newDataSets: [String]
  /// Data sets that the run had trained on before the phase.
  public var earlierDataSets: [String]
  /// The command that derives the comparison from the files again.
  public var command: String
  public var comparison: ComparisonRecord

  private enum CodingKeys: String, CodingKey {
    case run, phase, step, against
    case isFinal = "final"
    case newDataSets = "new_data_sets"
    case earlierDataSets = "earlier_data_sets"
    case command, comparison
  }

  public init(
    run: String, phase: String, step: Int, against: Reference, isFinal: Bool,
    newDataSets: [String], earlierDataSets: [String], command: String,
    comparison: ComparisonRecord
  ) {
    self.run = run
    self.phase = phase
    self.step = step
    self.against = against
    self.isFinal = isFinal
    self.newDataSets = newDataSets
    self.earlierDataSets = earlierDataSets
    self.command = command
    self.comparison = comparison
  }
}

/// What a continual run costs against training the baseline from scratch.
public struct CostComparisonRecord: Codable, Sendable, Equatable {
  /// Tokens trained on, and floating-point operations of forward and backward passes.
  public struct Amount: Codable, Sendable, Equatable {
    public var tokens: Int
    public var operations: Double

    public init(tokens: Int, operations: Double) {
      self.tokens = tokens
      self.operations = operations
    }
  }

  public var run: String
  public var baseline: String
  /// The run's last phase: what it costs to bring the model that is there up to date.
  public var update: Amount
  /// All phases of the run, those of the run that it branches from included.
  public var path: Amount
  /// Training from scratch on all the data.
  public var fromScratch: Amount

  private enum CodingKeys: String, CodingKey {
    case run, baseline, update, path
    case fromScratch = "from_scratch"
  }

  public init(run: String, baseline: String, update: Amount, path: Amount, fromScratch: Amount) {
    self.run = run
    self.baseline = baseline
    self.update = update
    self.path = path
    self.fromScratch = fromScratch
  }
}

/// One quantity over runs that differ by their seeds alone; documents are not resampled here.
public struct SeedSummaryRecord: Codable, Sendable, Equatable {
  /// Mean and spread over seeds.
  public struct Spread: Codable, Sendable, Equatable {
    public var mean: Double
    /// Sample standard deviation.
    public var deviation: Double

    public init(mean: Double, deviation: Double) {
      self.mean = mean
      self.deviation = deviation
    }
  }

  /// Name without the seed.
  public var run: String
  public var seeds: [UInt64]
  public var kind: DifferenceRecord.Kind
  public var name: String
  public var metric: String
  /// One value per seed, in the order of ``seeds``.
  public var candidates: [Double]
  public var candidate: Spread
  /// Of the baseline, where it was repeated with the same seeds, and B − A seed by seed.
  public var references: [Double]?
  public var reference: Spread?
  public var difference: Spread?
  /// 95 % of the mean difference over seeds, by Student's t with (seeds − 1) degrees of freedom.
  public var interval: IntervalRecord?

  private enum CodingKeys: String, CodingKey {
    case run, seeds, kind, name, metric, candidates, candidate, references, reference, difference
    case interval = "difference_95"
  }

  public init(
    run: String, seeds: [UInt64], kind: DifferenceRecord.Kind, name: String, metric: String,
    candidates: [Double], candidate: Spread, references: [Double]? = nil,
    reference: Spread? = nil, difference: Spread? = nil, interval: IntervalRecord? = nil
  ) {
    self.run = run
    self.seeds = seeds
    self.kind = kind
    self.name = name
    self.metric = metric
    self.candidates = candidates
    self.candidate = candidate
    self.references = references
    self.reference = reference
    self.difference = difference
    self.interval = interval
  }
}

/// A line of a report's footer.
public struct ProvenanceRecord: Codable, Sendable, Equatable {
  public var label: String
  public var value: String

  public init(label: String, value: String) {
    self.label = label
    self.value = value
  }
}
