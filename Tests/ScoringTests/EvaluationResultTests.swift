import Files
import Foundation
import HarnessCompatibility
import OrderedJSON
import Records
import TestSupport
import Testing
import Tokenization

@testable import EvaluationTasks
@testable import Scoring

@Suite("Writing the results of a run")
struct EvaluationResultTests {
  let folder: URL
  let result: EvaluationResult

  init() throws {
    folder = try Locations.makeTemporaryFolder()
    let reference = try HarnessReference()
    let data = folder.appendingPathComponent("data.jsonl")
    try Data("abc".utf8).write(to: data)
    let whole = try #require(reference.outcomes.first)
    let task = ScoringTask(
      name: whole.task.name, alias: whole.task.alias, version: whole.task.version,
      outputType: whole.task.outputType, plan: whole.task.plan, documents: whole.task.documents,
      originalCount: 10, shots: 0, configuration: whole.task.configuration,
      taskFiles: [.embedded("no/such.yaml")], dataFiles: [.onDisk(data)])
    let outcome = TaskOutcome(
      task: task,
      encoded: task.documents.map { EncodedDocument(id: $0.id, content: .requests([])) },
      responses: whole.documents.map(\.responses), cost: CostRecord(scoringSeconds: 2, tokens: 5))
    let digests = FileDigests(cache: DigestCache(path: nil))
    digests.begin([data.path])
    result = EvaluationResult(
      outcomes: [outcome] + reference.outcomes.dropFirst(), groups: reference.groups,
      version: .v0_4_9_2,
      base: EvaluationRecord(
        program: "cpteval", date: 0,
        settings: SettingsRecord(
          compatibility: "lm-eval-0.4.9.2", beginningOfSequence: "tokenizer", window: 512,
          limit: 6, fewshot: nil, threads: 1, batchTokens: nil, memoryLimit: nil,
          bootstrapIterations: 100_000),
        checkpoint: CheckpointRecord(
          name: "m", path: "m", architecture: "gpt_neox", parameters: 1, dtypes: ["F32"]),
        cost: CostRecord(totalSeconds: 3),
        machine: MachineRecord(system: "", processor: "", cores: 1, memory: 0)),
      context: HarnessContext(
        modelName: "m", modelPath: "m", parameterCount: 1, limit: 6, batchTokens: nil,
        bootstrapIterations: 100_000, window: 512, specialTokens: SpecialTokens(), date: 0,
        totalSeconds: 3, environment: "", program: "cpteval"),
      digests: digests)
  }

  @Test("Files appear under lm-eval's names, one samples file per task, and can be read back")
  func writes() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try ResultFiles(outputPath: folder.path, modelName: "m")
    let paths = try result.write(to: files, logsSamples: true)
    #expect(
      paths == [files.results]
        + ["hellaswag_ours", "last_word", "text_ours"].map { files.samples(task: $0) })
    let json = try Fixture.json(at: URL(fileURLWithPath: paths[0]))
    #expect(json["task_hashes"]?.objectValue?.members.count == 3)
    let lines = try String(contentsOfFile: paths[1], encoding: .utf8)
    #expect(lines.hasSuffix("}\n") && lines.split(separator: "\n").count == 6)
    let names = try FileManager.default.contentsOfDirectory(atPath: files.folder)
    #expect(names.count == 4, "no temporary file is left")
    let sizes = try paths.map {
      try #require(FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int)
    }
    let estimate = EvaluationResult.requiredBytes(
      for: result.outcomes.map(\.task), logsSamples: true)
    #expect(estimate >= sizes.reduce(0, +))
  }

  @Test("Without samples there are no samples files and no task hashes, as in lm-eval")
  func withoutSamples() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try ResultFiles(outputPath: folder.path, modelName: "m")
    #expect(try result.write(to: files, logsSamples: false) == [files.results])
    let json = try Fixture.json(at: URL(fileURLWithPath: files.results))
    #expect(json["task_hashes"]?.objectValue?.members.isEmpty == true)
  }

  @Test("Our key holds digests, costs, intervals and chance")
  func ownKey() throws {
    let ours = try #require(result.json(logsSamples: false)["cpteval"])
    let task = try #require(ours["tasks"]?.arrayValue?.first)
    #expect(
      task["data_files"]?.arrayValue?.first?["sha256"]
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(task["task_files"]?.arrayValue?.first?["path"] == "embedded:no/such.yaml")
    #expect(ours["cost"]?["scoring_seconds"] == 2.0 && ours["cost"]?["total_seconds"] == 3.0)
    let acc = try #require(task["metrics"]?.arrayValue?.first)
    #expect(acc["name"] == "acc" && acc["n"] == 6 && acc["chance"] == 0.25)
    #expect(acc["wilson_95"]?["low"] == 0.0)
    #expect(ours["groups"]?.arrayValue?.map { $0["name"] } == ["ours", "ours::inner"])
    #expect(ours["groups"]?.arrayValue?.first?["metrics"]?.arrayValue?.first?["chance"] == nil)
    #expect(ours["version"] == 1)
  }

  @Test("A write that fails throws, and what is not complete does not appear")
  func failingWrite() throws {
    let files = try ResultFiles(outputPath: folder.path, modelName: "m")
    try FileManager.default.removeItem(at: folder)
    #expect(throws: (any Error).self) { try result.write(to: files, logsSamples: true) }
    #expect(!FileManager.default.fileExists(atPath: files.results))
  }
}
