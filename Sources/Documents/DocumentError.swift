public import Files

/// Why a document, or the rest of a file, could not be read, with the place and how to mend it.
public enum DocumentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file that is not there, cannot be read, or breaks off.
  case file(FileError)
  /// A file whose name says nothing that can be read.
  case unknownFormat(path: String)
  /// A record that is not a JSON object.
  case malformedRecord(path: String, line: Int, problem: String)
  case missingField(path: String, line: Int, field: String, present: [String])
  case fieldNotText(path: String, line: Int, field: String, kind: String)
  /// A document beyond the size that is taken whole.
  case tooLarge(path: String, place: DocumentPlace, limit: Int)
  /// An element with more attributes than any page has.
  case tooManyAttributes(path: String, place: DocumentPlace, limit: Int)
  /// Bytes that are no text in the encoding that was declared or found.
  case wrongEncoding(path: String, place: DocumentPlace, problem: String)
  /// XML that is not well-formed, in libxml2's words.
  case malformedXML(path: String, place: DocumentPlace, problem: String)
  /// A record of a WARC file that says something impossible, or ends early.
  case malformedArchive(path: String, offset: Int, problem: String)

  public var description: String {
    switch self {
    case .file(let error): error.description
    case .unknownFormat(let path):
      "\(path.escapedForTerminal): the name tells no format that is read. Supported here: "
        + "\(DocumentFormat.endings.map(\.ending).joined(separator: ", ")), each also with "
        + "\(Compression.endings.joined(separator: " or "))."
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
    case .tooLarge(let path, let place, let limit):
      "\(path.escapedForTerminal), \(place): a document of more than \(limit) bytes. Split it."
    case .tooManyAttributes(let path, let place, let limit):
      "\(path.escapedForTerminal), \(place): an element with more than \(limit) attributes. Leave "
        + "the document out."
    case .wrongEncoding(let path, let place, let problem):
      "\(path.escapedForTerminal), \(place): \(problem.escapedForTerminal). Convert it to UTF-8."
    case .malformedXML(let path, let place, let problem):
      "\(path.escapedForTerminal), \(place): not well-formed XML: \(problem.escapedForTerminal)."
    case .malformedArchive(let path, let offset, let problem):
      "\(path.escapedForTerminal), byte \(offset): \(problem.escapedForTerminal). The file is damaged; "
        + "fetch it again."
    }
  }

  /// What kind of problem it is, in few words, for counts.
  public var kind: String {
    switch self {
    case .file(.invalidUTF8), .wrongEncoding: "wrong encoding"
    case .file(.lineTooLong), .tooLarge, .tooManyAttributes: "too large"
    case .file(.truncatedCompression): "file cut short"
    case .file: "unreadable file"
    case .unknownFormat: "unknown format"
    case .malformedRecord: "no JSON object"
    case .missingField: "no text field"
    case .fieldNotText: "text field is no string"
    case .malformedXML: "malformed XML"
    case .malformedArchive: "broken WARC record"
    }
  }
}

/// Where in a file a document begins.
public enum DocumentPlace: Hashable, Sendable, CustomStringConvertible {
  /// From 1.
  case line(Int)
  /// From 0, in the unpacked file.
  case byte(Int)
  /// From 1: of a MediaWiki export.
  case page(Int)
  /// From 0: of an indexed data set.
  case document(Int)

  /// The number alone: all documents of a file are counted by the same thing, so that it orders them.
  public var number: Int {
    switch self {
    case .line(let number), .byte(let number), .page(let number), .document(let number): number
    }
  }

  public var description: String {
    switch self {
    case .line(let line): "line \(line)"
    case .byte(let byte): "byte \(byte)"
    case .page(let page): "page \(page)"
    case .document(let document): "document \(document)"
    }
  }
}

/// Runs a function of the file system, whose errors become ``DocumentError/file(_:)``.
///
/// - Parameter body: What may fail.
/// - Returns: What it returns.
/// - Throws: ``DocumentError``.
func reading<Result>(
  _ body: () throws(FileError) -> Result
) throws(DocumentError) -> Result {
  do throws(FileError) {
    return try body()
  } catch { throw .file(error) }
}
