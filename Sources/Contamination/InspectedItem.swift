public import EvaluationTasks
internal import Files
internal import OrderedJSON

/// A document of a benchmark, as it is looked for in a corpus.
public struct InspectedItem: Sendable, Equatable {
  public let task: String
  /// Position in the evaluated split (lm-eval's `doc_id`).
  public let document: Int
  /// lm-eval's `doc_hash`: SHA-256 of the document's JSON.
  public let hash: String
  public let text: String

  public init(task: String, document: Int, hash: String, text: String) {
    self.task = task
    self.document = document
    self.hash = hash
    self.text = text
  }

  /// What a model sees of a document, with the right answer: the context without description and
  /// examples, and the first right choice; for rolling tasks the text.
  ///
  /// Wrong choices are left out. They hardly ever stand in a corpus, and where they do a model does
  /// not learn the answer from them.
  ///
  /// - Parameters:
  ///   - task: The task's name.
  ///   - document: Rendered.
  public init(task: String, document: EvaluationDocument) {
    let right = document.gold.first ?? 0
    let request =
      document.requests.first { $0.role == .choice(right) } ?? document.requests.first
    let context = request?.context ?? ""
    let own =
      context.utf8.starts(with: document.fewshotContext.utf8)
      ? String(
        Substring(context.utf8.dropFirst(document.fewshotContext.utf8.count)))
      : context
    self.init(
      task: task, document: document.id,
      hash: SHA256Digest(of: document.fields.serialized(indent: 2)).hex,
      text: own + (request?.continuation ?? ""))
  }
}
