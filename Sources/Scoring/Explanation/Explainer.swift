import EvaluationTasks
import HarnessCompatibility
import OrderedJSON
public import Records

/// Shows what scoring does with one document, token by token.
public struct Explainer {
  private let encoder: RequestEncoder
  private let tokenizer: any TextTokenizer

  /// Prepares to explain documents.
  ///
  /// - Parameters:
  ///   - encoder: The one that a run would use.
  ///   - tokenizer: Its tokenizer.
  public init(encoder: RequestEncoder, tokenizer: any TextTokenizer) {
    self.encoder = encoder
    self.tokenizer = tokenizer
  }

  /// Scores one document and keeps every step.
  ///
  /// - Parameters:
  ///   - index: Where the document stands in the task's list.
  ///   - task: The task.
  ///   - engine: Holds the model.
  /// - Returns: Texts, tokens, log-likelihoods, and the choices under every normalisation.
  /// - Throws: What the engine or the tokenizer throws.
  public func explain(
    documentAt index: Int, of task: ScoringTask, with engine: inout some LogLikelihoodEngine
  ) throws -> ExplanationRecord {
    let document = task.documents[index]
    let encoded = try encoder.encode(document)
    var record = ExplanationRecord(
      task: task.name, document: document.id, documentsInSplit: task.originalCount,
      shots: task.shots)
    if !encoded.isComposed {
      record.notes.append("Some text is not in Unicode's normal form C.")
    }
    guard case .requests(let requests) = encoded.content else {
      if case .leftOut(let obstacle) = encoded.content { record.leftOut = Self.words(obstacle) }
      record.requests = document.requests.map { unscored($0) }
      return record
    }
    let scores =
      encoded.sequences.isEmpty ? [] : try engine.score(encoded.sequences) { _ in }
    var next = 0
    var responses: [RequestResponse] = []
    for (request, tokens) in zip(document.requests, requests) {
      let range = next..<(next + tokens.sequences.count)
      next = range.upperBound
      let response = RequestResponse(adding: scores[range])
      responses.append(response)
      record.requests.append(
        explain(request, tokens, scores: Array(scores[range]), response: response))
    }
    if task.outputType == .multipleChoice {
      let scores = ChoiceScores(document: document, responses: responses)
      record.choices = choices(of: document, scores)
      record.rankings = ChoiceNormalization.allCases.compactMap { Self.ranking($0, scores) }
      for normalization in ChoiceNormalization.allCases where scores.isTied(normalization) {
        record.notes.append(
          "Choices tie under the normalisation \(normalization.rawValue); the first one wins.")
      }
    }
    let values = task.plan.values(of: document, responses: responses)
    record.metrics = zip(task.plan.metrics, values).compactMap { metric, value in
      value.map { .init(name: metric.name, value: Self.text($0)) }
    }
    return record
  }

  private func explain(
    _ request: LogLikelihoodRequest, _ tokens: EncodedDocument.Request, scores: [SequenceScore],
    response: RequestResponse
  ) -> ExplanationRecord.Request {
    let terms = scores.flatMap(\.tokenLogLikelihoods)
    let kept = Array(tokens.encoded.context.dropFirst(tokens.lostTokens))
    let all = kept + tokens.encoded.continuation
    let texts = all.indices.map { text(of: all[$0], after: $0 > 0 ? all[$0 - 1] : nil) }
    return ExplanationRecord.Request(
      title: Self.title(request.role), context: request.context,
      continuation: request.continuation,
      contextTokens: zip(kept, texts).map { .init(id: Int($0), text: $1) },
      scoredTokens: zip(zip(tokens.encoded.continuation, texts.dropFirst(kept.count)), terms).map {
        .init(id: Int($0.0), text: $0.1, logLikelihood: $1)
      },
      lostTokens: tokens.lostTokens, isMerged: tokens.isMerged,
      logLikelihood: response.logLikelihood, isGreedy: response.isGreedy)
  }

  private func unscored(_ request: LogLikelihoodRequest) -> ExplanationRecord.Request {
    ExplanationRecord.Request(
      title: Self.title(request.role), context: request.context,
      continuation: request.continuation, contextTokens: [], scoredTokens: [], lostTokens: 0,
      isMerged: false, logLikelihood: .nan, isGreedy: false)
  }

  /// The text that a token stands for; part of a character is shown as the file spells it.
  ///
  /// - Parameters:
  ///   - id: The token.
  ///   - previous: The token before it, since some decoders drop the space of a first token.
  /// - Returns: The text, spaces included.
  private func text(of id: Int32, after previous: Int32?) -> String {
    func decode(_ ids: [Int32]) -> String? {
      let text = try? tokenizer.decode(ids, skipSpecialTokens: false)
      return text.flatMap { $0.unicodeScalars.contains("\u{FFFD}") ? nil : $0 }
    }
    if let previous, let before = decode([previous]), let both = decode([previous, id]),
      both.utf8.starts(with: before.utf8), both.utf8.count > before.utf8.count,
      let rest = String(both.utf8.dropFirst(before.utf8.count))
    {
      return rest
    }
    if let alone = decode([id]), !alone.isEmpty { return alone }
    return tokenizer.token(of: id) ?? ""
  }

  private func choices(
    of document: EvaluationDocument, _ scores: ChoiceScores
  ) -> [ExplanationRecord.Choice] {
    document.choices.enumerated().map { index, choice in
      let isTrue =
        document.trueChoices.isEmpty
        ? document.gold.contains(index)
        : document.trueChoices.indices.contains(index) && document.trueChoices[index]
      return .init(
        text: choice, isGold: isTrue, characters: choice.unicodeScalars.count,
        bytes: choice.utf8.count, tokens: scores.tokenCounts[index])
    }
  }

  private static func ranking(
    _ normalization: ChoiceNormalization, _ scores: ChoiceScores
  ) -> ExplanationRecord.Ranking? {
    guard let values = scores.scores(normalization), let best = ChoiceScores.argmax(values) else {
      return nil
    }
    // NaN first, as argmax has it; then by size, the first of equals in front.
    let order = values.indices.sorted { a, b in
      if values[a].isNaN != values[b].isNaN { return values[a].isNaN }
      if values[a] == values[b] || values[a].isNaN { return a < b }
      return values[a] > values[b]
    }
    var ranks = values.map { _ in 0 }
    for (rank, index) in order.enumerated() { ranks[index] = rank + 1 }
    return .init(
      normalization: normalization.rawValue, scores: values, ranks: ranks, best: best)
  }

  private static func title(_ role: LogLikelihoodRequest.Role) -> String {
    switch role {
    case .choice(let index): "choice \(index)"
    case .unconditionalChoice(let index): "choice \(index) without context"
    case .target: "target"
    case .rolling: "text"
    }
  }

  private static func words(_ obstacle: EncodedRequest.Obstacle) -> String {
    switch obstacle {
    case .emptyContinuation: "no token is left to score"
    case .emptyContext: "no token is there to condition on"
    case .continuationTooLong(let tokens, let window):
      "\(tokens) tokens to score do not fit the window of \(window)"
    }
  }

  private static func text(_ value: MetricValue) -> String {
    switch value {
    case .number(let number): number.pythonText
    case .integer(let number): "\(number)"
    case .weighted(let sum, let weight): "\(sum.pythonText) over \(weight)"
    case .prediction(_, let predicted): "choice \(predicted)"
    case .perChoice(_, let numbers):
      numbers.map { $0.pythonText }.joined(separator: ", ")
    }
  }
}
