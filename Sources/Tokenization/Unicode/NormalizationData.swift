/// Decompositions, compositions and combining classes of Unicode 9 in a form for lookup.
///
/// Built once, at the first text that needs it; about 2.5 MB.
struct NormalizationData: Sendable {
  static let shared = NormalizationData()

  /// What a scalar may do under normalization.
  struct Flags: OptionSet {
    let rawValue: UInt8
    /// It has a canonical decomposition.
    static let decomposes = Flags(rawValue: 1)
    /// It has a decomposition under the compatibility forms, canonical or not.
    static let decomposesForCompatibility = Flags(rawValue: 2)
    /// NFC writes it otherwise.
    static let changesUnderComposition = Flags(rawValue: 4)
    /// Its combining class is above 0.
    static let combines = Flags(rawValue: 8)
    /// It may fuse with a scalar before it.
    static let composesBackward = Flags(rawValue: 16)
  }

  /// Flags by scalar value.
  let flags: [UInt8]
  /// Canonical combining class by scalar value.
  let combiningClasses: [UInt8]
  private let canonical: [UInt32: [UInt32]]
  private let compatibility: [UInt32: [UInt32]]
  private let composites: [UInt64: UInt32]

  private init() {
    var flags = [UInt8](repeating: 0, count: 0x11_0000)
    var classes = [UInt8](repeating: 0, count: 0x11_0000)
    func mark(_ flag: Flags, _ value: Int) { flags[value] |= flag.rawValue }

    var value = 0
    var numbers = PackedNumbers(NormalizationTables.combiningClasses)
    while let gap = numbers.next(), let length = numbers.next(), let number = numbers.next() {
      value += gap
      for _ in 0..<length {
        classes[value] = UInt8(number)
        mark(.combines, value)
        value += 1
      }
    }

    let canonical = Self.decompositions(NormalizationTables.canonicalDecompositions)
    let compatibility = Self.decompositions(NormalizationTables.compatibilityDecompositions)
    for key in canonical.keys {
      mark([.decomposes, .decomposesForCompatibility, .changesUnderComposition], Int(key))
    }
    for key in compatibility.keys { mark(.decomposesForCompatibility, Int(key)) }

    var composites: [UInt64: UInt32] = [:]
    value = 0
    numbers = PackedNumbers(NormalizationTables.compositions)
    while let gap = numbers.next(), let first = numbers.next(), let second = numbers.next() {
      value += gap
      composites[UInt64(first) << 32 | UInt64(second)] = UInt32(value)
      mark(.composesBackward, second)
      flags[value] &= ~Flags.changesUnderComposition.rawValue
    }

    for syllable in Hangul.syllables {
      mark([.decomposes, .decomposesForCompatibility], Int(syllable))
    }
    for vowel in Hangul.vowels { mark(.composesBackward, Int(vowel)) }
    for trailing in Hangul.trailing { mark(.composesBackward, Int(trailing)) }

    self.flags = flags
    self.combiningClasses = classes
    self.canonical = canonical
    self.compatibility = compatibility
    self.composites = composites
  }

  private static func decompositions(_ table: StaticString) -> [UInt32: [UInt32]] {
    var result: [UInt32: [UInt32]] = [:]
    var value = 0
    var numbers = PackedNumbers(table)
    while let gap = numbers.next(), let count = numbers.next() {
      value += gap
      result[UInt32(value)] = (0..<count).map { _ in UInt32(numbers.next() ?? 0) }
    }
    return result
  }

  /// Appends the full decomposition of a scalar.
  func appendDecomposition(
    of value: UInt32, forCompatibility: Bool, to scalars: inout [UInt32]
  ) {
    let flag = Flags(rawValue: flags[Int(value)])
    guard flag.contains(forCompatibility ? .decomposesForCompatibility : .decomposes) else {
      scalars.append(value)
      return
    }
    if Hangul.syllables.contains(value) {
      Hangul.appendDecomposition(of: value, to: &scalars)
    } else if forCompatibility, let parts = compatibility[value] {
      scalars.append(contentsOf: parts)
    } else {
      scalars.append(contentsOf: canonical[value] ?? [value])
    }
  }

  /// The scalar that two scalars fuse to, if any.
  func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    guard flags[Int(second)] & Flags.composesBackward.rawValue != 0 else { return nil }
    return Hangul.composite(first, second)
      ?? composites[UInt64(first) << 32 | UInt64(second)]
  }
}

/// Hangul syllables, which decompose and compose by arithmetic (Unicode standard, section 3.12).
private enum Hangul {
  static let syllables: Range<UInt32> = 0xAC00..<0xD7A4
  static let leading: Range<UInt32> = 0x1100..<0x1113
  static let vowels: Range<UInt32> = 0x1161..<0x1176
  /// Position 0, U+11A7, stands for "no trailing consonant" and is left out.
  static let trailing: Range<UInt32> = 0x11A8..<0x11C3

  static func appendDecomposition(of syllable: UInt32, to scalars: inout [UInt32]) {
    let index = syllable - syllables.lowerBound
    scalars.append(leading.lowerBound + index / 588)
    scalars.append(vowels.lowerBound + index % 588 / 28)
    if index % 28 > 0 { scalars.append(trailing.lowerBound - 1 + index % 28) }
  }

  static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if leading.contains(first), vowels.contains(second) {
      let row = (first - leading.lowerBound) * 21 + (second - vowels.lowerBound)
      return syllables.lowerBound + row * 28
    }
    if syllables.contains(first), (first - syllables.lowerBound) % 28 == 0,
      trailing.contains(second)
    {
      return first + (second - (trailing.lowerBound - 1))
    }
    return nil
  }
}
