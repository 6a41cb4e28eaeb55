internal import Files

/// Rewrites a text before it is cut.
indirect enum TextNormalizer: Sendable {
  case form(NormalizationForm)
  case lowercase
  case strip(left: Bool, right: Bool)
  case prepend([UInt8])
  case replace(TextPattern, with: [UInt8])
  case byteLevel
  case sequence([TextNormalizer])

  /// A text under normalization.
  struct Text {
    var bytes: [UInt8]
    /// Whether the text still begins with the first character of the whole input.
    var startsInput: Bool
    /// Whether the text came from the start of the input, so that a character put in front counts as
    /// the first of the input.
    let cameFromStart: Bool
    /// Longest result allowed, in bytes.
    let limit: Int

    init(_ bytes: [UInt8], startsInput: Bool) {
      self.bytes = bytes
      self.startsInput = startsInput
      cameFromStart = startsInput
      // The worst that Unicode does is 1 scalar to 18; anything beyond grows by intent.
      limit = (1 << 24) + bytes.count * 32
    }
  }

  /// Rewrites a text in place.
  ///
  /// - Throws: ``TokenizerError/cannotEncode(problem:)`` if it grows without reason, or a pattern
  ///   takes too long.
  func apply(to text: inout Text) throws(TokenizerError) {
    switch self {
    case .form(let form):
      var output: [UInt8] = []
      if text.bytes.withUnsafeBufferPointer({ form.normalize($0, into: &output) }) {
        text.bytes = output
      }
    case .lowercase: Self.lowercase(&text.bytes)
    case .strip(let left, let right): Self.strip(left: left, right: right, &text)
    case .prepend(let prefix):
      if !text.bytes.isEmpty {
        text.bytes.insert(contentsOf: prefix, at: 0)
        if !prefix.isEmpty { text.startsInput = text.cameFromStart }
      }
    case .replace(let pattern, let content): try Self.replace(pattern, with: content, &text)
    case .byteLevel:
      var output: [UInt8] = []
      output.reserveCapacity(text.bytes.count + text.bytes.count / 4)
      text.bytes.withUnsafeBufferPointer { ByteAlphabet.append($0, to: &output) }
      text.bytes = output
    case .sequence(let steps): for step in steps { try step.apply(to: &text) }
    }
    guard text.bytes.count <= text.limit else { throw Self.growth(text) }
  }

  private static func growth(_ text: Text) -> TokenizerError {
    .cannotEncode(
      problem: "the tokenizer's normalizer makes more than \(text.limit) bytes of it")
  }

  /// Lower-cases scalar by scalar, without regard to context, as Rust's `char::to_lowercase`.
  private static func lowercase(_ bytes: inout [UInt8]) {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    bytes.withUnsafeBufferPointer { bytes in
      var i = 0
      while i < bytes.count {
        let byte = bytes[i]
        if byte < 0x80 {
          output.append(0x41...0x5A ~= byte ? byte | 0x20 : byte)
          i += 1
          continue
        }
        let (value, length) = UTF8Text.scalar(in: bytes, at: i)
        if let scalar = Unicode.Scalar(value), isInUnicode17(scalar) {
          output.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        } else {
          output.append(contentsOf: bytes[i..<i + length])
        }
        i += length
      }
    }
    bytes = output
  }

  private static func isInUnicode17(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.age.map { $0.major <= 17 } ?? false
  }

  private static func strip(left: Bool, right: Bool, _ text: inout Text) {
    let classes = ScalarClasses.shared
    let (start, end) = text.bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      var end = bytes.count
      while left, start < end {
        let (value, length) = UTF8Text.scalar(in: bytes, at: start)
        guard classes.has(.space, value) else { break }
        start += length
      }
      while right, end > start {
        let (value, length) = UTF8Text.scalarBefore(in: bytes, end)
        guard classes.has(.space, value) else { break }
        end -= length
      }
      return (start, end)
    }
    if start > 0 { text.startsInput = false }
    if start > 0 || end < text.bytes.count { text.bytes = Array(text.bytes[start..<end]) }
  }

  private static func replace(
    _ pattern: TextPattern, with content: [UInt8], _ text: inout Text
  ) throws(TokenizerError) {
    if text.bytes.isEmpty { return }
    var output: [UInt8] = []
    output.reserveCapacity(text.bytes.count)
    var copied = 0
    var startsInput = text.startsInput
    let source = text
    try source.bytes.withUnsafeBufferPointer { (bytes) throws(TokenizerError) in
      try pattern.forEachMatch(in: bytes) { (match) throws(TokenizerError) in
        if match.lowerBound == 0, !match.isEmpty {
          // What replaces one character counts as that character, what replaces more does not.
          let isOneScalar = UTF8Text.length(first: bytes[0]) == match.upperBound
          startsInput = startsInput && !content.isEmpty && isOneScalar
        }
        output.append(contentsOf: bytes[copied..<match.lowerBound])
        output.append(contentsOf: content)
        copied = match.upperBound
        guard output.count <= source.limit else { throw growth(source) }
      }
      if copied > 0 || !output.isEmpty { output.append(contentsOf: bytes[copied...]) }
    }
    if copied > 0 || !output.isEmpty {
      text.bytes = output
      text.startsInput = startsInput
    }
  }
}
