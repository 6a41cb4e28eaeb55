internal import Files

/// Bytes of a file in order, by lines and by counts.
final class BufferedSource {
  let source: ByteSource
  /// Bytes handed out, in the unpacked file.
  private(set) var offset = 0
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  private var waiting = 0..<0

  init(_ source: ByteSource) { self.source = source }

  deinit { buffer.deallocate() }

  private func fill() throws(FileError) -> Bool {
    if waiting.isEmpty { waiting = 0..<(try source.read(into: buffer)) }
    return !waiting.isEmpty
  }

  private func take(_ count: Int) {
    waiting = waiting.lowerBound + count..<waiting.upperBound
    offset += count
  }

  /// The next line.
  ///
  /// - Parameter limit: Most bytes; what lies behind is the next line.
  /// - Returns: The line without its end; `nil` at the end of the file.
  /// - Throws: `FileError`.
  func line(limit: Int) throws(FileError) -> [UInt8]? {
    var line: [UInt8] = []
    guard try fill() else { return nil }
    while try fill() {
      let part = buffer[waiting].prefix(limit - line.count)
      if let end = part.firstIndex(of: 0x0A) {
        line.append(contentsOf: buffer[waiting.lowerBound..<end])
        take(end + 1 - waiting.lowerBound)
        break
      }
      line.append(contentsOf: part)
      take(part.count)
      if line.count >= limit { break }
    }
    if line.last == 0x0D { line.removeLast() }
    return line
  }

  /// Bytes.
  ///
  /// - Parameter count: How many.
  /// - Returns: As many, fewer at the end of the file.
  /// - Throws: `FileError`.
  func bytes(_ count: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count, try fill() {
      let part = buffer[waiting].prefix(count - bytes.count)
      bytes.append(contentsOf: part)
      take(part.count)
    }
    return bytes
  }

  /// Skips bytes.
  ///
  /// - Parameter count: How many.
  /// - Returns: How many there were.
  /// - Throws: `FileError`.
  func skip(_ count: Int) throws(FileError) -> Int {
    var left = count
    while left > 0, try fill() {
      let part = min(left, waiting.count)
      take(part)
      left -= part
    }
    return count - left
  }
}
