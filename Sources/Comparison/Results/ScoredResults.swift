internal import Files
public import OrderedJSON
public import Records

/// Results of one model on disk: cpteval's, or lm-evaluation-harness's own.
public struct ScoredResults: Sendable {
  /// The folder that they lie in.
  public let folder: String
  /// In the order of the file.
  public let tasks: [TaskResult]
  /// Names of groups with what is directly below them, in the order of the file.
  public let groups: [(name: String, members: [String])]
  /// The value of each group and metric, as the file has it.
  public let groupValues: [String: [String: Double]]
  /// Validation losses, where they were measured.
  public let losses: [LossSample]
  public let model: ComparedModelRecord
  /// What a footer tells of how these results came about: settings, hashes, machine.
  public let facts: [ProvenanceRecord]
  private let source: Source
  /// Positions in ``tasks``, by the bytes of names.
  private let places: [ContiguousArray<UInt8>: Int]

  /// Where samples come from.
  private enum Source: Sendable {
    case folder(ResultLocation)
    case memory(@Sendable (String) -> [String]?)
  }

  /// Finds and reads results; samples are read when they are needed.
  ///
  /// - Parameters:
  ///   - path: A results file, a folder that has one, a checkpoint with a folder `evaluation`, or an
  ///     output path with one model's folder.
  ///   - label: For headings; the model's name if `nil`.
  /// - Throws: ``ResultsError``.
  public init(path: String, label: String? = nil) throws(ResultsError) {
    let location = try ResultLocation(path: path)
    var files: [String] = []
    var object = JSONObject()
    if let name = location.resultsName {
      files.append(name)
      object = try BoundedFile.object(path: "\(location.folder)/\(name)")
    }
    var losses: [LossSample] = []
    if location.names.contains(ResultLocation.validationName) {
      files.append(ResultLocation.validationName)
      losses = try LossSample.read(
        path: "\(location.folder)/\(ResultLocation.validationName)")
    }
    try self.init(
      object, isComplete: location.resultsName != nil, folder: location.folder, files: files,
      label: label ?? Self.label(of: object, path: path), losses: losses,
      source: .folder(location))
  }

  /// Takes results that were made just now.
  ///
  /// - Parameters:
  ///   - object: The results file's content.
  ///   - label: For headings.
  ///   - path: The checkpoint, for messages.
  ///   - samples: The lines of a task's samples file.
  /// - Throws: ``ResultsError`` if the object is none of results.
  public init(
    _ object: JSONObject, label: String, path: String,
    samples: @escaping @Sendable (String) -> [String]?
  ) throws(ResultsError) {
    try self.init(
      object, isComplete: true, folder: path, files: [], label: label, losses: [],
      source: .memory(samples))
  }

