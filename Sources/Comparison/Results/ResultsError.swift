public import Files

/// Why results cannot be read, with the place and how to mend it.
public enum ResultsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Neither a results file nor a folder that has one.
  case noResults(path: String)
  /// A checkpoint that nobody has scored.
  case notScored(path: String)
  /// Results of several models lie below the folder.
  case severalModels(path: String, names: [String])
  /// The file is not what lm-evaluation-harness or cpteval writes.
  case malformed(path: String, problem: String)
  /// The file was written by a later version of cpteval.
  case tooNew(path: String, version: Int, known: Int)
  case unreadable(FileError)

  public var description: String {
    switch self {
    case .noResults(let path):
      """
      \(path.escapedForTerminal): no results here. Expected is a file results_<date>.json, a folder \
      that has one (as --output-path of cpteval run or of lm-eval writes it), or a checkpoint with a \
      folder evaluation.
      """
    case .notScored(let path):
      """
      \(path.escapedForTerminal) is a checkpoint that has no results yet. Score it, with every \
      document's answers: cpteval run --checkpoint \(path.escapedForTerminal) --tasks NAMES \
      --output-path FOLDER --log-samples, and compare FOLDER.
      """
    case .severalModels(let path, let names):
      """
      \(path.escapedForTerminal) holds results of several models: \
      \(names.map(\.escapedForTerminal).joined(separator: ", ")). Name one of these folders.
      """
    case .malformed(let path, let problem):
      "\(path.escapedForTerminal): \(problem)."
    case .tooNew(let path, let version, let known):
      """
      \(path.escapedForTerminal) is of version \(version), and this cpteval reads up to version \
      \(known). Use the version that wrote it, or a later one.
      """
    case .unreadable(let error): "\(error)"
    }
  }
}
