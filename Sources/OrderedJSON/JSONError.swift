/// Why bytes are not the JSON that was asked for, with the place.
public struct JSONError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, as a clause without a full stop.
  public let problem: String
  /// Bytes before the place.
  public let offset: Int
  /// Line of the place, from 1; only LF counts.
  public let line: Int
  /// Bytes into the line, from 1.
  public let column: Int

  public var description: String { "line \(line), column \(column): \(problem)" }

  init(_ problem: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    self.problem = problem
    self.offset = offset
    var line = 1
    var start = 0
    for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
      line += 1
      start = index + 1
    }
    self.line = line
    self.column = offset - start + 1
  }
}
