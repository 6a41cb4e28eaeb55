import Comparison
import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("Results that somebody has tampered with")
struct MutationTests {
  /// Results of every kind of metric, a group, losses, and a record of cpteval's.
  private static func model(shift: Double) -> ModelResults {
    var results = ModelResults(
      TaskAnswers("acc", "acc", [1, 0, 1, 0], shift: shift),
      TaskAnswers("f1", "f1", values: [[0, 1], [1, 1], [[1], 0]], total: 0.5, shift: shift),
      TaskAnswers(
        "brier", "brier_score", values: [[0, [0.5, 0.5]], [1, [0.5, 0.5]]], total: 0.5,
        shift: shift),
      TaskAnswers(
        "words", "word_perplexity", values: [[-1.5, 3], [-2.5, 4]], total: exp(4.0 / 7),
        shift: shift))
    results.groups = [("group", ["acc", "f1"])]
    results.groupValues = [("group", "acc", 0.5)]
    results.validation = validation([lossSet("one", [1, 2, shift]), lossSet("two", [1, nil])])
    results.others = [
      (
        "cpteval",
        [
          "version": 1, "settings": ["limit": 3],
          "tasks": [
            [
              "name": "acc", "data_files": [["path": "x", "sha256": "y"]],
              "metrics": [["name": "acc", "chance": 0.5]],
            ]
          ],
        ]
      )
    ]
    return results
  }

  @Test(
    "Thousands of changed files give errors or comparisons, nothing else", arguments: 0..<4)
  func mutations(seed: Int) throws {
    let good = try ScoredResults(path: Self.model(shift: 0).write())
    var options = ComparisonOptions()
    options.bootstrapIterations = 20
    _ = try ModelComparison.compare(reference: good, candidate: good, options: options)
    let folder = try Self.model(shift: 0.5).write()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names.count == 6)
    let files = try names.map { name in
      Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }
    var mutator = Mutator(seed: UInt64(seed))
    var refused = 0
    for _ in 0..<600 {
      let place = mutator.below(names.count)
      let url = URL(fileURLWithPath: "\(folder)/\(names[place])")
      try Data(mutator.mutated(files[place])).write(to: url)
      do {
        let candidate = try ScoredResults(path: folder)
        _ = candidate.scores
        for (a, b) in [(good, candidate), (candidate, candidate)] {
          _ = try ModelComparison.compare(reference: a, candidate: b, options: options)
          _ = try ModelComparison.items(reference: a, candidate: b)
        }
      } catch let error as ResultsError {
        refused += 1
        #expect("\(error)".hasSuffix("."), "\(error)")
      } catch let error as ComparisonError {
        refused += 1
        for problem in error.problems { #expect(problem.hasSuffix("."), "\(problem)") }
      }
      try Data(files[place]).write(to: url)
    }
    #expect(refused > 100 && refused < 600)
  }
}
