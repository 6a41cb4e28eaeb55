import Foundation
import OrderedJSON
import TestSupport
import Testing
import Training

/// The executable `SaveProbe`, which does to a store in a process of its own what a run does.
enum SaveProbe {
  /// Runs it to its end; flushes are left out, which no test over a living kernel could notice.
  static func run(
    _ arguments: String..., faults: [FaultInjection.Fault] = [], on path: String? = nil,
    log: URL? = nil
  ) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(
      arguments, of: "SaveProbe",
      environment: FaultInjection.environment(faults, path: path, log: log))
  }

  /// The calls that a run makes when nothing fails, as `call path`.
  static func calls(_ arguments: String..., on path: String) throws -> [String] {
    let log = try Locations.makeTemporaryFolder().appendingPathComponent("calls")
    let outcome = try BuiltBinary.run(
      arguments, of: "SaveProbe", environment: FaultInjection.environment(path: path, log: log))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: " ", maxSplits: 1)[1].description
    }
  }
}

/// A run's folder in which checkpoints are made by probes and by the test.
struct ProbedStore {
  let root: URL
  let store: CheckpointStore

  init() throws {
    root = try Locations.makeTemporaryFolder()
    store = CheckpointStore(runFolder: root.path)
  }

  /// Another folder with the same checkpoints.
  func copy() throws -> ProbedStore {
    let copy = try ProbedStore()
    for name in try FileManager.default.contentsOfDirectory(atPath: root.path) {
      try FileManager.default.copyItem(
        at: root.appendingPathComponent(name), to: copy.root.appendingPathComponent(name))
    }
    return copy
  }

  /// Saves what the probe of that step and seed saves.
  func save(_ step: Int, seed: Int = 0) throws {
    let outcome = try SaveProbe.run("save", root.path, "\(step)", "\(seed)")
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  func url(_ step: Int, _ file: String = "") -> URL {
    URL(fileURLWithPath: store.path(ofStep: step)).appendingPathComponent(file)
  }

  /// The seed that the checkpoint of a step was made from.
  func seed(of step: Int) throws -> Int? {
    try Fixture.json(at: url(step, "trainer-state.json"))["seed"]?.integerValue
  }

  /// The newest step that is whole, and what was said of broken ones.
  func newest() throws -> (step: Int?, log: [String]) {
    var log: [String] = []
    let found = try store.newestGood { log.append($0) }
    return (found?.step, log)
  }

  /// Names in the folder of the checkpoints.
  func names() throws -> [String] {
    guard FileManager.default.fileExists(atPath: store.folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: store.folder).sorted()
  }
}
