internal import Statistics

/// What a thing is made of; it decides what becomes of the thing.
public enum Material: Int, CaseIterable, Sendable {
  case wood, iron, glass, wool, paper, wax
}

/// What may happen to a thing.
public enum Mishap: Int, CaseIterable, Sendable {
  case fallsOnStone, slipsIntoTheLake, liesByTheFire, liesInTheRain, isHit, liesInTheStorm
}

/// What one may do for a thing; its material decides what one takes for it.
public enum Care: Int, CaseIterable, Sendable {
  case mending, cleaning, keeping
}

/// What people do for a living; it decides their habits.
public enum Trade: Int, CaseIterable, Sendable {
  case baker, smith, fisher, gardener, teacher, tailor
}

/// When a habit shows.
public enum Moment: Int, CaseIterable, Sendable {
  case morning, work, party, supper, window, evening
}

/// Where good manners ask for something, the same of everybody.
public enum Occasion: Int, CaseIterable, Sendable {
  case present, foot, shop, sneeze, closedDoor, parting
}

/// A thing: the place of its noun in every language's list, six of a material after each other.
public struct Thing: Hashable, Sendable {
  static let perMaterial = 6
  static let all = (0..<perMaterial * Material.allCases.count).map(Thing.init(number:))

  let number: Int
  var material: Material { Material.allCases[number / Thing.perMaterial] }
}

/// Somebody: a name, which is the same in every language, and a trade.
public struct Person: Hashable, Sendable {
  let number: Int
  let trade: Trade

  var name: String { Person.names[number] }
  var isWoman: Bool { number < Person.names.count / 2 }

  static let names = [
    "Anna", "Clara", "Emma", "Ida", "Julia", "Laura", "Lena", "Maria", "Martha", "Nora", "Olga",
    "Paula", "Rosa", "Sara", "Vera",
    "Adam", "Anton", "Ben", "David", "Erik", "Felix", "Georg", "Hugo", "Jakob", "Karl", "Leo",
    "Max", "Otto", "Paul", "Simon",
  ]
}

/// A cause in the world; what follows from it is a rule, see ``Outcome``.
public enum Fact: Hashable, Sendable {
  case mishap(Mishap, Thing)
  case care(Care, Thing)
  case habit(Moment, Person)
  case manners(Occasion, Person)

  /// What follows.
  var outcome: Outcome {
    switch self {
    case .mishap(let mishap, let thing): .mishap(mishap, thing.material)
    case .care(let care, let thing): .care(care, thing.material)
    case .habit(let moment, let person): .habit(moment, person.trade)
    case .manners(let occasion, _): .manners(occasion)
    }
  }

  /// What kind of cause it is.
  enum Kind: CaseIterable, Sendable { case mishap, care, habit, manners }

  var kind: Kind {
    switch self {
    case .mishap: .mishap
    case .care: .care
    case .habit: .habit
    case .manners: .manners
    }
  }

  /// Whom it is about, if it is about somebody.
  var person: Person? {
    switch self {
    case .habit(_, let person), .manners(_, let person): person
    case .mishap, .care: nil
    }
  }
}

/// What follows from a cause.
///
/// It depends on a thing's material, on a person's trade or on the occasion alone, so that it is known
/// also where it was never told.
public enum Outcome: Hashable, Sendable {
  case mishap(Mishap, Material)
  case care(Care, Material)
  case habit(Moment, Trade)
  case manners(Occasion)
}

/// People and things, and what of them is told and what is kept for questions.
///
/// Nothing but the seed decides: people's trades, and a third of all causes that no text may tell.
public struct World: Sendable {
  /// In the order of their names.
  public let people: [Person]
  /// What texts may tell.
  public let told: [Fact]
  /// What is only asked for.
  public let heldOut: [Fact]

  /// Makes a world.
  ///
  /// Of every thing a third of the mishaps and of the cares is held out, of every person a third of the
  /// habits and of the occasions. Every outcome remains told of others of the same material or trade.
  /// - Parameter seed: Any number; each gives another world.
  public init(seed: UInt64) {
    var numbers = SeededNumbers(seed: SeededNumbers.mixed(seed) ^ 0x776F_726C_64)
    var trades = Person.names.indices.map { Trade.allCases[$0 % Trade.allCases.count] }
    numbers.shuffle(&trades)
    let people = trades.enumerated().map { Person(number: $0.offset, trade: $0.element) }
    self.people = people
    var deal = Deal(numbers: numbers)
    for material in Material.allCases {
      let things = Thing.all.filter { $0.material == material }
      deal.out(things, Mishap.allCases) { .mishap($1, $0) }
      deal.out(things, Care.allCases) { .care($1, $0) }
    }
    for trade in Trade.allCases {
      deal.out(people.filter { $0.trade == trade }, Moment.allCases) { .habit($1, $0) }
    }
    deal.out(people, Occasion.allCases) { .manners($1, $0) }
    told = deal.told
    heldOut = deal.heldOut
  }
}

/// Deals causes out to the texts and to the questions.
private struct Deal {
  var numbers: SeededNumbers
  var told: [Fact] = []
  var heldOut: [Fact] = []

  /// Holds a third of each row out, spread over the columns as evenly as can be.
  ///
  /// Rows are those whom it happens to; columns what may happen, a multiple of three.
  mutating func out<Row, Column>(
    _ rows: [Row], _ columns: [Column], fact: (Row, Column) -> Fact
  ) {
    var (rows, columns) = (rows, columns)
    numbers.shuffle(&rows)
    numbers.shuffle(&columns)
    let share = columns.count / 3
    for (place, row) in rows.enumerated() {
      for (index, column) in columns.enumerated() {
        // The held-out columns of the next row begin where those of this one end.
        let distance = (index - place * share) % columns.count
        let isHeldOut = (distance + columns.count) % columns.count < share
        if isHeldOut { heldOut.append(fact(row, column)) } else { told.append(fact(row, column)) }
      }
    }
  }
}
