internal import Files

/// A byte-pair model: splits a piece into symbols and fuses pairs, best rank first.
///
/// Pieces are in the alphabet of the file: for a byte-level model each byte stands as a scalar of
/// ``ByteAlphabet``.
struct BytePairModel: Sendable {
  let vocabulary: Vocabulary
  let merges: MergeTable
  let options: Options
  /// The id of the unknown token, if the vocabulary has one of that name.
  let unknownID: Int32?
  /// The ids of `<0x00>` to `<0xFF>`, -1 where one is missing.
  private let byteFallbackIDs: [Int32]
  /// The ids of single scalars below U+3000, -1 where there is none.
  private let scalarIDs: [Int32]
  /// For byte-level models: the id of each byte's scalar, -1 where there is none; `nil` if symbols
  /// depend on their place in the piece.
  let byteLevelIDs: [Int32]?

  struct Options: Equatable, Sendable {
    var unknownToken: String?
    /// Whether unknown scalars in a row become one unknown token.
    var fusesUnknown = false
    /// Whether a scalar without a token is spelled by tokens of its bytes.
    var fallsBackToBytes = false
    /// Put before every symbol but a piece's first.
    var continuingSubwordPrefix = ""
    /// Put behind a piece's last symbol.
    var endOfWordSuffix = ""
    /// Whether a piece that is a token stays whole, whatever the merges make of it.
    var ignoresMerges = false
  }

  init(vocabulary: Vocabulary, merges: MergeTable, options: Options) {
    self.vocabulary = vocabulary
    self.merges = merges
    self.options = options
    unknownID = options.unknownToken.flatMap { vocabulary.id(of: $0) }
    let hex = Array("0123456789ABCDEF".utf8)
    byteFallbackIDs = (0..<256).map { byte in
      let digits = [hex[byte >> 4], hex[byte & 15]]
      return vocabulary.id(of: "<0x\(String(decoding: digits, as: UTF8.self))>") ?? -1
    }
    scalarIDs = (UInt32(0)..<0x3000).map { value in
      var bytes: [UInt8] = []
      UTF8Text.append(value, to: &bytes)
      return bytes.withUnsafeBufferPointer { vocabulary.map.value(of: $0) } ?? -1
    }
    let plain = options.continuingSubwordPrefix.isEmpty && options.endOfWordSuffix.isEmpty
    byteLevelIDs = plain ? ByteAlphabet.scalars.map { [scalarIDs] in scalarIDs[Int($0)] } : nil
  }

  /// Appends the ids of a piece's symbols before any merge.
  ///
  /// - Parameters:
  ///   - piece: Valid UTF-8, not empty.
  ///   - symbols: Receives the ids.
  /// - Throws: ``TokenizerError/cannotEncode(problem:)`` for an unknown scalar, if the unknown token
  ///   is itself unknown.
  func appendSymbols(
    of piece: UnsafeBufferPointer<UInt8>, to symbols: inout [Int32]
  ) throws(TokenizerError) {
    var hasPendingUnknown = false
    var i = 0
    while i < piece.count {
      let (value, length) = UTF8Text.scalar(in: piece, at: i)
      let isLast = i + length == piece.count
      let id = id(ofScalarAt: i, value, length, isLast: isLast, in: piece)
      if id >= 0 {
        if hasPendingUnknown, let unknownID { symbols.append(unknownID) }
        hasPendingUnknown = false
        symbols.append(id)
      } else if options.fallsBackToBytes,
        appendBytes(ofScalarAt: i, length, isLast: isLast, in: piece, to: &symbols)
      {
        // An unknown token that waits still comes later, as in `tokenizers`.
      } else if let token = options.unknownToken {
        guard let unknownID else {
          throw .cannotEncode(
            problem: "it holds \(String(value, radix: 16, uppercase: true)) (hexadecimal), which "
              + "has no token, and the unknown token \"\(token)\" is not in the vocabulary")
        }
        if hasPendingUnknown, !options.fusesUnknown { symbols.append(unknownID) }
        hasPendingUnknown = true
      }
      i += length
    }
    if hasPendingUnknown, let unknownID { symbols.append(unknownID) }
  }

  @inline(__always)
  private func id(
    ofScalarAt offset: Int, _ value: UInt32, _ length: Int, isLast: Bool,
    in piece: UnsafeBufferPointer<UInt8>
  ) -> Int32 {
    let hasPrefix = offset > 0 && !options.continuingSubwordPrefix.isEmpty
    let hasSuffix = isLast && !options.endOfWordSuffix.isEmpty
    if !hasPrefix, !hasSuffix {
      if value < scalarIDs.count { return scalarIDs[Int(value)] }
      return vocabulary.map.value(
        of: UnsafeBufferPointer(rebasing: piece[offset..<offset + length])) ?? -1
    }
    return spelling(ofScalarAt: offset, length, isLast: isLast, in: piece)
      .withUnsafeBufferPointer { vocabulary.map.value(of: $0) } ?? -1
  }

  private func spelling(
    ofScalarAt offset: Int, _ length: Int, isLast: Bool, in piece: UnsafeBufferPointer<UInt8>
  ) -> [UInt8] {
    var text: [UInt8] = []
    if offset > 0 { text += options.continuingSubwordPrefix.utf8 }
    text += piece[offset..<offset + length]
    if isLast { text += options.endOfWordSuffix.utf8 }
    return text
  }

  private func appendBytes(
    ofScalarAt offset: Int, _ length: Int, isLast: Bool, in piece: UnsafeBufferPointer<UInt8>,
    to symbols: inout [Int32]
  ) -> Bool {
    let text = spelling(ofScalarAt: offset, length, isLast: isLast, in: piece)
    guard text.allSatisfy({ byteFallbackIDs[Int($0)] >= 0 }) else { return false }
    symbols.append(contentsOf: text.map { byteFallbackIDs[Int($0)] })
    return true
  }
}
