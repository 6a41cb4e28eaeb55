internal import CZstd

/// One zstd stream that reads frames one after the other.
final class ZstdDecoder: StreamDecoder {
  let compression = Compression.zstd
  private(set) var totalProduced = 0
  private(set) var members = 0
  private(set) var isBetweenMembers = true

  /// The largest window that is read, as a power of two: 128 MiB, which is zstd's own bound too.
  private static let maximumWindowLog: Int32 = 27

  private let context: OpaquePointer?

  init() {
    context = ZSTD_createDCtx()
    if let context { ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.maximumWindowLog) }
  }

  deinit { ZSTD_freeDCtx(context) }

  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (consumed: Int, produced: Int, problem: String?) {
    guard let context else { return (0, 0, "zstd cannot start") }
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let code = ZSTD_decompressStream(context, &target, &source)
    totalProduced += target.pos
    guard ZSTD_isError(code) == 0 else {
      return (source.pos, target.pos, String(cString: ZSTD_getErrorName(code)))
    }
    isBetweenMembers = code == 0
    if isBetweenMembers { members += 1 }
    return (source.pos, target.pos, nil)
  }
}
