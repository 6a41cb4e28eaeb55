/// Why a text cannot be read as YAML, or not within the bounds; the caller knows the file.
package struct YAMLProblem: Error, Sendable, Equatable {
  /// Line, from 1, where known.
  package let line: Int?
  /// The key concerned, where there is one.
  package let key: String?
  /// What is wrong and how to mend it, as a clause without a full stop.
  package let message: String

  init(_ line: Int?, _ message: String, key: String? = nil) {
    self.line = line
    self.message = message
    self.key = key
  }
}
