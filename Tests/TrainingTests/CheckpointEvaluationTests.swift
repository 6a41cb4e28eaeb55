import Experiments
import Foundation
import OrderedJSON
import Records
import TestSupport
import Testing
import Training

/// Runs whose checkpoints are scored, by a closure that counts and fails as it is told.
@Suite("Checkpoints scored on the way")
struct CheckpointEvaluationTests {
  private static let run = "two/continual"

  /// Evaluates every 6 steps and at phases' ends: steps 6, 10, 16 and 22.
  private static let plan =
    TrainingScene.twoPhases + "\nevaluation: {tasks: [some_task], every: 6}\n"

  /// What a closure saw and what it shall do.
  private final class Scorer {
    var points: [EvaluationPoint] = []
    var act: (EvaluationPoint, String) throws -> Bool = { _, _ in true }

    func evaluate(
      _ checkpoint: CheckpointStore.SavedCheckpoint, _ point: EvaluationPoint
    ) throws -> [ScoreLine]? {
      points.append(point)
      // Whatever is asked for lies on the disk, whole.
      let store = CheckpointStore(
        runFolder: URL(fileURLWithPath: checkpoint.path).deletingLastPathComponent()
          .deletingLastPathComponent().path)
      #expect(try store.verify(point.step) == checkpoint)
      #expect(checkpoint.phaseEnd == (point.isPhaseEnd ? point.phase : nil))
      guard try act(point, checkpoint.path) else { return nil }
      return [
        ScoreLine(
          task: "some_task", metric: "acc", isDeciding: true, higherIsBetter: true,
          value: Double(point.step) / 100, standardError: 0.5,
          interval: IntervalRecord(low: 0.25, high: 0.75), chance: 0.25, count: 40),
        ScoreLine(
          task: "some_task", metric: "odd", isDeciding: false, higherIsBetter: false,
          value: .nan, count: 40),
      ]
    }
  }

  private func trained(
    _ scene: TrainingScene, _ output: String, _ scorer: Scorer,
    request: @escaping (Int) -> LoopMachine.Request? = { _ in nil }
  ) throws -> Experiment.Result {
    try scene.train(Self.plan, output: output, request: request, evaluate: scorer.evaluate)
  }

  private func scores(_ scene: TrainingScene, _ output: String) throws -> [Int] {
    try scene.lines("\(output)/\(Self.run)/evaluations.jsonl")
      .filter { $0["task"] != nil }.compactMap { $0["step"]?.integerValue }
  }

  private func result(_ scene: TrainingScene, _ output: String) throws -> [String] {
    let logs = try ["metrics", "samples", "evaluations", "phases"].map {
      try scene.timeless("\(output)/\(Self.run)/\($0).jsonl")
    }
    let checkpoint = "\(output)/\(Self.run)/checkpoints/step-00000022"
    return logs
      + (try ["model.safetensors", "trainer-state.json", "evaluation/validation.json"].map {
        try scene.bytes("\(checkpoint)/\($0)").base64EncodedString()
      })
  }

