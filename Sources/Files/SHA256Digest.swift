internal import CKernels

/// A SHA-256 digest (FIPS 180-4).
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// The digest of bytes in memory.
  public init(of bytes: UnsafeRawBufferPointer) {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    self = hasher.finalize()
  }

  /// The digest of an array.
  public init(of bytes: [UInt8]) { self = bytes.withUnsafeBytes { SHA256Digest(of: $0) } }

  /// The digest of a text's UTF-8 bytes.
  public init(of text: String) { self.init(of: Array(text.utf8)) }

  /// Reads 64 hexadecimal digits; `nil` if these are not that.
  public init?(hex: String) {
    let digits = Array(hex.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = Self.value(ofDigit: digits[index]),
        let low = Self.value(ofDigit: digits[index + 1])
      else { return nil }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

  /// 64 lower-case hexadecimal digits.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  public var description: String { hex }

  /// The digest of a file's content, read in pieces.
  ///
  /// - Parameters:
  ///   - path: A plain file.
  ///   - shouldStop: Asked between pieces; answering true ends the reading.
  /// - Returns: The digest, `nil` if it was stopped.
  /// - Throws: ``FileError``; a file that changes meanwhile is one.
  public static func digest(
    ofFile path: String, shouldStop: () -> Bool = { false }
  ) throws(FileError) -> SHA256Digest? {
    let (descriptor, identity) = try FileDescriptor.openPlainFile(path)
    var hasher = SHA256Hasher()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      if shouldStop() { return nil }
      let count = try descriptor.read(into: buffer)
      if count == 0 { break }
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    let now = FileIdentity(try descriptor.status())
    guard now.size == identity.size, now.modified == identity.modified else {
      throw .changed(path: path)
    }
    return hasher.finalize()
  }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

/// What a file's content is told by.
public struct FileFingerprint: Hashable, Sendable {
  public let byteCount: Int
  public let digest: SHA256Digest

  public init(byteCount: Int, digest: SHA256Digest) {
    self.byteCount = byteCount
    self.digest = digest
  }
}

/// SHA-256 over a message that arrives in pieces.
public struct SHA256Hasher: Sendable {
  private var state = cpteval_sha256()

  public init() { cpteval_sha256_begin(&state) }

  /// Adds bytes to the end of the message.
  /// - Complexity: O(bytes).
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    cpteval_sha256_update(&state, bytes.baseAddress, bytes.count)
  }

  /// Adds an array to the end of the message.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Adds a text's UTF-8 bytes to the end of the message.
  public mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The digest of everything so far; more may follow.
  public func finalize() -> SHA256Digest {
    var copy = state
    var digest = [UInt8](repeating: 0, count: 32)
    digest.withUnsafeMutableBufferPointer { cpteval_sha256_end(&copy, $0.baseAddress) }
    return SHA256Digest(bytes: digest)
  }
}
