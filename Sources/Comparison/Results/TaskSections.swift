internal import OrderedJSON

/// The parts of a results file that have a member per task, found by the task's name.
///
/// A hostile file names a million tasks; looking each up in a list would take forever.
struct TaskSections {
  private var sections: [String: [ContiguousArray<UInt8>: JSONValue]] = [:]

  private static let names = [
    "results", "configs", "versions", "n-shot", "higher_is_better", "n-samples", "task_hashes",
  ]

  /// Sorts a file's members.
  ///
  /// - Parameter file: The whole file.
  /// - Complexity: O(members).
  init(_ file: JSONObject) {
    for name in Self.names {
      sections[name] = Dictionary(
        (file[name]?.objectValue?.members ?? []).map { (Self.key($0.name), $0.value) },
        uniquingKeysWith: { _, last in last })
    }
  }

  /// What a part of the file says of a task.
  ///
  /// - Parameters:
  ///   - section: One of lm-eval's names, such as `versions`.
  ///   - task: Compared by bytes.
  /// - Returns: `nil` if it says nothing.
  func value(_ section: String, of task: String) -> JSONValue? {
    sections[section]?[Self.key(task)]
  }

  /// The bytes of a name, since Swift takes two spellings of one text for the same.
  ///
  /// - Parameter name: Any text.
  /// - Returns: Its UTF-8.
  static func key(_ name: String) -> ContiguousArray<UInt8> { ContiguousArray(name.utf8) }
}
