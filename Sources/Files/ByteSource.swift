/// The bytes of a plain file in order, unpacked if it is compressed with gzip or zstd.
///
/// Compression is told by the first bytes, not by the name: a cache may have renamed or unpacked the
/// file.
package final class ByteSource {
  package let path: String
  private let descriptor: FileDescriptor
  private let identity: FileIdentity
  private var decoder: (any StreamDecoder)?
  /// Whether the decoder had more to give than there was room for.
  private var mayHoldOutput = false
  private let limits: ReadingLimits
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
  /// The part of `input` that was read from the file and not handed on.
  private var waiting = 0..<0
  /// Bytes read from the file, compressed ones as they lie there.
  package private(set) var totalRead = 0
  /// Bytes of the file when it was opened, compressed ones as they lie there.
  package var fileSize: Int { identity.size }

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: A plain file or a symbolic link to one.
  ///   - limits: Bounds on decompression.
  /// - Throws: ``FileError``.
  package init(path: String, limits: ReadingLimits) throws(FileError) {
    self.path = path
    self.limits = limits
    (descriptor, identity) = try FileDescriptor.openPlainFile(path)
    try refill()
    switch Compression(firstBytes: UnsafeRawBufferPointer(rebasing: input[waiting])) {
    case .gzip: decoder = GzipDecoder()
    case .zstd: decoder = ZstdDecoder()
    case nil: break
    }
  }

  deinit { input.deallocate() }

  /// Fills the buffer with the next bytes.
  ///
  /// - Parameter buffer: Not empty.
  /// - Returns: Bytes delivered; 0 at the end.
  /// - Throws: ``FileError``, for broken or bloated compressed data too.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    if let decoder { return try unpack(with: decoder, into: buffer) }
    if waiting.isEmpty { try refill() }
    let count = min(waiting.count, buffer.count)
    buffer.copyMemory(
      from: UnsafeRawBufferPointer(
        rebasing: input[waiting.lowerBound..<waiting.lowerBound + count]))
    waiting = waiting.lowerBound + count..<waiting.upperBound
    return count
  }

  /// Reads some bytes.
  ///
  /// - Parameter count: How many.
  /// - Returns: As many; fewer at the end of the file.
  /// - Throws: ``FileError``.
  package func read(upTo count: Int) throws(FileError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    defer { buffer.deallocate() }
    var done = 0
    while done < count {
      let read = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
      if read == 0 { break }
      done += read
    }
    return Array(buffer[..<done])
  }

  /// Reads to the end.
  ///
  /// - Parameter limit: Most bytes.
  /// - Returns: What is left of the file; `nil` if that is more.
  /// - Throws: ``FileError``.
  package func readAll(upTo limit: Int) throws(FileError) -> [UInt8]? {
    var bytes: [UInt8] = []
    if decoder == nil { bytes.reserveCapacity(min(identity.size, limit)) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = try read(into: buffer)
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { return nil }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  private func refill() throws(FileError) {
    let count = try descriptor.read(into: input)
    waiting = 0..<count
    totalRead += count
    if count == 0, totalRead < identity.size { throw .changed(path: path) }
  }

  private func unpack(
    with decoder: any StreamDecoder, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int {
    while true {
      if waiting.isEmpty { try refill() }
      if decoder.isBetweenMembers {
        // Several members may follow one another; tape-age zero padding may follow the last.
        while decoder.compression == .gzip, !waiting.isEmpty, input[waiting.lowerBound] == 0,
          decoder.members > 0
        {
          waiting = waiting.lowerBound + 1..<waiting.upperBound
          if waiting.isEmpty { try refill() }
        }
        if waiting.isEmpty { return 0 }
      } else if waiting.isEmpty, !mayHoldOutput {
        throw .truncatedCompression(path: path, kind: decoder.compression, offset: totalRead)
      }
      let (consumed, produced, problem) = decoder.decode(
        UnsafeRawBufferPointer(rebasing: input[waiting]), into: buffer)
      if let problem {
        throw .malformedCompression(
          path: path, kind: decoder.compression, offset: totalRead - waiting.count + consumed,
          detail: problem)
      }
      waiting = waiting.lowerBound + consumed..<waiting.upperBound
      let byRatio = identity.size.multipliedReportingOverflow(by: limits.maximumExpansionRatio)
      let allowed = max(
        limits.freeExpansion,
        min(limits.maximumExpandedSize, byRatio.overflow ? .max : byRatio.partialValue))
      if decoder.totalProduced > allowed {
        throw .expandsTooFar(path: path, compressed: identity.size, expanded: allowed)
      }
      mayHoldOutput = produced == buffer.count
      if produced > 0 { return produced }
    }
  }
}
