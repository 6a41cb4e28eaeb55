/// What tokenizer rules ask of a Unicode scalar, one byte of flags per scalar.
///
/// The rules come from several libraries, and those from several versions of Unicode: patterns from
/// Oniguruma (16), `Digits` from Rust's standard library (17), `Punctuation` from an old crate (8).
struct ScalarClasses: Sendable {
  /// Flags of one scalar.
  struct Flags: OptionSet {
    let rawValue: UInt8
    /// `\p{L}`.
    static let letter = Flags(rawValue: 1)
    /// `\p{N}`.
    static let number = Flags(rawValue: 2)
    /// `\s`: the property White_Space.
    static let space = Flags(rawValue: 4)
    /// `Digits`: Rust's `char::is_numeric`.
    static let numeric = Flags(rawValue: 8)
    /// `Punctuation`: ASCII punctuation and the categories P.
    static let punctuation = Flags(rawValue: 16)
    /// `\w` of Rust's crate `regex`, which `Whitespace` and whole-word added tokens use.
    static let word = Flags(rawValue: 32)
    /// `\w` of Oniguruma.
    static let patternWord = Flags(rawValue: 64)
  }

  /// The classes of every scalar; built once, about 2 MB.
  static let shared = ScalarClasses()

  private static let count = 0x11_0000

  /// Flags by scalar value.
  let flags: [UInt8]
  /// General category by scalar value, as the raw value of ``GeneralCategory``.
  let categories: [UInt8]

  private init() {
    var categories: [UInt8] = []
    categories.reserveCapacity(Self.count)
    var numbers = PackedNumbers(ScalarTables.generalCategories)
    while let category = numbers.next(), let length = numbers.next() {
      categories.append(contentsOf: repeatElement(UInt8(category), count: length))
    }
    precondition(categories.count == Self.count, "the category table covers all scalars")

    let flagsByCategory = GeneralCategory.allCases.map { Self.flags(of: $0).rawValue }
    var flags = categories.map { flagsByCategory[Int($0)] }
    func add(_ flag: Flags, to ranges: ClosedRange<Int>...) {
      for range in ranges { for value in range { flags[value] |= flag.rawValue } }
    }
    // White_Space beyond the separators, none of which lacks it.
    add(.space, to: 0x09...0x0D, 0x85...0x85)
    // Numbers that Unicode 17 added.
    add(.numeric, to: 0x1_1DE0...0x1_1DE9, 0x1_6FF4...0x1_6FF6)
    // Symbols with the property Other_Alphabetic: circled, squared and negative letters.
    for flag in [Flags.word, .patternWord] {
      add(flag, to: 0x24B6...0x24E9, 0x1_F130...0x1_F149, 0x1_F150...0x1_F169, 0x1_F170...0x1_F189)
    }
    add(.word, to: 0x200C...0x200D)  // Join_Control
    add(.patternWord, to: 0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE)  // Oniguruma's own Latin-1 table
    var value = 0
    numbers = PackedNumbers(ScalarTables.punctuation)
    while let gap = numbers.next(), let length = numbers.next() {
      add(.punctuation, to: (value + gap)...(value + gap + length - 1))
      value += gap + length
    }
    self.categories = categories
    self.flags = flags
  }

  private static func flags(of category: GeneralCategory) -> Flags {
    switch category {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      [.letter, .word, .patternWord]
    case .nonspacingMark, .spacingMark, .enclosingMark, .connectorPunctuation:
      [.word, .patternWord]
    case .decimalNumber, .letterNumber: [.number, .numeric, .word, .patternWord]
    case .otherNumber: [.number, .numeric]
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: .space
    default: []
    }
  }

  /// Whether a scalar has a flag.
  func has(_ flag: Flags, _ value: UInt32) -> Bool { flags[Int(value)] & flag.rawValue != 0 }

  /// The general category of a scalar.
  func category(of value: UInt32) -> GeneralCategory {
    GeneralCategory(rawValue: categories[Int(value)]) ?? .unassigned
  }
}
