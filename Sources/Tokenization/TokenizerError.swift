public import Files

/// Why a tokenizer could not be loaded, or a text not be encoded.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
  /// A file that is not there or cannot be read.
  case unreadable(FileError)
  /// A file beyond any tokenizer's size, in bytes.
  case tooLarge(file: String, size: Int, limit: Int)
  /// A file that is not JSON; the reason names line and column.
  case notJSON(file: String, reason: String)
  /// A member of a file that says something impossible; the place is a path such as `model.vocab`.
  case malformed(file: String, place: String, problem: String)
  /// A component that the format knows and this program does not.
  case unsupported(file: String, place: String, component: String, supported: [String])
  /// Bytes that are not UTF-8, with the number of sound bytes before them.
  case invalidUTF8(offset: Int)
  /// A text that a component cannot treat, such as a pattern that needs too many steps on it.
  case cannotEncode(problem: String)

  public var description: String {
    switch self {
    case .unreadable(let error):
      "\(error.description) Pass a tokenizer.json, or the folder that holds it."
    case .tooLarge(let file, let size, let limit):
      "\(file.escapedForTerminal): \(size) bytes, more than the \(limit) that are read. Is it a "
        + "tokenizer file?"
    case .notJSON(let file, let reason):
      "\(file.escapedForTerminal), \(reason.escapedForTerminal). The file is damaged or not a "
        + "tokenizer's; fetch or save it again."
    case .malformed(let file, let place, let problem):
      "\(file.escapedForTerminal): \(place.abbreviatedForTerminal()): "
        + "\(problem.escapedForTerminal)."
    case .unsupported(let file, let place, let component, let supported):
      "\(file.escapedForTerminal): \(place.abbreviatedForTerminal()): "
        + "\(component.abbreviatedForTerminal()) is not supported. Supported here: "
        + "\(supported.joined(separator: ", "))."
    case .invalidUTF8(let offset):
      "The text is not valid UTF-8 after \(offset) bytes. Convert it to UTF-8 first."
    case .cannotEncode(let problem):
      "The text cannot be encoded: \(problem.escapedForTerminal)."
    }
  }
}
