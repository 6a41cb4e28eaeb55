enum GermanCase: Int, Sendable { case nominative, accusative, dative, genitive }

enum GermanGender: Int, Sendable { case masculine, feminine, neuter }

/// A noun in the singular.
struct GermanNoun: Sendable {
  let nominative: String
  let gender: GermanGender

  init(_ nominative: String, _ gender: GermanGender) {
    self.nominative = nominative
    self.gender = gender
  }

  /// `Löffel` is `Löffels` in the genitive, `Fass` is `Fasses`, and `Leiter` stays as it is.
  func form(_ grammaticalCase: GermanCase) -> String {
    guard grammaticalCase == .genitive, gender != .feminine else { return nominative }
    let hisses = ["s", "ß", "x", "z"].contains { nominative.hasSuffix($0) }
    return nominative + (hisses ? "es" : "s")
  }
}

/// A finite verb and what belongs to it, which takes its place by the kind of clause.
struct GermanVerbPhrase: Sendable {
  /// In the third person singular: `quillt`.
  let finite: String
  /// What stands between verb and end: `auf den Wellen`.
  let middle: String
  /// What is cut off in a main clause: `auf` of `aufquellen`.
  let particle: String
  let isReflexive: Bool
  /// What follows in every kind of clause, with its comma: `, dass der Teig aufgeht`.
  let after: String

  init(
    _ finite: String, _ middle: String = "", particle: String = "", reflexive: Bool = false,
    after: String = ""
  ) {
    self.finite = finite
    self.middle = middle
    self.particle = particle
    self.isReflexive = reflexive
    self.after = after
  }

  /// Behind its subject in a main clause: `saugt sich voll`.
  var verbSecond: String {
    Self.joined([finite, isReflexive ? "sich" : "", middle, particle]) + after
  }

  /// Before its subject, where something else opens the main clause: `saugt sie sich voll`.
  func inverted(_ subject: String) -> String {
    Self.joined([finite, subject, isReflexive ? "sich" : "", middle, particle]) + after
  }

  /// At the end of a subordinate clause, behind its subject: `sich vollsaugt`.
  var verbFinal: String {
    Self.joined([isReflexive ? "sich" : "", middle, particle + finite]) + after
  }

  private static func joined(_ words: [String]) -> String {
    words.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

enum GermanGrammar {
  enum Article: Sendable { case definite, indefinite }

  private static let definite = [
    ["der", "die", "das"], ["den", "die", "das"], ["dem", "der", "dem"], ["des", "der", "des"],
  ]
  private static let indefinite = [
    ["ein", "eine", "ein"], ["einen", "eine", "ein"], ["einem", "einer", "einem"],
    ["eines", "einer", "eines"],
  ]
  /// Endings of an adjective after `der` (weak) and after `ein` (mixed).
  private static let weakEndings = [
    ["e", "e", "e"], ["en", "e", "e"], ["en", "en", "en"], ["en", "en", "en"],
  ]
  private static let mixedEndings = [
    ["er", "e", "es"], ["en", "e", "es"], ["en", "en", "en"], ["en", "en", "en"],
  ]
  private static let pronouns = [
    ["er", "sie", "es"], ["ihn", "sie", "es"], ["ihm", "ihr", "ihm"],
    ["seiner", "ihrer", "seiner"],
  ]

  /// A noun with its article: `der Löffel`, `einem alten Löffel`, `des Löffels`.
  ///
  /// The adjective comes without its ending.
  static func phrase(
    _ noun: GermanNoun, _ article: Article, _ grammaticalCase: GermanCase, adjective: String? = nil
  ) -> String {
    let (row, column) = (grammaticalCase.rawValue, noun.gender.rawValue)
    let (articles, endings) =
      article == .definite ? (definite, weakEndings) : (indefinite, mixedEndings)
    let middle = adjective.map { " \($0)\(endings[row][column])" } ?? ""
    return "\(articles[row][column])\(middle) \(noun.form(grammaticalCase))"
  }

  /// The personal pronoun: `er`, `ihr`, `es`.
  static func pronoun(_ gender: GermanGender, _ grammaticalCase: GermanCase) -> String {
    pronouns[grammaticalCase.rawValue][gender.rawValue]
  }

  /// The words as a sentence, with a capital at the start.
  static func capitalized(_ words: String) -> String {
    words.prefix(1).uppercased() + words.dropFirst()
  }
}
