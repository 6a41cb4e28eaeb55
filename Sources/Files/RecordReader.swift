internal import Glibc

/// Reads a data file record by record: JSON Lines or one JSON array, plain or gzip.
///
/// A file whose first byte beyond white space is `[` is an array, and its elements are the records;
/// any other file is read line by line. Lines end in LF or CRLF, blank ones are skipped, the last may
/// lack its newline. A byte order mark at the start of the file is dropped, because editors on
/// Windows write it and it is no part of the first record; ``hasByteOrderMark`` tells. The records
/// are valid UTF-8, but not yet checked to be JSON.
///
/// Memory is one record and two small buffers, whatever the size of the file.
public final class RecordReader {
  /// One record with its place.
  public struct Record: Sendable, Equatable {
    /// Line on which it begins, from 1.
    public let line: Int
    /// UTF-8 without the line's end.
    public let bytes: [UInt8]
  }

  public let path: String
  /// Whether the file began with U+FEFF; known after the first ``next()``.
  public private(set) var hasByteOrderMark = false

  /// Bytes of the file that were read so far, compressed ones as they lie on the disk.
  public var fileBytesRead: Int { source.totalRead }

  private enum Form { case unknown, lines, array, finished }

  private let source: ByteSource
  private let limits: ReadingLimits
  private var form = Form.unknown
  /// The line at which reading stands, from 1.
  public private(set) var line = 1
  private var elements = 0
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  /// The part of `buffer` that was not looked at yet.
  private var waiting = 0..<0

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: A plain file or a symbolic link to one.
  ///   - limits: Bounds on record length and decompression.
  /// - Throws: ``FileError``.
  public init(path: String, limits: ReadingLimits = ReadingLimits()) throws(FileError) {
    self.path = path
    self.limits = limits
    source = try ByteSource(path: path, limits: limits)
  }

  deinit { buffer.deallocate() }

  /// The next record.
  ///
  /// - Returns: `nil` after the last one.
  /// - Throws: ``FileError`` with the line.
  /// - Complexity: O(bytes of the record and of blank lines before it).
  public func next() throws(FileError) -> Record? {
    if form == .unknown { try findForm() }
    switch form {
    case .lines: return try nextLine()
    case .array: return try nextElement()
    case .unknown, .finished: return nil
    }
  }

  private func findForm() throws(FileError) {
    form = .lines
    guard let first = try current() else {
      form = .finished
      return
    }
    if first == 0xEF {
      // The mark could straddle two reads only if the source delivered fewer than three bytes.
      try fill(atLeast: 3)
      if waiting.count >= 3, buffer[waiting.lowerBound + 1] == 0xBB,
        buffer[waiting.lowerBound + 2] == 0xBF
      {
        hasByteOrderMark = true
        skip(3)
      }
    }
    try skipWhiteSpace()
    switch try current() {
    case nil: form = .finished
    case UInt8(ascii: "["):
      form = .array
      skip(1)
    default: break
    }
  }

  // MARK: Lines

  private func nextLine() throws(FileError) -> Record? {
    while try current() != nil {
      let number = line
      var bytes: [UInt8] = []
      while try current() != nil {
        let part = UnsafeRawBufferPointer(rebasing: buffer[waiting])
        let end = part.firstLineFeed
        try append(UnsafeRawBufferPointer(rebasing: part[..<(end ?? part.count)]), to: &bytes)
        skip(end.map { $0 + 1 } ?? part.count)
        if end != nil {
          line += 1
          break
        }
      }
      if bytes.last == 0x0D { bytes.removeLast() }
      if bytes.contains(where: { !isWhiteSpace($0) }) {
        return Record(line: number, bytes: try validated(bytes, line: number))
      }
    }
    form = .finished
    return nil
  }

  /// Goes behind the rest of a line that was too long.
  ///
  /// - Returns: Whether that was possible: the rest of an array's element is not found that way.
  /// - Throws: ``FileError``.
  public func skipRecord() throws(FileError) -> Bool {
    guard form == .lines else { return false }
    while try current() != nil {
      let part = UnsafeRawBufferPointer(rebasing: buffer[waiting])
      if let end = part.firstLineFeed {
        skip(end + 1)
        line += 1
        return true
      }
      skip(part.count)
    }
    return true
  }

