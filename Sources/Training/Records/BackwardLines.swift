internal import Files
internal import Glibc

/// The lines of an open file from the last to the first, read in windows of bounded size.
struct BackwardLines {
  let number: Int32
  let path: String
  /// Offset behind the line break that ends the next line to be delivered; 0 when none is left.
  private var end: Int
  private var window: [UInt8] = []
  private var windowStart = 0

  private static let windowLength = 1 << 16

  /// - Parameters:
  ///   - number: The file, open for reading; not closed.
  ///   - path: For errors.
  ///   - end: Bytes of the file that count, which end with a line break.
  init(number: Int32, path: String, end: Int) {
    self.number = number
    self.path = path
    self.end = end
  }

  /// The place of the line before the last one that was delivered, without its line break.
  ///
  /// - Returns: Bytes of the file; `nil` when there is no further line.
  /// - Throws: `FileError`.
  mutating func next() throws(FileError) -> Range<Int>? {
    guard end > 0 else { return nil }
    let start = try lineBreak(before: end - 1).map { $0 + 1 } ?? 0
    let line = start..<(end - 1)
    end = start
    return line
  }

  /// The offset of the last line break below an offset, `nil` if there is none.
  ///
  /// - Complexity: O(bytes between the two), each read once while offsets fall.
  mutating func lineBreak(before limit: Int) throws(FileError) -> Int? {
    var limit = limit
    while limit > 0 {
      if limit <= windowStart || limit > windowStart + window.count {
        windowStart = max(0, limit - Self.windowLength)
        window = try bytes(of: windowStart..<limit)
      }
      let found = window[..<(limit - windowStart)].lastIndex(of: UInt8(ascii: "\n"))
      if let found { return windowStart + found }
      limit = windowStart
    }
    return nil
  }

  /// Reads a part of the file.
  ///
  /// - Parameter range: Bytes of the file, few enough to be held.
  /// - Returns: Exactly these bytes.
  /// - Throws: `FileError`, if the file is shorter by now too.
  func bytes(of range: Range<Int>) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes { all in
        pread(
          number, all.baseAddress.map { $0 + done }, all.count - done,
          off_t(range.lowerBound + done))
      }
      if count == 0 { throw .endsEarly(path: path, offset: range.lowerBound + done) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .fromSystem("read", path, errno)
      }
      done += count
    }
    return bytes
  }
}
