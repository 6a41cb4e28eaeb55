internal import Files

extension Tokenizer {
  /// Longest text, in bytes, that one call takes; positions inside are 32 bits wide.
  private static let maximumLength = 1 << 30

  /// Encodes a text.
  ///
  /// - Parameters:
  ///   - text: Any text; added tokens in it are recognised.
  ///   - addSpecialTokens: Whether the post-processor adds its tokens.
  /// - Returns: Token ids.
  /// - Throws: ``TokenizerError`` if a component cannot treat the text.
  /// - Complexity: O(n log n) in the bytes at worst, near O(n) on words of usual length.
  public func encode(_ text: String, addSpecialTokens: Bool) throws -> [Int32] {
    var text = text
    var ids: [Int32] = []
    try text.withUTF8 { bytes in
      try encode(validUTF8: bytes, addSpecialTokens: addSpecialTokens, into: &ids)
    }
    return ids
  }

  /// Encodes UTF-8 bytes and appends the ids.
  ///
  /// - Parameters:
  ///   - utf8: The text's bytes.
  ///   - addSpecialTokens: Whether the post-processor adds its tokens.
  ///   - ids: Receives the ids at its end; unchanged on an error.
  /// - Throws: ``TokenizerError``, for bytes that are not UTF-8 too.
  /// - Complexity: O(n log n) in the bytes at worst, near O(n) on words of usual length.
  public func encode(
    utf8: UnsafeBufferPointer<UInt8>, addSpecialTokens: Bool, into ids: inout [Int32]
  ) throws {
    if let offset = UTF8Text.firstInvalidOffset(in: utf8) {
      throw TokenizerError.invalidUTF8(offset: offset)
    }
    try encode(validUTF8: utf8, addSpecialTokens: addSpecialTokens, into: &ids)
  }

  private func encode(
    validUTF8 bytes: UnsafeBufferPointer<UInt8>, addSpecialTokens: Bool, into ids: inout [Int32]
  ) throws(TokenizerError) {
    guard bytes.count <= Self.maximumLength else {
      throw .cannotEncode(
        problem: "it has \(bytes.count) bytes; one text may have \(Self.maximumLength)")
    }
    try pool.withState { (state) throws(TokenizerError) in
      if addSpecialTokens { state.output.append(contentsOf: frame.before) }
      try encode(bytes, with: state)
      if addSpecialTokens { state.output.append(contentsOf: frame.after) }
      ids.append(contentsOf: state.output.ids)
    }
  }

  /// Finds the added tokens that are looked for in the raw text, and encodes what is between.
  private func encode(
    _ bytes: UnsafeBufferPointer<UInt8>, with state: EncoderState
  ) throws(TokenizerError) {
    if added.raw.isEmpty {
      return try encodeText(bytes, startsInput: true, with: state)
    }
    AddedTokens.segment(bytes, by: added.raw, into: &state.rawSegments)
    for segment in state.rawSegments {
      switch segment {
      case .token(let id): state.output.append(id)
      case .text(let range):
        try encodeText(
          UnsafeBufferPointer(rebasing: bytes[range]), startsInput: range.lowerBound == 0,
          with: state)
      }
    }
  }

  /// Normalizes a text, finds the added tokens that are looked for then, and encodes what is between.
  private func encodeText(
    _ bytes: UnsafeBufferPointer<UInt8>, startsInput: Bool, with state: EncoderState
  ) throws(TokenizerError) {
    if bytes.isEmpty { return }
    switch normalizer {
    case nil: try encodeNormalized(bytes, startsInput: startsInput, with: state)
    case .form(let form):
      var output: [UInt8] = []
      if form.normalize(bytes, into: &output) {
        try output.withUnsafeBufferPointer { (bytes) throws(TokenizerError) in
          try encodeNormalized(bytes, startsInput: startsInput, with: state)
        }
      } else {
        try encodeNormalized(bytes, startsInput: startsInput, with: state)
      }
    case .some(let normalizer):
      var text = TextNormalizer.Text(Array(bytes), startsInput: startsInput)
      try normalizer.apply(to: &text)
      try text.bytes.withUnsafeBufferPointer { (bytes) throws(TokenizerError) in
        try encodeNormalized(bytes, startsInput: text.startsInput, with: state)
      }
    }
  }

  private func encodeNormalized(
    _ bytes: UnsafeBufferPointer<UInt8>, startsInput: Bool, with state: EncoderState
  ) throws(TokenizerError) {
    if bytes.isEmpty { return }
    if added.normalized.isEmpty {
      return try encodePieces(of: bytes, startsInput: startsInput, with: state)
    }
    state.segments.removeAll(keepingCapacity: true)
    AddedTokens.segment(bytes, by: added.normalized, into: &state.segments)
    for segment in state.segments {
      switch segment {
      case .token(let id): state.output.append(id)
      case .text(let range):
        try encodePieces(
          of: UnsafeBufferPointer(rebasing: bytes[range]),
          startsInput: startsInput && range.lowerBound == 0, with: state)
      }
    }
  }

