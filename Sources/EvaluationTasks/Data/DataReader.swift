internal import Files
internal import Foundation
internal import HarnessCompatibility
internal import OrderedJSON

/// Reads rows: JSON Lines, or one JSON array, plain or gzip.
enum DataReader {
  /// Rows of one split that are kept in memory; more is a mistake.
  static let maximumRows = 20_000_000

  /// Reads the files of a split.
  ///
  /// - Parameter files: In order.
  /// - Returns: All rows that are JSON objects; the others as errors with their lines.
  /// - Complexity: O(size of the files).
  static func read(_ files: [TaskFile]) -> DataSplit {
    var split = DataSplit()
    for file in files {
      split.files.append(file)
      switch file {
      case .embedded: readEmbedded(file, into: &split)
      case .onDisk(let url): readFile(url.path, into: &split)
      }
    }
    return split
  }

  private static func readFile(_ path: String, into split: inout DataSplit) {
    do throws(FileError) {
      let reader = try RecordReader(path: path)
      while let record = try reader.next() {
        append(record.bytes, file: path, line: record.line, to: &split)
        if split.rows.count >= maximumRows { return }
      }
    } catch {
      // Reading cannot go on behind such a place.
      split.errors.append(
        RowError(file: path, line: error.line ?? 1, field: nil, problem: "\(error)"))
    }
  }

  private static func readEmbedded(_ file: TaskFile, into split: inout DataSplit) {
    guard let bytes = try? file.bytes() else { return }
    var line = 0
    for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      if part.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      append(Array(part), file: file.description, line: line, to: &split)
    }
  }

  private static func append(
    _ bytes: [UInt8], file: String, line: Int, to split: inout DataSplit
  ) {
    do throws(JSONError) {
      let value = try JSONValue(parsing: bytes)
      guard case .dictionary(let fields) = PythonValue(value) else {
        split.errors.append(
          RowError(
            file: file, line: line, field: nil,
            problem: "\(value.kind), where a JSON object should stand"))
        return
      }
      split.rows.append(DataRow(fields: fields, file: file, line: line))
    } catch {
      split.errors.append(
        RowError(
          file: file, line: line + error.line - 1, field: nil,
          problem: "not valid JSON: \(error.problem) (column \(error.column))"))
    }
  }
}

extension FileError {
  /// The line concerned, for errors that know one.
  var line: Int? {
    switch self {
    case .lineTooLong(_, let line, _), .invalidUTF8(_, let line), .malformedArray(_, let line, _):
      line
    default: nil
    }
  }
}
