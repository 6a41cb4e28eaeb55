import Testing

@testable import DemoWorld

@Suite("Grammar of the demonstration's languages")
struct GrammarTests {
  @Test(
    "English verbs take their ending",
    arguments: [
      ("float", "floats"), ("wash", "washes"), ("go", "goes"), ("fly", "flies"), ("stay", "stays"),
      ("be", "is"), ("have", "has"), ("cross", "crosses"), ("fix", "fixes"),
    ])
  func thirdPerson(verb: String, form: String) {
    #expect(EnglishVerbPhrase(verb).thirdPerson == form)
    #expect(EnglishVerbPhrase(verb, "on").thirdPerson == form + " on")
  }

  @Test("An stands before vowels")
  func indefinite() {
    #expect(EnglishGrammar.indefinite("anchor") == "an anchor")
    #expect(EnglishGrammar.indefinite("old spoon") == "an old spoon")
    #expect(EnglishGrammar.indefinite("spoon") == "a spoon")
  }

  @Test("Articles, adjectives and nouns agree in case and gender")
  func declension() {
    let spoon = GermanNoun("Löffel", .masculine)
    let ladder = GermanNoun("Leiter", .feminine)
    let barrel = GermanNoun("Fass", .neuter)
    let cases: [GermanCase] = [.nominative, .accusative, .dative, .genitive]
    func all(_ noun: GermanNoun, _ article: GermanGrammar.Article) -> [String] {
      cases.map { GermanGrammar.phrase(noun, article, $0, adjective: "alt") }
    }
    #expect(
      all(spoon, .definite)
        == ["der alte Löffel", "den alten Löffel", "dem alten Löffel", "des alten Löffels"])
    #expect(
      all(spoon, .indefinite)
        == ["ein alter Löffel", "einen alten Löffel", "einem alten Löffel", "eines alten Löffels"])
    #expect(
      all(ladder, .definite)
        == ["die alte Leiter", "die alte Leiter", "der alten Leiter", "der alten Leiter"])
    #expect(
      all(ladder, .indefinite)
        == ["eine alte Leiter", "eine alte Leiter", "einer alten Leiter", "einer alten Leiter"])
    #expect(
      all(barrel, .definite)
        == ["das alte Fass", "das alte Fass", "dem alten Fass", "des alten Fasses"])
    #expect(
      all(barrel, .indefinite)
        == ["ein altes Fass", "ein altes Fass", "einem alten Fass", "eines alten Fasses"])
    #expect(GermanGrammar.phrase(spoon, .indefinite, .dative) == "einem Löffel")
    #expect(cases.map { GermanGrammar.pronoun(.feminine, $0) } == ["sie", "sie", "ihr", "ihrer"])
  }

  @Test("The finite verb stands second, first or last, and prefixes part from it in main clauses")
  func verbPosition() {
    let soak = GermanVerbPhrase("saugt", particle: "voll", reflexive: true)
    #expect(soak.verbSecond == "saugt sich voll")
    #expect(soak.inverted("sie") == "saugt sie sich voll")
    #expect(soak.verbFinal == "sich vollsaugt")
    let hope = GermanVerbPhrase("hofft", after: ", dass der Teig aufgeht")
    #expect(hope.verbSecond == "hofft, dass der Teig aufgeht")
    #expect(hope.inverted("er") == "hofft er, dass der Teig aufgeht")
    let roll = GermanVerbPhrase("rollt", "den Hügel", particle: "hinab")
    #expect(roll.verbFinal == "den Hügel hinabrollt")
  }

  @Test("Sentences begin with a capital, umlauts too")
  func capitals() {
    #expect(GermanGrammar.capitalized("öl") == "Öl")
    #expect(EnglishGrammar.capitalized("at work") == "At work")
  }
}
