internal import Files
internal import OrderedJSON
public import Records

/// Reads lists of documents to leave out: what ``ContaminationFindings/jsonl`` writes, or any JSON
/// Lines with `task` and `doc_id`.
public enum ContaminationFile {
  /// Reads a list.
  ///
  /// - Parameter path: A .jsonl file, which may be packed with gzip.
  /// - Returns: The documents of each task; a task that was inspected and has none is there too.
  /// - Throws: ``ContaminationFileError`` with the line, or `FileError`.
  public static func read(_ path: String) throws -> ExcludedDocuments {
    var excluded = ExcludedDocuments()
    let reader = try RecordReader(path: path)
    while let record = try reader.next() {
      do {
        try add(try JSONValue(parsing: record.bytes), to: &excluded)
      } catch let error as JSONError {
        throw ContaminationFileError(path: path, line: record.line, problem: error.problem)
      } catch let problem as Problem {
        throw ContaminationFileError(path: path, line: record.line, problem: problem.text)
      }
    }
    return excluded
  }

  private struct Problem: Error { let text: String }

  private static func add(_ line: JSONValue, to excluded: inout ExcludedDocuments) throws {
    guard line.objectValue != nil else { throw Problem(text: "found \(line.kind), not an object") }
    if let version = line["cpteval_contamination"] {
      guard version.integerValue == 1 else {
        throw Problem(text: "the version \(version.serialized().prefix(20)) is not known")
      }
      for task in line["tasks"]?.arrayValue ?? [] {
        guard let name = task["task"]?.stringValue else {
          throw Problem(text: "a task has no name")
        }
        excluded.tasks[name, default: [:]].merge([:]) { first, _ in first }
      }
      return
    }
    guard let task = line["task"]?.stringValue else {
      throw Problem(text: "the field \"task\" is missing or not a string")
    }
    guard let document = line["doc_id"]?.integerValue, document >= 0 else {
      throw Problem(text: "the field \"doc_id\" is missing or not a number from 0")
    }
    excluded.tasks[task, default: [:]][document] = .some(line["doc_hash"]?.stringValue)
  }
}

/// Why a list of documents cannot be read.
public struct ContaminationFileError: Error, Equatable, Sendable, CustomStringConvertible {
  public let path: String
  public let line: Int
  /// A clause without a full stop.
  public let problem: String

  public var description: String {
    "\(path.escapedForTerminal), line \(line): \(problem.escapedForTerminal). Lines such as "
      + "{\"task\": \"hellaswag\", \"doc_id\": 7} are expected, as cpteval data inspect writes them."
  }
}
