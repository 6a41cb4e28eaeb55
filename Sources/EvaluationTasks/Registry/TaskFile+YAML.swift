internal import YAMLDocuments

/// A value of a task file, which knows the file.
typealias YAMLNode = YAMLDocumentNode<TaskFile>

/// Reads task files within the bounds of all YAML files.
enum YAMLReader {
  /// Largest file, in bytes.
  static let maximumSize = YAMLDocumentReader.maximumSize

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: Its content.
  ///   - file: Where it lies, for errors and nodes.
  /// - Returns: The single document.
  /// - Throws: ``TaskProblem`` with the line.
  /// - Complexity: O(size) for a file without aliases.
  static func read(_ bytes: [UInt8], file: TaskFile) throws(TaskProblem) -> YAMLNode {
    do throws(YAMLProblem) {
      return try YAMLDocumentReader.read(bytes, file: file)
    } catch {
      throw TaskProblem(file, error.line, error.message, key: error.key)
    }
  }
}
