internal import HarnessCompatibility

/// What a native processor cannot do with a row.
struct ProcessingError: Error, Equatable {
  /// The field concerned, where there is one.
  let field: String?
  /// What is wrong, as a clause without a full stop.
  let problem: String

  init(_ field: String?, _ problem: String) {
    self.field = field
    self.problem = problem
  }
}

/// The native counterpart of a Python function that a task file names with `!function`.
///
/// Python is not run. A function is found by the task family, which is a folder that it lies in, and its
/// name: `hellaswag` with `utils.process_docs`. The behaviour is that of lm-eval at commit 4e7e0d4.
struct NativeFunction: Sendable {
  /// Changes or drops (`nil`) one row of a split.
  typealias DocumentProcessor =
    @Sendable (PythonDictionary) throws(ProcessingError) ->
    PythonDictionary?
  /// Makes a text, a target or choices of one row.
  typealias ValueMaker = @Sendable (PythonDictionary) throws(ProcessingError) -> PythonValue

  enum Work: Sendable {
    case documents(DocumentProcessor)
    case value(ValueMaker)
    case results(ResultProcessor)
    /// Perplexities over the words and bytes of another field than the text that is scored.
    case countedField(String)
  }

  /// Name of the family's folder.
  let family: String
  /// Module and function, for example `utils.process_docs`.
  let reference: String
  let work: Work

  var name: String { "\(family): \(reference)" }
}
