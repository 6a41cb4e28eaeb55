import EvaluationTasks
import HarnessCompatibility
import OrderedJSON
import Records
import Scoring
import Testing

@Suite("Explaining a document")
struct ExplainerTests {
  private func explain(_ document: EvaluationDocument, window: Int = 40) throws
    -> ExplanationRecord
  {
    let tokenizer = ByteTokenizer()
    let encoder = try RequestEncoder(
      tokenizer: tokenizer, vocabularySize: 258, window: window, version: .v0_4_9_2)
    let task = ScoringTask(
      name: "t", alias: "t", version: 1, outputType: .multipleChoice,
      plan: try MetricPlan(
        taskName: "t", outputType: .multipleChoice,
        specifications: [GoldenFile.specification("acc")], resultProcessor: .standard),
      documents: [document], originalCount: 9, shots: 0, configuration: [:])
    var engine = BigramEngine(maximumLength: window, vocabularySize: 258)
    return try Explainer(encoder: encoder, tokenizer: tokenizer)
      .explain(documentAt: 0, of: task, with: &engine)
  }

  private func document(_ context: String, _ choices: [String]) -> EvaluationDocument {
    EvaluationDocument(
      id: 7, fields: .null,
      requests: choices.enumerated().map {
        LogLikelihoodRequest(role: .choice($0), context: context, continuation: $1)
      }, choices: choices, gold: [1], hasMultipleTargets: false, target: "1")
  }

  @Test("Tokens, terms and sums belong together, and ranks follow the scores")
  func whole() throws {
    let record = try explain(document("Which? ", ["red", "a much longer blue"]))
    #expect(record.document == 7 && record.requests.count == 2)
    for request in record.requests {
      let terms = request.scoredTokens.compactMap(\.logLikelihood)
      #expect(terms.count == request.scoredTokens.count)
      #expect(abs(terms.reduce(0, +) - request.logLikelihood) < 1e-12)
      #expect(request.contextTokens.map(\.text).joined() == "Which?")
      // The space moved to the continuation.
      #expect(request.scoredTokens.first?.text == " ")
    }
    #expect(record.rankings.map(\.normalization) == ["none", "characters", "bytes", "tokens"])
    for ranking in record.rankings {
      let byRank = zip(ranking.ranks, ranking.scores).sorted { $0.0 < $1.0 }.map(\.1)
      #expect(byRank == ranking.scores.sorted(by: >))
      #expect(ranking.ranks[ranking.best] == 1)
    }
    #expect(record.choices.map(\.isGold) == [false, true])
    #expect(record.metrics.map(\.name) == ["acc", "acc_bytes", "acc_tokens"])
  }

  @Test("What was cut off is not among the tokens shown")
  func truncated() throws {
    let record = try explain(document("A long context", ["ab", "cd"]), window: 6)
    let request = try #require(record.requests.first)
    #expect(request.lostTokens == 9)
    #expect(request.contextTokens.map(\.text).joined() == "ntext")
  }

  @Test("A document that is left out is shown without scores")
  func leftOut() throws {
    let record = try explain(document("ax", ["b", "y"]))
    #expect(record.leftOut == "no token is left to score")
    #expect(record.rankings.isEmpty && record.metrics.isEmpty)
    #expect(record.requests.count == 2)
  }
}
