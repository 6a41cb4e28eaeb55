/// Why a template cannot be read or rendered, with the place in the template.
public struct JinjaError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, as a clause without a full stop.
  public let problem: String
  /// Line in the template, from 1.
  public let line: Int
  /// Scalars into the line, from 1.
  public let column: Int
  /// The variable that the document does not have, where that is the reason.
  public let missingName: String?

  public var description: String { "template line \(line), column \(column): \(problem)" }

  init(_ problem: String, at offset: Int, in source: [Unicode.Scalar], missingName: String? = nil) {
    self.problem = problem
    self.missingName = missingName
    var line = 1
    var start = 0
    for index in 0..<min(offset, source.count) where source[index] == "\n" {
      line += 1
      start = index + 1
    }
    self.line = line
    column = min(offset, source.count) - start + 1
  }
}

/// An error that does not know its template yet; the renderer and the parser add the place.
struct JinjaFailure: Error {
  let problem: String
  let offset: Int
  var missingName: String?

  init(_ problem: String, at offset: Int, missingName: String? = nil) {
    self.problem = problem
    self.offset = offset
    self.missingName = missingName
  }
}
