internal import HarnessCompatibility

/// One row of a data file, with its place.
struct DataRow: Sendable {
  var fields: PythonDictionary
  /// The file, as a path.
  let file: String
  /// Line on which the row begins, from 1.
  let line: Int

  func error(_ field: String?, _ problem: String) -> RowError {
    RowError(file: file, line: line, field: field, problem: problem)
  }
}

/// The rows of one split, in order, and what could not be read.
struct DataSplit: Sendable {
  var rows: [DataRow] = []
  var files: [TaskFile] = []
  /// Rows that cannot be read or processed; those that processing drops are simply gone.
  var errors = ErrorCollector()

  /// The names of all fields that occur.
  var fieldNames: Set<ByteString> {
    var names = Set<ByteString>()
    // Rows of a file mostly have the same fields in the same order.
    var previous: [PythonValue] = []
    for row in rows where row.fields.keys != previous {
      previous = row.fields.keys
      for case .string(let name) in previous { names.insert(ByteString(name)) }
    }
    return names
  }
}

/// A text that is equal to another only if the bytes are.
struct ByteString: Hashable, Sendable {
  private let bytes: ContiguousArray<UInt8>

  init(_ text: String) { bytes = ContiguousArray(text.utf8) }
}
