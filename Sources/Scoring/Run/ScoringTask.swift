public import EvaluationTasks
public import OrderedJSON

/// A task that is ready to be scored: what it reports, and its rendered documents.
public struct ScoringTask: Sendable {
  public let name: String
  /// Name for tables.
  public let alias: String
  /// The task file's own version, as lm-eval writes it.
  public let version: JSONValue
  public let outputType: OutputType
  public let plan: MetricPlan
  /// In document order.
  public let documents: [EvaluationDocument]
  /// Documents of the evaluated split, before any limit.
  public let originalCount: Int
  /// Examples in each prompt.
  public let shots: Int
  /// The configuration in the form that lm-eval writes into results.
  public let configuration: JSONValue
  public let taskFiles: [TaskFile]
  public let dataFiles: [TaskFile]
  /// Bytes of text that scoring has to go through, a context shared by choices once: a measure of
  /// work that is known before anything is encoded.
  public let textSize: Int

  public init(
    name: String, alias: String, version: JSONValue, outputType: OutputType, plan: MetricPlan,
    documents: [EvaluationDocument], originalCount: Int, shots: Int, configuration: JSONValue,
    taskFiles: [TaskFile] = [], dataFiles: [TaskFile] = []
  ) {
    self.name = name
    self.alias = alias
    self.version = version
    self.outputType = outputType
    self.plan = plan
    self.documents = documents
    self.originalCount = originalCount
    self.shots = shots
    self.configuration = configuration
    self.taskFiles = taskFiles
    self.dataFiles = dataFiles
    textSize = Self.textSize(of: documents)
  }

  /// Joins a task with the documents that were read for it.
  ///
  /// - Parameters:
  ///   - task: The task.
  ///   - loaded: Its documents; none of its rows failed.
  /// - Throws: ``MetricError`` if its metrics cannot be computed.
  public init(_ task: EvaluationTask, loaded: LoadedTask) throws(MetricError) {
    self.init(
      name: task.name, alias: task.alias, version: task.version, outputType: task.outputType,
      plan: try MetricPlan(task: task), documents: loaded.documents,
      originalCount: loaded.originalCount, shots: loaded.numFewshot,
      configuration: loaded.configuration, taskFiles: task.sourceFiles,
      dataFiles: loaded.dataFiles)
  }

  /// Requests of all documents.
  public var requestCount: Int { documents.reduce(0) { $0 + $1.requests.count } }

  private static func textSize(of documents: [EvaluationDocument]) -> Int {
    documents.reduce(0) { sum, document in
      var size = 0
      var last: String?
      for request in document.requests {
        if last.map({ !$0.hasSameBytes(as: request.context) }) ?? true {
          size += request.context.utf8.count
          last = request.context
        }
        size += request.continuation.utf8.count
      }
      return sum + size
    }
  }
}
