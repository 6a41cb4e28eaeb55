/// Everything that scoring one checkpoint on some tasks has found.
///
/// It is written under the key `cpteval` of results files and read by reports. A reader refuses a
/// ``version`` above its own; fields may be added to a version, never change their meaning.
public struct EvaluationRecord: Codable, Sendable, Equatable {
  /// The version that this code writes.
  public static let currentVersion = 1

  public var version: Int
  /// Program and its version.
  public var program: String
  /// When scoring began, in seconds since 1970.
  public var date: Double
  public var settings: SettingsRecord
  public var checkpoint: CheckpointRecord
  /// In the order in which they were asked for.
  public var tasks: [TaskRecord]
  /// Tasks without the documents that a list names, as far as there are any; `nil` without a list.
  public var withoutListed: [TaskRecord]?
  /// Each followed by the groups below it.
  public var groups: [GroupRecord]
  /// Tasks that could not be scored.
  public var failures: [TaskFailureRecord]
  public var cost: CostRecord
  public var machine: MachineRecord
  /// Whether the run was stopped before all tasks were scored.
  public var isPartial: Bool

  private enum CodingKeys: String, CodingKey {
    case version, program, date, settings, checkpoint, tasks
    case withoutListed = "tasks_without_contaminated"
    case groups, failures, cost, machine
    case isPartial = "partial"
  }

  public init(
    program: String, date: Double, settings: SettingsRecord, checkpoint: CheckpointRecord,
    tasks: [TaskRecord] = [], groups: [GroupRecord] = [], failures: [TaskFailureRecord] = [],
    cost: CostRecord, machine: MachineRecord, isPartial: Bool = false
  ) {
    version = Self.currentVersion
    self.program = program
    self.date = date
    self.settings = settings
    self.checkpoint = checkpoint
    self.tasks = tasks
    self.groups = groups
    self.failures = failures
    self.cost = cost
    self.machine = machine
    self.isPartial = isPartial
  }
}

/// What the user asked for, defaults filled in.
public struct SettingsRecord: Codable, Sendable, Equatable {
  /// Which release of lm-evaluation-harness is mirrored.
  public var compatibility: String
  /// What becomes of the beginning-of-sequence token: `tokenizer`, `always` or `never`.
  public var beginningOfSequence: String
  /// Longest input, in tokens.
  public var window: Int
  /// Most documents per task.
  public var limit: Int?
  /// Examples per prompt as asked for on the command line.
  public var fewshot: Int?
  public var threads: Int
  public var batchTokens: Int?
  /// In bytes.
  public var memoryLimit: Int?
  public var bootstrapIterations: Int

  private enum CodingKeys: String, CodingKey {
    case compatibility = "compat"
    case beginningOfSequence = "bos"
    case window, limit
    case fewshot = "num_fewshot"
    case threads
    case batchTokens = "batch_tokens"
    case memoryLimit = "memory_limit"
    case bootstrapIterations = "bootstrap_iters"
  }

  public init(
    compatibility: String, beginningOfSequence: String, window: Int, limit: Int?, fewshot: Int?,
    threads: Int, batchTokens: Int?, memoryLimit: Int?, bootstrapIterations: Int
  ) {
    self.compatibility = compatibility
    self.beginningOfSequence = beginningOfSequence
    self.window = window
    self.limit = limit
    self.fewshot = fewshot
    self.threads = threads
    self.batchTokens = batchTokens
    self.memoryLimit = memoryLimit
    self.bootstrapIterations = bootstrapIterations
  }
}

/// The checkpoint that was scored.
public struct CheckpointRecord: Codable, Sendable, Equatable {
  /// The folder's name.
  public var name: String
  /// The folder as the user named it.
  public var path: String
  public var architecture: String
  public var parameters: Int
  /// Of the stored weights; the arithmetic is float32 whatever they are.
  public var dtypes: [String]
  /// Digest over the weight files: the file's own where there is one.
  public var weightsDigest: String
  public var weightFiles: [FileRecord]
  /// tokenizer.json and the files beside it that were read.
  public var tokenizerFiles: [FileRecord]
  public var configurationFile: FileRecord?

  private enum CodingKeys: String, CodingKey {
    case name, path, architecture, parameters, dtypes
    case weightsDigest = "weights_sha256"
    case weightFiles = "weight_files"
    case tokenizerFiles = "tokenizer_files"
    case configurationFile = "configuration_file"
  }

  public init(
    name: String, path: String, architecture: String, parameters: Int, dtypes: [String],
    weightsDigest: String = "", weightFiles: [FileRecord] = [], tokenizerFiles: [FileRecord] = [],
    configurationFile: FileRecord? = nil
  ) {
    self.name = name
    self.path = path
    self.architecture = architecture
    self.parameters = parameters
    self.dtypes = dtypes
    self.weightsDigest = weightsDigest
    self.weightFiles = weightFiles
    self.tokenizerFiles = tokenizerFiles
    self.configurationFile = configurationFile
  }
}

/// A file and what was in it.
public struct FileRecord: Codable, Sendable, Equatable {
  public var path: String
  /// Hexadecimal; empty if the run was stopped before it was known.
  public var sha256: String

  public init(path: String, sha256: String) {
    self.path = path
    self.sha256 = sha256
  }
}

/// A task that could not be scored.
public struct TaskFailureRecord: Codable, Sendable, Equatable {
  public var task: String
  /// Whole sentences, the first ten of them.
  public var messages: [String]
  /// How many there are in all.
  public var count: Int

  public init(task: String, messages: [String], count: Int) {
    self.task = task
    self.messages = messages
    self.count = count
  }
}

/// What scoring took.
public struct CostRecord: Codable, Sendable, Equatable {
  /// Wall time from the first check to the last score.
  public var totalSeconds: Double
  /// Wall time inside the engine.
  public var scoringSeconds: Double
  /// Sequences scored.
  public var sequences: Int
  /// Tokens that went through the model, shared ones once.
  public var tokens: Int
  /// Bytes of weights read from the checkpoint, every pass counted.
  public var weightBytesRead: Int

  private enum CodingKeys: String, CodingKey {
    case totalSeconds = "total_seconds"
    case scoringSeconds = "scoring_seconds"
    case sequences, tokens
    case weightBytesRead = "weight_bytes_read"
  }

  public init(
    totalSeconds: Double = 0, scoringSeconds: Double = 0, sequences: Int = 0, tokens: Int = 0,
    weightBytesRead: Int = 0
  ) {
    self.totalSeconds = totalSeconds
    self.scoringSeconds = scoringSeconds
    self.sequences = sequences
    self.tokens = tokens
    self.weightBytesRead = weightBytesRead
  }
}

/// Where it ran.
public struct MachineRecord: Codable, Sendable, Equatable {
  public var system: String
  public var processor: String
  public var cores: Int
  /// In bytes.
  public var memory: Int

  public init(system: String, processor: String, cores: Int, memory: Int) {
    self.system = system
    self.processor = processor
    self.cores = cores
    self.memory = memory
  }
}
