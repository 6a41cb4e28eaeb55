internal import CZlib
internal import Glibc

/// The bytes of a plain file in order, unpacked if it is compressed with gzip.
///
/// Compression is told by the first two bytes (RFC 1952), not by the name: a cache may have renamed
/// or unpacked the file.
final class ByteSource {
  let path: String
  private let descriptor: FileDescriptor
  private let identity: FileIdentity
  private var inflater: Inflater?
  private let limits: ReadingLimits
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
  /// The part of `input` that was read from the file and not handed on.
  private var waiting = 0..<0
  /// Bytes read from the file, compressed ones as they lie there.
  private(set) var totalRead = 0

  init(path: String, limits: ReadingLimits) throws(FileError) {
    self.path = path
    self.limits = limits
    (descriptor, identity) = try FileDescriptor.openPlainFile(path)
    try refill()
    if waiting.count >= 2, input[0] == 0x1F, input[1] == 0x8B {
      inflater = Inflater()
    }
  }

  deinit { input.deallocate() }

  /// Fills the buffer with the next bytes.
  ///
  /// - Parameter buffer: Not empty.
  /// - Returns: Bytes delivered; 0 at the end.
  /// - Throws: ``FileError``, for broken or bloated gzip data too.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    if let inflater { return try unpack(with: inflater, into: buffer) }
    if waiting.isEmpty { try refill() }
    let count = min(waiting.count, buffer.count)
    buffer.copyMemory(
      from: UnsafeRawBufferPointer(
        rebasing: input[waiting.lowerBound..<waiting.lowerBound + count]))
    waiting = waiting.lowerBound + count..<waiting.upperBound
    return count
  }

  private func refill() throws(FileError) {
    let count = try descriptor.read(into: input)
    waiting = 0..<count
    totalRead += count
    if count == 0, totalRead < identity.size { throw .changed(path: path) }
  }

  private func unpack(
    with inflater: Inflater, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int {
    while true {
      if waiting.isEmpty { try refill() }
      if inflater.isBetweenMembers {
        // Several members may follow one another; tape-age zero padding may follow the last.
        while !waiting.isEmpty, input[waiting.lowerBound] == 0, inflater.members > 0 {
          waiting = waiting.lowerBound + 1..<waiting.upperBound
          if waiting.isEmpty { try refill() }
        }
        if waiting.isEmpty { return 0 }
      } else if waiting.isEmpty {
        throw .truncatedGzip(path: path)
      }
      let (consumed, produced, problem) = inflater.inflate(
        UnsafeRawBufferPointer(rebasing: input[waiting]), into: buffer)
      if let problem { throw .malformedGzip(path: path, detail: problem) }
      waiting = waiting.lowerBound + consumed..<waiting.upperBound
      let byRatio = identity.size.multipliedReportingOverflow(by: limits.maximumExpansionRatio)
      let allowed = max(
        limits.freeExpansion,
        min(limits.maximumExpandedSize, byRatio.overflow ? .max : byRatio.partialValue))
      if inflater.totalProduced > allowed {
        throw .expandsTooFar(path: path, compressed: identity.size, expanded: allowed)
      }
      if produced > 0 { return produced }
    }
  }
}

/// One zlib stream that reads gzip members.
private final class Inflater {
  /// On the heap, because zlib keeps a pointer to it.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var isReady: Bool
  private(set) var totalProduced = 0
  /// Members that ended well.
  private(set) var members = 0
  /// Whether no member is half read.
  private(set) var isBetweenMembers = true

  init() {
    stream.initialize(to: z_stream())
    // 15 window bits, and 16 for the gzip format alone.
    let size = Int32(MemoryLayout<z_stream>.size)
    isReady = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK
  }

  deinit {
    if isReady { inflateEnd(stream) }
    stream.deallocate()
  }

  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (consumed: Int, produced: Int, problem: String?) {
    guard isReady else { return (0, 0, "zlib cannot start") }
    if isBetweenMembers, members > 0, inflateReset(stream) != Z_OK {
      return (0, 0, "zlib cannot start again")
    }
    isBetweenMembers = false
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.assumingMemoryBound(to: Bytef.self).baseAddress)
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.assumingMemoryBound(to: Bytef.self).baseAddress
    stream.pointee.avail_out = UInt32(clamping: output.count)
    let room = stream.pointee.avail_out
    let code = CZlib.inflate(stream, Z_NO_FLUSH)
    let consumed = input.count - Int(stream.pointee.avail_in)
    let produced = Int(room - stream.pointee.avail_out)
    totalProduced += produced
    switch code {
    case Z_OK, Z_BUF_ERROR: return (consumed, produced, nil)
    case Z_STREAM_END:
      members += 1
      isBetweenMembers = true
      return (consumed, produced, nil)
    default:
      let detail = stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)"
      return (consumed, produced, detail)
    }
  }
}
