/// Which scalars are the same letter in another case, as Oniguruma's `(?i)` has it.
struct CaseFolding: Sendable {
  /// Built at the first pattern that ignores case.
  static let shared = CaseFolding()

  /// For each scalar that has other cases, all of them, itself included.
  private let variants: [UInt32: [UInt32]]
  /// Scalars that fold to several, such as ß to ss.
  private let expanding: [UInt32]
  /// The first two scalars of each such folding.
  private let foldedPairs: Set<UInt64>

  private init() {
    var groups: [UInt32: [UInt32]] = [:]
    var expanding: [UInt32] = []
    var foldedPairs: Set<UInt64> = []
    let classes = ScalarClasses.shared
    let cased: Set<GeneralCategory> = [
      .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .letterNumber, .otherSymbol,
      .nonspacingMark,
    ]
    for value in 0..<ScalarSet.limit where cased.contains(classes.category(of: value)) {
      // Dotted and dotless i are letters of their own.
      guard let scalar = Unicode.Scalar(value), value != 0x131 else { continue }
      let folded = Self.fold(scalar)
      if folded.count > 1 {
        expanding.append(value)
        foldedPairs.insert(UInt64(folded[0]) << 32 | UInt64(folded[1]))
      }
      groups[Self.simpleFold(scalar), default: []].append(value)
    }
    var variants: [UInt32: [UInt32]] = [:]
    for group in groups.values where group.count > 1 {
      for value in group { variants[value] = group }
    }
    self.variants = variants
    self.expanding = expanding.sorted()
    self.foldedPairs = foldedPairs
  }

  private static func single(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }

  private static func simpleFold(_ scalar: Unicode.Scalar) -> UInt32 {
    let upper = single(scalar.properties.uppercaseMapping) ?? scalar
    return (single(upper.properties.lowercaseMapping) ?? upper).value
  }

  private static func fold(_ scalar: Unicode.Scalar) -> [UInt32] {
    scalar.properties.uppercaseMapping.unicodeScalars.flatMap {
      $0.properties.lowercaseMapping.unicodeScalars.map(\.value)
    }
  }

  /// The set with all cases of its scalars.
  func closure(of set: ScalarSet) -> ScalarSet {
    var added: [Range<UInt32>] = []
    for (value, group) in variants where set.contains(value) {
      added.append(contentsOf: group.map { $0..<$0 + 1 })
    }
    return ScalarSet(set.ranges + added)
  }

  /// Whether a scalar folds to several.
  func expands(_ value: UInt32) -> Bool { expands(within: value...value) }

  /// Whether a scalar between the bounds folds to several.
  func expands(within bounds: ClosedRange<UInt32>) -> Bool {
    expanding.contains { bounds.contains($0) }
  }

  /// Whether some scalar folds to a text that starts with these two, in any case.
  func foldTogether(_ first: UInt32, _ second: UInt32) -> Bool {
    guard let a = Unicode.Scalar(first), let b = Unicode.Scalar(second) else { return false }
    return foldedPairs.contains(UInt64(Self.simpleFold(a)) << 32 | UInt64(Self.simpleFold(b)))
  }
}
