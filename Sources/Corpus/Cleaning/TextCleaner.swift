internal import Tokenization

/// Makes texts uniform: line ends, white space at lines' ends, control characters, NFC.
///
/// - CR, CR LF, vertical tab, form feed, U+0085, U+2028 and U+2029 become LF.
/// - Other control characters (C0 but tab, DEL, C1), U+FEFF, the noncharacters U+FFFE and U+FFFF, and
///   what only hints at line breaks (U+00AD, U+200B, U+2060) go. Joiners and marks of direction stay.
/// - White space at the ends of lines and of the text goes, and blank lines beyond one.
/// - Then the text is brought to NFC, by the tables of Unicode 9 that tokenizers go by too.
struct TextCleaner {
  /// What was changed.
  struct Changes: Equatable {
    /// Control characters and the like that went.
    var removedScalars = 0
    /// Whether NFC changed something.
    var isRenormalized = false
  }

  /// What a byte at the start of a scalar means for cleaning; 0 for most.
  private static let isSpecial: [Bool] = (0..<256).map { byte in
    byte < 0x20 && byte != 0x09 || byte == 0x7F || byte == 0xC2 || byte == 0xE2 || byte == 0xEF
  }

  /// Cleans a text.
  ///
  /// - Parameters:
  ///   - text: Valid UTF-8.
  ///   - changes: Receives what was changed.
  /// - Returns: Valid UTF-8 in NFC.
  /// - Complexity: O(bytes).
  static func clean(_ text: [UInt8], changes: inout Changes) -> [UInt8] {
    let cleaned = text.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: input.count) { output, count in
        guard let target = output.baseAddress else { return }
        var pass = Pass(input: input, target: target)
        pass.run()
        count = pass.written
        changes.removedScalars += pass.removed
      }
    }
    var normalized: [UInt8] = []
    let isChanged = cleaned.withUnsafeBufferPointer {
      NormalizationForm.nfc.normalize($0, into: &normalized)
    }
    // What could have changed was written anew, and may be the same.
    guard isChanged, normalized != cleaned else { return cleaned }
    changes.isRenormalized = true
    return normalized
  }

  /// One walk over a text; nothing grows, so the input's size is room enough.
  private struct Pass {
    let input: UnsafeBufferPointer<UInt8>
    let target: UnsafeMutablePointer<UInt8>
    var written = 0
    var removed = 0

    mutating func run() {
      TextCleaner.isSpecial.withUnsafeBufferPointer { isSpecial in
        var i = 0
        while i < input.count {
          let start = i
          while i < input.count, !isSpecial[Int(input[i])] { i += 1 }
          copy(start..<i)
          if i < input.count { i += special(at: i) }
        }
      }
      trimLine()
      while written > 0, target[written - 1] == 0x0A { written -= 1 }
    }

    private mutating func copy(_ range: Range<Int>) {
      guard !range.isEmpty, let source = input.baseAddress else { return }
      (target + written).update(from: source + range.lowerBound, count: range.count)
      written += range.count
    }

    /// Treats a scalar that is out of the ordinary.
    ///
    /// - Returns: Its bytes.
    private mutating func special(at i: Int) -> Int {
      // In valid UTF-8 the bytes of a scalar follow its first one.
      switch input[i] {
      case 0x0A, 0x0B, 0x0C:
        endLine()
        return 1
      case 0x0D:
        if i + 1 >= input.count || input[i + 1] != 0x0A { endLine() }
        return 1
      case 0xC2:
        switch input[i + 1] {
        case 0x85: endLine()
        case 0x80...0x9F, 0xAD: removed += 1
        default: copy(i..<i + 2)
        }
        return 2
      case 0xE2:
        switch (input[i + 1], input[i + 2]) {
        case (0x80, 0xA8), (0x80, 0xA9): endLine()
        case (0x80, 0x8B), (0x81, 0xA0): removed += 1
        default: copy(i..<i + 3)
        }
        return 3
      case 0xEF:
        switch (input[i + 1], input[i + 2]) {
        case (0xBB, 0xBF), (0xBF, 0xBE), (0xBF, 0xBF): removed += 1
        default: copy(i..<i + 3)
        }
        return 3
      default:
        removed += 1
        return 1
      }
    }

    private mutating func endLine() {
      trimLine()
      // No blank line at the start, and none behind another.
      if written == 0 || written >= 2 && target[written - 1] == 0x0A && target[written - 2] == 0x0A
      {
        return
      }
      target[written] = 0x0A
      written += 1
    }

    /// Takes blanks off the end: space, tab, no-break and ideographic space.
    private mutating func trimLine() {
      while written > 0 {
        switch target[written - 1] {
        case 0x20, 0x09: written -= 1
        case 0xA0 where written >= 2 && target[written - 2] == 0xC2: written -= 2
        case 0x80
        where written >= 3 && target[written - 2] == 0x80 && target[written - 3] == 0xE3:
          written -= 3
        default: return
        }
      }
    }
  }
}
