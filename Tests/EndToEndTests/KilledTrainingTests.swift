import Foundation
import TestSupport
import Testing

/// Training that is killed, or that meets a full disk or damaged files: whatever happens, the same
/// command ends with the bytes of a run that nothing happened to.
@Suite("cpteval train through anything")
struct KilledTrainingTests {
  private static let run = "two/continual"

  @Test("Killed at twenty random moments, a run ends with the same bytes as one never stopped")
  func killedAtRandom() throws {
    let folder = try TrainingFolder(plan: TrainingFolder.longPlan)
    let begin = Date()
    try #require(folder.train("whole").status == 0)
    // On a busy machine a run takes long; then the kills come in its beginning.
    let duration = min(Date().timeIntervalSince(begin), 3)
    let whole = try folder.result("whole")
    var random = Mutator(seed: 20)
    var (kills, ends) = (0, 0)
    while kills < 20 {
      let running = try folder.start("out\(ends)")
      // Often early, where folders and caches are made; else anywhere in the time that a run takes.
      let longest = kills.isMultiple(of: 3) ? duration / 5 : duration
      _ = running.wait(seconds: longest * Double(random.below(1000)) / 1000) { false }
      running.send(SIGKILL)
      let outcome = running.finish()
      if outcome.isKilled {
        kills += 1
      } else {
        try #require(outcome.status == 0, "after \(kills) kills: \(outcome.errors)")
        try folder.expectSame("out\(ends)", as: whole, "after \(kills) kills")
        ends += 1
      }
    }
    let rest = try folder.train("out\(ends)")
    try #require(rest.status == 0, "\(rest.errors)")
    try folder.expectSame("out\(ends)", as: whole, "at the end")
  }

