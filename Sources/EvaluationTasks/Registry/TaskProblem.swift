internal import Files

/// Something wrong in a task file, with the place.
public struct TaskProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of mending it needs.
  public enum Kind: Sendable, Equatable {
    /// The file cannot be understood, or asks for what is not supported.
    case mistake
    /// A `!function` for which no native processor exists.
    case missingFunction
    /// Understood, but probably not meant so; the task works.
    case warning
  }

  public let file: TaskFile
  /// Line, from 1, where known.
  public let line: Int?
  /// The key concerned, where there is one.
  public let key: String?
  /// What is wrong and how to mend it, as a clause without a full stop.
  public let message: String
  public let kind: Kind

  init(
    _ file: TaskFile, _ line: Int?, _ message: String, key: String? = nil, kind: Kind = .mistake
  ) {
    self.file = file
    self.line = line
    self.message = message
    self.key = key
    self.kind = kind
  }

  public var description: String {
    var place = file.description.escapedForTerminal
    if let line { place += ", line \(line)" }
    if let key { place += ", key \"\(key.escapedForTerminal)\"" }
    return "\(place): \(message.escapedForTerminal)" + (message.utf8.last == 0x3F ? "" : ".")
  }
}
