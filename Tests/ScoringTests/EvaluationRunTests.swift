import EvaluationTasks
import HarnessCompatibility
import OrderedJSON
import Records
import Scoring
import TestSupport
import Testing

@Suite("A run over tasks, with a table model")
struct EvaluationRunTests {
  private func run(threads: Int = 1, poolTokens: Int = 1 << 18) throws -> EvaluationRun {
    let encoder = try RequestEncoder(
      tokenizer: ByteTokenizer(), vocabularySize: 258, window: 80, version: .v0_4_9_2)
    return EvaluationRun(
      encoder: encoder, threads: threads, bootstrapIterations: 1000, poolTokens: poolTokens)
  }

  private func task(_ name: String, _ documents: [EvaluationDocument]) throws -> ScoringTask {
    ScoringTask(
      name: name, alias: name, version: 1, outputType: .multipleChoice,
      plan: try MetricPlan(
        taskName: name, outputType: .multipleChoice,
        specifications: ["acc", "acc_norm", "brier_score"].map(GoldenFile.specification),
        resultProcessor: .standard),
      documents: documents, originalCount: documents.count, shots: 0, configuration: [:])
  }

  private func document(_ id: Int, _ context: String, _ choices: [String]) -> EvaluationDocument {
    EvaluationDocument(
      id: id, fields: .null,
      requests: choices.enumerated().map {
        LogLikelihoodRequest(role: .choice($0), context: context, continuation: " " + $1)
      }, choices: choices, gold: [id % choices.count], hasMultipleTargets: false, target: "0")
  }

  private var documents: [EvaluationDocument] {
    (0..<40).map { id in
      document(
        id, "Question \(id * id): which of these is it?",
        ["red number \(id)", "blue", "the \(id % 7)th green one"])
    }
  }

  private func outcomes(
    _ tasks: [ScoringTask], threads: Int = 1, poolTokens: Int = 1 << 18
  ) throws -> [TaskOutcome] {
    var engine = BigramEngine(maximumLength: 80, vocabularySize: 258)
    var outcomes: [TaskOutcome] = []
    try run(threads: threads, poolTokens: poolTokens).score(tasks, with: &engine) {
      outcomes.append($0)
    }
    return outcomes
  }

  private func sums(_ outcome: TaskOutcome) -> [[Double]] {
    outcome.documents.map { $0.responses.map(\.logLikelihood) }
  }

  @Test("Answers go to the requests they belong to")
  func answers() throws {
    let outcome = try #require(outcomes([task("t", documents)]).first)
    var engine = BigramEngine(maximumLength: 80, vocabularySize: 258)
    for (document, result) in zip(documents, outcome.documents) {
      for (request, response) in zip(document.requests, result.responses) {
        let context = try ByteTokenizer().encode(request.context, addSpecialTokens: false)
        let continuation = try ByteTokenizer().encode(
          request.continuation, addSpecialTokens: false)
        let sequence = ScoredSequence(
          input: context + continuation.dropLast(), targets: continuation)
        let score = try #require(engine.score([sequence]) { _ in }.first)
        #expect(response.logLikelihood == score.logLikelihood)
        #expect(response.tokenCount == continuation.count)
      }
    }
    #expect(outcome.summaries.map(\.metric.name).contains("acc_tokens"))
    #expect(outcome.sampleCount == 40)
    #expect(outcome.cost.sequences == 120)
  }

