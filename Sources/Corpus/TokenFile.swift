internal import Files

/// How the ids in a file are stored; always little-endian.
public enum TokenType: String, Codable, CaseIterable, Sendable {
  case uint8, int8, int16, uint16, uint32, int32, int64

  /// Bytes of one id.
  public var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .int16, .uint16: 2
    case .uint32, .int32: 4
    case .int64: 8
    }
  }

  /// The id at a place.
  ///
  /// - Parameters:
  ///   - bytes: Stored ids.
  ///   - index: Ids before it.
  /// - Returns: Its value, negative or beyond any vocabulary perhaps.
  @inline(__always)
  func value(in bytes: UnsafeRawBufferPointer, at index: Int) -> Int64 {
    let offset = index * byteCount
    return switch self {
    case .uint8: Int64(bytes[offset])
    case .int8: Int64(Int8(bitPattern: bytes[offset]))
    case .int16: Int64(Self.load(Int16.self, bytes, offset))
    case .uint16: Int64(Self.load(UInt16.self, bytes, offset))
    case .uint32: Int64(Self.load(UInt32.self, bytes, offset))
    case .int32: Int64(Self.load(Int32.self, bytes, offset))
    case .int64: Self.load(Int64.self, bytes, offset)
    }
  }

  @inline(__always)
  private static func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, _ bytes: UnsafeRawBufferPointer, _ offset: Int
  ) -> Number {
    Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }
}

/// A file of token ids and nothing else.
///
/// Ids are read, not mapped: a file that is cut short while it is in use is an error then, where a
/// touch of its mapping would end the process.
struct TokenFile: Sendable {
  let file: MappedFile
  let type: TokenType
  /// Ids.
  var count: Int { file.size / type.byteCount }

  /// An id that is outside the vocabulary.
  struct Misfit: Equatable, Sendable {
    /// Ids before it in the file.
    let index: Int
    let value: Int64
  }

  /// Copies ids.
  ///
  /// - Parameters:
  ///   - start: Ids before the first one.
  ///   - ids: Filled wholly.
  ///   - vocabularySize: Ids must be below this.
  /// - Returns: The first id that is outside the vocabulary; what `ids` hold is undefined then.
  /// - Throws: ``FileError``.
  /// - Complexity: O(ids).
  func copy(
    from start: Int, into ids: UnsafeMutableBufferPointer<Int32>, vocabularySize: Int
  ) throws(FileError) -> Misfit? {
    // Typed throws do not pass through the standard library's closure, hence the result.
    let result = withUnsafeTemporaryAllocation(
      byteCount: ids.count * type.byteCount, alignment: 16
    ) { bytes -> Result<Misfit?, FileError> in
      do throws(FileError) {
        try file.copyBytes(into: bytes, from: start * type.byteCount)
      } catch { return .failure(error) }
      let stored = UnsafeRawBufferPointer(bytes)
      for index in ids.indices {
        let value = type.value(in: stored, at: index)
        guard value >= 0, value < vocabularySize, let id = Int32(exactly: value) else {
          return .success(Misfit(index: start + index, value: value))
        }
        ids[index] = id
      }
      return .success(nil)
    }
    return try result.get()
  }
}
