internal import HarnessCompatibility
public import OrderedJSON
internal import YAMLDocuments

/// A task as its YAML says, resolved and checked: what it asks, and how its answers are judged.
///
/// It holds no data.
public struct EvaluationTask: Sendable {
  /// Name on the command line and in results.
  public let name: String
  /// Name for tables, `task_alias`; the name itself unless given.
  public let alias: String
  /// `metadata.version` as Python prints it; `"Yaml"` where there is none, as lm-eval has it.
  public let version: JSONValue
  /// Folder below tasks/ or below an include path; names the family that `!function` is resolved in.
  public let family: String
  public let tags: [String]
  public let outputType: OutputType
  /// What to report, in the order of `metric_list`; lm-eval's defaults for the output type without one.
  public let metrics: [MetricSpecification]
  /// `num_fewshot` as the YAML has it.
  ///
  /// lm-eval lets a 0 there overrule the command line.
  public let numFewshot: Int?
  /// How a document's log-likelihoods become its metrics.
  public let resultProcessor: ResultProcessor
  /// The YAML files it was made from: its own, then included ones.
  public let sourceFiles: [TaskFile]
  /// What each `!function` of the YAML was resolved to, in the file's order.
  public let resolvedFunctions: [ResolvedFunction]
  /// The keys as they were interpreted, for rendering.
  let definition: TaskDefinition
  /// The keys as they were read, for the results file.
  let raw: RawConfiguration

  /// Examples in front of each document, by lm-eval's rule for its option of that name.
  ///
  /// - Parameter requested: What the command line asked for, if anything.
  /// - Returns: The YAML's number where nothing was asked or where it says 0; else the one asked for.
  /// - SeeAlso: `lm_eval/evaluator.py: simple_evaluate`, commit 4e7e0d4.
  public func effectiveFewshot(requested: Int?) -> Int {
    if numFewshot == 0 { return 0 }
    return requested ?? numFewshot ?? 0
  }
}

extension EvaluationTask {
  /// Makes a task of its keys.
  ///
  /// - Parameter raw: The merged keys.
  /// - Returns: The task, to be used only if the reader found it usable, and the reader.
  static func make(from raw: RawConfiguration) -> (EvaluationTask, DefinitionReader) {
    var reader = DefinitionReader(raw)
    reader.read()
    let definition = reader.definition
    // lm-eval calls a task without version by the class attribute's value.
    let version = raw.value("metadata")?.value(of: "version")?.pythonValue?.json ?? "Yaml"
    let task = EvaluationTask(
      name: definition.name, alias: reader.alias ?? definition.name, version: version,
      family: raw.file.folders.last ?? "", tags: TaskIndex.tags(of: raw),
      outputType: definition.outputType, metrics: definition.metrics,
      numFewshot: reader.numFewshot, resultProcessor: reader.resultProcessor,
      sourceFiles: raw.files, resolvedFunctions: reader.functions, definition: definition, raw: raw)
    return (task, reader)
  }
}

/// One entry of `metric_list`.
public struct MetricSpecification: Sendable, Equatable {
  /// For example `acc`, `acc_norm` or `word_perplexity`.
  public let name: String
  /// How values of documents become the task's, in lm-eval's words.
  public let aggregation: String
  public let higherIsBetter: Bool

  public init(name: String, aggregation: String, higherIsBetter: Bool) {
    self.name = name
    self.aggregation = aggregation
    self.higherIsBetter = higherIsBetter
  }
}

/// How a document's log-likelihoods become its metrics.
public enum ResultProcessor: String, Sendable {
  /// `ConfigurableTask.process_results` of lm-eval, by output type.
  case standard
  /// TruthfulQA's `process_results_mc2`: `acc` is Σ p over the true choices / Σ p over all, with
  /// p = exp(log-likelihood); ``EvaluationDocument/trueChoices`` says which are true.
  case probabilityOfTrueChoices
}

/// What a `!function` stands for here.
public struct ResolvedFunction: Sendable, Equatable {
  /// Where it stands, for example `process_docs`.
  public let key: String
  /// Python's name as written, for example `utils.process_docs`.
  public let reference: String
  /// The native processor, for example `hellaswag: utils.process_docs`.
  public let processor: String
}

/// A group of tasks whose results are averaged.
public struct TaskGroup: Sendable {
  /// A member: a task by its name, or a group of its own.
  public enum Member: Sendable {
    case task(String)
    case group(TaskGroup)
  }

  public let name: String
  /// Name for tables, `group_alias`; the name itself unless given.
  public let alias: String
  /// `metadata.version`, if there is one.
  public let version: JSONValue?
  public let members: [Member]
  public let aggregates: [GroupAggregate]

  /// The names of all tasks in it and below, in order.
  public var leafTasks: [String] {
    members.flatMap { member in
      switch member {
      case .task(let name): [name]
      case .group(let group): group.leafTasks
      }
    }
  }

  /// The groups below it, depth first, itself left out.
  public var allGroups: [TaskGroup] {
    members.flatMap { member -> [TaskGroup] in
      if case .group(let group) = member { [group] + group.allGroups } else { [] }
    }
  }
}

/// One entry of a group's `aggregate_metric_list`; the aggregation is always the mean.
public struct GroupAggregate: Sendable, Equatable {
  public let metric: String
  /// Filters to average over; `nil` for all that occur.
  public let filters: [String]?
  /// Whether a task counts by its documents instead of as one.
  public let weightBySize: Bool
}

/// What the names on the command line stand for.
public struct TaskSelection: Sendable {
  /// The leaf tasks, each once, in lm-eval's order.
  public let tasks: [EvaluationTask]
  /// The groups that were named, and through ``TaskGroup/members`` those below them.
  public let groups: [TaskGroup]

  /// All groups, each followed by those below it.
  public var allGroups: [TaskGroup] { groups.flatMap { [$0] + $0.allGroups } }
}

/// A task's documents, rendered.
public struct LoadedTask: Sendable {
  /// Those that could be read, in order; `id` is the position in the evaluated split.
  public let documents: [EvaluationDocument]
  /// Documents in the evaluated split after processing, before any limit.
  public let originalCount: Int
  /// Number of examples in each context.
  public let numFewshot: Int
  /// The data files that were read, few-shot split included.
  public let dataFiles: [TaskFile]
  /// The first ten rows that cannot be read as the task says; the task has failed if there is one.
  public let errors: [RowError]
  /// How many such rows there are.
  public let errorCount: Int
  /// The task's configuration in the form that lm-eval writes into results.
  public let configuration: JSONValue
}

/// A row that cannot be read as the task says.
public struct RowError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The data file, as a path.
  public let file: String
  /// Its line, from 1.
  public let line: Int
  /// The field or key concerned, where there is one.
  public let field: String?
  /// What is wrong and how to mend it.
  public let problem: String

  public var description: String {
    "\(file), line \(line)\(field.map { ", field \"\($0)\"" } ?? ""): \(problem)"
  }
}