  @Test("Threads, pooling, order, neighbours and a limit change no answer")
  func invariance() throws {
    let whole = try #require(outcomes([task("t", documents)]).first)
    for threads in [1, 2, 5] {
      for poolTokens in [1, 3000, 1 << 18] {
        let tasks = [
          try task("before", [document(0, "Another.", ["a", "b"])]),
          try task("t", documents.reversed()), try task("limited", Array(documents.prefix(7))),
        ]
        let outcomes = try outcomes(tasks, threads: threads, poolTokens: poolTokens)
        #expect(outcomes.map(\.task.name) == ["before", "t", "limited"])
        #expect(sums(outcomes[1]) == sums(whole).reversed())
        #expect(sums(outcomes[2]) == Array(sums(whole).prefix(7)))
        #expect(
          outcomes[1].summaries.map(\.value).prefix(2) == whole.summaries.map(\.value).prefix(2))
      }
    }
  }

  @Test("Small tasks go to the engine together, and each still reports its own cost")
  func pooling() throws {
    var engine = BigramEngine(maximumLength: 80, vocabularySize: 258)
    let tasks = try (0..<4).map { try task("t\($0)", Array(documents.prefix(5 + $0))) }
    var finished: [TaskOutcome] = []
    try run().score(tasks, with: &engine) { finished.append($0) }
    #expect(engine.calls == [3 * (5 + 6 + 7 + 8)])
    #expect(finished.map(\.cost.sequences) == [15, 18, 21, 24])
    #expect(abs(finished.reduce(0) { $0 + $1.cost.weightBytesRead } - 1000) <= 2)

    engine = BigramEngine(maximumLength: 80, vocabularySize: 258)
    try run(poolTokens: 1).score(tasks, with: &engine) { _ in }
    #expect(engine.calls == [15, 18, 21, 24])
  }

  @Test("Documents that lm-eval aborts on are left out, listed, and n says so")
  func boundary() throws {
    var documents = documents
    documents[2] = EvaluationDocument(
      id: 2, fields: .null,
      requests: [
        LogLikelihoodRequest(role: .choice(0), context: "ax", continuation: "y"),
        LogLikelihoodRequest(role: .choice(1), context: "ax", continuation: "b"),
      ], choices: ["y", "b"], gold: [0], hasMultipleTargets: false, target: "0")
    documents[5] = document(5, String(repeating: "long ", count: 30), ["a", "b", "c"])
    documents[9] = document(9, "Same?", ["a", "a", "b"])
    documents[11] = document(11, "Too long", [String(repeating: "x", count: 90), "b"])
    let outcome = try #require(outcomes([task("t", documents)]).first)
    #expect(
      outcome.boundary.leftOut == [
        .init(document: 2, reason: "empty_continuation"),
        .init(document: 11, reason: "continuation_too_long"),
      ])
    #expect(outcome.boundary.truncated.map(\.document) == [5])
    #expect(outcome.summaries.allSatisfy { $0.count == 38 })
    // Equal choices tie only if they win; the brier score does not compare.
    let tied = ChoiceScores(
      document: documents[9], responses: outcome.documents[9].responses)
    let isTied = [ChoiceNormalization.none, .characters, .bytes, .tokens].contains {
      tied.isTied($0)
    }
    #expect(outcome.boundary.tied.contains(9) == isTied)
  }

  @Test("A NaN of the model is passed on and its document named")
  func notANumber() throws {
    var engine = BigramEngine(maximumLength: 80, vocabularySize: 258)
    engine.poison = Int32(UInt8(ascii: "Z")) + 1
    var documents = documents
    documents[4] = document(4, "Which?", ["Z", "b", "c"])
    var outcome: TaskOutcome?
    try run().score([task("t", documents)], with: &engine) { outcome = $0 }
    #expect(outcome?.boundary.notANumber == [4])
    let brier = outcome?.summaries.first { $0.metric.name == "brier_score" }
    #expect(brier?.value.isNaN == true)
    // argmax lets the first NaN win, so the document counts as an answer of choice 0.
    #expect(outcome?.documents[4].values.first == .some(.some(.number(0))))
  }

  @Test("Tasks that are finished when the engine fails stay finished")
  func failure() throws {
    var engine = BigramEngine(maximumLength: 80, vocabularySize: 258)
    engine.failsAfterCalls = 2
    let tasks = try (0..<4).map { try task("t\($0)", documents) }
    var finished: [String] = []
    #expect(throws: BigramEngine.Failure.self) {
      try run(poolTokens: 1).score(tasks, with: &engine) { finished.append($0.task.name) }
    }
    #expect(finished == ["t0", "t1"])
  }

  @Test("Progress grows to all requests and the whole work")
  func progress() throws {
    var engine = BigramEngine(maximumLength: 80, vocabularySize: 258)
    let tasks = try (0..<3).map { try task("t\($0)", documents) }
    var steps: [RunProgress] = []
    try run(poolTokens: 1).score(tasks, with: &engine, progress: { steps.append($0) }) { _ in }
    #expect(steps.map(\.fraction) == steps.map(\.fraction).sorted())
    #expect(steps.first?.fraction == 0 && steps.last?.fraction == 1)
    #expect(steps.last?.finishedRequests == 360 && steps.last?.totalRequests == 360)
    #expect(steps.last?.finishedTasks == 3)
    #expect(steps.last?.weightBytesRead == 3000)
  }

  @Test("A task without documents has no metrics and says so")
  func empty() throws {
    let outcome = try #require(outcomes([task("t", [])]).first)
    #expect(outcome.summaries.isEmpty && outcome.sampleCount == 0)
    #expect(outcome.notes.contains("The metric acc has no value: no document counts."))
  }
}
