import Experiments
import Files
import Foundation
import LanguageModel
import OrderedJSON
import TestSupport
import Testing
import Training

@Suite("Stopping and going on")
struct ResumeTests {
  private static let last = "two/continual/checkpoints/step-00000022"

  /// Everything of a run that must not depend on how often it was stopped.
  private func result(_ scene: TrainingScene, _ output: String) throws -> [Data] {
    var parts = try ["model.safetensors", "optimizer.safetensors", "trainer-state.json"].map {
      try scene.bytes("\(output)/\(Self.last)/\($0)")
    }
    for name in ["samples", "phases"] {
      parts.append(try scene.bytes("\(output)/two/continual/\(name).jsonl"))
    }
    for name in ["evaluations", "metrics"] {
      parts.append(Data(try scene.timeless("\(output)/two/continual/\(name).jsonl").utf8))
    }
    return parts
  }

  @Test("A run that is stopped after every step ends with the same bits as one that never stopped")
  func stopsEverywhere() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases, output: "whole", threads: 1)
    var stops = 0
    while true {
      let result = try scene.train(
        TrainingScene.twoPhases, output: "parts", request: { _ in .stop })
      if !result.wasInterrupted { break }
      stops += 1
      try #require(stops < 40)
    }
    #expect(stops == 22)
    #expect(try result(scene, "parts") == result(scene, "whole"))
  }

  @Test("A finished run is left as it is")
  func finished() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    let before = try result(scene, "out")
    let again = try scene.train(TrainingScene.twoPhases)
    #expect(again.finished.map(\.isNew) == [false])
    #expect(scene.steps.isEmpty)
    #expect(try result(scene, "out") == before)
  }

  @Test("A truncated newest checkpoint is named, skipped and made again")
  func truncated() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases, output: "whole")
    try scene.train(TrainingScene.twoPhases, output: "broken")
    let handle = try FileHandle(
      forUpdating: URL(fileURLWithPath: scene.path("broken/\(Self.last)/model.safetensors")))
    try handle.truncate(atOffset: 1000)
    try handle.close()
    try scene.train(TrainingScene.twoPhases, output: "broken")
    #expect(scene.messages.contains { $0.contains("step-00000022") })
    #expect(try result(scene, "broken") == result(scene, "whole"))
  }

  @Test("The last few checkpoints and each phase's end are kept")
  func keepsCheckpoints() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: scene.path("out/two/continual/checkpoints")
    ).sorted()
    #expect(
      names == ["step-00000010", "step-00000015", "step-00000020", "step-00000022"])
  }

  @Test("A wish to save is granted once, and training goes on")
  func savesOnRequest() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases, output: "whole")
    try scene.train(
      TrainingScene.twoPhases, output: "saved",
      settings: ["runs.continual.phases.adapt.keep_last=50"],
      request: { $0 == 13 ? .save : nil })
    #expect(
      FileManager.default.fileExists(
        atPath: scene.path("saved/two/continual/checkpoints/step-00000013/manifest.json")))
    #expect(try result(scene, "saved") == result(scene, "whole"))
  }

  @Test("A run that is there already is not begun again")
  func refusesToBeginAnew() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases, request: { $0 == 3 ? .stop : nil })
    #expect(throws: (any Error).self) {
      try scene.train(TrainingScene.twoPhases, resumes: false)
    }
  }

  @Test("A plan that was refused before its first step may be mended")
  func mendedPlan() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    #expect(throws: (any Error).self) {
      try scene.train(TrainingScene.twoPhases, settings: ["model.init.vocab_size=60"])
    }
    #expect(try !scene.train(TrainingScene.twoPhases).wasInterrupted)
  }

  @Test("Logs that were removed are missed aloud, and links in their place are not followed")
  func tamperedLogs() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases, request: { $0 == 12 ? .stop : nil })
    let metrics = scene.path("out/two/continual/metrics.jsonl")
    try FileManager.default.removeItem(atPath: metrics)
    try scene.train(TrainingScene.twoPhases, request: { $0 == 13 ? .stop : nil })
    #expect(scene.messages.contains { $0.contains("metrics.jsonl does not reach step 12") })
    try FileManager.default.moveItem(atPath: metrics, toPath: scene.path("victim"))
    try FileManager.default.createSymbolicLink(
      atPath: metrics, withDestinationPath: scene.path("victim"))
    let before = try scene.bytes("victim")
    #expect(throws: FileError.self) { try scene.train(TrainingScene.twoPhases) }
    #expect(try scene.bytes("victim") == before)
  }

  @Test("A changed plan needs its changes named")
  func changedPlan() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases, request: { $0 == 16 ? .stop : nil })
    let edited = TrainingScene.twoPhases.replacingOccurrences(of: "steps: 12", with: "steps: 14")
    let error = #expect(throws: (any Error).self) { try scene.train(edited) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("runs.continual.phases.adapt.steps: 12 → 14"))
    let result = try scene.train(
      TrainingScene.twoPhases, settings: ["runs.continual.phases.adapt.steps=14"])
    #expect(result.finished.map(\.step) == [24])
    #expect(scene.messages.contains { $0.contains("another learning rate from step") })
    #expect(try scene.lines("out/two/plan-changes.jsonl").count == 1)
  }
}
