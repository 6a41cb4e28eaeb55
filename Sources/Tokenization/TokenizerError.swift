/// Why a tokenizer could not be loaded, or a text not be encoded.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
  /// A file that is not there or cannot be read.
  case unreadable(path: String, reason: String)
  /// A file that is not JSON; the reason names line and column.
  case notJSON(path: String, reason: String)
  /// A member of a file that says something impossible; the place is a path such as `model.vocab`.
  case malformed(path: String, place: String, problem: String)
  /// A component that the format knows and this program does not.
  case unsupported(path: String, place: String, component: String, supported: [String])
  /// Bytes that are not UTF-8, with the number of sound bytes before them.
  case invalidUTF8(offset: Int)
  /// A text that a component cannot treat, such as a pattern that needs too many steps on it.
  case cannotEncode(problem: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .notJSON(let path, let reason):
      "\(path): \(reason). The file is damaged or not a tokenizer file; fetch or save it again."
    case .malformed(let path, let place, let problem): "\(path): \(place): \(problem)."
    case .unsupported(let path, let place, let component, let supported):
      """
      \(path): \(place): \(component) is not supported. \
      Supported here: \(supported.joined(separator: ", ")).
      """
    case .invalidUTF8(let offset):
      "The text is not valid UTF-8 after \(offset) bytes. Convert it to UTF-8 first."
    case .cannotEncode(let problem): "The text cannot be encoded: \(problem)."
    }
  }
}
