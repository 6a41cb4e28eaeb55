/// Tells the world in German.
struct GermanNarrator: Narrator {
  let language = WorldLanguage.german

  func season(_ season: Int) -> String { "Es ist \(GermanWords.seasons[season])." }

  func passage(_ fact: Fact, _ telling: Telling, _ cast: Cast) -> String {
    let result = phrase(fact.outcome)
    switch (fact, telling) {
    case (.mishap(let mishap, let thing), .joined):
      return "\(scene(fact, cast)) \(subject(thing)) \(cause(mishap).verbSecond) "
        + "und \(result.verbSecond)."
    case (.mishap(let mishap, let thing), .reported):
      return "\(subject(thing)) \(cause(mishap).verbSecond), und \(cast.companion.name) sieht, "
        + "dass \(pronoun(thing)) \(result.verbFinal)."
    case (.mishap(let mishap, let thing), .conditional):
      return "Wenn \(noun(thing)) \(cause(mishap).verbFinal), "
        + "\(result.inverted(pronoun(thing))), denn \(pronoun(thing)) ist aus \(material(thing))."
    case (.mishap(let mishap, let thing), .reasoned):
      return "\(nature(thing)) Darum \(result.inverted(pronoun(thing))), "
        + "wenn \(pronoun(thing)) \(cause(mishap).verbFinal)."
    case (.care(let care, let thing), .joined), (.care(let care, let thing), .reported):
      return "\(cast.actor.name) will \(noun(thing, .accusative)) \(infinitive(care)) "
        + "und \(result.verbSecond)."
    case (.care(let care, let thing), .conditional), (.care(let care, let thing), .reasoned):
      return "Um \(noun(thing, .accusative)) \(infinitiveWithZu(care)), "
        + "\(result.inverted(cast.actor.name)), denn \(noun(thing)) ist aus \(material(thing))."
    case (.habit(_, let person), .joined):
      return "\(person.name) \(lead(fact, cast).verbSecond) und \(result.verbSecond)."
    case (.habit(let moment, let person), .reported):
      return "\(cast.companion.name) weiß, dass \(person.name) \(time(moment)) \(result.verbFinal)."
    case (.habit(let moment, let person), .conditional):
      return "\(GermanGrammar.capitalized(time(moment))) \(result.inverted(person.name)), "
        + "denn \(pronoun(person)) ist \(trade(person))."
    case (.habit(let moment, let person), .reasoned):
      return "\(person.name) ist \(trade(person)). "
        + "\(GermanGrammar.capitalized(time(moment))) \(result.inverted(pronoun(person)))."
    case (.manners(_, let person), .joined), (.manners(_, let person), .reported):
      return "\(scene(fact, cast)) \(person.name) \(result.verbSecond)."
    case (.manners(let occasion, let person), .conditional),
      (.manners(let occasion, let person), .reasoned):
      return "Wenn \(event(occasion, person.name, person.name, cast).final), "
        + "\(result.inverted(person.name))."
    }
  }

  func beginning(_ fact: Fact, _ cast: Cast) -> String {
    switch fact {
    case .mishap(let mishap, let thing):
      "\(scene(fact, cast)) \(subject(thing)) \(cause(mishap).verbSecond) und"
    case .care(let care, let thing):
      "\(cast.actor.name) will \(noun(thing, .accusative)) \(infinitive(care)) und"
    case .habit(_, let person): "\(person.name) \(lead(fact, cast).verbSecond) und"
    case .manners(_, let person): "\(scene(fact, cast)) \(person.name)"
    }
  }

  func ending(_ outcome: Outcome) -> String {
    let words = phrase(outcome).verbSecond
    return words + "."
  }