  private init(
    _ file: JSONObject, isComplete: Bool, folder: String, files: [String], label: String,
    losses: [LossSample], source: Source
  ) throws(ResultsError) {
    self.folder = folder
    self.losses = losses
    self.source = source
    let path = files.first.map { "\(folder)/\($0)" } ?? folder
    if isComplete, file["results"]?.objectValue == nil {
      throw .malformed(
        path: path,
        problem: "it has no object \"results\", so neither lm-eval nor cpteval run wrote it")
    }
    let own = file["cpteval"]
    if let version = own?["version"]?.integerValue, version > EvaluationRecord.currentVersion {
      throw .tooNew(path: path, version: version, known: EvaluationRecord.currentVersion)
    }
    try Self.checkNames(file, path)
    let subtasks = file["group_subtasks"]?.objectValue?.members ?? []
    guard subtasks.count <= Self.maximumGroups else {
      throw .malformed(
        path: path, problem: "it has \(subtasks.count) groups, more than there are")
    }
    groups = subtasks.compactMap { member in
      let members = member.value.arrayValue?.compactMap(\.stringValue) ?? []
      return members.isEmpty ? nil : (member.name, members)
    }
    let groupNames = Set(groups.map(\.name))
    var ownTasks: [String: JSONValue] = [:]
    for record in own?["tasks"]?.arrayValue ?? [] {
      if let name = record["name"]?.stringValue { ownTasks[name] = record }
    }
    let sections = TaskSections(file)
    var tasks: [TaskResult] = []
    var groupValues: [String: [String: Double]] = [:]
    for member in file["results"]?.objectValue?.members ?? [] {
      guard let task = TaskResult(member.name, in: sections, own: ownTasks[member.name]) else {
        continue
      }
      if groupNames.contains(member.name) {
        groupValues[member.name] = Dictionary(
          task.metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      } else {
        tasks.append(task)
      }
    }
    self.tasks = tasks
    places = Dictionary(
      tasks.indices.map { (TaskSections.key(tasks[$0].name), $0) },
      uniquingKeysWith: { first, _ in first })
    self.groupValues = groupValues
    facts = Self.facts(own)
    let digest = own?["checkpoint"]?["weights_sha256"]?.stringValue
    model = ComparedModelRecord(
      label: label, path: folder, files: files,
      weightsDigest: digest.flatMap { $0.isEmpty ? nil : $0 },
      program: own?["program"]?.stringValue
        ?? file["lm_eval_version"]?.stringValue.map { "lm-eval \($0)" },
      date: file["date"]?.doubleValue)
  }

  private static let maximumGroups = 2_000

  /// Makes sure that no task, group or metric occurs twice, or has more members than can be.
  private static func checkNames(_ file: JSONObject, _ path: String) throws(ResultsError) {
    let results = file["results"]?.objectValue
    for (part, object) in [
      ("results", results), ("group_subtasks", file["group_subtasks"]?.objectValue),
    ] {
      if let name = object?.firstRepeatedName {
        throw .malformed(
          path: path, problem: "\"\(name.abbreviatedForTerminal())\" occurs twice in \(part)")
      }
    }
    for member in results?.members ?? [] {
      let entry = member.value.objectValue ?? JSONObject()
      // A value and its error per metric and filter, and some words.
      guard entry.members.count <= 4 * TaskResult.maximumMetrics else {
        throw .malformed(
          path: path,
          problem: "\"\(member.name.abbreviatedForTerminal())\" has \(entry.members.count) "
            + "results, more than a task has")
      }
      if let name = entry.firstRepeatedName {
        throw .malformed(
          path: path,
          problem: "\"\(name.abbreviatedForTerminal())\" occurs twice in the results of "
            + "\"\(member.name.abbreviatedForTerminal())\"")
      }
    }
  }

  /// The model's name, or the last parts of the path where that says more.
  private static func label(of file: JSONObject, path: String) -> String {
    let parts = path.split(separator: "/").map(String.init)
    if parts.last?.hasPrefix("step-") == true {
      return parts.suffix(3).filter { $0 != "checkpoints" }.joined(separator: "/")
    }
    return file["model_name"]?.stringValue ?? parts.last ?? path
  }

  /// A task by its name.
  ///
  /// - Parameter name: Compared by bytes.
  /// - Returns: `nil` if there are no results of it.
  public func task(_ name: String) -> TaskResult? {
    places[TaskSections.key(name)].map { tasks[$0] }
  }

  /// Reads the answers to a task's documents.
  ///
  /// - Parameters:
  ///   - task: One of ``tasks``.
  ///   - readsTexts: Whether texts are kept.
  /// - Returns: `nil` if there is no samples file of it.
  /// - Throws: ``ResultsError``.
  func samples(of task: TaskResult, readsTexts: Bool = false) throws(ResultsError) -> SampleFile? {
    switch source {
    case .folder(let location):
      guard let name = location.samplesName(ofTask: task.name) else { return nil }
      return try SampleFile.read(
        path: "\(location.folder)/\(name)", task: task, readsTexts: readsTexts)
    case .memory(let lines):
      guard let lines = lines(task.name) else { return nil }
      return try SampleFile.read(
        lines: lines, name: "samples of \(task.name)", task: task, readsTexts: readsTexts)
    }
  }
}
