import EvaluationTasks
import Files
import HarnessCompatibility
import OrderedJSON

/// The lines of a samples file in the format of lm-evaluation-harness, one per document.
///
/// Documents that are left out of all metrics have no line, since lm-evaluation-harness has no such
/// documents. Source: `lm_eval/evaluator.py` (`evaluate`) and
/// `lm_eval/loggers/evaluation_tracker.py` (`save_results_samples`), commit 4e7e0d4.
public struct HarnessSamples: Sendable {
  private let outcome: TaskOutcome

  public init(_ outcome: TaskOutcome) { self.outcome = outcome }

  /// Hands every line on, without its newline, so that they need not be in memory together.
  ///
  /// - Parameter write: Takes one line.
  /// - Returns: lm-eval's hash of the task: over documents, prompts and targets.
  /// - Throws: What `write` throws.
  /// - Complexity: O(text).
  public func lines(_ write: (String) throws -> Void) rethrows -> String {
    var hasher = SHA256Hasher()
    for (document, result) in zip(outcome.task.documents, outcome.documents)
    where result.obstacle == nil {
      let hashes = Self.hashes(of: document)
      hasher.update(hashes.document + hashes.prompt + hashes.target)
      try write(line(of: document, result, hashes).serialized())
    }
    return hasher.finalize().hex
  }

  /// lm-eval's hash of the task without writing anything.
  public var taskHash: String {
    var hasher = SHA256Hasher()
    for (document, result) in zip(outcome.task.documents, outcome.documents)
    where result.obstacle == nil {
      let hashes = Self.hashes(of: document)
      hasher.update(hashes.document + hashes.prompt + hashes.target)
    }
    return hasher.finalize().hex
  }

  private typealias Hashes = (document: String, prompt: String, target: String)

  private static func hashes(of document: EvaluationDocument) -> Hashes {
    let prompt =
      document.requests.first.map { $0.role == .rolling ? $0.continuation : $0.context } ?? ""
    return (
      SHA256Digest(of: document.fields.serialized(indent: 2)).hex,
      SHA256Digest(of: prompt).hex, SHA256Digest(of: document.target).hex
    )
  }

  private func line(
    of document: EvaluationDocument, _ result: DocumentOutcome, _ hashes: Hashes
  ) -> JSONValue {
    let arguments = document.requests.enumerated().map { index, request in
      let texts =
        request.role == .rolling
        ? [request.continuation] : [request.context, request.continuation]
      return (
        "gen_args_\(index)",
        JSONValue(texts.enumerated().map { ("arg_\($0)", .string($1)) })
      )
    }
    let responses = zip(document.requests, result.responses).map { request, response in
      let text = JSONValue.string(response.logLikelihood.pythonText)
      return request.role == .rolling
        ? text : .array([text, .string(response.isGreedy ? "True" : "False")])
    }
    let values = zip(outcome.task.plan.metrics, result.values).filter { $0.0.origin != .own }
      .compactMap { metric, value in value.map { (metric.name, Self.json($0)) } }
    return JSONValue(
      [
        ("doc_id", .integer(document.id)),
        ("doc", document.fields),
        ("target", .string(document.target)),
        ("arguments", JSONValue(arguments)),
        ("resps", .array(responses.map { .array([$0]) })),
        ("filtered_resps", .array(responses)),
        ("filter", "none"),
        ("metrics", .array(values.map { .string($0.0) })),
        ("doc_hash", .string(hashes.document)),
        ("prompt_hash", .string(hashes.prompt)),
        ("target_hash", .string(hashes.target)),
      ] + values)
  }

  private static func json(_ value: MetricValue) -> JSONValue {
    switch value {
    case .number(let number): .double(number)
    case .integer(let number): .integer(number)
    case .weighted(let sum, let weight): [.double(sum), .integer(weight)]
    case .prediction(let gold, let predicted): [json(gold), .integer(predicted)]
    // lm-eval writes the probabilities of brier_score as NumPy prints an array, to eight digits;
    // numbers serve a reader better.
    case .perChoice(let gold, let numbers): [json(gold), .array(numbers.map { .double($0) })]
    }
  }

  private static func json(_ gold: MetricValue.Gold) -> JSONValue {
    if !gold.isList, let index = gold.indices.first { return .integer(index) }
    return .array(gold.indices.map { .integer($0) })
  }
}

extension Double {
  /// What Python's `str` makes of a float; its words for what is not finite are not those of JSON.
  var pythonText: String {
    if isNaN { return "nan" }
    if isInfinite { return self < 0 ? "-inf" : "inf" }
    return pythonDescription
  }
}
