/// A way in which a whole file is compressed.
public enum Compression: String, Sendable, CustomStringConvertible {
  case gzip, zstd

  public var description: String { rawValue }

  /// The way that a file's first bytes tell of (RFC 1952, RFC 8878); `nil` for a plain file.
  ///
  /// A zstd file may begin with a skippable frame, whose magic number has sixteen forms.
  init?(firstBytes bytes: UnsafeRawBufferPointer) {
    if bytes.count >= 2, bytes[0] == 0x1F, bytes[1] == 0x8B {
      self = .gzip
    } else if bytes.count >= 4,
      bytes[0] == 0x28 && bytes[1] == 0xB5 && bytes[2] == 0x2F && bytes[3] == 0xFD
        || bytes[0] & 0xF0 == 0x50 && bytes[1] == 0x2A && bytes[2] == 0x4D && bytes[3] == 0x18
    {
      self = .zstd
    } else {
      return nil
    }
  }

  /// Endings of compressed files' names.
  public static let endings = [".gz", ".zst"]
}

/// Unpacks a stream piece by piece.
protocol StreamDecoder: AnyObject {
  var compression: Compression { get }
  /// Bytes handed out so far.
  var totalProduced: Int { get }
  /// Gzip members or zstd frames that ended well.
  var members: Int { get }
  /// Whether none is half read.
  var isBetweenMembers: Bool { get }

  /// Unpacks as much as there is room or input for.
  ///
  /// - Parameters:
  ///   - input: What comes next.
  ///   - output: Receives bytes at its start; not empty.
  /// - Returns: Bytes taken and given, and what is wrong with the data, in the library's words.
  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (consumed: Int, produced: Int, problem: String?)
}
