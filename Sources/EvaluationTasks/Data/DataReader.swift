internal import Files
internal import Foundation
internal import HarnessCompatibility
internal import OrderedJSON

/// Reads rows: JSON Lines, or one JSON array, plain or gzip.
///
/// What a row may hold is what the Python package `datasets` 5.2 takes: `NaN` and `Infinity` are
/// numbers, a repeated name and a lone surrogate are errors. A number beyond double is infinite, as for
/// Python's own `json`, where `datasets` refuses it.
enum DataReader {
  /// Reads the files of a split.
  ///
  /// - Parameter files: In order.
  /// - Returns: All rows that are JSON objects; the others as errors with their lines.
  /// - Throws: ``TaskError/unreadableData(_:)`` for a file that cannot be read to its end.
  /// - Complexity: O(size of the files).
  static func read(_ files: [TaskFile]) throws(TaskError) -> DataSplit {
    var split = DataSplit()
    for file in files {
      split.files.append(file)
      switch file {
      case .embedded(let path): readEmbedded(path, into: &split)
      case .onDisk(let url): try readFile(url.path, into: &split)
      }
    }
    return split
  }

  private static func readFile(_ path: String, into split: inout DataSplit) throws(TaskError) {
    let reader: RecordReader
    do throws(FileError) {
      reader = try RecordReader(path: path)
    } catch {
      throw .unreadableData(error)
    }
    while true {
      do throws(FileError) {
        guard let record = try reader.next() else { return }
        append(record.bytes, file: path, line: record.line, to: &split)
      } catch {
        switch error {
        case .invalidUTF8(_, let line):
          split.errors.add(
            RowError(file: path, line: line, field: nil, problem: "not valid UTF-8"))
        case .lineTooLong(_, let line, let limit):
          split.errors.add(
            RowError(file: path, line: line, field: nil, problem: "longer than \(limit) bytes"))
          return
        case .malformedArray(_, let line, let problem):
          split.errors.add(RowError(file: path, line: line, field: nil, problem: problem))
          return
        default: throw .unreadableData(error)
        }
      }
    }
  }

  private static func readEmbedded(_ path: String, into split: inout DataSplit) {
    guard let bytes = EmbeddedTasks.bytes(path) else { return }
    var line = 0
    for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      if part.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      append(Array(part), file: TaskFile.embedded(path).description, line: line, to: &split)
    }
  }

  private static func append(
    _ bytes: [UInt8], file: String, line: Int, to split: inout DataSplit
  ) {
    do throws(JSONError) {
      let value = try JSONValue(
        parsing: bytes, options: JSONParsingOptions(allowsNonFiniteNumbers: true))
      if let name = value.firstRepeatedName {
        split.errors.add(
          RowError(file: file, line: line, field: name, problem: "the name occurs twice"))
        return
      }
      guard case .dictionary(let fields) = PythonValue(value) else {
        split.errors.add(
          RowError(
            file: file, line: line, field: nil,
            problem: "\(value.kind), where a JSON object should stand"))
        return
      }
      split.rows.append(DataRow(fields: fields, file: file, line: line))
    } catch {
      split.errors.add(
        RowError(
          file: file, line: line + error.line - 1, field: nil,
          problem: "not valid JSON: \(error.problem) (column \(error.column))"))
    }
  }
}

extension JSONValue {
  /// The first name that occurs twice in this object or in one inside it.
  fileprivate var firstRepeatedName: String? {
    switch self {
    case .object(let object):
      if let name = object.firstRepeatedName { return name }
      for member in object.members {
        if let name = member.value.firstRepeatedName { return name }
      }
      return nil
    case .array(let elements):
      for element in elements {
        if let name = element.firstRepeatedName { return name }
      }
      return nil
    default: return nil
    }
  }
}
