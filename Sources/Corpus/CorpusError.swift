public import Files

/// Why training data could not be used, with the place and how to mend it.
public enum CorpusError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file that is not there, or cannot be read or written.
  case file(FileError)
  /// A data set that names no file.
  case noFiles(source: String)
  case emptyFile(path: String)
  /// A packed file whose size is not a multiple of a row's.
  case brokenRow(path: String, size: Int, rowIDs: Int, idBytes: Int)
  /// An id that the model has no row for; row and column are counted from 0.
  case idOutOfRange(path: String, row: Int, column: Int, id: Int64, vocabularySize: Int)
  /// A file whose name says nothing that can be read.
  case unknownFormat(path: String)
  /// A record that is not a JSON object.
  case malformedRecord(path: String, line: Int, problem: String)
  case missingField(path: String, line: Int, field: String, present: [String])
  case fieldNotText(path: String, line: Int, field: String, kind: String)
  /// A document that the tokenizer cannot treat.
  case cannotEncode(path: String, line: Int, problem: String)
  /// An end-of-document id beyond the tokenizer's ids.
  case unusableEndOfDocument(id: Int32, vocabularySize: Int)
  /// A data set too small for one sample.
  case tooFewTokens(source: String, tokens: Int, sequenceLength: Int)
  /// The caller asked to stop.
  case cancelled

  public var description: String {
    switch self {
    case .file(let error): error.description
    case .noFiles(let source):
      "Data set \"\(source.escapedForTerminal)\" names no file. Give it at least one under train or "
        + "validation."
    case .emptyFile(let path):
      "\(path.escapedForTerminal) is empty. Leave it out, or write it again."
    case .brokenRow(let path, let size, let rowIDs, let idBytes):
      "\(path.escapedForTerminal): \(size) bytes are not a whole number of rows of \(rowIDs) ids "
        + "with \(idBytes) bytes each. Set sequence_length to one less than a row's ids and dtype "
        + "to what the file was written with, or copy the file again if it was cut short."
    case .idOutOfRange(let path, let row, let column, let id, let vocabularySize):
      "\(path.escapedForTerminal), row \(row), column \(column) (from 0): the id \(id) is outside "
        + "0..<\(vocabularySize). Check dtype, and that the ids are from this model's tokenizer."
    case .unknownFormat(let path):
      "\(path.escapedForTerminal): the name tells no format that is read. Supported here: .jsonl, "
        + ".ndjson and .json, each also with .gz, and .txt."
    case .malformedRecord(let path, let line, let problem):
      "\(path.escapedForTerminal), line \(line): \(problem.escapedForTerminal). One JSON object per "
        + "document is expected."
    case .missingField(let path, let line, let field, let present):
      "\(path.escapedForTerminal), line \(line): no field "
        + "\"\(field.abbreviatedForTerminal())\"; it has "
        + "\(present.map { $0.abbreviatedForTerminal(limit: 40) }.joined(separator: ", ")). Set "
        + "text_field to the one that holds the text."
    case .fieldNotText(let path, let line, let field, let kind):
      "\(path.escapedForTerminal), line \(line): \"\(field.abbreviatedForTerminal())\" is \(kind), "
        + "not a string. Set text_field to the field that holds the text, or mend the record."
    case .cannotEncode(let path, let line, let problem):
      "\(path.escapedForTerminal), line \(line): \(problem)"
    case .unusableEndOfDocument(let id, let vocabularySize):
      "The end-of-document id \(id) is outside the tokenizer's 0..<\(vocabularySize). Name an eos "
        + "token that the tokenizer has."
    case .tooFewTokens(let source, let tokens, let sequenceLength):
      "Data set \"\(source.escapedForTerminal)\" has \(tokens) tokens; one sample takes "
        + "\(sequenceLength + 1). Add text, or set a smaller sequence_length."
    case .cancelled:
      "Stopped on request; nothing half-written was left."
    }
  }
}

/// Runs a function of the file system, whose errors become ``CorpusError/file(_:)``.
///
/// - Parameter body: What may fail.
/// - Returns: What it returns.
/// - Throws: ``CorpusError``.
func reading<Result>(
  _ body: () throws(FileError) -> Result
) throws(CorpusError) -> Result {
  do throws(FileError) {
    return try body()
  } catch { throw .file(error) }
}
