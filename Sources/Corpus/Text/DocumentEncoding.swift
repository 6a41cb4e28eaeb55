internal import Dispatch
internal import Files
internal import Foundation
internal import OrderedJSON
internal import Tokenization

/// Encodes documents on several threads, and hands the ids on in the documents' order.
///
/// Each thread in turn reads a portion, encodes it on its own, and lays the result down; whoever
/// lays down the one that was waited for hands on all that are ready. So the result does not depend
/// on the number of threads, nor does which error is reported: the first in the documents' order.
final class DocumentEncoding: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): all variables and `reader` are touched under `condition` only.

  /// Documents as ids.
  struct EncodedPortion: Sendable {
    /// Each document's ids and the end-of-document id behind them.
    var ids: [Int32] = []
    /// Where each document ends in `ids`.
    var ends: [Int] = []
    /// Documents without text, which are left out.
    var emptyDocuments = 0
    /// UTF-8 bytes of the documents' texts.
    var textBytes = 0
  }

  private let reader: DocumentReader
  private let documentTokenizer: DocumentTokenizer
  private let textField: String
  private let isCancelled: @Sendable () -> Bool
  private let receive: (EncodedPortion, _ fileBytesRead: Int) throws(CorpusError) -> Void

  private let condition = NSCondition()
  private var nextToRead = 0
  private var nextToReceive = 0
  private var ready: [Int: (result: Result<EncodedPortion, CorpusError>, byteCount: Int)] = [:]
  private var bytesInFlight = 0
  private var isAtEnd = false
  private var failure: CorpusError?

  /// Bytes of text between reading and receiving at which reading waits.
  private static let maximumBytesInFlight = 32 << 20

  /// Prepares.
  ///
  /// - Parameters:
  ///   - reader: Used by nobody else from now on.
  ///   - tokenizer: For the documents.
  ///   - textField: The records' member that holds the text.
  ///   - isCancelled: Asked before every portion.
  ///   - receive: Takes the ids in order, one call at a time, on whatever thread.
  init(
    reader: DocumentReader, tokenizer: DocumentTokenizer, textField: String,
    isCancelled: @escaping @Sendable () -> Bool,
    receive: @escaping (EncodedPortion, _ fileBytesRead: Int) throws(CorpusError) -> Void
  ) {
    self.reader = reader
    documentTokenizer = tokenizer
    self.textField = textField
    self.isCancelled = isCancelled
    self.receive = receive
  }

  /// Encodes everything.
  ///
  /// - Parameter threads: Most threads to use.
  /// - Throws: ``CorpusError``, the receiver's own errors too.
  func run(threads: Int) throws(CorpusError) {
    DispatchQueue.concurrentPerform(iterations: max(threads, 1)) { _ in
      while let (number, portion) = takePortion() {
        layDown(number, Result { () throws(CorpusError) in try encode(portion) }, portion.byteCount)
      }
    }
    if let failure { throw failure }
  }

  private func takePortion() -> (number: Int, portion: DocumentReader.Portion)? {
    condition.lock()
    defer { condition.unlock() }
    // The portion that comes next is always with a thread that does not wait here.
    while bytesInFlight >= Self.maximumBytesInFlight, !isAtEnd, failure == nil { condition.wait() }
    if isAtEnd || failure != nil { return nil }
    let number = nextToRead
    do throws(CorpusError) {
      if isCancelled() { throw .cancelled }
      guard let portion = try reader.nextPortion() else {
        isAtEnd = true
        condition.broadcast()
        return nil
      }
      nextToRead += 1
      bytesInFlight += portion.byteCount
      return (number, portion)
    } catch {
      // What was read before may hold an earlier error.
      isAtEnd = true
      ready[number] = (.failure(error), 0)
      handOn()
      return nil
    }
  }

  private func layDown(
    _ number: Int, _ result: Result<EncodedPortion, CorpusError>, _ byteCount: Int
  ) {
    condition.lock()
    ready[number] = (result, byteCount)
    handOn()
    condition.unlock()
  }

  /// Gives the receiver what is ready and next; the condition is locked.
  private func handOn() {
    while failure == nil, let (result, byteCount) = ready.removeValue(forKey: nextToReceive) {
      nextToReceive += 1
      bytesInFlight -= byteCount
      do throws(CorpusError) {
        try receive(try result.get(), reader.fileBytesRead)
      } catch { failure = error }
    }
    condition.broadcast()
  }

  // MARK: One portion

  private func encode(
    _ portion: DocumentReader.Portion
  ) throws(CorpusError) -> EncodedPortion {
    var encoded = EncodedPortion()
    for document in portion.documents {
      let text = try Self.text(
        of: document, path: reader.files[document.file], textField: textField)
      let start = encoded.ids.count
      do {
        encoded.ids += try documentTokenizer.tokenizer.encode(text, addSpecialTokens: false)
      } catch {
        throw .cannotEncode(
          path: reader.files[document.file], line: document.line, problem: "\(error)")
      }
      guard encoded.ids.count > start else {
        encoded.emptyDocuments += 1
        continue
      }
      encoded.ids.append(documentTokenizer.endOfDocument)
      encoded.ends.append(encoded.ids.count)
      encoded.textBytes += text.utf8.count
    }
    return encoded
  }

  /// The text of a document.
  ///
  /// - Parameters:
  ///   - document: As it was read.
  ///   - path: Its file.
  ///   - textField: The records' member that holds the text.
  /// - Returns: The text, without a byte order mark.
  /// - Throws: ``CorpusError`` with the line.
  static func text(
    of document: DocumentReader.RawDocument, path: String, textField: String
  ) throws(CorpusError) -> String {
    switch document.format {
    case .plainText:
      guard let text = String(validating: document.bytes, as: UTF8.self) else {
        throw .file(.invalidUTF8(path: path, line: firstInvalidLine(of: document.bytes)))
      }
      // Editors on Windows write it; it is no part of the text.
      guard text.unicodeScalars.first == "\u{FEFF}" else { return text }
      return String(text.unicodeScalars.dropFirst())
    case .records:
      let value: JSONValue
      do throws(JSONError) {
        value = try JSONValue(parsing: document.bytes)
      } catch {
        // Lines inside an array's element count from the element.
        let line = document.line + error.line - 1
        throw .malformedRecord(
          path: path, line: line, problem: "column \(error.column): \(error.problem)")
      }
      guard let object = value.objectValue else {
        throw .malformedRecord(path: path, line: document.line, problem: "found \(value.kind)")
      }
      guard let field = object[textField] else {
        throw .missingField(
          path: path, line: document.line, field: textField,
          present: object.members.prefix(8).map(\.name))
      }
      guard let text = field.stringValue else {
        throw .fieldNotText(
          path: path, line: document.line, field: textField, kind: field.kind)
      }
      return text
    }
  }

  /// The line on which the first bytes lie that are not UTF-8.
  private static func firstInvalidLine(of bytes: [UInt8]) -> Int {
    var line = 1
    var start = 0
    // A line feed is never part of a longer sequence, so lines can be checked one by one.
    for index in bytes.indices where bytes[index] == 0x0A {
      if String(validating: bytes[start..<index], as: UTF8.self) == nil { return line }
      start = index + 1
      line += 1
    }
    return line
  }
}
