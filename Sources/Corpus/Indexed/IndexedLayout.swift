internal import Files

/// Where things lie in the index of Megatron's indexed data set.
///
/// All numbers are little-endian: the nine bytes `MMIDIDX\0\0`, the version 1 as u64, a code for the
/// ids' type as u8, the number of sequences n and of document boundaries m as u64, then n lengths in
/// ids as int32, n offsets into the .bin file in bytes as int64, and m boundaries as int64: the
/// sequences before each document, and at last n. The .bin file holds the ids and nothing else.
///
/// - SeeAlso: `megatron/core/datasets/indexed_dataset.py` in Megatron-LM core 0.9, and
///   `megatron/data/indexed_dataset.py` in GPT-NeoX.
enum IndexedLayout {
  static let magic: [UInt8] = Array("MMIDIDX\0\0".utf8)
  static let version: UInt64 = 1
  /// Bytes before the lengths: magic, version, type, two counts.
  static let headerSize = 34
  static let indexEnding = ".idx"
  static let idsEnding = ".bin"

  /// A path without the ending of either file.
  ///
  /// - Parameter path: Path of the .idx or .bin file, or of both without the ending.
  /// - Returns: What both files' names begin with.
  static func prefix(of path: String) -> String {
    for ending in [indexEnding, idsEnding]
    where path.utf8.count > ending.utf8.count && path.hasSuffix(ending) {
      return String(path.dropLast(ending.count))
    }
    return path
  }

  /// The type that Megatron chooses for a vocabulary.
  ///
  /// - Parameter vocabularySize: Ids are below this.
  /// - Returns: Two bytes below 65,500 ids, else four.
  static func type(forVocabulary vocabularySize: Int) -> TokenType {
    vocabularySize < 65_500 ? .uint16 : .int32
  }
}

extension TokenType {
  /// The type's code in an index; `nil` for one that has none.
  var indexCode: UInt8? {
    switch self {
    case .uint8: 1
    case .int8: 2
    case .int16: 3
    case .int32: 4
    case .int64: 5
    case .uint16: 8
    case .uint32: nil
    }
  }

  /// The type of a code; `nil` for an unknown one, and for 6 and 7, which are no integers.
  init?(indexCode code: UInt8) {
    guard let type = Self.allCases.first(where: { $0.indexCode == code }) else { return nil }
    self = type
  }
}

/// Appends a number's bytes, lowest first.
///
/// - Parameters:
///   - number: Any integer.
///   - bytes: Receives them at its end.
func appendLittleEndian<Number: FixedWidthInteger & BitwiseCopyable>(
  _ number: Number, to bytes: inout [UInt8]
) {
  withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
}