  private func encodePieces(
    of bytes: UnsafeBufferPointer<UInt8>, startsInput: Bool, with state: EncoderState
  ) throws(TokenizerError) {
    switch plan {
    case .byteLevel(let scanner, let addsPrefixSpace, let ids):
      if addsPrefixSpace, bytes.first != 0x20 {
        state.text.removeAll(keepingCapacity: true)
        state.text.append(0x20)
        state.text.append(contentsOf: bytes)
        try state.text.withUnsafeBufferPointer { (bytes) throws(TokenizerError) in
          try encodeByteLevel(bytes, scanner, ids, with: state)
        }
      } else {
        try encodeByteLevel(bytes, scanner, ids, with: state)
      }
    case .stepwise(let cutsWords):
      guard let preTokenizer else {
        return try encodePiece(bytes, cutsWords: cutsWords, with: state)
      }
      var text = TextPieces(Array(bytes), startsInput: startsInput)
      try preTokenizer.apply(to: &text)
      try text.bytes.withUnsafeBufferPointer { (bytes) throws(TokenizerError) in
        for piece in text.pieces {
          try encodePiece(
            UnsafeBufferPointer(rebasing: bytes[piece.start..<piece.end]), cutsWords: cutsWords,
            with: state)
        }
      }
    }
  }

  // MARK: Byte-level

  private func encodeByteLevel(
    _ bytes: UnsafeBufferPointer<UInt8>, _ scanner: PieceScanner, _ ids: [Int32],
    with state: EncoderState
  ) throws(TokenizerError) {
    guard let base = bytes.baseAddress else { return }
    try ScalarClasses.shared.flags.withUnsafeBufferPointer { (flags) throws(TokenizerError) in
      let text = ClassifiedText(bytes: bytes, flags: flags)
      let cache = state.cache
      let output = state.output
      var start = 0
      // One loop per pattern, so that each scanner is compiled into its own.
      switch scanner {
      case .gpt2:
        while start < bytes.count {
          let end = text.gpt2End(of: start)
          if !cache.append(base + start, end - start, to: output) {
            try mergeByteLevel(base + start, end - start, ids, with: state)
          }
          start = end
        }
      case .cl100k(let maximumDigits):
        while start < bytes.count {
          let end = text.cl100kEnd(of: start, maximumDigits: maximumDigits)
          if !cache.append(base + start, end - start, to: output) {
            try mergeByteLevel(base + start, end - start, ids, with: state)
          }
          start = end
        }
      }
    }
  }

  /// Encodes one piece of a byte-level text that the cache does not know.
  private func mergeByteLevel(
    _ bytes: UnsafePointer<UInt8>, _ length: Int, _ ids: [Int32], with state: EncoderState
  ) throws(TokenizerError) {
    let piece = UnsafeBufferPointer(start: bytes, count: length)
    state.merger.symbols.removeAll(keepingCapacity: true)
    var isComplete = true
    for byte in piece {
      let id = ids[Int(byte)]
      isComplete = isComplete && id >= 0
      state.merger.symbols.append(id)
    }
    if model.options.ignoresMerges || !isComplete {
      // Whole pieces and unknown bytes are looked up as the file spells them.
      state.piece.removeAll(keepingCapacity: true)
      ByteAlphabet.append(piece, to: &state.piece)
      try state.piece.withUnsafeBufferPointer { (spelled) throws(TokenizerError) in
        if model.options.ignoresMerges, let id = model.vocabulary.map.value(of: spelled) {
          state.merger.symbols = [id]
        } else if !isComplete {
          state.merger.symbols.removeAll(keepingCapacity: true)
          try model.appendSymbols(of: spelled, to: &state.merger.symbols)
        }
      }
    }
    finishPiece(bytes, length, with: state)
  }

  // MARK: Step by step

  private func encodePiece(
    _ piece: UnsafeBufferPointer<UInt8>, cutsWords: Bool, with state: EncoderState
  ) throws(TokenizerError) {
    guard cutsWords else { return try encodeWord(piece, with: state) }
    // A word starts at U+2581 behind anything else: E2 96 81.
    var start = 0
    var i = 1
    while i + 2 < piece.count {
      if piece[i] == 0xE2, piece[i + 1] == 0x96, piece[i + 2] == 0x81,
        !(i >= start + 3 && piece[i - 1] == 0x81 && piece[i - 2] == 0x96 && piece[i - 3] == 0xE2)
      {
        try encodeWord(UnsafeBufferPointer(rebasing: piece[start..<i]), with: state)
        start = i
        i += 3
      } else {
        i += 1
      }
    }
    try encodeWord(UnsafeBufferPointer(rebasing: piece[start...]), with: state)
  }

  private func encodeWord(
    _ word: UnsafeBufferPointer<UInt8>, with state: EncoderState
  ) throws(TokenizerError) {
    guard let base = word.baseAddress, !word.isEmpty else { return }
    if state.cache.append(base, word.count, to: state.output) { return }
    if model.options.ignoresMerges, let id = model.vocabulary.map.value(of: word) {
      state.merger.symbols = [id]
    } else {
      state.merger.symbols.removeAll(keepingCapacity: true)
      try model.appendSymbols(of: word, to: &state.merger.symbols)
    }
    finishPiece(base, word.count, with: state)
  }

  private func finishPiece(
    _ bytes: UnsafePointer<UInt8>, _ length: Int, with state: EncoderState
  ) {
    state.merger.merge(by: model.merges)
    state.merger.symbols.withUnsafeBufferPointer { ids in
      state.output.append(contentsOf: ids)
      state.cache.remember(bytes, length, ids)
    }
  }
}