  // MARK: Array elements

  private func nextElement() throws(FileError) -> Record? {
    try skipWhiteSpace()
    if try current() == UInt8(ascii: "]") {
      try finishArray()
      return nil
    }
    if elements > 0 {
      guard try current() == UInt8(ascii: ",") else {
        throw malformed(
          try current() == nil
            ? "the array of records is not closed" : "expected , or ] between records")
      }
      skip(1)
      try skipWhiteSpace()
    }
    let start = line
    let bytes = try elementBytes()
    if bytes.isEmpty {
      throw malformed(
        try current() == nil
          ? "the array of records is not closed" : "a comma without a record beside it")
    }
    elements += 1
    return Record(line: start, bytes: try validated(bytes, line: start))
  }

  /// Everything up to the comma or bracket that ends this element, white space at its end removed.
  private func elementBytes() throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var depth = 0
    var isInString = false
    var isEscaped = false
    scanning: while try current() != nil {
      var count = 0
      var isDone = false
      for byte in buffer[waiting] {
        if isInString {
          if isEscaped {
            isEscaped = false
          } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
          } else if byte == UInt8(ascii: "\"") {
            isInString = false
          }
        } else {
          switch byte {
          case UInt8(ascii: "\""): isInString = true
          case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
          case UInt8(ascii: "]"), UInt8(ascii: "}"):
            isDone = depth == 0
            depth -= 1
          case UInt8(ascii: ","): isDone = depth == 0
          default: break
          }
          if isDone { break }
        }
        if byte == 0x0A { line += 1 }
        count += 1
      }
      let end = waiting.lowerBound + count
      try append(UnsafeRawBufferPointer(rebasing: buffer[waiting.lowerBound..<end]), to: &bytes)
      skip(count)
      if isDone { break scanning }
    }
    while let last = bytes.last, isWhiteSpace(last) { bytes.removeLast() }
    return bytes
  }

  private func finishArray() throws(FileError) {
    skip(1)
    form = .finished
    try skipWhiteSpace()
    if try current() != nil {
      throw malformed("text after the end of the array of records")
    }
  }

  private func malformed(_ problem: String) -> FileError {
    .malformedArray(path: path, line: line, problem: problem)
  }

  // MARK: Bytes

  /// The next byte, without taking it.
  private func current() throws(FileError) -> UInt8? {
    if waiting.isEmpty {
      waiting = 0..<(try source.read(into: buffer))
      if waiting.isEmpty { return nil }
    }
    return buffer[waiting.lowerBound]
  }

  private func skip(_ count: Int) {
    waiting = waiting.lowerBound + count..<waiting.upperBound
  }

  /// Moves what waits to the front and reads on until that many bytes wait or the file ends.
  private func fill(atLeast count: Int) throws(FileError) {
    if waiting.lowerBound > 0 {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[waiting]))
      waiting = 0..<waiting.count
    }
    while waiting.count < count {
      let read = try source.read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[waiting.upperBound...]))
      if read == 0 { return }
      waiting = 0..<waiting.upperBound + read
    }
  }

  private func skipWhiteSpace() throws(FileError) {
    while let byte = try current(), isWhiteSpace(byte) {
      if byte == 0x0A { line += 1 }
      skip(1)
    }
  }

  private func append(
    _ part: UnsafeRawBufferPointer, to bytes: inout [UInt8]
  ) throws(FileError) {
    guard bytes.count + part.count <= limits.maximumRecordLength else {
      throw .lineTooLong(path: path, line: line, limit: limits.maximumRecordLength)
    }
    bytes.append(contentsOf: part)
  }

  private func validated(_ bytes: [UInt8], line: Int) throws(FileError) -> [UInt8] {
    let isSound = bytes.withUnsafeBufferPointer {
      UTF8Text.firstInvalidOffset(in: $0) == nil
    }
    guard isSound else { throw .invalidUTF8(path: path, line: line) }
    return bytes
  }

  private func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}

extension UnsafeRawBufferPointer {
  /// The offset of the first line feed.
  fileprivate var firstLineFeed: Int? {
    guard let baseAddress, let found = memchr(baseAddress, 0x0A, count) else { return nil }
    return UnsafeRawPointer(found) - baseAddress
  }
}
