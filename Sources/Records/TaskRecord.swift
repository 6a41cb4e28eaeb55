/// What scoring found about one task.
public struct TaskRecord: Codable, Sendable, Equatable {
  public var name: String
  /// Name for tables.
  public var alias: String
  /// The task file's own version.
  public var taskVersion: String
  public var outputType: String
  /// Examples in each prompt.
  public var shots: Int
  /// Documents of the evaluated split, before any limit.
  public var documentsInSplit: Int
  /// Documents that were read, those left out of the metrics included.
  public var documents: Int
  public var metrics: [MetricRecord]
  public var boundary: BoundaryRecord
  /// The YAML files, included ones too.
  public var taskFiles: [FileRecord]
  public var dataFiles: [FileRecord]
  public var cost: CostRecord
  /// Whole sentences about what is unusual.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case name, alias
    case taskVersion = "version"
    case outputType = "output_type"
    case shots = "num_fewshot"
    case documentsInSplit = "documents_in_split"
    case documents, metrics, boundary
    case taskFiles = "task_files"
    case dataFiles = "data_files"
    case cost, notes
  }

  public init(
    name: String, alias: String, taskVersion: String, outputType: String, shots: Int,
    documentsInSplit: Int, documents: Int, metrics: [MetricRecord], boundary: BoundaryRecord,
    taskFiles: [FileRecord] = [], dataFiles: [FileRecord] = [], cost: CostRecord = CostRecord(),
    notes: [String] = []
  ) {
    self.name = name
    self.alias = alias
    self.taskVersion = taskVersion
    self.outputType = outputType
    self.shots = shots
    self.documentsInSplit = documentsInSplit
    self.documents = documents
    self.metrics = metrics
    self.boundary = boundary
    self.taskFiles = taskFiles
    self.dataFiles = dataFiles
    self.cost = cost
    self.notes = notes
  }
}

/// One metric with all that is needed to judge it.
public struct MetricRecord: Codable, Sendable, Equatable {
  public var name: String
  /// lm-eval's name of the filter; log-likelihood tasks have `none`.
  public var filter: String
  public var value: Double
  /// `nil` where lm-eval writes `"N/A"`.
  public var standardError: Double?
  /// `closed_form`, `bootstrap`, `pooled`, `unweighted` or `unavailable`.
  public var errorMethod: String
  /// Documents that count.
  public var count: Int
  /// `nil` in a group whose tasks disagree.
  public var higherIsBetter: Bool?
  /// What choices are compared by: `none`, `characters`, `bytes`, `tokens`, `mutual_information`.
  public var normalization: String?
  /// 95 %, by Wilson, for shares of documents.
  public var interval: IntervalRecord?
  /// What guessing gets on average.
  public var chance: Double?
  /// Who asked for it: `task`, `added` or `own` (not a metric of lm-eval).
  public var origin: String

  private enum CodingKeys: String, CodingKey {
    case name, filter, value
    case standardError = "stderr"
    case errorMethod = "stderr_method"
    case count = "n"
    case higherIsBetter = "higher_is_better"
    case normalization
    case interval = "wilson_95"
    case chance, origin
  }

  public init(
    name: String, filter: String = "none", value: Double, standardError: Double?,
    errorMethod: String, count: Int, higherIsBetter: Bool?, normalization: String? = nil,
    interval: IntervalRecord? = nil, chance: Double? = nil, origin: String
  ) {
    self.name = name
    self.filter = filter
    self.value = value
    self.standardError = standardError
    self.errorMethod = errorMethod
    self.count = count
    self.higherIsBetter = higherIsBetter
    self.normalization = normalization
    self.interval = interval
    self.chance = chance
    self.origin = origin
  }
}

/// Where a value lies with the stated confidence.
public struct IntervalRecord: Codable, Sendable, Equatable {
  public var low: Double
  public var high: Double

  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}

/// A mean over the tasks of a group.
public struct GroupRecord: Codable, Sendable, Equatable {
  public var name: String
  public var alias: String
  public var groupVersion: String
  /// Names of tasks and groups directly below.
  public var members: [String]
  /// Examples in each prompt, where all members agree.
  public var shots: Int?
  /// Documents that count in the tasks below.
  public var documents: Int
  public var metrics: [MetricRecord]
  /// Whole sentences about what is unusual, such as a task that is missing.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case name, alias
    case groupVersion = "version"
    case members
    case shots = "num_fewshot"
    case documents, metrics, notes
  }

  public init(
    name: String, alias: String, groupVersion: String, members: [String], shots: Int?,
    documents: Int, metrics: [MetricRecord], notes: [String] = []
  ) {
    self.name = name
    self.alias = alias
    self.groupVersion = groupVersion
    self.members = members
    self.shots = shots
    self.documents = documents
    self.metrics = metrics
    self.notes = notes
  }
}
