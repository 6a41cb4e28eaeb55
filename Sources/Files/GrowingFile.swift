internal import CKernels
internal import Glibc

/// A file that grows at its end and is whole up to a place that its writer remembers elsewhere.
///
/// For work that goes on after it was stopped: what was written after the last ``sync()`` is cut off
/// when the file is opened again. Not for use from several threads at once.
public final class GrowingFile {
  public let path: String
  /// Bytes so far, those that are still pending included.
  public private(set) var byteCount: Int
  private let descriptor: FileDescriptor
  private var pending: [UInt8] = []
  private let bufferSize: Int
  /// Bytes that the system has taken, and those of them that it was told to write to the disk.
  private var (written, started) = (0, 0)
  private static let writebackSize = 8 << 20

  /// Opens or creates a file.
  ///
  /// - Parameters:
  ///   - path: The file; its folder exists.
  ///   - count: Bytes that are kept, what lies behind them goes.
  ///   - place: Where the finished file goes. A process that died right after may have left it
  ///     there; it is fetched back then.
  ///   - bufferSize: Bytes that are gathered before they are written.
  /// - Throws: ``FileError``, ``FileError/endsEarly(path:offset:)`` for a file shorter than that.
  public init(
    path: String, keeping count: Int, orFrom place: String? = nil, bufferSize: Int = 1 << 20
  ) throws(FileError) {
    if let place, count > 0, (try? FileIdentity(ofFile: path)) == nil,
      (try? FileIdentity(ofFile: place))?.size == count
    {
      try Folder.moveFile(place, to: path)
    }
    let number = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
    guard number >= 0 else { throw .fromSystem("write", path, errno) }
    descriptor = FileDescriptor(owning: number, path: path)
    self.path = path
    self.bufferSize = bufferSize
    byteCount = count
    (written, started) = (count, count)
    let identity = try FileIdentity(ofDescriptor: number, path: path)
    guard identity.size >= count else { throw .endsEarly(path: path, offset: identity.size) }
    guard ftruncate(number, off_t(count)) == 0 else { throw .fromSystem("write", path, errno) }
    guard lseek(number, 0, SEEK_END) == off_t(count) else {
      throw .fromSystem("write", path, errno)
    }
  }

  /// Appends bytes.
  ///
  /// - Parameter bytes: Any number.
  /// - Throws: ``FileError``, when the disk is full above all.
  public func append(_ bytes: [UInt8]) throws(FileError) {
    let result = bytes.withUnsafeBytes { bytes -> Result<Void, FileError> in
      do throws(FileError) {
        return .success(try append(bytes))
      } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Appends bytes.
  ///
  /// - Parameter bytes: Any number.
  /// - Throws: ``FileError``, when the disk is full above all.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    byteCount += bytes.count
    if pending.count + bytes.count < bufferSize {
      pending.append(contentsOf: bytes)
    } else {
      try flush()
      try writeOut(bytes)
    }
  }

  /// Appends two numbers, little-endian.
  ///
  /// - Parameters:
  ///   - first: Comes first.
  ///   - second: Comes behind it.
  /// - Throws: ``FileError``, when the disk is full above all.
  public func append(_ first: UInt64, _ second: UInt64) throws(FileError) {
    byteCount += 16
    withUnsafeBytes(of: first.littleEndian) { pending.append(contentsOf: $0) }
    withUnsafeBytes(of: second.littleEndian) { pending.append(contentsOf: $0) }
    if pending.count >= bufferSize { try flush() }
  }

  /// Brings everything to the disk.
  ///
  /// - Throws: ``FileError``.
  public func sync() throws(FileError) {
    try flush()
    guard fsync(descriptor.number) == 0 else { throw .fromSystem("flush", path, errno) }
  }

  /// Gives everything to the system, so that readers of the file see it; the disk may have it later.
  ///
  /// - Throws: ``FileError``, when the disk is full above all.
  public func flush() throws(FileError) {
    let result = pending.withUnsafeBytes { bytes -> Result<Void, FileError> in
      do throws(FileError) {
        return .success(try writeOut(bytes))
      } catch { return .failure(error) }
    }
    try result.get()
    pending.removeAll(keepingCapacity: true)
  }

  private func writeOut(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = write(descriptor.number, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0 {
        if errno == EINTR { continue }
        throw .fromSystem("write", path, errno)
      }
      done += count
    }
    written += done
    // The disk begins now, so that `sync()` has little left to wait for.
    if written - started >= Self.writebackSize {
      cpteval_begin_writeback(descriptor.number, Int64(started), Int64(written - started))
      started = written
    }
  }
}
