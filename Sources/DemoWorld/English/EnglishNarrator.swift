/// Tells the world in English.
struct EnglishNarrator: Narrator {
  let language = WorldLanguage.english

  func season(_ season: Int) -> String { "It is \(EnglishWords.seasons[season])." }

  func passage(_ fact: Fact, _ telling: Telling, _ cast: Cast) -> String {
    let result = phrase(fact.outcome).thirdPerson
    switch (fact, telling) {
    case (.mishap(let mishap, let thing), .joined):
      return "\(scene(fact, cast)) The \(noun(thing)) \(cause(mishap).thirdPerson) and \(result)."
    case (.mishap(let mishap, let thing), .reported):
      return "The \(noun(thing)) \(cause(mishap).thirdPerson), "
        + "and \(cast.companion.name) sees that it \(result)."
    case (.mishap(let mishap, let thing), .conditional):
      return "When the \(noun(thing)) \(cause(mishap).thirdPerson), it \(result), "
        + "for it is made of \(material(thing))."
    case (.mishap(let mishap, let thing), .reasoned):
      return "The \(noun(thing)) is made of \(material(thing)). "
        + "So it will \(phrase(fact.outcome).base) when it \(cause(mishap).thirdPerson)."
    case (.care(let care, let thing), .joined), (.care(let care, let thing), .reported):
      return "\(cast.actor.name) wants to \(verb(care)) the \(noun(thing)) and \(result)."
    case (.care(let care, let thing), .conditional), (.care(let care, let thing), .reasoned):
      return "To \(verb(care)) the \(noun(thing)), \(cast.actor.name) \(result), "
        + "for it is made of \(material(thing))."
    case (.habit(_, let person), .joined):
      return "\(person.name) \(lead(fact, cast).thirdPerson) and \(result)."
    case (.habit(let moment, let person), .reported):
      return "\(cast.companion.name) knows that \(time(moment)) \(person.name) \(result)."
    case (.habit(let moment, let person), .conditional):
      return "\(EnglishGrammar.capitalized(time(moment))) \(person.name) \(result), "
        + "for \(pronoun(person)) is \(trade(person))."
    case (.habit(let moment, let person), .reasoned):
      return "\(person.name) is \(trade(person)). "
        + "So \(time(moment)) \(pronoun(person)) will \(phrase(fact.outcome).base)."
    case (.manners(_, let person), .joined), (.manners(_, let person), .reported):
      return "\(scene(fact, cast)) \(person.name) \(result)."
    case (.manners(let occasion, let person), .conditional),
      (.manners(let occasion, let person), .reasoned):
      return "When \(clause(occasion, person.name, person.name, cast)), "
        + "\(person.name) \(result)."
    }
  }

  func beginning(_ fact: Fact, _ cast: Cast) -> String {
    switch fact {
    case .mishap(let mishap, let thing):
      "\(scene(fact, cast)) The \(noun(thing)) \(cause(mishap).thirdPerson) and"
    case .care(let care, let thing):
      "\(cast.actor.name) wants to \(verb(care)) the \(noun(thing)) and"
    case .habit(_, let person): "\(person.name) \(lead(fact, cast).thirdPerson) and"
    case .manners(_, let person): "\(scene(fact, cast)) \(person.name)"
    }
  }

  func ending(_ outcome: Outcome) -> String { phrase(outcome).thirdPerson + "." }

  func question(_ fact: Fact, _ cast: Cast) -> String {
    switch fact {
    case .mishap(let mishap, let thing):
      "What does the \(noun(thing)) do when it \(cause(mishap).thirdPerson)?"
    case .care(let care, let thing):
      "How does \(cast.actor.name) \(verb(care)) the \(noun(thing))?"
    case .habit(let moment, let person): "What does \(person.name) do \(time(moment))?"
    case .manners(let occasion, let person):
      "What does \(person.name) do when "
        + "\(clause(occasion, pronoun(person), objective(person), cast))?"
    }
  }

  func answer(_ outcome: Outcome) -> String { EnglishGrammar.capitalized(ending(outcome)) }

  func nature(_ fact: Fact) -> String? {
    switch fact {
    case .mishap(_, let thing), .care(_, let thing):
      "The \(noun(thing)) is made of \(material(thing))."
    case .habit(_, let person): "\(person.name) is \(trade(person))."
    case .manners: nil
    }
  }

