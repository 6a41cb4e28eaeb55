internal import Documents
internal import Files
internal import Foundation

/// From where a corpus' preparation goes on; written whenever all files are on the disk.
struct PreparationState: Codable, Equatable {
  /// Rises with every change of what the files hold, and of what becomes of a document.
  static let format = 1
  private static let maximumSize = 1 << 20

  enum Stage: String, Codable {
    /// Documents are cleaned, compared, and their texts laid down.
    case reading
    /// Texts are rid of frequent paragraphs, encoded and written.
    case writing
  }

  var format = Self.format
  /// What was asked for, in hexadecimal.
  var request: String
  var stage = Stage.reading
  var hash = TextHash()
  /// Where reading stands.
  var position = DocumentReader.Position()
  /// Texts laid down.
  var spooled = TextSpool.Position()
  /// Bytes of each bucket of paragraphs.
  var buckets = [Int](repeating: 0, count: ParagraphBuckets.count)
  /// Bytes of the list of problems.
  var problemBytes = 0
  /// Texts taken up again.
  var taken = TextSpool.Position()
  /// Written so far, with a tokenizer.
  var output = IndexedDataSetWriter.Position()
  /// Bytes written so far, without a tokenizer.
  var lineBytes = 0
  var report = PreparationReport()

  init(request: String) { self.request = request }

  /// Reads a state.
  ///
  /// - Parameter path: The file.
  /// - Returns: `nil` if there is none.
  /// - Throws: ``CorpusError`` for one that cannot be read.
  static func load(_ path: String) throws(CorpusError) -> PreparationState? {
    let bytes: [UInt8]
    do throws(FileError) {
      let file = try MappedFile(path: path)
      guard file.size <= maximumSize else {
        throw FileError.notAPlainFile(path: path, kind: "a file of \(file.size) bytes")
      }
      bytes = try file.copiedBytes(in: 0..<file.size)
    } catch {
      if case .notFound = error { return nil }
      throw .file(error)
    }
    guard let state = try? JSONDecoder().decode(PreparationState.self, from: Data(bytes)) else {
      throw .brokenPreparation(path: path, problem: "it is damaged")
    }
    guard state.format == format else {
      throw .brokenPreparation(path: path, problem: "another version of cpteval wrote it")
    }
    let counts = [
      state.position.file, state.position.documents, state.spooled.documents, state.spooled.bytes,
      state.problemBytes, state.taken.documents, state.taken.bytes, state.output.documents,
      state.output.tokens, state.lineBytes,
    ]
    guard (counts + state.buckets).allSatisfy({ 0..<(1 << 48) ~= $0 }), state.hash.key.count == 2,
      state.buckets.count == ParagraphBuckets.count
    else { throw .brokenPreparation(path: path, problem: "it holds impossible numbers") }
    return state
  }

  /// Writes the state, whole or not at all.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``CorpusError``.
  func save(to path: String) throws(CorpusError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("numbers and texts can be encoded")
    }
    try reading { () throws(FileError) in try AtomicFile.write(Array(data), to: path) }
  }
}
