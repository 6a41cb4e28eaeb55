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

extension Compression {
  /// Unpacks gzip data that lies in memory.
  ///
  /// - Parameters:
  ///   - bytes: One member or several.
  ///   - limit: Most bytes to unpack to.
  /// - Returns: `nil` for data that is damaged, cut short or too much.
  package static func unpackGzip(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    let decoder = GzipDecoder()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
    defer { buffer.deallocate() }
    return bytes.withUnsafeBytes { bytes -> [UInt8]? in
      var unpacked: [UInt8] = []
      var start = 0
      while start < bytes.count || !decoder.isBetweenMembers {
        let (consumed, produced, problem) = decoder.decode(
          UnsafeRawBufferPointer(rebasing: bytes[start...]), into: buffer)
        start += consumed
        guard problem == nil, consumed + produced > 0, unpacked.count + produced <= limit else {
          return nil
        }
        unpacked.append(contentsOf: buffer[..<produced])
      }
      return unpacked
    }
  }
}
