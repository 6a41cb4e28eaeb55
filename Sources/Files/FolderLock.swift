internal import Glibc
internal import Synchronization

/// The right to write to a folder, held by one process at a time.
///
/// An advisory lock (`flock`) on `<folder>/.lock`. The system lets go of it when the process ends,
/// however it ends, so none is ever left over. The file itself stays; its text tells who held it last.
public final class FolderLock: Sendable {
  /// The lock's file.
  public let path: String
  private let descriptor: Mutex<Int32?>

  /// Takes the lock.
  ///
  /// - Parameter folder: An existing folder.
  /// - Throws: ``FolderLockError`` if somebody has it, ``FileError`` if there can be no lock.
  public init(folder: String) throws {
    let path = folder + "/.lock"
    // Never through a link, and never waiting for a pipe's other end.
    let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
    guard number >= 0 else { throw FileError.fromSystem("open", path, errno) }
    var isTaken = false
    defer { if !isTaken { close(number) } }
    _ = try FileIdentity(ofDescriptor: number, path: path)
    var code = Self.tryLock(number)
    if code == EWOULDBLOCK {
      // Whoever has just taken it may not have written its number yet.
      for _ in 0..<20 {
        if let holder = Self.holder(number), Self.isAlive(holder) { break }
        usleep(5000)
      }
      code = Self.tryLock(number)
    }
    if code == EWOULDBLOCK {
      throw FolderLockError(folder: folder, holder: Self.holder(number))
    }
    guard code == 0 else { throw FileError.system(operation: "lock", path: path, code: code) }
    try Self.sign(number, path: path)
    isTaken = true
    self.path = path
    descriptor = Mutex(number)
  }

  deinit { release() }

  /// Lets go of the lock; a second call does nothing.
  public func release() {
    descriptor.withLock { number in
      if let number { close(number) }
      number = nil
    }
  }

  /// Takes the lock without waiting.
  ///
  /// - Returns: 0, or the system's code.
  private static func tryLock(_ number: Int32) -> Int32 {
    while flock(number, LOCK_EX | LOCK_NB) != 0 {
      if errno != EINTR { return errno }
    }
    return 0
  }

  /// Writes who has the lock.
  private static func sign(_ number: Int32, path: String) throws(FileError) {
    let text = Array("\(getpid()) \(hostName)\n".utf8)
    guard ftruncate(number, 0) == 0, pwrite(number, text, text.count, 0) == text.count else {
      throw .fromSystem("write", path, errno)
    }
  }

  private static func holder(_ number: Int32) -> FolderLockError.Holder? {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = pread(number, &buffer, buffer.count, 0)
    guard count > 0 else { return nil }
    let words = buffer[..<count].split { $0 == 0x20 || $0 == 0x0A }
      .map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 2, let process = Int32(words[0]), process > 0 else { return nil }
    return FolderLockError.Holder(process: process, host: words[1])
  }

  /// Whether the holder can be the one; that of another machine cannot be asked for.
  private static func isAlive(_ holder: FolderLockError.Holder) -> Bool {
    holder.host != hostName || kill(holder.process, 0) == 0 || errno == EPERM
  }

  private static let hostName: String = {
    var buffer = [CChar](repeating: 0, count: 128)
    let status = gethostname(&buffer, buffer.count - 1)
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let name = String(decoding: bytes, as: UTF8.self)
    return status == 0 && !name.isEmpty && !name.utf8.contains(0x20) ? name : "localhost"
  }()
}

/// Another process writes to the run's folder.
public struct FolderLockError: Error, Equatable, CustomStringConvertible {
  /// Who has the lock, by its own words.
  public struct Holder: Equatable, Sendable {
    public let process: Int32
    public let host: String
  }

  public let folder: String
  /// `nil` if the lock's file does not tell.
  public let holder: Holder?

  public var description: String {
    let who = holder.map { "process \($0.process) on \($0.host.abbreviatedForTerminal())" }
    return "\(folder.escapedForTerminal) is being written by \(who ?? "another process"). Wait "
      + "until it has ended, stop it, or choose another folder; the lock goes with its process."
  }
}
