public import EvaluationTasks
public import HarnessCompatibility

/// Which metrics a task reports, and what each document contributes to them.
///
/// Source: `lm_eval/api/task.py`, `ConfigurableTask.process_results`, commit 4e7e0d4.
public struct MetricPlan: Sendable {
  /// In the order in which lm-eval writes them.
  public let metrics: [TaskMetric]
  /// Metrics of the task's list that its output type does not produce; lm-eval drops them silently.
  public let droppedMetrics: [String]

  /// The task's own list, in its order; a name occurs once.
  let listed: [MetricSpecification]
  private let outputType: OutputType
  private let resultProcessor: ResultProcessor

  /// Plans the metrics of a task.
  ///
  /// - Parameter task: Its list, output type and result processor count.
  /// - Throws: ``MetricError`` for an aggregation that does not exist here.
  public init(task: EvaluationTask) throws(MetricError) {
    try self.init(
      taskName: task.name, outputType: task.outputType, specifications: task.metrics,
      resultProcessor: task.resultProcessor)
  }

  /// Plans the metrics of a task from its parts.
  ///
  /// - Parameters:
  ///   - taskName: For messages.
  ///   - outputType: Decides which metrics there are.
  ///   - specifications: The task's list; the last of two entries of a name holds.
  ///   - resultProcessor: How log-likelihoods become metrics.
  /// - Throws: ``MetricError`` for an aggregation that does not exist here.
  public init(
    taskName: String, outputType: OutputType, specifications: [MetricSpecification],
    resultProcessor: ResultProcessor
  ) throws(MetricError) {
    self.outputType = outputType
    self.resultProcessor = resultProcessor
    let produced = Self.names(outputType: outputType, resultProcessor: resultProcessor)
    var metrics: [TaskMetric] = []
    for name in produced {
      let listed = specifications.last { $0.name.utf8.elementsEqual(name.utf8) }
      if let listed {
        guard let aggregation = Aggregation(rawValue: listed.aggregation) else {
          throw .unknownAggregation(
            task: taskName, metric: name, aggregation: listed.aggregation)
        }
        metrics.append(
          TaskMetric(
            name: name, aggregation: aggregation, higherIsBetter: listed.higherIsBetter,
            origin: .task))
      } else if name == "acc_bytes" {
        metrics.append(
          TaskMetric(name: name, aggregation: .mean, higherIsBetter: true, origin: .added))
      } else if name == ChoiceScores.tokenAccuracyName {
        metrics.append(
          TaskMetric(name: name, aggregation: .mean, higherIsBetter: true, origin: .own))
      } else if resultProcessor != .standard {
        // What a task's own function returns is averaged, listed or not.
        metrics.append(
          TaskMetric(name: name, aggregation: .mean, higherIsBetter: true, origin: .task))
      }
    }
    self.metrics = metrics
    var listed: [MetricSpecification] = []
    for specification in specifications {
      if let index = listed.firstIndex(where: { $0.name == specification.name }) {
        listed[index] = specification
      } else {
        listed.append(specification)
      }
    }
    self.listed = listed
    droppedMetrics = specifications.map(\.name).filter { !produced.contains($0) }
  }

  /// The metrics that an output type can produce, in the order of `process_results`.
  private static func names(
    outputType: OutputType, resultProcessor: ResultProcessor
  ) -> [String] {
    switch (resultProcessor, outputType) {
    case (.probabilityOfTrueChoices, _): ["acc"]
    case (.standard, .multipleChoice): ChoiceScores.metricNames + [ChoiceScores.tokenAccuracyName]
    case (.standard, .logLikelihood): ["perplexity", "acc"]
    case (.standard, .rollingLogLikelihood):
      ["word_perplexity", "byte_perplexity", "bits_per_byte"]
    }
  }

  /// What choices are compared by in a metric, for tables and records.
  ///
  /// - Parameter metric: One of ``metrics``.
  /// - Returns: `nil` where no choices are compared, as in TruthfulQA's share of probability.
  func normalizationName(of metric: TaskMetric) -> String? {
    guard resultProcessor == .standard, outputType == .multipleChoice else { return nil }
    return metric.normalization?.rawValue
  }

  /// What a document contributes to each metric.
  ///
  /// - Parameters:
  ///   - document: The document.
  ///   - responses: One per request of the document, in its order.
  /// - Returns: One value per entry of ``metrics``; `nil` where the document has none.
  /// - Complexity: O(choices · metrics), and O(bytes) of a rolling document.
  public func values(
    of document: EvaluationDocument, responses: [RequestResponse]
  ) -> [MetricValue?] {
    precondition(
      responses.count == document.requests.count,
      "\(responses.count) responses to \(document.requests.count) requests")
    switch outputType {
    case .multipleChoice:
      let scores = ChoiceScores(document: document, responses: responses)
      if resultProcessor == .probabilityOfTrueChoices {
        return metrics.map { _ in .number(scores.trueProbability(isTrue: document.trueChoices)) }
      }
      let gold = MetricValue.Gold(indices: document.gold, isList: document.hasMultipleTargets)
      return metrics.map { scores.value(ofMetric: $0.name, gold: gold) }
    case .logLikelihood:
      guard let response = responses.first else { return metrics.map { _ in nil } }
      return metrics.map {
        $0.name == "acc" ? .integer(response.isGreedy ? 1 : 0) : .number(response.logLikelihood)
      }
    case .rollingLogLikelihood:
      guard let response = responses.first else { return metrics.map { _ in nil } }
      return metrics.map {
        .weighted(
          sum: response.logLikelihood,
          weight: $0.name == "word_perplexity"
            ? document.countedText.harnessWordCount : document.countedText.utf8.count)
      }
    }
  }
}

extension ChoiceScores {
  /// Sorts a document's responses by what they were made for.
  ///
  /// - Parameters:
  ///   - document: A multiple-choice document.
  ///   - responses: One per request, in its order.
  public init(document: EvaluationDocument, responses: [RequestResponse]) {
    var conditional: [RequestResponse] = []
    var unconditional: [Double] = []
    for (request, response) in zip(document.requests, responses) {
      switch request.role {
      case .choice, .target, .rolling: conditional.append(response)
      case .unconditionalChoice: unconditional.append(response.logLikelihood)
      }
    }
    self.init(
      choices: document.choices, logLikelihoods: conditional.map(\.logLikelihood),
      isGreedy: conditional.map(\.isGreedy), tokenCounts: conditional.map(\.tokenCount),
      unconditionalLogLikelihoods: unconditional)
  }
}
