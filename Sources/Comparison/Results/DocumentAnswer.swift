public import HarnessCompatibility
internal import Files
internal import OrderedJSON

/// One line of a samples file: what a model made of one document.
public struct DocumentAnswer: Sendable, Equatable {
  /// Position in the evaluated split.
  public let document: Int
  /// SHA-256 of document, first prompt and target, as lm-eval forms them.
  public let documentHash: String
  public let promptHash: String?
  public let targetHash: String?
  /// By metric.
  public let values: [String: MetricValue]
  /// Of each request, in nats.
  public let logLikelihoods: [Double]
  /// What is answered, and the texts of the requests, for readers.
  public let texts: Texts?

  /// The texts of a document's requests.
  public struct Texts: Sendable, Equatable {
    public let context: String
    public let continuations: [String]
    public let target: String
  }
}

extension DocumentAnswer {
  /// Most choices that a line may name.
  private static let maximumChoices = 10_000
  /// Most classes of predictions; a table of counts has their square as its size.
  private static let maximumClasses = 256

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - line: An object.
  ///   - metrics: Names of the metrics to read.
  ///   - readsTexts: Whether texts are kept.
  /// - Throws: ``MalformedAnswer``.
  init(
    _ line: JSONValue, metrics: [String], readsTexts: Bool
  ) throws(MalformedAnswer) {
    guard let object = line.objectValue else {
      throw MalformedAnswer(problem: "\(line.kind), where an object should stand")
    }
    guard let document = object["doc_id"]?.integerValue, document >= 0 else {
      throw MalformedAnswer(problem: "doc_id is missing or not a whole number from 0")
    }
    self.document = document
    if let hash = object["doc_hash"]?.stringValue {
      documentHash = hash
    } else if let fields = object["doc"] {
      // lm-eval wrote no hashes before 0.4.3; this is how it forms them.
      documentHash = SHA256Digest(of: fields.serialized(indent: 2)).hex
    } else {
      throw MalformedAnswer(problem: "neither doc_hash nor doc tells which document it is")
    }
    promptHash = object["prompt_hash"]?.stringValue
    targetHash = object["target_hash"]?.stringValue
    var values: [String: MetricValue] = [:]
    for metric in metrics {
      // lm-eval prints the arrays of brier_score as text, cut to eight digits: no value to compare.
      values[metric] = object[metric].flatMap(Self.value)
    }
    self.values = values
    logLikelihoods = Self.logLikelihoods(object["filtered_resps"])
    texts = readsTexts ? Self.texts(object) : nil
  }

  private static func value(_ value: JSONValue) -> MetricValue? {
    switch value {
    case .integer(let number): return .integer(number)
    case .double(let number): return .number(number)
    case .bool(let isTrue): return .integer(isTrue ? 1 : 0)
    case .null: return .number(.nan)
    case .array(let parts) where parts.count == 2:
      if let numbers = parts[1].arrayValue, let gold = gold(parts[0]) {
        let values = numbers.compactMap(\.doubleValue)
        return values.count == numbers.count && values.count <= maximumChoices
          ? .perChoice(gold: gold, values: values) : nil
      }
      // A sum of log-likelihoods is never an integer above 0, a class always is one from 0.
      if case .integer(let predicted) = parts[1], let gold = gold(parts[0]),
        0..<maximumClasses ~= predicted, gold.indices.allSatisfy({ $0 < maximumClasses })
      {
        return .prediction(gold: gold, predicted: predicted)
      }
      if let sum = parts[0].doubleValue, let weight = parts[1].integerValue,
        0..<(1 << 32) ~= weight
      {
        return .weighted(sum: sum, weight: weight)
      }
      return nil
    default: return nil
    }
  }

  private static func gold(_ value: JSONValue) -> MetricValue.Gold? {
    if case .integer(let index) = value {
      return 0..<maximumChoices ~= index ? .init(indices: [index], isList: false) : nil
    }
    guard let list = value.arrayValue else { return nil }
    let indices = list.compactMap(\.integerValue).filter { 0..<maximumChoices ~= $0 }
    return indices.count == list.count && indices.count <= maximumChoices
      ? .init(indices: indices, isList: true) : nil
  }

  /// Numbers from `[["-12.5", "False"], …]`, or `["-12.5", …]` of rolling requests.
  private static func logLikelihoods(_ responses: JSONValue?) -> [Double] {
    (responses?.arrayValue ?? []).prefix(maximumChoices).compactMap { response in
      let number = response.arrayValue?.first ?? response
      return number.doubleValue ?? number.stringValue.flatMap(Double.init)
    }
  }

  private static func texts(_ object: JSONObject) -> Texts {
    var context = ""
    var continuations: [String] = []
    for member in object["arguments"]?.objectValue?.members.prefix(maximumChoices) ?? [] {
      if let continuation = member.value["arg_1"]?.stringValue {
        if continuations.isEmpty { context = member.value["arg_0"]?.stringValue ?? "" }
        continuations.append(continuation)
      } else if let text = member.value["arg_0"]?.stringValue {
        continuations.append(text)
      }
    }
    return Texts(
      context: context, continuations: continuations,
      target: object["target"]?.stringValue ?? object["target"]?.serialized() ?? "")
  }
}

/// Why a line is no answer, as a clause.
struct MalformedAnswer: Error {
  let problem: String
}