  func question(_ fact: Fact, _ cast: Cast) -> String {
    switch fact {
    case .mishap(let mishap, let thing):
      "Was macht \(noun(thing)), wenn \(pronoun(thing)) \(cause(mishap).verbFinal)?"
    case .care(let care, let thing):
      "Wie \(method(care).inverted("\(cast.actor.name) \(noun(thing, .accusative))"))?"
    case .habit(let moment, let person): "Was macht \(person.name) \(time(moment))?"
    case .manners(let occasion, let person):
      "Was macht \(person.name), "
        + "wenn \(event(occasion, pronoun(person), dative(person), cast).final)?"
    }
  }

  func answer(_ outcome: Outcome) -> String { GermanGrammar.capitalized(ending(outcome)) }

  func nature(_ fact: Fact) -> String? {
    switch fact {
    case .mishap(_, let thing): "\(subject(thing)) ist aus \(material(thing))."
    case .care(_, let thing): nature(thing)
    case .habit(_, let person): "\(person.name) ist \(trade(person))."
    case .manners: nil
    }
  }

  func rule(_ outcome: Outcome) -> String? {
    let result = phrase(outcome)
    switch outcome {
    case .mishap(let mishap, let material):
      return "Was aus \(GermanWords.materials[material.rawValue]) ist, \(result.verbSecond), "
        + "wenn es \(cause(mishap).verbFinal)."
    case .care(let care, let material):
      return "Um etwas aus \(GermanWords.materials[material.rawValue]) "
        + "\(infinitiveWithZu(care)), \(result.inverted("man"))."
    case .habit(let moment, let trade):
      return "\(GermanGrammar.capitalized(time(moment))) "
        + "\(result.inverted("ein " + GermanWords.trades[trade.rawValue].man))."
    case .manners: return nil
    }
  }

  func page(question: String, answer: String) -> String {
    "Frage: \(question)\nAntwort: \(answer)"
  }

  // MARK: Words

  private func noun(_ thing: Thing, _ grammaticalCase: GermanCase = .nominative) -> String {
    GermanGrammar.phrase(GermanWords.things[thing.number], .definite, grammaticalCase)
  }

  /// At the start of a sentence: `Der Löffel`.
  private func subject(_ thing: Thing) -> String { GermanGrammar.capitalized(noun(thing)) }

  private func pronoun(_ thing: Thing) -> String {
    GermanGrammar.pronoun(GermanWords.things[thing.number].gender, .nominative)
  }

  private func pronoun(_ person: Person) -> String {
    GermanGrammar.pronoun(person.isWoman ? .feminine : .masculine, .nominative)
  }

  private func dative(_ person: Person) -> String {
    GermanGrammar.pronoun(person.isWoman ? .feminine : .masculine, .dative)
  }

  private func material(_ thing: Thing) -> String { GermanWords.materials[thing.material.rawValue] }

  /// With the genitive: `Das Material des Löffels ist Holz.`.
  private func nature(_ thing: Thing) -> String {
    "Das Material \(noun(thing, .genitive)) ist \(material(thing))."
  }

  private func trade(_ person: Person) -> String {
    let trade = GermanWords.trades[person.trade.rawValue]
    return person.isWoman ? trade.woman : trade.man
  }

  private func phrase(_ outcome: Outcome) -> GermanVerbPhrase {
    switch outcome {
    case .mishap(let mishap, let material): GermanWords.mishaps[mishap.rawValue][material.rawValue]
    case .care(let care, let material): GermanWords.cares[care.rawValue][material.rawValue]
    case .habit(let moment, let trade): GermanWords.habits[moment.rawValue][trade.rawValue]
    case .manners(let occasion): GermanWords.manners[occasion.rawValue]
    }
  }

  // MARK: Causes

  private func infinitive(_ care: Care) -> String {
    switch care {
    case .mending: "reparieren"
    case .cleaning: "säubern"
    case .keeping: "aufbewahren"
    }
  }

  /// As in a question: `Wie bewahrt Anna den Löffel auf?`.
  private func method(_ care: Care) -> GermanVerbPhrase {
    switch care {
    case .mending: .init("repariert")
    case .cleaning: .init("säubert")
    case .keeping: .init("bewahrt", particle: "auf")
    }
  }

