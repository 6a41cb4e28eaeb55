public import OrderedJSON

/// What kind of request a task makes of a model, in lm-eval's words.
public enum OutputType: String, Sendable {
  case multipleChoice = "multiple_choice"
  case logLikelihood = "loglikelihood"
  case rollingLogLikelihood = "loglikelihood_rolling"
}

/// One question to the model, namely how likely the continuation is after the context.
public struct LogLikelihoodRequest: Sendable, Equatable {
  /// Why the request is made.
  public enum Role: Sendable, Equatable {
    /// Choice of that index, given its context.
    case choice(Int)
    /// Choice of that index without any context, for `acc_mutual_info`.
    case unconditionalChoice(Int)
    /// The single target of a `loglikelihood` task.
    case target
    /// The whole text of a `loglikelihood_rolling` task; the context is empty.
    case rolling
  }

  public let role: Role
  /// Text before the continuation; empty for unconditional and rolling requests.
  public let context: String
  /// Text to score, with the target delimiter in front where the task has one.
  public let continuation: String

  public init(role: Role, context: String, continuation: String) {
    self.role = role
    self.context = context
    self.continuation = continuation
  }
}

/// One document of a task, rendered: text only, no tokens, no scores.
public struct EvaluationDocument: Sendable {
  /// Position in the evaluated split, from 0 (lm-eval's `doc_id`).
  public let id: Int
  /// The fields after the task's processing, in order, as they go into samples files.
  public let fields: JSONValue
  /// Requests in lm-eval's order: all choices, then all unconditional ones.
  public let requests: [LogLikelihoodRequest]
  /// The raw choices, without target delimiter; empty unless the task is multiple choice.
  public let choices: [String]
  /// Indices of the right choices; one entry in most tasks, empty unless multiple choice.
  public let gold: [Int]
  /// Whether the target is a list (several right answers), decided on document 0 as lm-eval does.
  public let hasMultipleTargets: Bool
  /// `str(doc_to_target(doc))` as lm-eval writes it into samples files; the text itself for
  /// log-likelihood and rolling tasks.
  public let target: String
  /// The text whose words and bytes perplexities count; ``target`` in most tasks.
  public let countedText: String
  /// Which choices are true, for ``ResultProcessor/probabilityOfTrueChoices``; empty otherwise.
  public let trueChoices: [Bool]
  /// The part of every context that is not the document's own: description and examples.
  public let fewshotContext: String

  public init(
    id: Int, fields: JSONValue, requests: [LogLikelihoodRequest], choices: [String], gold: [Int],
    hasMultipleTargets: Bool, target: String, countedText: String? = nil, trueChoices: [Bool] = [],
    fewshotContext: String = ""
  ) {
    self.id = id
    self.fields = fields
    self.requests = requests
    self.choices = choices
    self.gold = gold
    self.hasMultipleTargets = hasMultipleTargets
    self.target = target
    self.countedText = countedText ?? target
    self.trueChoices = trueChoices
    self.fewshotContext = fewshotContext
  }
}
