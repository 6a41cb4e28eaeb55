public import Files
internal import Glibc
public import OrderedJSON

/// A file of JSON Lines that grows by one line per step or per measurement.
///
/// Each line is handed to the system in one call, so a reader sees whole lines. A process that dies
/// inside that call may leave a torn last line; opening the file removes it. What the machine itself
/// loses in a power cut is what was not flushed: a run flushes before it saves a checkpoint.
///
/// Not for use from several threads at once, nor from several processes.
public final class StepLog {
  /// The file.
  public let path: String
  private let number: Int32
  /// Bytes of whole lines.
  private var end = 0
  /// Whether bytes of a line that could not be written wholly may lie behind `end`.
  private var isTorn = false

  /// Lines that are longer than any we write are not looked into when the file is cut.
  static let maximumLineLength = 1 << 20

  /// Opens the file, or makes it, and removes a torn last line.
  ///
  /// - Parameter path: The file; its folder exists.
  /// - Throws: `FileError`.
  public init(path: String) throws(FileError) {
    self.path = path
    guard !path.utf8.contains(0) else { throw .notFound(path: path) }
    // Not through a link: what is at its end is not ours to cut.
    number = open(
      path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
    guard number >= 0 else {
      if errno == ELOOP { throw .notAPlainFile(path: path, kind: "a symbolic link") }
      throw .fromSystem("open", path, errno)
    }
    try endLastLine(size: FileIdentity(ofDescriptor: number, path: path).size)
  }

  // Runs as well if the opening fails after `number` was set.
  deinit {
    if number >= 0 { close(number) }
  }

  /// Appends a line.
  ///
  /// - Parameters:
  ///   - line: An object, with its `step` as an integer if it is to survive ``cut(afterStep:)``.
  ///   - isFlushed: Whether the line is to be on the disk when this returns.
  /// - Throws: `FileError`; the file holds whole lines only then, too.
  public func append(_ line: JSONValue, isFlushed: Bool = false) throws(FileError) {
    try write(Array((line.serialized() + "\n").utf8))
    if isFlushed { try flush() }
  }

  /// Waits until every line is on the disk.
  ///
  /// - Throws: `FileError`.
  public func flush() throws(FileError) {
    guard fsync(number) == 0 else { throw .fromSystem("flush", path, errno) }
  }

  /// Removes every line behind the last one whose `step` is at most the given one.
  ///
  /// Lines are expected in the order of their steps. Lines without a step, and what is no JSON, go
  /// with the lines around them.
  /// - Parameter step: The step that a run goes on from.
  /// - Returns: Bytes removed.
  /// - Throws: `FileError`.
  /// - Complexity: O(bytes removed); two lines' length of memory.
  @discardableResult
  public func cut(afterStep step: Int) throws(FileError) -> Int {
    try mend()
    var scanner = BackwardLines(number: number, path: path, end: end)
    var kept = 0
    while let line = try scanner.next() {
      guard line.count <= Self.maximumLineLength,
        let found = try Self.object(scanner.bytes(of: line))?["step"]?.integerValue
      else { continue }
      if found <= step {
        kept = line.upperBound + 1
        break
      }
    }
    let removed = end - kept
    guard removed > 0 else { return 0 }
    try truncate(to: kept)
    end = kept
    try flush()
    return removed
  }

  /// The `step` of the last line that has one.
  ///
  /// - Returns: `nil` if none has.
  /// - Throws: `FileError`.
  public func lastStep() throws(FileError) -> Int? {
    var scanner = BackwardLines(number: number, path: path, end: end)
    while let line = try scanner.next() {
      guard line.count <= Self.maximumLineLength else { continue }
      if let step = try Self.object(scanner.bytes(of: line))?["step"]?.integerValue { return step }
    }
    return nil
  }

  // MARK: Bytes

  private func write(_ bytes: [UInt8]) throws(FileError) {
    try mend()
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { all in
        Glibc.write(number, all.baseAddress.map { $0 + done }, all.count - done)
      }
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        isTorn = done > 0
        try? mend()
        throw .fromSystem("write", path, code)
      }
      done += count
    }
    end += bytes.count
  }

  /// Takes back a line that was written in part.
  private func mend() throws(FileError) {
    guard isTorn else { return }
    try truncate(to: end)
    isTorn = false
  }

  private func truncate(to size: Int) throws(FileError) {
    guard ftruncate(number, off_t(size)) == 0 else { throw .fromSystem("cut", path, errno) }
  }

  /// Makes the file end with a whole line: a complete object gets its line break, anything else goes.
  private func endLastLine(size: Int) throws(FileError) {
    var scanner = BackwardLines(number: number, path: path, end: size)
    end = try scanner.lineBreak(before: size).map { $0 + 1 } ?? 0
    guard end < size else { return }
    if size - end <= Self.maximumLineLength, try Self.object(scanner.bytes(of: end..<size)) != nil {
      end = size
      try write([UInt8(ascii: "\n")])
    } else {
      try truncate(to: end)
    }
  }

  /// The object that a line is, `nil` if it is none.
  private static func object(_ line: [UInt8]) -> JSONObject? {
    // Older lines may hold what Python's json writes for numbers that are not finite.
    let options = JSONParsingOptions(maximumDepth: 64, allowsNonFiniteNumbers: true)
    return (try? JSONValue(parsing: line, options: options))?.objectValue
  }
}
