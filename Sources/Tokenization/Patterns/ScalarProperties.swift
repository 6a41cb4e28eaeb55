/// The sets that `\p{…}`, `[[:…:]]` and the escapes of a pattern name, as Oniguruma has them.
enum ScalarProperties {
  /// `\s`: White_Space.
  static let space = ScalarSet([
    0x09..<0x0E, 0x20..<0x21, 0x85..<0x86, 0xA0..<0xA1, 0x1680..<0x1681, 0x2000..<0x200B,
    0x2028..<0x202A, 0x202F..<0x2030, 0x205F..<0x2060, 0x3000..<0x3001,
  ])
  /// `\d`.
  static let digit = set(of: [.decimalNumber])
  /// `\w`.
  static let word = set { ScalarClasses.shared.has(.patternWord, $0) }
  /// `\w` in brackets, which leaves out what Oniguruma's Latin-1 table adds.
  static let bracketedWord = word.subtracting(
    ScalarSet([0xB2..<0xB4, 0xB9..<0xBA, 0xBC..<0xBF]))
  /// `\h`, which means a hexadecimal digit here, not a blank.
  static let hexadecimalDigit = ScalarSet([0x30..<0x3A, 0x41..<0x47, 0x61..<0x67])
  static let newline = ScalarSet(0x0A)

  /// The names that errors list; every general category comes on top.
  static let knownNames =
    [
      "Alnum", "Alpha", "Any", "ASCII", "Assigned", "Blank", "Cntrl", "Digit", "Graph", "Lower",
      "Print", "Punct", "Space", "Upper", "Word", "XDigit",
    ] + scripts.map(\.name)

  /// The set of a property name: a general category, a POSIX class or a script.
  ///
  /// - Parameter name: As written between the braces; case, spaces, `-` and `_` do not matter.
  /// - Returns: `nil` for a name that is not known.
  static func set(named name: String) -> ScalarSet? {
    let key = normalized(name)
    if let categories = categories(named: key) { return set(of: categories) }
    if key == "word" { return word }
    if let posix = posixSet(named: key) { return posix }
    guard let script = scripts.first(where: { normalized($0.name) == key }) else { return nil }
    var ranges: [Range<UInt32>] = []
    var value: UInt32 = 0
    var numbers = PackedNumbers(script.table)
    while let gap = numbers.next(), let length = numbers.next() {
      ranges.append(value + UInt32(gap)..<value + UInt32(gap + length))
      value += UInt32(gap + length)
    }
    return ScalarSet(ranges)
  }

  /// The set of a POSIX bracket such as `[:alpha:]`.
  static func posixSet(named name: String) -> ScalarSet? {
    switch name {
    case "any": .all
    case "ascii": ScalarSet([0..<128])
    case "assigned": set(of: [.unassigned]).inverted
    case "blank": set(of: [.spaceSeparator]).union(ScalarSet(0x09))
    case "cntrl": set(of: [.control])
    case "digit": digit
    case "graph":
      set(of: [.control, .unassigned]).union(surrogates).union(space).inverted
    case "print":
      set(of: [.control, .unassigned]).union(surrogates).inverted
        .subtracting(space.subtracting(set(of: [.spaceSeparator])))
    case "punct": set { isPunctuationOrSymbol(ScalarClasses.shared.category(of: $0)) }
    case "space": space
    case "word": bracketedWord
    case "xdigit": hexadecimalDigit
    case "alpha": standardSet { $0.isAlphabetic }
    case "alnum": standardSet { $0.isAlphabetic }.union(digit)
    // U+0295 was a small letter until Unicode 17.
    case "lower": standardSet { $0.isLowercase }.union(ScalarSet(0x295))
    case "upper": standardSet { $0.isUppercase }
    default: nil
    }
  }

  private static let surrogates = ScalarSet([0xD800..<0xE000])

  private static func isPunctuationOrSymbol(_ category: GeneralCategory) -> Bool {
    ["P", "S"].contains(category.abbreviation.prefix(1))
  }

  static func normalized(_ name: String) -> String {
    name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
  }

  /// The categories that `L`, `Lu`, `Letter` or `Uppercase_Letter` stands for.
  private static func categories(named key: String) -> [GeneralCategory]? {
    let abbreviation = longNames[key] ?? key
    let all = GeneralCategory.allCases.filter {
      let known = $0.abbreviation.lowercased()
      return known == abbreviation || String(known.prefix(1)) == abbreviation
    }
    if abbreviation == "lc" { return [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter] }
    return all.isEmpty ? nil : all
  }

