import Foundation
import TestSupport
import Testing
import Training

@Suite("A save that is killed")
struct KilledSaveTests {
  /// What lies in the store before the save that is killed.
  enum Before: String, CaseIterable, CustomTestStringConvertible {
    /// Nothing; the first save of a run.
    case nothing
    /// An older step.
    case older
    /// The same step with other content, and nothing else.
    case other
    /// The same step, broken, and an older one.
    case broken

    var testDescription: String { rawValue }

    func prepare() throws -> ProbedStore {
      let probed = try ProbedStore()
      switch self {
      case .nothing: break
      case .older: try probed.save(1)
      case .other: try probed.save(2, seed: 7)
      case .broken:
        try probed.save(1)
        try probed.save(2, seed: 7)
        let handle = try FileHandle(forUpdating: probed.url(2, "model.safetensors"))
        try handle.truncate(atOffset: 100)
        try handle.close()
      }
      return probed
    }

    /// Whether a good checkpoint was there.
    var hasGood: Bool { self != .nothing }
  }

  /// Runs a save that is killed at one call, and looks at what it leaves.
  private func kill(
    _ before: Before, _ template: ProbedStore, _ faults: [FaultInjection.Fault], _ place: String
  ) throws {
    let probed = try template.copy()
    defer { try? FileManager.default.removeItem(at: probed.root) }
    let killed = try SaveProbe.run(
      "save", probed.root.path, "2", "3", faults: faults, on: probed.root.path)
    try #require(killed.isKilled && killed.status == 9, "\(place): \(killed.errors)")

    try probed.store.sweep()
    #expect(try probed.names().allSatisfy { !$0.hasPrefix(".") }, "\(place)")
    let newest = try probed.newest().step
    #expect(newest != nil || !before.hasGood, "\(place)")
    if newest == 2 {
      #expect(try [3, before == .other ? 7 : 3].contains(probed.seed(of: 2)), "\(place)")
    } else if before.hasGood {
      #expect(newest == 1 && before != .other, "\(place)")
    }
    try probed.save(2, seed: 3)
    #expect(try probed.newest().step == 2, "\(place)")
    #expect(try probed.seed(of: 2) == 3, "\(place)")
    #expect(
      try probed.names() == (try probed.store.list()).map { probed.url($0).lastPathComponent })
  }

  @Test(
    "Killed at any call, it leaves the old checkpoint or the new one, and the next save goes well",
    arguments: Before.allCases)
  func leavesAGoodOne(before: Before) throws {
    let template = try before.prepare()
    let whole = try template.copy()
    let calls = try SaveProbe.calls("save", whole.root.path, "2", "3", on: whole.root.path)
    try #require(calls.count > 20)
    for (index, call) in calls.enumerated() {
      try kill(before, template, [.kill(at: index + 1)], "call \(index + 1), \(call)")
      if call.hasPrefix("write ") {
        try kill(before, template, [.tear(at: index + 1)], "half of call \(index + 1), \(call)")
      }
    }
  }

  @Test("Where names cannot be exchanged, the old checkpoint is moved aside and put back")
  func movesAside() throws {
    let refused = FaultInjection.Fault.failAll(call: "renameat2", code: EINVAL)
    let template = try Before.other.prepare()
    let whole = try template.copy()
    let log = try Locations.makeTemporaryFolder().appendingPathComponent("calls")
    let outcome = try SaveProbe.run(
      "save", whole.root.path, "2", "3", faults: [refused], on: whole.root.path, log: log)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try whole.seed(of: 2) == 3)
    let calls = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    let exchange = try #require(calls.firstIndex { $0.contains(" renameat2 ") })
    for number in exchange + 1...calls.count {
      try kill(.other, template, [refused, .kill(at: number)], "\(calls[number - 1])")
    }
  }

  @Test("Every file is flushed before the folder appears, and the folder's entry after it")
  func flushesInOrder() throws {
    let probed = try ProbedStore()
    let calls = try SaveProbe.calls("save", probed.root.path, "2", "3", on: probed.root.path)
    let appears = try #require(
      calls.lastIndex { $0.hasPrefix("rename ") && $0.contains("/checkpoints/.step-00000002.") })
    for name in [
      "config.json", "model.safetensors", "optimizer.safetensors", "trainer-state.json",
      "manifest.json",
    ] {
      let last = try #require(calls.lastIndex { $0.hasPrefix("write ") && $0.contains(name) })
      let flush = try #require(
        calls.firstIndex { $0.hasPrefix("fsync ") && $0.contains("/.\(name).") })
      #expect(last < flush && flush < appears, "\(name)")
    }
    let manifest = try #require(calls.firstIndex { $0.contains("/.manifest.json.") })
    let others = try #require(
      calls.lastIndex { $0.hasPrefix("write ") && !$0.contains("manifest.json") })
    #expect(others < manifest)
    let folder = calls[appears].split(separator: " ")[1]
    #expect(calls[..<appears].last == "fsync \(folder)")
    #expect(calls[(appears + 1)...].contains("fsync \(probed.store.folder)"))
    // The folder of the checkpoints is new as well.
    #expect(calls.contains("fsync \(probed.root.path)"))
  }

  @Test("Killed at any call, pruning leaves what is to stay, and the rest is swept or whole")
  func prunes() throws {
    let template = try ProbedStore()
    for step in [1, 2, 10, 11, 12] { try template.save(step) }
    let whole = try template.copy()
    let calls = try SaveProbe.calls("prune", whole.root.path, "1", on: whole.root.path)
    #expect(try whole.store.list() == [10, 12])
    for (index, call) in calls.enumerated() {
      let probed = try template.copy()
      let killed = try SaveProbe.run(
        "prune", probed.root.path, "1", faults: [.kill(at: index + 1)], on: probed.root.path)
      try #require(killed.isKilled)
      try probed.store.sweep()
      for step in try probed.store.list() { try probed.store.verify(step) }
      #expect(try Set([10, 12]).isSubset(of: probed.store.list()), "\(call)")
      #expect(try probed.names().allSatisfy { !$0.hasPrefix(".") }, "\(call)")
      #expect(try probed.store.prune(keepLast: 1).allSatisfy { [1, 2, 11].contains($0) })
    }
  }
}
