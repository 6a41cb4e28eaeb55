import Foundation
import HarnessCompatibility
import OrderedJSON
import TestSupport
import Testing

/// What CPython 3.11 draws for one seed; see Fixtures/python/generate.py.
struct RandomGolden: Decodable, Sendable, CustomTestStringConvertible {
  let seed: Int
  let random: [Double]
  let bits: [[BitCount]]
  let randrange: [Int]
  let stepped: [Int]
  let sample: [[Draw]]
  let choices: [[Draw]]
  let shuffle: [Int]
  let afterRefills: Double
  var testDescription: String { "seed \(seed)" }

  /// A number or its digits, as the golden has them in one list.
  enum BitCount: Decodable, Sendable {
    case count(Int)
    case digits(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let count = try? container.decode(Int.self) {
        self = .count(count)
      } else {
        self = .digits(try container.decode(String.self))
      }
    }
  }

  /// A size or the positions drawn.
  enum Draw: Decodable, Sendable, Equatable {
    case size(Int)
    case positions([Int])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let size = try? container.decode(Int.self) {
        self = .size(size)
      } else {
        self = .positions(try container.decode([Int].self))
      }
    }
  }

  static func load() throws -> [RandomGolden] {
    let url = Locations.fixtures.appendingPathComponent("python/random.json")
    return try JSONDecoder().decode([RandomGolden].self, from: Data(contentsOf: url))
  }
}

@Suite("Python's random numbers")
struct PythonRandomTests {
  @Test(
    "Every method consumes the stream and answers as CPython does",
    arguments: try RandomGolden.load())
  func drawsAsPython(golden: RandomGolden) throws {
    var random = PythonRandom(seed: golden.seed)
    #expect((0..<golden.random.count).map { _ in random.nextDouble() } == golden.random)
    for entry in golden.bits {
      guard case .count(let count) = entry[0], case .digits(let digits) = entry[1] else {
        Issue.record("malformed golden")
        continue
      }
      #expect(String(random.nextBits(count)) == digits)
    }
    for (bound, expected) in zip([1, 2, 3, 10, 1000, 1 << 33], golden.randrange) {
      #expect(random.nextInteger(to: bound) == expected)
    }
    #expect(random.nextInteger(from: -5, to: 50, by: 7) == golden.stepped[0])
    #expect(random.nextInteger(from: 9, to: -9, by: -4) == golden.stepped[1])
    #expect(random.nextInteger(from: 3, to: 5) == golden.stepped[2])
    for entry in golden.sample {
      guard case .size(let size) = entry[0], case .size(let count) = entry[1],
        case .positions(let expected) = entry[2]
      else {
        Issue.record("malformed golden")
        continue
      }
      #expect(random.sampleIndices(from: size, count: count) == expected, "\(count) of \(size)")
    }
    for entry in golden.choices {
      guard case .size(let size) = entry[0], case .positions(let expected) = entry[1] else {
        Issue.record("malformed golden")
        continue
      }
      #expect(random.choiceIndices(below: size, count: expected.count) == expected)
    }
    var list = Array(0..<golden.shuffle.count)
    random.shuffle(&list)
    #expect(list == golden.shuffle)
    _ = random.choiceIndices(below: 7, count: 5000)
    #expect(random.nextDouble() == golden.afterRefills)
  }

  @Test("A sample larger than its population is refused")
  func refusesTooLargeSamples() {
    var random = PythonRandom(seed: 1)
    #expect(random.sampleIndices(from: 3, count: 4) == nil)
    #expect(random.nextInteger(from: 3, to: 3) == nil)
  }
}