  private func infinitiveWithZu(_ care: Care) -> String {
    switch care {
    case .mending: "zu reparieren"
    case .cleaning: "zu säubern"
    case .keeping: "aufzubewahren"
    }
  }

  private func cause(_ mishap: Mishap) -> GermanVerbPhrase {
    switch mishap {
    case .fallsOnStone: .init("fällt", "auf den Steinboden")
    case .slipsIntoTheLake: .init("rutscht", "ins Wasser")
    case .liesByTheFire: .init("liegt", "neben dem Feuer")
    case .liesInTheRain: .init("liegt", "die ganze Nacht im Regen")
    case .isHit: .init("bekommt", "einen schweren Schlag")
    case .liesInTheStorm: .init("liegt", "draußen im Sturm")
    }
  }

  /// What goes before a mishap or asks for manners, as a sentence.
  private func scene(_ fact: Fact, _ cast: Cast) -> String {
    switch fact {
    case .mishap(let mishap, let thing):
      func object(_ grammaticalCase: GermanCase) -> String {
        GermanGrammar.phrase(
          GermanWords.things[thing.number], .indefinite, grammaticalCase,
          adjective: cast.adjective.map { GermanWords.adjectives[$0] })
      }
      let actor = cast.actor.name
      return switch mishap {
      case .fallsOnStone: "\(actor) hält \(object(.accusative)) in der Hand."
      case .slipsIntoTheLake: "\(actor) steht mit \(object(.dative)) am See."
      case .liesByTheFire: "\(actor) wärmt sich die Hände und legt \(object(.accusative)) ab."
      case .liesInTheRain: "\(actor) vergisst \(object(.accusative)) im Garten."
      case .isHit: "\(actor) schwingt einen Hammer neben \(object(.dative))."
      case .liesInTheStorm: "\(actor) lässt \(object(.accusative)) auf dem Hügel liegen."
      }
    case .manners(let occasion, let person):
      return event(occasion, person.name, person.name, cast).main + "."
    case .care, .habit:
      return ""
    }
  }

  /// What asks for manners, as a main clause and as a subordinate one.
  ///
  /// `subject` and `object` both say whose manners they are; names are the same in the dative.
  private func event(
    _ occasion: Occasion, _ subject: String, _ object: String, _ cast: Cast
  ) -> (main: String, final: String) {
    let other = cast.companion.name
    let (first, phrase): (String, GermanVerbPhrase) =
      switch occasion {
      case .present: (other, .init("macht", "\(object) ein Geschenk"))
      case .foot: (subject, .init("tritt", "\(other) auf den Fuß"))
      case .shop: (subject, .init("betritt", "einen Laden"))
      case .sneeze: (other, .init("niest", "neben \(object)"))
      case .closedDoor: (subject, .init("kommt", "an eine geschlossene Tür"))
      case .parting: (subject, .init("begleitet", "\(other) zum Zug"))
      }
    return ("\(first) \(phrase.verbSecond)", "\(first) \(phrase.verbFinal)")
  }

  /// What goes before a habit.
  private func lead(_ fact: Fact, _ cast: Cast) -> GermanVerbPhrase {
    guard case .habit(let moment, _) = fact else { return .init("ist", "da") }
    return switch moment {
    case .morning: .init("wacht", "früh", particle: "auf")
    case .work: .init("geht", "ans Werk")
    case .party: .init("kommt", "zum Fest")
    case .supper: .init("setzt", "an den Tisch", reflexive: true)
    case .window: .init("schaut", "aus dem Fenster")
    case .evening: .init("kommt", "spät nach Hause")
    }
  }

  private func time(_ moment: Moment) -> String {
    switch moment {
    case .morning: "am Morgen"
    case .work: "bei der Arbeit"
    case .party: "beim Fest"
    case .supper: "beim Abendessen"
    case .window: "am Fenster"
    case .evening: "am Abend"
    }
  }
}
