import Files
import Foundation
import LanguageModel
import OrderedJSON
import TestSupport
import Testing
import Training

@Suite("The checkpoints of a run")
struct CheckpointStoreTests {
  let root: URL
  let store: CheckpointStore
  init() throws {
    root = try Locations.makeTemporaryFolder()
    store = CheckpointStore(runFolder: root.path)
  }

  @discardableResult
  private func save(_ step: Int, number: Float = 1, phaseEnd: String? = nil) throws
    -> CheckpointStore.SaveOutcome
  {
    try [number, 2, 3, 4].withUnsafeBytes { bytes in
      try store.save(
        CheckpointContent(
          step: step, phaseEnd: phaseEnd, files: [("config.json", Array("{}\n".utf8))],
          weights: [NamedTensor(name: "w", shape: [2, 2], bytes: bytes)],
          optimizer: [
            NamedTensor(
              name: "m", shape: [], bytes: UnsafeRawBufferPointer(rebasing: bytes[..<4]))
          ], state: ["step": .integer(step)]))
    }
  }

  private func path(_ step: Int, _ file: String) -> String { store.path(ofStep: step) + "/\(file)" }

  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  @Test("A checkpoint is a Hugging Face folder with the trainer's files and a manifest")
  func writes() throws {
    #expect(try save(200, phaseEnd: "adapt") == .saved)
    #expect(try names(store.folder) == ["step-00000200"])
    #expect(
      try names(store.path(ofStep: 200)) == [
        "config.json", "manifest.json", "model.safetensors", "optimizer.safetensors",
        "trainer-state.json",
      ])
    let model = try SafetensorsFile(path: path(200, "model.safetensors"))
    #expect(model.entries.map(\.name) == ["w"] && model.entries[0].dtype == "F32")
    #expect(model.metadata.first?.value == "pt")
    let manifest = try Fixture.json(at: URL(fileURLWithPath: path(200, "manifest.json")))
    #expect(manifest["format"] == 1 && manifest["step"] == 200 && manifest["phase_end"] == "adapt")
    for member in try #require(manifest["files"]?.objectValue).members {
      let file = path(200, member.name)
      let digest = try SHA256Digest.digest(ofFile: file)
      #expect(member.value["sha256"]?.stringValue == digest?.hex)
      #expect(
        member.value["bytes"]?.integerValue
          == (try Data(contentsOf: URL(fileURLWithPath: file))).count)
    }
    let found = try store.newestGood { Issue.record("\($0)") }
    #expect(found?.step == 200 && found?.phaseEnd == "adapt")
    #expect(found?.path == store.path(ofStep: 200))
  }

  @Test("Saving the same again keeps what is there; other content takes its place")
  func savesAgain() throws {
    try save(5)
    try AtomicFile.write("scores", to: path(5, "scores.json"))
    #expect(try save(5) == .kept)
    #expect(try names(store.path(ofStep: 5)).contains("scores.json"))
    #expect(try save(5, number: 9) == .saved)
    // Scores of other weights.
    #expect(try !names(store.path(ofStep: 5)).contains("scores.json"))
    #expect(try save(5, number: 9, phaseEnd: "p") == .saved)
    #expect(try store.manifest(ofStep: 5).phaseEnd == "p")
    // Broken, though the manifest is the same.
    try AtomicFile.write("{ }", to: path(5, "config.json"))
    #expect(try save(5, number: 9, phaseEnd: "p") == .saved)
    try store.verify(5)
    #expect(try names(store.folder) == ["step-00000005"])
  }

  @Test("Whatever has a step's name gives way")
  func replacesOthers() throws {
    try OutputFolder.makeFolders(store.folder)
    try AtomicFile.write("a file", to: store.path(ofStep: 1))
    try OutputFolder.makeFolders(store.path(ofStep: 2))
    try OutputFolder.makeFolders(root.path + "/elsewhere")
    try AtomicFile.write("kept", to: root.path + "/elsewhere/file")
    symlink(root.path + "/elsewhere", store.path(ofStep: 3))
    symlink("nowhere", store.path(ofStep: 4))
    for step in 1...4 {
      #expect(try save(step) == .saved)
      try store.verify(step)
    }
    #expect(try names(root.path + "/elsewhere") == ["file"])
    #expect(try names(store.folder).count == 4)
  }

  @Test("Only the names that are given to steps are steps")
  func lists() throws {
    #expect(try store.list() == [])
    for name in [
      "step-00000010", "step-00000002", "step-123456789", "step-1", "step-000000011",
      "step-0000001x", "step-+0000012", "step--0000013", ".step-00000014", "other", "step-00000000",
      "step-99999999999999999999",
    ] {
      try OutputFolder.makeFolders(store.folder + "/" + name)
    }
    #expect(try store.list() == [0, 2, 10, 123_456_789])
  }

  @Test("Pruning keeps the newest good ones and every phase's end; broken ones do not count")
  func prunes() throws {
    for step in 1...8 { try save(step, phaseEnd: step == 3 ? "first" : nil) }
    try AtomicFile.write("{ }", to: path(7, "config.json"))
    try AtomicFile.write("x", to: path(2, "manifest.json"))
    // A phase's end, broken.
    try AtomicFile.write("{ }", to: path(3, "config.json"))
    #expect(try store.prune(keepLast: 3) == [1, 4])
    #expect(try store.list() == [2, 3, 5, 6, 7, 8])
    #expect(try store.prune(keepLast: 3) == [])
    #expect(try CheckpointStore(runFolder: root.path).prune(keepLast: 0) == [5, 6, 7])
    #expect(try names(store.folder).count == 3)
  }

  @Test("The last good one is never removed")
  func keepsTheLast() throws {
    try save(1)
    try save(2)
    try AtomicFile.write("{ }", to: path(2, "config.json"))
    #expect(try store.prune(keepLast: 0) == [])
    #expect(try store.list() == [1, 2])
  }

  @Test("Sweeping takes what we left and nothing else")
  func sweeps() throws {
    try save(1)
    let left = [
      "checkpoints/.step-00000002.17.abc.partial", "checkpoints/.step-00000003.17.abc.removed",
      "checkpoints/.step-00000001.17.abc.replaced",
      "checkpoints/step-00000001/.x.json.17.0z.partial",
    ]
    let others = [
      "checkpoints/.hidden", "checkpoints/.step-00000002.partial", "checkpoints/.a.b.c.partial",
      "checkpoints/a.1.abc.partial", "checkpoints/.x.1.ABC.partial",
    ]
    for name in left + others { try OutputFolder.makeFolders("\(root.path)/\(name)/sub") }
    let back = root.path + "/checkpoints/.step-00000009.17.abc.replaced"
    #expect(rename(store.path(ofStep: 1), back) == 0)
    try save(1)
    try AtomicFile.write("x", to: root.path + "/.metrics.jsonl.17.abc.partial")
    let swept = try store.sweep()
    #expect(swept.count == left.count + 2)
    #expect(try store.list() == [1, 9])
    for name in others {
      #expect(FileManager.default.fileExists(atPath: "\(root.path)/\(name)/sub"))
    }
    #expect(try !names(root.path).contains { $0.hasPrefix(".") })
    #expect(try store.sweep() == [])
  }
}
