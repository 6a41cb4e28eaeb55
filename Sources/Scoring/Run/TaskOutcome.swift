import EvaluationTasks
public import HarnessCompatibility
public import Records

/// Everything that scoring found about one task.
public struct TaskOutcome: Sendable {
  public let task: ScoringTask
  /// One per document of the task, in its order.
  public let documents: [DocumentOutcome]
  /// Metrics that have a value, in the order of the task's plan.
  public let summaries: [MetricSummary]
  public let boundary: BoundaryRecord
  public let cost: CostRecord
  /// Whole sentences about what is unusual.
  public let notes: [String]

  /// Documents that count in the metrics, as lm-eval's `sample_len`.
  public var sampleCount: Int { summaries.map(\.count).max() ?? 0 }

  /// Judges the documents of a task.
  ///
  /// - Parameters:
  ///   - task: The task.
  ///   - encoded: Its documents in tokens, in order.
  ///   - responses: What the model said per document and request; empty where it was left out.
  ///   - cost: What it took.
  ///   - bootstrapIterations: Replicates where an error is bootstrapped.
  ///   - threads: Threads that draw them; no result depends on it.
  public init(
    task: ScoringTask, encoded: [EncodedDocument], responses: [[RequestResponse]],
    cost: CostRecord, bootstrapIterations: Int = StandardError.bootstrapIterations,
    threads: Int = 1
  ) {
    self.task = task
    self.cost = cost
    var outcomes: [DocumentOutcome] = []
    var boundary = BoundaryRecord()
    var values = task.plan.metrics.map { _ in [MetricValue]() }
    let normalizations = Set(task.plan.metrics.compactMap(\.normalization))
    for ((document, encoded), responses) in zip(zip(task.documents, encoded), responses) {
      if !encoded.isComposed { boundary.notComposed.append(document.id) }
      if encoded.isMerged { boundary.merged.append(document.id) }
      if case .leftOut(let obstacle) = encoded.content {
        boundary.leftOut.append(.init(document: document.id, reason: obstacle.identifier))
        outcomes.append(DocumentOutcome(responses: [], values: [], obstacle: obstacle))
        continue
      }
      if encoded.lostTokens > 0 {
        boundary.truncated.append(.init(document: document.id, lostTokens: encoded.lostTokens))
      }
      if responses.contains(where: { $0.logLikelihood.isNaN }) {
        boundary.notANumber.append(document.id)
      }
      if task.outputType == .multipleChoice {
        let scores = ChoiceScores(document: document, responses: responses)
        if normalizations.contains(where: scores.isTied) { boundary.tied.append(document.id) }
      }
      let documentValues = task.plan.values(of: document, responses: responses)
      for (index, value) in documentValues.enumerated() {
        if let value { values[index].append(value) }
      }
      outcomes.append(DocumentOutcome(responses: responses, values: documentValues))
    }
    documents = outcomes
    self.boundary = boundary
    (summaries, notes) = Self.summaries(
      of: task, values, bootstrapIterations: bootstrapIterations, threads: threads)
  }

  /// The outcome over some of the documents of another.
  init(
    task: ScoringTask, documents: [DocumentOutcome], boundary: BoundaryRecord, cost: CostRecord,
    bootstrapIterations: Int, threads: Int
  ) {
    self.task = task
    self.documents = documents
    self.boundary = boundary
    self.cost = cost
    let values = task.plan.metrics.indices.map { index in
      documents.compactMap { $0.values.isEmpty ? nil : $0.values[index] }
    }
    (summaries, notes) = Self.summaries(
      of: task, values, bootstrapIterations: bootstrapIterations, threads: threads)
  }

  /// Aggregates what each metric has of the documents.
  private static func summaries(
    of task: ScoringTask, _ values: [[MetricValue]], bootstrapIterations: Int, threads: Int
  ) -> (summaries: [MetricSummary], notes: [String]) {
    var summaries: [MetricSummary] = []
    var notes = task.plan.droppedMetrics.map {
      "The metric \($0) is in the task's list, but \(task.outputType.rawValue) has no such metric."
    }
    for (metric, values) in zip(task.plan.metrics, values) {
      let summary = MetricSummary.over(
        values, of: metric, bootstrapIterations: bootstrapIterations, threads: threads)
      if let summary {
        summaries.append(summary)
      } else if values.isEmpty {
        notes.append("The metric \(metric.name) has no value: no document counts.")
      } else {
        notes.append(
          """
          The metric \(metric.name) has no value: \(metric.aggregation.rawValue) is not defined for \
          these answers (more than two classes, or several right choices).
          """)
      }
    }
    return (summaries, notes)
  }
}

extension EncodedRequest.Obstacle {
  /// The reason's name in records.
  public var identifier: String {
    switch self {
    case .emptyContinuation: "empty_continuation"
    case .emptyContext: "empty_context"
    case .continuationTooLong: "continuation_too_long"
    }
  }
}