  /// The calls of a whole run that change files, as `call path`.
  private static func calls(_ folder: TrainingFolder, _ output: String) throws -> [String] {
    let log = folder.url.appendingPathComponent("\(output).calls")
    let outcome = try folder.train(
      output, "--threads", "1",
      environment: FaultInjection.environment(path: folder.path(output) + "/", log: log))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: " ", maxSplits: 1)[1].description
    }
  }

  /// Trains with faults in the calls on the output.
  private static func train(
    _ folder: TrainingFolder, _ output: String, _ faults: [FaultInjection.Fault] = []
  ) throws -> BuiltBinary.Outcome {
    try folder.train(
      output, "--threads", "1",
      environment: FaultInjection.environment(faults, path: folder.path(output) + "/"))
  }

  // A run of five steps makes about three hundred calls, most of them for four token caches, new
  // weights and three saves. Of each of these every third call is met, another third each time; of all
  // that lies between, every call. The two halves are for two cores.
  @Test("Killed wherever it changes a file, a run ends with the same bytes", arguments: [0, 1])
  func killedAtCalls(half: Int) throws {
    let folder = try TrainingFolder(plan: TrainingFolder.shortPlan)
    let calls = try Self.calls(folder, "whole")
    try #require(calls.count > 100)
    let whole = try folder.result("whole")
    var (group, begin, kills) = (0, 0, 0)
    for number in 1...calls.count {
      let call = calls[number - 1]
      if call.hasPrefix("mkdir ") && call.hasSuffix(".partial") {
        (group, begin) = (group + 1, number)
      }
      if call.contains(".partial") && !(number - begin + group).isMultiple(of: 3) { continue }
      kills += 1
      if kills % 2 == half { continue }
      let output = "out\(number)"
      let place = "call \(number), \(call)"
      let fault: FaultInjection.Fault =
        call.hasPrefix("write ") && (number / 2).isMultiple(of: 2)
        ? .tear(at: number) : .kill(at: number)
      let killed = try Self.train(folder, output, [fault])
      try #require(killed.isKilled && killed.status == SIGKILL, "\(place): \(killed.errors)")
      let rest = try Self.train(folder, output)
      try #require(rest.status == 0, "\(place): \(rest.errors)")
      try folder.expectSame(output, as: whole, place)
      try folder.remove(output)
    }
  }

  @Test("On a full disk a run ends with 1, names file and reason, and goes on when there is space")
  func fullDisk() throws {
    let folder = try TrainingFolder(plan: TrainingFolder.shortPlan)
    let calls = try Self.calls(folder, "whole")
    let whole = try folder.result("whole")
    let first = "\(Self.run)/checkpoints/step-00000003/model.safetensors"
    // What cannot be written, and how often it was before: tokens, weights, logs, checkpoints. A save
    // goes on beside training, so the calls' order may differ from time to time, and the place is
    // one after which much is still to be written.
    for (words, times) in [
      ("/tokens/", 0), ("/tokens/", 8), ("/initial-", 0), ("/plan.yaml", 0), ("/metrics.jsonl", 2),
      ("/samples.jsonl", 4), ("/model.safetensors", 0), ("/optimizer.safetensors", 1),
      ("/trainer-state.json", 1), ("/manifest.json", 1), ("/evaluations.jsonl", 1),
      ("/phases.jsonl", 0),
    ] {
      let matching = calls.indices.filter {
        calls[$0].hasPrefix("write ") && calls[$0].contains(words)
          || calls[$0].hasPrefix("write ") && calls[$0].contains("/.\(words.dropFirst()).")
          || calls[$0].hasPrefix("mkdir ") && calls[$0].contains("/.\(words.dropFirst())")
      }
      let index = try #require(matching.dropFirst(times).first ?? matching.last, "\(words)")
      let place = "call \(index + 1), \(calls[index])"
      let output = "out\(index)"
      let failed = try Self.train(folder, output, [.fill(from: index + 1, code: ENOSPC)])
      #expect(failed.status == 1 && !failed.isKilled, "\(place): \(failed.errors)")
      #expect(failed.errors.contains("/\(output)/two"), "\(place): \(failed.errors)")
      #expect(failed.errors.contains("No space left on device"), "\(place): \(failed.errors)")
      // The first checkpoint may have been under way when the disk filled; if it is there, it is whole.
      if FileManager.default.fileExists(atPath: folder.path("\(output)/\(first)")) {
        #expect(
          try folder.bytes("\(output)/\(first)") == folder.bytes("whole/\(first)"), "\(place)")
      }
      let rest = try Self.train(folder, output)
      try #require(rest.status == 0, "\(place): \(rest.errors)")
      try folder.expectSame(output, as: whole, place)
    }
  }

  /// What may happen to a checkpoint.
  enum Damage: String, CaseIterable, CustomTestStringConvertible {
    case truncated, flippedBit, noManifest, missingFile, emptyState
    var testDescription: String { rawValue }

    func apply(to checkpoint: URL) throws {
      let model = checkpoint.appendingPathComponent("model.safetensors")
      switch self {
      case .truncated: try Data(contentsOf: model).dropLast(100).write(to: model)
      case .flippedBit:
        var data = try Data(contentsOf: model)
        data[data.count - 5] ^= 16
        try data.write(to: model)
      case .noManifest:
        try FileManager.default.removeItem(at: checkpoint.appendingPathComponent("manifest.json"))
      case .missingFile:
        try FileManager.default.removeItem(
          at: checkpoint.appendingPathComponent("optimizer.safetensors"))
      case .emptyState:
        try Data().write(to: checkpoint.appendingPathComponent("trainer-state.json"))
      }
    }
  }

  @Test(
    "A damaged newest checkpoint is named, passed over and made again", arguments: Damage.allCases)
  func damaged(_ damage: Damage) throws {
    let folder = try TrainingFolder()
    try #require(folder.train().status == 0)
    let whole = try folder.result("out")
    let newest = "\(Self.run)/checkpoints/step-00000022"
    try damage.apply(to: folder.url.appendingPathComponent("out/\(newest)"))
    let outcome = try folder.train()
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("step 22 is broken and passed over"), "\(outcome.errors)")
    #expect(outcome.errors.contains("going on after step 20"), "\(outcome.errors)")
    try folder.expectSame("out", as: whole)
  }
}
