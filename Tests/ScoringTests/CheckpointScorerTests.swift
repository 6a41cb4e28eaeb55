import Compute
import Foundation
import HarnessCompatibility
import Records
import TestSupport
import Testing

@testable import Scoring

@Suite("Scoring one checkpoint after another")
struct CheckpointScorerTests {
  private static let settings = ScoringSettings(version: .v0_4_9_2, threads: 1, program: "tests")

  private static func scorer() throws -> CheckpointScorer<CPUBackend> {
    let request = TaskRequest(names: ["arc_mini", "piqa_mini_de"], limit: 3)
    let tasks = try request.load(try request.select()) { _ in }
    return CheckpointScorer(tasks, settings: settings, on: CPUBackend(threads: 1))
  }

  private static func model(_ name: String) throws -> ScorableCheckpoint {
    try ScorableCheckpoint(
      path: Locations.fixtures.path + "/checkpoints/\(name)", settings: settings)
  }

  private static func lines(_ outcome: CheckpointScorer<CPUBackend>.Outcome) throws -> [String] {
    var lines: [String] = []
    for task in try #require(outcome.result).outcomes {
      _ = HarnessSamples(task).lines { lines.append($0) }
    }
    return lines
  }

  @Test("Tasks are tokenized once per tokenizer, and no score depends on it")
  func reuses() throws {
    let scorer = try Self.scorer()
    // The second has the first one's tokenizer.json, but another tokenizer_config.json.
    let names = ["tiny-neox", "tiny-neox-sequential", "tiny-llama", "tiny-neox", "tiny-llama"]
    var reused: [Int] = []
    for name in names {
      let outcome = scorer.score(try Self.model(name))
      #expect(outcome.trouble == nil)
      reused.append(scorer.reusedTasks)
      #expect(try Self.lines(outcome) == Self.lines(Self.scorer().score(Self.model(name))))
    }
    #expect(reused == [0, 0, 0, 2, 4], "two tasks of each of the last two models")
  }

  @Test("Results go under the name that is given, else under the folder's")
  func names() throws {
    let scorer = try Self.scorer()
    let model = try Self.model("tiny-neox")
    #expect(scorer.score(model).result?.record.checkpoint.name == "tiny-neox")
    #expect(scorer.score(model, name: "a, step 3").result?.record.checkpoint.name == "a, step 3")
  }
}
