public import Documents
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
  /// An id that the model has no row for, in a file without rows; the index counts ids from 0.
  case idOutsideVocabulary(path: String, index: Int, id: Int64, vocabularySize: Int)
  /// An index of Megatron's format that is damaged or belongs to another .bin file; the problem is a
  /// clause.
  case malformedIndex(path: String, offset: Int, problem: String)
  /// A document, or the rest of a file, that cannot be read.
  case document(DocumentError)
  /// A document that the tokenizer cannot treat.
  case cannotEncode(path: String, place: DocumentPlace, problem: String)
  /// A document of ids of which the tokenizer makes no text; counted from 0.
  case cannotDecode(path: String, document: Int, problem: String)
  /// An end-of-document id beyond the tokenizer's ids.
  case unusableEndOfDocument(id: Int32, vocabularySize: Int)
  /// A data set too small for one sample.
  case tooFewTokens(source: String, tokens: Int, sequenceLength: Int)
  /// Something that a corpus' preparation would write is there.
  case outputExists(path: String)
  /// The preparation that was begun is another one; the difference is a clause.
  case otherPreparation(folder: String, difference: String)
  /// A file of a preparation that goes on is not what was written.
  case brokenPreparation(path: String, problem: String)
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
    case .idOutsideVocabulary(let path, let index, let id, let vocabularySize):
      "\(path.escapedForTerminal), id \(index) (from 0): \(id) is outside 0..<\(vocabularySize). "
        + "Check that the ids are from this model's tokenizer."
    case .malformedIndex(let path, let offset, let problem):
      "\(path.escapedForTerminal), byte \(offset): \(problem.escapedForTerminal). Copy the .idx and "
        + "the .bin file again, or write them again."
    case .document(let error): error.description
    case .cannotEncode(let path, let place, let problem):
      "\(path.escapedForTerminal), \(place): \(problem)"
    case .cannotDecode(let path, let document, let problem):
      "\(path.escapedForTerminal), document \(document): \(problem)"
    case .unusableEndOfDocument(let id, let vocabularySize):
      "The end-of-document id \(id) is outside the tokenizer's 0..<\(vocabularySize). Name an eos "
        + "token that the tokenizer has."
    case .tooFewTokens(let source, let tokens, let sequenceLength):
      "Data set \"\(source.escapedForTerminal)\" has \(tokens) tokens; one sample takes "
        + "\(sequenceLength + 1). Add text, or set a smaller sequence_length."
    case .outputExists(let path):
      "\(path.escapedForTerminal) is there, and was not made by the same request. Remove it, choose "
        + "another --output, or replace it with --restart."
    case .otherPreparation(let folder, let difference):
      "\(folder.escapedForTerminal) holds work that was begun otherwise: "
        + "\(difference.escapedForTerminal). Give the same command to go on, choose another --output, "
        + "or begin anew with --restart."
    case .brokenPreparation(let path, let problem):
      "\(path.escapedForTerminal): \(problem.escapedForTerminal). Begin anew with --restart."
    case .cancelled:
      "Stopped on request; nothing half-written was left."
    }
  }
}

extension CorpusError {
  /// A document's error; what the file system said stays ``file(_:)``.
  init(_ error: DocumentError) {
    if case .file(let error) = error { self = .file(error) } else { self = .document(error) }
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