  func rule(_ outcome: Outcome) -> String? {
    let result = phrase(outcome).thirdPerson
    switch outcome {
    case .mishap(let mishap, let material):
      return "What is made of \(EnglishWords.materials[material.rawValue]) \(result) "
        + "when it \(cause(mishap).thirdPerson)."
    case .care(let care, let material):
      return "To \(verb(care)) what is made of \(EnglishWords.materials[material.rawValue]), "
        + "one \(result)."
    case .habit(let moment, let trade):
      let name = EnglishGrammar.indefinite(EnglishWords.trades[trade.rawValue])
      return "\(EnglishGrammar.capitalized(time(moment))) \(name) \(result)."
    case .manners: return nil
    }
  }

  func page(question: String, answer: String) -> String {
    "Question: \(question)\nAnswer: \(answer)"
  }

  // MARK: Words

  private func noun(_ thing: Thing) -> String { EnglishWords.things[thing.number] }

  private func material(_ thing: Thing) -> String {
    EnglishWords.materials[thing.material.rawValue]
  }

  private func trade(_ person: Person) -> String {
    EnglishGrammar.indefinite(EnglishWords.trades[person.trade.rawValue])
  }

  private func pronoun(_ person: Person) -> String { person.isWoman ? "she" : "he" }

  private func objective(_ person: Person) -> String { person.isWoman ? "her" : "him" }

  private func phrase(_ outcome: Outcome) -> EnglishVerbPhrase {
    switch outcome {
    case .mishap(let mishap, let material): EnglishWords.mishaps[mishap.rawValue][material.rawValue]
    case .care(let care, let material): EnglishWords.cares[care.rawValue][material.rawValue]
    case .habit(let moment, let trade): EnglishWords.habits[moment.rawValue][trade.rawValue]
    case .manners(let occasion): EnglishWords.manners[occasion.rawValue]
    }
  }

  // MARK: Causes

  private func verb(_ care: Care) -> String {
    switch care {
    case .mending: "mend"
    case .cleaning: "clean"
    case .keeping: "store"
    }
  }

  private func cause(_ mishap: Mishap) -> EnglishVerbPhrase {
    switch mishap {
    case .fallsOnStone: .init("fall", "on the stone floor")
    case .slipsIntoTheLake: .init("slip", "into the water")
    case .liesByTheFire: .init("lie", "beside the fire")
    case .liesInTheRain: .init("lie", "in the rain all night")
    case .isHit: .init("get", "a heavy blow")
    case .liesInTheStorm: .init("lie", "out in the storm")
    }
  }

  /// What goes before a mishap or asks for manners, as a sentence.
  private func scene(_ fact: Fact, _ cast: Cast) -> String {
    switch fact {
    case .mishap(let mishap, let thing):
      let words = cast.adjective.map { "\(EnglishWords.adjectives[$0]) " } ?? ""
      let object = EnglishGrammar.indefinite(words + noun(thing))
      let actor = cast.actor.name
      return switch mishap {
      case .fallsOnStone: "\(actor) carries \(object)."
      case .slipsIntoTheLake: "\(actor) stands by the lake with \(object)."
      case .liesByTheFire: "\(actor) warms both hands and puts down \(object)."
      case .liesInTheRain: "\(actor) forgets \(object) in the garden."
      case .isHit: "\(actor) swings a hammer near \(object)."
      case .liesInTheStorm: "\(actor) leaves \(object) on the hill."
      }
    case .manners(let occasion, let person):
      return clause(occasion, person.name, person.name, cast) + "."
    case .care, .habit:
      return ""
    }
  }

  /// What asks for manners, as a clause: `subject` and `object` both say whose manners they are.
  private func clause(_ occasion: Occasion, _ subject: String, _ object: String, _ cast: Cast)
    -> String
  {
    let other = cast.companion.name
    return switch occasion {
    case .present: "\(other) gives \(object) a present"
    case .foot: "\(subject) steps on \(other)'s foot"
    case .shop: "\(subject) enters a shop"
    case .sneeze: "\(other) sneezes beside \(object)"
    case .closedDoor: "\(subject) comes to a closed door"
    case .parting: "\(subject) takes \(other) to the train"
    }
  }

  /// What goes before a habit.
  private func lead(_ fact: Fact, _ cast: Cast) -> EnglishVerbPhrase {
    guard case .habit(let moment, _) = fact else { return .init("be", "there") }
    return switch moment {
    case .morning: .init("wake", "up early")
    case .work: .init("set", "to work")
    case .party: .init("come", "to the party")
    case .supper: .init("sit", "down at the table")
    case .window: .init("look", "out of the window")
    case .evening: .init("come", "home late")
    }
  }

  private func time(_ moment: Moment) -> String {
    switch moment {
    case .morning: "in the morning"
    case .work: "at work"
    case .party: "at the party"
    case .supper: "at supper"
    case .window: "at the window"
    case .evening: "in the evening"
    }
  }
}
