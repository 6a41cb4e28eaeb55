import Corpus
import Documents
import Foundation
import OrderedJSON
import Statistics
import TestSupport
import Testing

@testable import BenchmarkMaking

@Suite("Tasks made of documents")
struct TaskMakerTests {
  /// Documents of random sentences of 6 to 20 words, which get rarer from document to document.
  private static func corpus(documents: Int = 60, sentences: Int = 40) -> [String] {
    var numbers = SeededNumbers(seed: 5)
    return (0..<documents).map { document in
      (0..<sentences / 5).map { _ in
        (0..<5).map { _ in
          let words = (0..<6 + numbers.below(15)).map { _ -> String in
            let number = numbers.below(300) * (1 + numbers.below(1 + document % 7))
            return "w" + String(number, radix: 26).map { letters[$0] ?? "x" }.joined()
          }
          return "The " + words.joined(separator: " ") + "."
        }.joined(separator: " ")
      }.joined(separator: "\n")
    }
  }

  private static let letters = Dictionary(
    uniqueKeysWithValues: zip("0123456789abcdefghijklmnop", "abcdefghijklmnopqrstuvwxyz").map {
      ($0, String($1))
    })

  private func texts(_ documents: [String]) throws -> CorpusTexts {
    let folder = try Locations.makeTemporaryFolder()
    let file = folder.appendingPathComponent("a.jsonl")
    let lines = documents.map {
      JSONValue.object(JSONObject([.init(name: "text", value: .string($0))])).serialized() + "\n"
    }
    try Data(lines.joined().utf8).write(to: file)
    return try CorpusTexts(files: [file.path])
  }

  private func make(
    _ documents: [String], threads: Int = 1, _ options: TaskMaker.Options
  ) throws -> MadeTask {
    try TaskMaker(options).make(from: try texts(documents), threads: threads)
  }

  @Test("The true choice follows its context in the document, the others stand elsewhere")
  func itemsAreTrue() throws {
    let documents = Self.corpus()
    let made = try make(documents, .init(items: 100, choices: 5))
    #expect(made.items.count == 100 && made.documents == 60)
    for item in made.items {
      let document = documents[item.place.number - 1]
      let truth = item.choices[item.label]
      #expect(document.contains(item.context + " " + truth))
      #expect(item.choices.count == 5 && Set(item.choices).count == 5)
      for (index, choice) in item.choices.enumerated() where index != item.label {
        #expect(!document.contains(choice))
        #expect(documents.contains { $0.contains(choice) })
        let ratio = Double(choice.count) / Double(truth.count)
        #expect(ratio < 1.31 && ratio > 1 / 1.31)
      }
    }
    // Every place is taken by a true one about equally often.
    for label in 0..<5 { #expect(made.items.count { $0.label == label } > 5) }
  }

  @Test("The result depends on documents and seed, not on the threads")
  func isDeterministic() throws {
    let documents = Self.corpus()
    let one = try make(documents, threads: 1, .init(items: 50))
    let two = try make(documents, threads: 3, .init(items: 50))
    #expect(one.items == two.items)
    #expect(one.jsonl(fileNames: ["f"]) == two.jsonl(fileNames: ["f"]))
    #expect(try make(documents, .init(items: 50, seed: 1)).items != one.items)
    // The bits of a seed, so that a task can be made again next year.
    let first = one.items.prefix(4).map { [$0.place.number, $0.label] }
    #expect(first == [[45, 1], [25, 2], [60, 1], [34, 3]])
  }

  @Test("Neither length nor word frequency tells the true choice")
  func isBalanced() throws {
    let made = try make(
      Self.corpus(documents: 200), .init(items: 800, itemsPerDocument: 40))
    #expect(made.items.count == 800)
    // Random words have nothing to do with the context, and so no distractor has fewer of them.
    for baseline in made.difficulty.baselines where !baseline.name.contains("context") {
      #expect(abs(baseline.accuracy - 0.25) < 0.06, "\(baseline.name): \(baseline.accuracy)")
    }
  }

  @Test("A sample of passages does not depend on the order in which documents come")
  func samplesByPriority() {
    let documents = Self.corpus()
    func sample(_ order: [Int]) -> [String] {
      var sample = PassageSample(limits: PassageLimits(), seed: 3, capacity: 70)
      for line in order { sample.add(documents[line], file: 0, place: .line(line)) }
      sample.trim()
      return sample.passages.map(\.continuation)
    }
    let all = sample(Array(documents.indices))
    #expect(all.count == 70)
    #expect(sample(documents.indices.reversed()) == all)
  }

  @Test("What is said twice is never asked for")
  func leavesOutRepetitions() throws {
    var documents = Self.corpus(documents: 20)
    let twice = "This sentence stands in every document of them all."
    documents = documents.map { "\($0)\nHere begins a paragraph of its own kind. \(twice)" }
    let made = try make(documents, .init(items: 1000, itemsPerDocument: 100))
    #expect(!made.items.contains { $0.choices.contains(twice) })
  }

  @Test("Too little text is an error that says how much there was")
  func refusesLittleText() throws {
    let error = try #require(throws: TaskMakingError.self) {
      try make(["Only one sentence stands here, and that is all."], .init())
    }
    #expect(error == .tooLittleText(documents: 1, passages: 0))
    #expect(error.description.contains("1 document:"))
  }

  @Test("Baselines share the credit of ties and carry errors")
  func measuresDifficulty() throws {
    func item(_ choices: [String], _ label: Int) -> MadeItem {
      MadeItem(
        context: "green frogs sing", choices: choices, label: label, file: 0, place: .line(1))
    }
    let difficulty = TaskDifficulty([
      item(["red frogs sing loud", "a", "b", "c"], 0), item(["xy", "xy", "xy", "xy"], 3),
    ])
    #expect(difficulty.chance == 0.25 && difficulty.items == 2)
    let longest = try #require(difficulty.baselines.first { $0.name == "the longest choice" })
    #expect(longest.accuracy == 0.625)
    // Two values, 1 and 0.25: deviation 0.530, error 0.375.
    #expect(abs(longest.standardError - 0.375) < 1e-12)
    #expect(longest.isChance(0.25))
    let shared = try #require(difficulty.baselines.first { $0.name.contains("share of words") })
    #expect(shared.accuracy == 0.625)
  }
}
