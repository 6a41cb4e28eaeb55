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
/// Python is not run. A function is found by the task family, which is the folder it lies in, and its
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
  }

  /// Name of the family's folder.
  let family: String
  /// Module and function, for example `utils.process_docs`.
  let reference: String
  let work: Work

  var name: String { "\(family): \(reference)" }

  /// All that exist, by family and name.
  static let all: [NativeFunction] =
    HellaSwagProcessors.functions + ARCProcessors.functions + WinograndeProcessors.functions
    + COPAProcessors.functions + MathQAProcessors.functions + RACEProcessors.functions
    + TruthfulQAProcessors.functions + PAWSXProcessors.functions

  /// Finds the counterpart of a function.
  ///
  /// - Parameters:
  ///   - reference: As written, `utils.process_docs`, or with lm-eval's full path in front,
  ///     `lm_eval.tasks.hellaswag.utils.process_docs`, which lm-eval can import too.
  ///   - file: The file it is written in; its folder names the family.
  /// - Returns: The function, or `nil`.
  static func find(_ reference: String, in file: TaskFile) -> NativeFunction? {
    let prefix = "lm_eval.tasks."
    if reference.hasPrefix(prefix) {
      let rest = reference.dropFirst(prefix.count)
      return all.first {
        rest == $0.family + "." + $0.reference
          || rest.hasSuffix("." + $0.family + "." + $0.reference)
      }
    }
    return file.folders.last.flatMap { folder in
      all.first { $0.family == folder && $0.reference == reference }
    }
  }
}

extension PythonDictionary {
  /// The text of a field.
  func text(_ name: String) throws(ProcessingError) -> String {
    guard case .string(let text) = try required(name) else {
      throw ProcessingError(name, "\(try required(name).typeName), where a text should stand")
    }
    return text
  }

  /// The value of a field.
  func required(_ name: String) throws(ProcessingError) -> PythonValue {
    guard let value = self[name] else { throw ProcessingError(name, "the field is missing") }
    return value
  }

  /// The texts of a field that is a list.
  func texts(_ name: String) throws(ProcessingError) -> [String] {
    guard let elements = try required(name).elements else {
      throw ProcessingError(name, "\(try required(name).typeName), where a list should stand")
    }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else {
        throw ProcessingError(name, "\(element.typeName) in the list, where texts should stand")
      }
      texts.append(text)
    }
    return texts
  }
}
