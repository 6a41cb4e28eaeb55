import Experiments
import Foundation
import OrderedJSON
import TestSupport
import Testing
import Training

@Suite("Runs repeated with other seeds, trained")
struct RepeatedRunTests {
  private static let schedule = "schedule: {kind: constant, max_lr: 1.0e-2}"

  /// The plan's head, and runs of a few steps.
  private static func plan(_ runs: String) -> String {
    let head = TrainingScene.twoPhases.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0 != "runs:" }
    return head.joined(separator: "\n") + "\nruns:\n" + runs
  }

  private func weights(_ scene: TrainingScene, _ run: String, step: Int) throws -> Data {
    try scene.bytes("out/two/\(run)/checkpoints/step-0000000\(step)/model.safetensors")
  }

  private func samples(_ scene: TrainingScene, _ run: String) throws -> [JSONValue?] {
    try scene.lines("out/two/\(run)/samples.jsonl").map { $0["samples"] }
  }

  private func initialFolders(_ scene: TrainingScene) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: scene.path("out/two"))
      .count { $0.hasPrefix("initial-") }
  }

  @Test("Two seeds give other weights in another order; the same seed gives the same")
  func repeats() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let phases = "phases: [{name: p, data: english, steps: 3, \(Self.schedule)}]"
    let plan = Self.plan(
      """
        r: {seeds: [7, 8], \(phases)}
        plans-own: {\(phases)}
        eight: {seed: 8, \(phases)}
      """)
    let result = try scene.train(plan)
    #expect(result.finished.map(\.run) == ["r-seed-7", "r-seed-8", "plans-own", "eight"])
    let all = try result.finished.map { try weights(scene, $0.run, step: 3) }
    // The plan's seed is 7.
    #expect(all[0] == all[2] && all[1] == all[3] && all[0] != all[1])
    #expect(try samples(scene, "r-seed-7") == samples(scene, "plans-own"))
    #expect(try samples(scene, "r-seed-7") != samples(scene, "r-seed-8"))
    #expect(try initialFolders(scene) == 2)
  }

  @Test("A repeated run is trained by its name or one by one, and only its weights are drawn")
  func selects() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let phases = "phases: [{name: p, data: english, steps: 2, \(Self.schedule)}]"
    let plan = Self.plan(
      """
        r: {seeds: [1, 2, 3], \(phases)}
        other: {\(phases)}
      """)
    #expect(try scene.train(plan, run: "r-seed-2").finished.map(\.run) == ["r-seed-2"])
    #expect(try initialFolders(scene) == 1)
    let all = try scene.train(plan, run: "r")
    #expect(all.finished.map(\.run) == ["r-seed-1", "r-seed-2", "r-seed-3"])
    #expect(all.finished.map(\.isNew) == [true, false, true])
    #expect(try initialFolders(scene) == 3)
    let error = #expect(throws: ExperimentError.self) { try scene.train(plan, run: "r-seed-4") }
    #expect("\(try #require(error))".contains("r-seed-3, other"))
  }

  @Test("Repetitions of a branch go on from the trunk of their seed, or part from the only one")
  func branches() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let trunk = "phases: [{name: p, data: english, steps: 2, \(Self.schedule)}]"
    let same = "phases: [{name: q, data: english, steps: 2, \(Self.schedule)}]"
    let plan = Self.plan(
      """
        trunk: {seeds: [1, 2], \(trunk)}
        branch: {from: {run: trunk}, seeds: [1, 2], \(same)}
        single: {\(trunk)}
        fan: {from: {run: single}, seeds: [1, 2], \(same)}
        alone: {from: {run: single}, \(same)}
      """)
    try scene.train(plan)
    for seed in [1, 2] {
      let state = try Fixture.json(
        at: URL(
          fileURLWithPath: scene.path(
            "out/two/branch-seed-\(seed)/checkpoints/step-00000004/trainer-state.json")))
      #expect(state["rng"]?["seed"] == .integer(seed))
      // One order, which goes on: no sample of the trunk comes again.
      let histories = state["data"]?["histories"]?.arrayValue
      #expect(histories?.first?["segments"]?.arrayValue?.map { $0["count"] } == [16])
    }
    // From one trunk, over the same data: each in an order of its own.
    let fans = try [1, 2].map { try samples(scene, "fan-seed-\($0)") }
    #expect(fans[0] != fans[1])
    #expect(
      try weights(scene, "fan-seed-1", step: 4) != weights(scene, "fan-seed-2", step: 4))
    // Without a seed of its own a branch goes on in the trunk's order.
    let state = try Fixture.json(
      at: URL(
        fileURLWithPath: scene.path("out/two/alone/checkpoints/step-00000004/trainer-state.json")))
    #expect(state["rng"]?["seed"] == 7)
    #expect(
      state["data"]?["histories"]?.arrayValue?.first?["segments"]?.arrayValue?.count == 1)
  }

  @Test("A repetition that is stopped goes on with the same bits, in a further phase too")
  func resumes() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let phases = """
      phases: [{name: p, data: english, steps: 2, \(Self.schedule)}, \
      {name: q, data: {english: 1, german: 1}, replay: {english: 25%}, steps: 3, on_start: {rng: reset}, \(Self.schedule)}]
      """
    let plan = Self.plan(
      """
        single: {phases: [{name: a, data: english, steps: 1, \(Self.schedule)}]}
        r: {from: {run: single}, seeds: [1, 2], \(phases)}
      """)
    try scene.train(plan)
    let whole = try [1, 2].map { try weights(scene, "r-seed-\($0)", step: 6) }
    try FileManager.default.moveItem(atPath: scene.path("out"), toPath: scene.path("whole"))
    var stops = 0
    while try scene.train(plan, request: { _ in .stop }).wasInterrupted {
      stops += 1
      try #require(stops < 20)
    }
    #expect(stops == 11)
    #expect(try [1, 2].map { try weights(scene, "r-seed-\($0)", step: 6) } == whole)
    #expect(whole[0] != whole[1])
  }
}
