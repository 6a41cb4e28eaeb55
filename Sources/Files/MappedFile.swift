internal import Glibc

/// A plain file mapped into memory for reading.
///
/// The mapping is private and read-only and lives as long as this object: whoever keeps ``bytes``
/// keeps the object. The kernel delivers a signal when a page beyond the end of a file that has
/// shrunk is touched, so a reader calls ``verifyUnchanged()`` before a long pass over the bytes.
//
// @unchecked Sendable: all stored properties are constants, the mapped pages are never written
// through this object, and unmapping happens once, when the last reference is gone.
public final class MappedFile: @unchecked Sendable {
  /// The path as it was given.
  public let path: String
  public let identity: FileIdentity
  /// The whole content; empty for an empty file.
  public let bytes: UnsafeRawBufferPointer
  private let descriptor: FileDescriptor

  /// Bytes.
  public var size: Int { bytes.count }

  /// What the kernel is told about the next use of a range.
  public enum Advice: Sendable {
    /// Read it in the background, it is needed soon.
    case willNeed
    /// Its pages may go; they are read again from the file when touched.
    case dontNeed
    /// It is read from front to back.
    case sequential
  }

  /// Maps a file.
  ///
  /// - Parameter path: A plain file, or a symbolic link to one.
  /// - Throws: ``FileError``, for a pipe, device or folder too.
  public init(path: String) throws(FileError) {
    self.path = path
    (descriptor, identity) = try FileDescriptor.openPlainFile(path)
    guard identity.size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let start = mmap(nil, identity.size, PROT_READ, MAP_PRIVATE, descriptor.number, 0)
    guard let start, start != MAP_FAILED else { throw .fromSystem("map", path, errno) }
    bytes = UnsafeRawBufferPointer(start: start, count: identity.size)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  /// Checks that the file is as long and as old as when it was opened.
  ///
  /// - Throws: ``FileError/changed(path:)`` otherwise.
  public func verifyUnchanged() throws(FileError) {
    let now = FileIdentity(try descriptor.status())
    guard now.size == identity.size, now.modified == identity.modified else {
      throw .changed(path: path)
    }
  }

  /// Tells the kernel how a range is used next; a hint that never fails.
  ///
  /// - Parameters:
  ///   - range: Bytes of the file; widened to whole pages, except for `.dontNeed`, which only takes
  ///     pages that lie wholly inside.
  ///   - advice: See ``Advice``.
  public func advise(_ range: Range<Int>, _ advice: Advice) {
    let range = range.clamped(to: 0..<size)
    guard let start = bytes.baseAddress, !range.isEmpty else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let lower: Int
    let upper: Int
    let code: Int32
    switch advice {
    case .willNeed, .sequential:
      lower = range.lowerBound / page * page
      upper = range.upperBound
      code = advice == .willNeed ? MADV_WILLNEED : MADV_SEQUENTIAL
    case .dontNeed:
      lower = (range.lowerBound + page - 1) / page * page
      upper = range.upperBound == size ? size : range.upperBound / page * page
      code = MADV_DONTNEED
    }
    guard lower < upper else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + lower), upper - lower, code)
  }

  /// Copies bytes out of the file by reading, so that a file cut short meanwhile is an error, not a
  /// signal.
  ///
  /// - Parameters:
  ///   - buffer: Filled wholly.
  ///   - offset: Bytes into the file.
  /// - Throws: ``FileError/endsEarly(path:offset:)`` if the file is too short by now.
  public func copyBytes(
    into buffer: UnsafeMutableRawBufferPointer, from offset: Int
  ) throws(FileError) {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor.number, buffer.baseAddress.map { $0 + done }, buffer.count - done,
        off_t(offset + done))
      if count == 0 { throw .endsEarly(path: path, offset: offset + done) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .fromSystem("read", path, errno)
      }
      done += count
    }
  }

  /// Copies bytes out of the file into an array.
  ///
  /// - Parameter range: Within the file as it was when it was opened.
  /// - Returns: As many bytes as the range has.
  /// - Throws: ``FileError/endsEarly(path:offset:)`` if the file is too short by now.
  public func copiedBytes(in range: Range<Int>) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    // Typed throws do not pass through `withUnsafeMutableBytes`.
    let result = bytes.withUnsafeMutableBytes { buffer -> Result<Void, FileError> in
      do throws(FileError) {
        return .success(try copyBytes(into: buffer, from: range.lowerBound))
      } catch { return .failure(error) }
    }
    try result.get()
    return bytes
  }
}
