import Files
import Foundation
import OrderedJSON
import TestSupport
import Testing
import Training

@Suite("Broken and hostile checkpoints")
struct CheckpointVerifyTests {
  let root: URL
  let store: CheckpointStore

  /// Two good checkpoints, saved once for all tests.
  private static let template = Result {
    let root = try Locations.makeTemporaryFolder()
    for step in 1...2 {
      try [Float(step), 2, 3].withUnsafeBytes { bytes in
        let tensor = NamedTensor(name: "w", shape: [3], bytes: bytes)
        _ = try CheckpointStore(runFolder: root.path).save(
          CheckpointContent(step: step, weights: [tensor], optimizer: [], state: [:]))
      }
    }
    return root
  }

  init() throws {
    root = try Locations.makeTemporaryFolder().appendingPathComponent("run")
    store = CheckpointStore(runFolder: root.path)
    try FileManager.default.copyItem(at: Self.template.get(), to: root)
  }

  private func url(_ file: String) -> URL {
    URL(fileURLWithPath: store.path(ofStep: 2)).appendingPathComponent(file)
  }

  private func problem() -> CheckpointProblem? {
    do throws(CheckpointProblem) {
      try store.verify(2)
      return nil
    } catch {
      #expect(error.description.hasSuffix(".") && error.description.contains("step-00000002"))
      return error
    }
  }

  /// Checks that step 2 is passed over by name, and step 1 is found.
  private func expectStepOne(_ words: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    var log: [String] = []
    let found = try CheckpointStore(runFolder: root.path).newestGood { log.append($0) }
    #expect(found?.step == 1, sourceLocation: sourceLocation)
    #expect(log.count == 1 && log[0].contains("step 2"), sourceLocation: sourceLocation)
    #expect(log.first?.contains(words) == true, "\(log)", sourceLocation: sourceLocation)
  }

