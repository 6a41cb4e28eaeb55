internal import CZlib
internal import Glibc

/// One zlib stream that reads gzip members.
final class GzipDecoder: StreamDecoder {
  let compression = Compression.gzip
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

  func decode(
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
