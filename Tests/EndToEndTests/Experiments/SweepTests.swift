import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval run on several checkpoints, and against a baseline")
struct SweepTests {
  private static let scratch = TrainingFolder.checkpoint("from-scratch", 12)
  private static let neox = Locations.fixtures.path + "/checkpoints/tiny-neox"

  private static func run(
    _ folder: TrainingFolder, _ arguments: String...
  ) throws -> BuiltBinary.Outcome {
    try folder.cpteval(
      ["run", "--tasks", "arc_mini", "--limit", "8", "--threads", "1"] + arguments)
  }

  /// A name in the shared folder that no other test has.
  private static func output() -> String { "run-\(UUID())" }

  @Test("A pattern and folders are scored in order, each once, under names that tell them apart")
  func sweeps() throws {
    let folder = try TrainingFolder.finished.get()
    let output = Self.output()
    let outcome = try Self.run(
      folder, "--checkpoint", Self.scratch, "out/two/continual/checkpoints/*", "./\(Self.scratch)/",
      "--output-path", output)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = [
      "from-scratch__step-00000012", "continual__step-00000006", "continual__step-00000010",
      "continual__step-00000012",
    ]
    #expect(try folder.names(output) == names.sorted())
    for name in names { #expect(try folder.names("\(output)/\(name)").count == 1) }
    let headings = outcome.output.split(separator: "\n").filter { $0.contains(" · window 512") }
    #expect(headings.map { $0.split(separator: " ")[0].description } == names)
    // The table over all of them comes last, a line each.
    let last = try #require(outcome.output.components(separatedBy: "\n\n").last)
    for name in names { #expect(last.contains(name), "\(last)") }
    for name in names { #expect(outcome.errors.contains("\(name): gpt_neox"), "\(outcome.errors)") }
  }

  @Test("Several checkpoints as JSON are one array, and each element is the file of its checkpoint")
  func array() throws {
    let folder = try TrainingFolder.finished.get()
    let output = Self.output()
    let outcome = try Self.run(
      folder, "--checkpoint", "out/two/continual/checkpoints/step-0000001?", "--format", "json",
      "--output-path", output, "--baseline", Self.scratch)
    #expect(outcome.status == 0, "\(outcome.errors)")
    // Its results are of 16 documents, not of these 8.
    #expect(outcome.errors.contains("Scoring the baseline"), "\(outcome.errors)")
    let array = try #require(JSONValue(parsing: outcome.output).arrayValue)
    #expect(array.map { $0["model_name"]?.stringValue } == ["step-00000010", "step-00000012"])
    for element in array {
      let name = try #require(element["model_name"]?.stringValue)
      var results = try #require(element.objectValue)
      #expect(results["comparison"]?["verdict"]?.stringValue != nil)
      results.members.removeAll { $0.name == "comparison" }
      #expect(try folder.results(in: "\(output)/\(name)") == .object(results))
    }
  }

  @Test("A folder has its own name, however the path to it ends")
  func ownName() throws {
    let folder = try TrainingFolder.finished.get()
    let inside = folder.url.appendingPathComponent("\(Self.scratch)/evaluation")
    let output = folder.path(Self.output())
    for path in ["..", "../.", "../../step-00000012/"] {
      let outcome = try BuiltBinary.run(
        [
          "run", "--checkpoint", path, "--tasks", "arc_mini", "--limit", "1", "--output-path",
          output, "--threads", "1",
        ], in: inside)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("step-00000012 · "), "\(outcome.output)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: output) == ["step-00000012"])
  }

  @Test("A broken checkpoint among several ends with 2 before any is scored")
  func broken() throws {
    let folder = try TrainingFolder.finishedCopy()
    try folder.remove(TrainingFolder.checkpoint("continual", 12) + "/model.safetensors")
    let outcome = try Self.run(folder, "--checkpoint", "out/two/continual/checkpoints/*")
    #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(outcome.errors.contains("step-00000012"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("documents in"), "\(outcome.errors)")
    let none = try Self.run(folder, "--checkpoint", "out/two/*/nothing-*")
    #expect(none.status == 2 && none.errors.contains("no folder with a config.json matches"))
  }

  // MARK: Baselines

  @Test("A baseline that is a checkpoint is scored first, unless it has results")
  func checkpointBaseline() throws {
    let folder = try TrainingFolder.finished.get()
    let output = Self.output()
    let outcome = try Self.run(
      folder, "--checkpoint", Self.scratch, "--baseline", Self.neox, "--output-path", output,
      "--log-samples")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("Scoring the baseline \(Self.neox) first"))
    #expect(outcome.output.contains("A  tiny-neox (reference)"), "\(outcome.output)")
    let beside = "\(output)/step-00000012"
    let names = try folder.names(beside)
    #expect(
      names.map { $0.split(separator: "_2")[0] } == ["comparison", "results", "samples_arc_mini"])
    let record = try folder.json("\(beside)/\(names[0])")
    #expect(record["rows"]?.arrayValue?.count ?? 0 > 1)

    // The other way round: compare gives the same from the files.
    let theirs = try Self.run(
      folder, "--checkpoint", Self.neox, "--output-path", output, "--log-samples")
    try #require(theirs.status == 0, "\(theirs.errors)")
    let again = try folder.cpteval([
      "compare", "\(output)/tiny-neox", beside, "--format", "json",
    ])
    #expect(try JSONValue(parsing: again.output)["rows"] == record["rows"])

    let scored = try folder.cpteval([
      "run", "--checkpoint", TrainingFolder.checkpoint("continual", 12), "--tasks", "arc_mini",
      "--limit", "16", "--baseline", Self.scratch, "--format", "json",
    ])
    #expect(scored.status == 0 && !scored.errors.contains("first"), "\(scored.errors)")
    let rows = try JSONValue(parsing: scored.output)["comparison"]?["rows"]?.arrayValue
    let trained = try folder.comparisons().first {
      $0["final"] == true && $0["against"] == "baseline"
    }
    #expect(
      rows?.first?["difference"]
        == trained?["comparison"]?["rows"]?.arrayValue?.first?["difference"])
  }

  @Test(
    "A baseline that is of no use ends with 2 before anything is scored",
    arguments: [
      ("nowhere", "nowhere: no such file or folder"),
      ("theirs", "no results of arc_mini. Name a folder that has them, or the checkpoint itself"),
      ("torn", "torn"),
    ])
  func uselessBaseline(_ baseline: String, _ words: String) throws {
    let folder = try TrainingFolder(plan: TrainingFolder.experimentPlan)
    let theirs = try folder.cpteval([
      "run", "--checkpoint", Self.neox, "--tasks", "piqa_mini", "--limit", "2", "--output-path",
      "theirs", "--log-samples", "--threads", "1",
    ])
    try #require(theirs.status == 0, "\(theirs.errors)")
    try FileManager.default.copyItem(atPath: Self.neox, toPath: folder.path("torn"))
    try folder.remove("torn/tokenizer.json")
    let outcome = try Self.run(
      folder, "--checkpoint", Self.neox, "--baseline", baseline, "--output-path", "mine")
    #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(!outcome.errors.contains("documents in"), "\(outcome.errors)")
  }
}