  @Test("Scores come at their steps, behind the losses of the same checkpoint")
  func evaluates() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let scorer = Scorer()
    #expect(try !trained(scene, "out", scorer).wasInterrupted)
    try #require(scorer.points.map(\.step) == [6, 10, 16, 22])
    #expect(scorer.points.map(\.isPhaseEnd) == [false, true, false, true])
    #expect(
      scorer.points[3]
        == EvaluationPoint(
          run: "continual", phase: "adapt", step: 22, tokens: (10 * 4 + 12 * 6) * 16,
          isPhaseEnd: true))
    let lines = try scene.lines("out/\(Self.run)/evaluations.jsonl")
    let shown = lines.map {
      "\($0["step"]?.integerValue ?? 0) \(($0["data_set"] ?? $0["metric"])?.stringValue ?? "")"
    }
    try #require(
      shown == [
        "5 english", "5 german", "6 english", "6 german", "6 acc", "6 odd", "10 english",
        "10 german", "10 acc", "10 odd", "16 english", "16 german", "16 acc", "16 odd",
        "22 english", "22 german", "22 acc", "22 odd",
      ])
    let expected = """
      {"step": 22, "phase": "adapt", "tokens": 1792, "task": "some_task", "metric": "acc", \
      "deciding": true, "higher_is_better": true, "value": 0.22, "stderr": 0.5, \
      "interval_95": [0.25, 0.75], "chance": 0.25, "n": 40, "time":
      """
    let text = try String(
      contentsOfFile: scene.path("out/\(Self.run)/evaluations.jsonl"), encoding: .utf8)
    #expect(text.contains(expected), "\(text)")
    #expect(lines[17]["value"] == .null && lines[17]["interval_95"] == .null)
    for line in lines { #expect(line.objectValue?.members.last?.name == "time") }
  }

  @Test("Scoring changes nothing of the training")
  func leavesTrainingAlone() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    _ = try trained(scene, "scored", Scorer())
    try scene.train(TrainingScene.twoPhases, output: "plain")
    for name in ["metrics", "samples", "phases"] {
      #expect(
        try scene.timeless("scored/\(Self.run)/\(name).jsonl")
          == scene.timeless("plain/\(Self.run)/\(name).jsonl"))
    }
    let weights = "\(Self.run)/checkpoints/step-00000022/model.safetensors"
    #expect(try scene.bytes("scored/\(weights)") == scene.bytes("plain/\(weights)"))
  }

  @Test("A plan without tasks has no evaluation, and one whose tasks nobody knows is refused")
  func needsTasks() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let scorer = Scorer()
    try scene.train(
      Self.plan, settings: ["evaluation.tasks=[]"], evaluate: scorer.evaluate)
    #expect(scorer.points.isEmpty)
    #expect(throws: (any Error).self) { try scene.train(Self.plan, output: "unscored") }
    #expect(!FileManager.default.fileExists(atPath: scene.path("unscored/\(Self.run)/checkpoints")))
  }

  struct Failure: Error, CustomStringConvertible { let description = "The data is gone." }

  @Test("An evaluation that fails is told, and training goes on to the same end")
  func fails() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let scorer = Scorer()
    scorer.act = { point, _ in
      if point.step == 6 { throw Failure() }
      return point.step != 22
    }
    let result = try trained(scene, "out", scorer)
    #expect(!result.wasInterrupted && result.finished.map(\.step) == [22])
    #expect(
      scene.messages.contains {
        $0.contains("step 6 could not be scored") && $0.hasSuffix("The data is gone.")
      })
    #expect(try scores(scene, "out") == [10, 10, 16, 16])
    #expect(try scene.lines("out/\(Self.run)/phases.jsonl").map { $0["step"] } == [10, 22])
    // Done is done: nothing is asked for again.
    scorer.points = []
    #expect(try trained(scene, "out", scorer).finished.map(\.isNew) == [false])
    #expect(scorer.points.isEmpty)
  }

  @Test(
    "An interrupted evaluation ends the run as interrupted, and is made when it goes on",
    arguments: [6, 10, 16, 22])
  func interrupted(step: Int) throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    _ = try trained(scene, "whole", Scorer())
    let scorer = Scorer()
    var hasAsked = false
    scorer.act = { point, _ in
      hasAsked = point.step == step
      return !hasAsked
    }
    let first = try trained(scene, "parts", scorer, request: { _ in hasAsked ? .stop : nil })
    #expect(first.wasInterrupted && first.finished.map(\.step) == [step])
    #expect(!(try scores(scene, "parts")).contains(step))
    scorer.points = []
    scorer.act = { _, _ in true }
    #expect(try !trained(scene, "parts", scorer).wasInterrupted)
    #expect(scorer.points.map(\.step) == [6, 10, 16, 22].filter { $0 >= step })
    #expect(try result(scene, "parts") == result(scene, "whole"))
  }

  @Test("A process that dies while a checkpoint is scored goes on to the same end")
  func killed() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let scorer = Scorer()
    // What a kill would leave on the disk at that moment.
    scorer.act = { point, _ in
      try FileManager.default.copyItem(
        atPath: scene.path("whole"), toPath: scene.path("killed-\(point.step)"))
      return true
    }
    _ = try trained(scene, "whole", scorer)
    for step in [6, 10, 16, 22] {
      let output = "killed-\(step)"
      // Half of the results were written down, too.
      let log = try FileHandle(
        forUpdating: URL(fileURLWithPath: scene.path("\(output)/\(Self.run)/evaluations.jsonl")))
      try log.seekToEnd()
      try log.write(contentsOf: Data("{\"step\": \(step), \"task\": \"some_task\"}\n{\"st".utf8))
      try log.close()
      let again = Scorer()
      #expect(try !trained(scene, output, again).wasInterrupted)
      #expect(again.points.map(\.step) == [6, 10, 16, 22].filter { $0 >= step })
      #expect(try result(scene, output) == result(scene, "whole"))
    }
  }

  @Test("A run that is stopped whenever it can be still comes to the same end")
  func stopsEverywhere() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    _ = try trained(scene, "whole", Scorer())
    for stops in 1...60 {
      if try !trained(scene, "parts", Scorer(), request: { _ in .stop }).wasInterrupted { break }
      try #require(stops < 40)
    }
    #expect(try result(scene, "parts") == result(scene, "whole"))
  }

  @Test("A checkpoint is not removed while it is scored, however few are kept")
  func keepsWhatIsScored() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let scorer = Scorer()
    scorer.act = { point, path in
      #expect(FileManager.default.fileExists(atPath: path + "/model.safetensors"))
      return true
    }
    try scene.train(
      Self.plan,
      settings: [
        "runs.continual.phases.pretrain.keep_last=1", "runs.continual.phases.adapt.keep_last=1",
        "evaluation.every=1",
      ], evaluate: scorer.evaluate)
    #expect(scorer.points.map(\.step) == Array(1...22))
  }

  @Test("A checkpoint that was removed meanwhile costs its score and nothing else")
  func survivesRemoval() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let scorer = Scorer()
    scorer.act = { point, path in
      if point.step == 16 { try FileManager.default.removeItem(atPath: path) }
      return point.step != 16
    }
    #expect(try trained(scene, "out", scorer).finished.map(\.step) == [22])
  }
}
