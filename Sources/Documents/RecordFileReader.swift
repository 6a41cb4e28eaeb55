internal import Files

/// A file of JSON records, each of which holds a document.
final class RecordFileReader: DocumentFileReader {
  private let records: RecordReader

  init(path: String, limits: ReadingLimits) throws(DocumentError) {
    records = try reading { () throws(FileError) in try RecordReader(path: path, limits: limits) }
  }

  var fileBytesRead: Int { records.fileBytesRead }

  func next() -> (DocumentPlace, RawDocument.Content)? {
    do throws(FileError) {
      return try records.next().map { (.line($0.line), .record($0.bytes)) }
    } catch {
      switch error {
      case .invalidUTF8(_, let line):
        return (.line(line), .problem(.file(error), endsFile: false))
      case .lineTooLong(_, let line, _):
        let endsFile = (try? records.skipRecord()) != true
        return (.line(line), .problem(.file(error), endsFile: endsFile))
      default: return (.line(records.line), .problem(.file(error), endsFile: true))
      }
    }
  }
}