  @Test("Every file cut by a byte, or with a bit turned, is named, and the older checkpoint found")
  func namesTheFile() throws {
    for name in ["model.safetensors", "optimizer.safetensors", "trainer-state.json"] {
      let good = try Data(contentsOf: url(name))
      try good.dropLast().write(to: url(name))
      #expect(
        problem()
          == .wrongLength(path: url(name).path, byteCount: good.count - 1, expected: good.count))
      try expectStepOne("\(name) has")
      for place in [0, good.count / 2, good.count - 1] {
        var bytes = [UInt8](good)
        bytes[place] ^= 0x10
        try Data(bytes).write(to: url(name))
        guard case .wrongDigest(url(name).path, _, _) = problem() else {
          Issue.record("\(name), byte \(place)")
          continue
        }
      }
      try expectStepOne("\(name) was changed")
      try FileManager.default.removeItem(at: url(name))
      #expect(problem() == .missingFile(path: url(name).path))
      try expectStepOne("\(name) is missing")
      try good.write(to: url(name))
      #expect(problem() == nil)
    }
    #expect(throws: CheckpointProblem.noSuchStep(path: store.path(ofStep: 3))) {
      try store.verify(3)
    }
  }

  @Test("Something else in a file's place is named")
  func namesOthers() throws {
    let model = url("model.safetensors")
    try FileManager.default.removeItem(at: model)
    mkfifo(model.path, 0o600)
    #expect(problem() == .unreadable(.notAPlainFile(path: model.path, kind: "a pipe")))
    unlink(model.path)
    mkdir(model.path, 0o700)
    #expect(problem() == .unreadable(.notAPlainFile(path: model.path, kind: "a folder")))
    let manifest = url("manifest.json")
    unlink(manifest.path)
    #expect(problem() == .noManifest(path: store.path(ofStep: 2)))
    mkfifo(manifest.path, 0o600)
    #expect(problem() == .unreadable(.notAPlainFile(path: manifest.path, kind: "a pipe")))
  }

  @Test("A manifest of 100 MB is refused by its length")
  func refusesLongManifests() throws {
    let handle = try FileHandle(forUpdating: url("manifest.json"))
    try handle.truncate(atOffset: 100_000_000)
    try handle.close()
    guard case .manifestTooLong(_, 100_000_000, _) = problem() else {
      Issue.record("\(String(describing: problem()))")
      return
    }
    try expectStepOne("100000000 bytes")
  }

  private static let digest = String(repeating: "0", count: 64)

  private static func manifest(
    format: String = "1", step: String = "2", phase: String = "null",
    bytes: String = "1", digest: String = "\"\(digest)\"", extra: String = ""
  ) -> String {
    let file = "{\"bytes\": \(bytes), \"sha256\": \(digest)}"
    return "{\"format\": \(format), \"step\": \(step), \"phase_end\": \(phase), \"files\": {"
      + "\"model.safetensors\": \(file), \"optimizer.safetensors\": \(file), "
      + "\"trainer-state.json\": \(file)\(extra)}}"
  }

  private static func named(_ name: String) -> String {
    manifest(
      extra: ", \(JSONValue.string(name).serialized()): {\"bytes\": 1, \"sha256\": \"\(digest)\"}")
  }

  @Test(
    "Manifests that say nothing that can be checked are refused with the reason",
    arguments: [
      ("", "valid JSON"), ("\u{FEFF}{}", "valid JSON"), ("{}", "format"), ("[]", "an array"),
      ("null", "null"), (String(repeating: "[", count: 100_000), "deep"),
      (String(repeating: "{\"a\":", count: 100_000), "deep"),
      (manifest() + "x", "valid JSON"), (String(manifest().dropLast()), "valid JSON"),
      (manifest(format: "2"), "format is 2"), (manifest(format: "1.0"), "format"),
      (manifest(step: "-2"), "step"), (manifest(step: "2.0"), "step"),
      (manifest(step: "9223372036854775808"), "step"), (manifest(step: "null"), "step"),
      (manifest(phase: "1"), "phase_end"),
      (manifest(phase: "\"\(String(repeating: "p", count: 5000))\""), "phase_end"),
      (manifest(bytes: "-1"), "bytes"), (manifest(bytes: "1e3"), "bytes"),
      (manifest(bytes: "\"1\""), "bytes"), (manifest(bytes: "18446744073709551616"), "bytes"),
      (manifest(digest: "\"\""), "sha256"), (manifest(digest: "\"\(digest)0\""), "sha256"),
      (manifest(digest: "\"\(digest.dropLast())g\""), "sha256"), (manifest(digest: "0"), "sha256"),
      (manifest(extra: ", \"x\": 1"), "x"),
      (manifest(extra: ", \"x\": {\"bytes\": 1, \"bytes\": 1}"), "x"),
      (named("../x"), "plain"), (named("/etc/passwd"), "plain"), (named("a/b"), "plain"),
      (named(""), "plain"), (named("."), "plain"), (named(".."), "plain"), (named(".x"), "plain"),
      (named("a\u{0}b"), "plain"), (named(String(repeating: "n", count: 256)), "plain"),
      (named("manifest.json"), "plain"), (named("model.safetensors"), "twice"),
      ("{\"format\": 1, \"format\": 1}", "twice"),
      ("{\"format\": 1, \"step\": 2, \"phase_end\": null, \"files\": {}}", "model.safetensors"),
      ("{\"format\": 1, \"step\": 2, \"phase_end\": null}", "files"),
      ("{\"format\": 1, \"step\": 2, \"files\": {}}", "phase_end"),
      (named("\u{1B}[31m/"), "\\u{1b}"),
    ])
  func refusesManifests(text: String, words: String) throws {
    try Data(text.utf8).write(to: url("manifest.json"))
    guard case .malformedManifest(_, let reason) = problem() else {
      Issue.record("\(text.prefix(200)): \(String(describing: problem()))")
      return
    }
    #expect(reason.contains(words))
    #expect(!reason.contains("\u{1B}"))
  }

  @Test("A manifest of another step, or with far too many files, is refused")
  func refusesOtherManifests() throws {
    try FileManager.default.removeItem(at: url("manifest.json"))
    try FileManager.default.copyItem(
      atPath: store.path(ofStep: 1) + "/manifest.json", toPath: url("manifest.json").path)
    #expect(problem() == .otherStep(path: url("manifest.json").path, step: 1))
    let many = (0..<5000).map { ", \"f\($0)\": {\"bytes\": 0, \"sha256\": \"\(Self.digest)\"}" }
    try Data(Self.manifest(extra: many.joined()).utf8).write(to: url("manifest.json"))
    guard case .malformedManifest(_, let reason) = problem() else {
      Issue.record("it was read")
      return
    }
    #expect(reason.contains("too many"))
  }

  @Test("No change of a manifest's bytes ends the program or passes unless it means the same")
  func survivesMutations() throws {
    let good = [UInt8](try Data(contentsOf: url("manifest.json")))
    let manifest = try store.manifest(ofStep: 2)
    for seed in 0..<300 {
      var mutator = Mutator(seed: UInt64(seed))
      try Data(mutator.mutated(good)).write(to: url("manifest.json"))
      if problem() == nil {
        #expect(try store.manifest(ofStep: 2).files.count >= manifest.files.count)
      }
    }
  }

  @Test("Sizes that the manifest claims are not allocated or read")
  func trustsNoSizes() throws {
    try Data(Self.manifest(bytes: "9223372036854775807").utf8).write(to: url("manifest.json"))
    guard case .wrongLength(_, _, Int.max) = problem() else {
      Issue.record("\(String(describing: problem()))")
      return
    }
  }
}