  private static let longNames = [
    "letter": "l", "uppercaseletter": "lu", "lowercaseletter": "ll", "titlecaseletter": "lt",
    "casedletter": "lc", "modifierletter": "lm", "otherletter": "lo", "mark": "m",
    "nonspacingmark": "mn", "spacingmark": "mc", "enclosingmark": "me", "combiningmark": "m",
    "number": "n", "decimalnumber": "nd", "letternumber": "nl", "othernumber": "no",
    "punctuation": "p", "punct": "p", "connectorpunctuation": "pc", "dashpunctuation": "pd",
    "openpunctuation": "ps", "closepunctuation": "pe", "initialpunctuation": "pi",
    "finalpunctuation": "pf", "otherpunctuation": "po", "symbol": "s", "mathsymbol": "sm",
    "currencysymbol": "sc", "modifiersymbol": "sk", "othersymbol": "so", "separator": "z",
    "spaceseparator": "zs", "lineseparator": "zl", "paragraphseparator": "zp", "other": "c",
    "control": "cc", "format": "cf", "privateuse": "co", "unassigned": "cn",
  ]

  private static func set(of categories: [GeneralCategory]) -> ScalarSet {
    let wanted = Set(categories.map(\.rawValue))
    var ranges: [Range<UInt32>] = []
    var value: UInt32 = 0
    var numbers = PackedNumbers(ScalarTables.generalCategories)
    while let category = numbers.next(), let length = numbers.next() {
      if wanted.contains(UInt8(category)) { ranges.append(value..<value + UInt32(length)) }
      value += UInt32(length)
    }
    return ScalarSet(ranges)
  }

  private static func set(where isMember: (UInt32) -> Bool) -> ScalarSet {
    var ranges: [Range<UInt32>] = []
    var start: UInt32?
    for value in 0...ScalarSet.limit {
      let member = value < ScalarSet.limit && isMember(value)
      if member, start == nil { start = value }
      if !member, let first = start {
        ranges.append(first..<value)
        start = nil
      }
    }
    return ScalarSet(ranges)
  }

  /// A property of the standard library, restricted to scalars of Unicode 16.
  private static func standardSet(
    where isMember: (Unicode.Scalar.Properties) -> Bool
  ) -> ScalarSet {
    let classes = ScalarClasses.shared
    return set { value in
      guard classes.category(of: value) != .unassigned, let scalar = Unicode.Scalar(value) else {
        return false
      }
      return isMember(scalar.properties)
    }
  }

  /// One script with its ranges.
  private struct Script {
    let name: String
    let table: StaticString
  }

  private static let scripts = [
    Script(name: "Arabic", table: ScriptTables.arabic),
    Script(name: "Armenian", table: ScriptTables.armenian),
    Script(name: "Bengali", table: ScriptTables.bengali),
    Script(name: "Bopomofo", table: ScriptTables.bopomofo),
    Script(name: "Cyrillic", table: ScriptTables.cyrillic),
    Script(name: "Devanagari", table: ScriptTables.devanagari),
    Script(name: "Georgian", table: ScriptTables.georgian),
    Script(name: "Greek", table: ScriptTables.greek),
    Script(name: "Han", table: ScriptTables.han),
    Script(name: "Hangul", table: ScriptTables.hangul),
    Script(name: "Hebrew", table: ScriptTables.hebrew),
    Script(name: "Hiragana", table: ScriptTables.hiragana),
    Script(name: "Katakana", table: ScriptTables.katakana),
    Script(name: "Khmer", table: ScriptTables.khmer),
    Script(name: "Lao", table: ScriptTables.lao),
    Script(name: "Latin", table: ScriptTables.latin),
    Script(name: "Myanmar", table: ScriptTables.myanmar),
    Script(name: "Tamil", table: ScriptTables.tamil),
    Script(name: "Telugu", table: ScriptTables.telugu),
    Script(name: "Thai", table: ScriptTables.thai),
    Script(name: "Tibetan", table: ScriptTables.tibetan),
    Script(name: "Common", table: ScriptTables.common),
    Script(name: "Inherited", table: ScriptTables.inherited),
  ]
}
