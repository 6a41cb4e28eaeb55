/// A verb in its base form and what follows it, such as `sink` and `to the bottom`.
struct EnglishVerbPhrase: Sendable {
  let verb: String
  let rest: String

  init(_ verb: String, _ rest: String = "") {
    self.verb = verb
    self.rest = rest
  }

  /// As after `to` and `will`: `sink to the bottom`.
  var base: String { joined(verb) }
  /// As after a noun: `sinks to the bottom`.
  var thirdPerson: String { joined(Self.thirdPerson(of: verb)) }

  private func joined(_ form: String) -> String { rest.isEmpty ? form : "\(form) \(rest)" }

  /// The third person singular, present: `goes`, `carries`, `washes`, `says`.
  static func thirdPerson(of verb: String) -> String {
    switch verb {
    case "be": return "is"
    case "have": return "has"
    default: break
    }
    let last = verb.unicodeScalars.suffix(2).map { $0 }
    let isVowelBefore = last.first.map { "aeiou".unicodeScalars.contains($0) } ?? false
    if last.last == "y", !isVowelBefore { return verb.dropLast() + "ies" }
    let hisses = ["s", "x", "z", "o", "sh", "ch"].contains { verb.hasSuffix($0) }
    return verb + (hisses ? "es" : "s")
  }
}

enum EnglishGrammar {
  /// With the indefinite article: `a spoon`, `an anchor`, `an old spoon`.
  static func indefinite(_ words: String) -> String {
    let isVowel = words.unicodeScalars.first.map { "aeiou".unicodeScalars.contains($0) } ?? false
    return (isVowel ? "an " : "a ") + words
  }

  /// The words as a sentence, with a capital at the start.
  static func capitalized(_ words: String) -> String {
    words.prefix(1).uppercased() + words.dropFirst()
  }
}
