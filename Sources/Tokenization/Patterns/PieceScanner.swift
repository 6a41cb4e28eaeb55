internal import Files

/// Cuts a text as one of the well-known patterns does, without a regular-expression engine.
///
/// Each of these patterns matches somewhere at every position, so its matches cover the text.
enum PieceScanner: Equatable, Sendable {
  /// The pattern of GPT-2, which `ByteLevel` has built in.
  case gpt2
  /// The pattern of cl100k and Llama 3 (three digits at most in a piece) and of Qwen 2 (one).
  case cl100k(maximumDigits: Int)

  /// The scanner for a regular expression, if it is spelled as one of the known ones.
  init?(pattern: String) {
    switch pattern {
    case #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#:
      self = .gpt2
    case Self.cl100kExpression(digits: "\\p{N}{1,3}"): self = .cl100k(maximumDigits: 3)
    case Self.cl100kExpression(digits: "\\p{N}"): self = .cl100k(maximumDigits: 1)
    default: return nil
    }
  }

  /// The regular expression; `nil` for the one that `ByteLevel` has built in.
  var expression: String? {
    switch self {
    case .gpt2: nil
    case .cl100k(maximumDigits: 1): Self.cl100kExpression(digits: "\\p{N}")
    case .cl100k(let maximumDigits):
      Self.cl100kExpression(digits: "\\p{N}{1,\(maximumDigits)}")
    }
  }

  private static func cl100kExpression(digits: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// The end of the piece that starts at an offset.
  ///
  /// - Precondition: The bytes are valid UTF-8 and a scalar starts at `start`, before the end.
  func end(of start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    ScalarClasses.shared.flags.withUnsafeBufferPointer { flags in
      let text = ClassifiedText(bytes: bytes, flags: flags)
      return switch self {
      case .gpt2: text.gpt2End(of: start)
      case .cl100k(let maximumDigits): text.cl100kEnd(of: start, maximumDigits: maximumDigits)
      }
    }
  }
}

/// A text with the classes of its scalars at hand.
struct ClassifiedText {
  typealias Flags = ScalarClasses.Flags

  let bytes: UnsafeBufferPointer<UInt8>
  /// Flags by scalar value, of ``ScalarClasses``.
  let flags: UnsafeBufferPointer<UInt8>

  /// Letter, number, white space, or none of them.
  @inline(__always)
  private static func kind(_ flags: UInt8) -> UInt8 {
    flags & (Flags.letter.rawValue | Flags.number.rawValue | Flags.space.rawValue)
  }

  @inline(__always)
  private func scalar(at offset: Int) -> (value: UInt32, kind: UInt8, length: Int) {
    let (value, length) = UTF8Text.scalar(in: bytes, at: offset)
    return (value, Self.kind(flags[Int(value)]), length)
  }

  /// The end of the run of scalars of one kind.
  @inline(__always)
  private func endOfRun(of kind: UInt8, from start: Int) -> Int {
    var i = start
    while i < bytes.count {
      let next = scalar(at: i)
      guard next.kind == kind else { break }
      i += next.length
    }
    return i
  }

  /// As `\s+(?!\S)|\s+`: all white space but the last one before a text.
  @inline(__always)
  private func endOfSpace(from start: Int, runEnd: Int) -> Int {
    if runEnd == bytes.count { return runEnd }
    let last = runEnd - UTF8Text.scalarBefore(in: bytes, runEnd).length
    return last > start ? last : runEnd
  }

  @inline(__always)
  func gpt2End(of start: Int) -> Int {
    let first = scalar(at: start)
    if first.value == 0x27, let end = contractionEnd(of: start, ignoresCase: false) { return end }
    if first.kind == Flags.space.rawValue {
      let after = start + first.length
      if first.value == 0x20, after < bytes.count {
        let next = scalar(at: after)
        if next.kind != Flags.space.rawValue {
          return endOfRun(of: next.kind, from: after + next.length)
        }
      }
      return endOfSpace(from: start, runEnd: endOfRun(of: first.kind, from: after))
    }
    return endOfRun(of: first.kind, from: start + first.length)
  }

  @inline(__always)
  func cl100kEnd(of start: Int, maximumDigits: Int) -> Int {
    let letter = Flags.letter.rawValue
    let number = Flags.number.rawValue
    let first = scalar(at: start)
    let after = start + first.length
    if first.kind == letter { return endOfRun(of: letter, from: after) }
    if first.kind == number {
      var end = after
      var count = 1
      while count < maximumDigits, end < bytes.count {
        let next = scalar(at: end)
        guard next.kind == number else { break }
        end += next.length
        count += 1
      }
      return end
    }
    if first.value == 0x27, let end = contractionEnd(of: start, ignoresCase: true) { return end }
    let isNewline = first.value == 0x0A || first.value == 0x0D
    if after < bytes.count {
      let next = scalar(at: after)
      if !isNewline, next.kind == letter { return endOfRun(of: letter, from: after + next.length) }
      if first.value == 0x20, next.kind == 0 {
        return endOfNewlines(from: endOfRun(of: 0, from: after + next.length))
      }
    }
    if first.kind == 0 { return endOfNewlines(from: endOfRun(of: 0, from: after)) }
    // White space: up to the last newline in it, if it has one.
    let runEnd = endOfRun(of: Flags.space.rawValue, from: after)
    var i = runEnd
    while i > start {
      if bytes[i - 1] == 0x0A || bytes[i - 1] == 0x0D { return i }
      i -= 1
    }
    return endOfSpace(from: start, runEnd: runEnd)
  }

  @inline(__always)
  private func endOfNewlines(from start: Int) -> Int {
    var i = start
    while i < bytes.count, bytes[i] == 0x0A || bytes[i] == 0x0D { i += 1 }
    return i
  }

  /// The end of `'s|'t|'re|'ve|'m|'ll|'d` after an apostrophe, if one of them stands there.
  private func contractionEnd(of start: Int, ignoresCase: Bool) -> Int? {
    func letter(_ offset: Int) -> UInt8 {
      guard start + offset < bytes.count else { return 0 }
      let byte = bytes[start + offset]
      return ignoresCase && 0x41...0x5A ~= byte ? byte | 0x20 : byte
    }
    switch letter(1) {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 2
    case UInt8(ascii: "r") where letter(2) == UInt8(ascii: "e"): return start + 3
    case UInt8(ascii: "v") where letter(2) == UInt8(ascii: "e"): return start + 3
    case UInt8(ascii: "l") where letter(2) == UInt8(ascii: "l"): return start + 3
    // U+017F, the long s, is an s where case is ignored.
    case 0xC5 where ignoresCase && letter(2) == 0xBF: return start + 3
    default: return nil
    }
  }
}
