import Foundation
import OrderedJSON
import TestSupport
import Testing

/// What runs are compared with: a run of the plan, somebody's checkpoint, or results on the disk.
@Suite("cpteval train against a baseline")
struct BaselineTests {
  /// One short run, whose baseline comes from outside.
  private static func plan(_ baseline: String, tasks: String = "[arc_mini, piqa_mini]") -> String {
    TrainingFolder.experimentPlan
      .replacingOccurrences(of: "baseline: from-scratch", with: "baseline: \(baseline)")
      .replacingOccurrences(of: "[arc_mini, piqa_mini_de], every: 4, limit: 16", with: tasks)
      .replacingOccurrences(of: "steps: 6", with: "steps: 2")
  }

  private static let neox = Locations.fixtures.path + "/checkpoints/tiny-neox"
  private static let theirs = Locations.fixtures.path + "/lm-eval-results/tiny-neox"

  private static func train(
    _ folder: TrainingFolder, _ settings: String...
  ) throws -> BuiltBinary.Outcome {
    try folder.cpteval(
      ["train", "plan.yaml", "--output-path", "out", "--threads", "1", "--run", "continual"]
        + settings.flatMap { ["--set", $0] })
  }

  @Test(
    "A baseline that is a run may be trained first or last: the comparison is the same",
    arguments: ["from-scratch", "continual"])
  func order(_ first: String) throws {
    let folder = try TrainingFolder(plan: TrainingFolder.experimentPlan)
    let alone = try folder.train("out", "--threads", "1", "--run", first)
    try #require(alone.status == 0, "\(alone.errors)")
    let against = try folder.comparisons().compactMap { $0["against"]?.stringValue }
    #expect(against == (first == "continual" ? ["before_phase"] : []))
    let rest = try folder.train("out", "--threads", "1")
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try folder.findings() == TrainingFolder.finished.get().findings())
    if first == "from-scratch" {
      #expect(rest.errors.contains("continual, step 12, against from-scratch, step 12: worse"))
    }
  }

  @Test("Results of lm-eval itself are a baseline, with its numbers")
  func harnessResults() throws {
    let folder = try TrainingFolder(plan: Self.plan("{results: \(Self.theirs)}"))
    let outcome = try Self.train(folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let file = try #require(
      FileManager.default.contentsOfDirectory(atPath: Self.theirs)
        .first { $0.hasPrefix("results_") })
    let results = try Fixture.json("lm-eval-results/tiny-neox/\(file)")["results"]
    let final = try #require(
      try folder.comparisons().first { $0["final"] == true && $0["against"] == "baseline" })
    let rows = final["comparison"]?["rows"]?.arrayValue ?? []
    #expect(rows.count { $0["deciding"] == true } == 2)
    for row in rows {
      let (name, metric) = (row["name"]?.stringValue ?? "", row["metric"]?.stringValue ?? "")
      let theirs = try #require(results?[name]?["\(metric),none"]?.doubleValue)
      #expect(abs((row["reference"]?["value"]?.doubleValue ?? .nan) - theirs) < 1e-9)
      #expect(row["n"] == 64)
    }
    let again = try folder.shell(try #require(final["command"]?.stringValue) + " --format json")
    #expect(try JSONValue(parsing: again.output)["rows"] == final["comparison"]?["rows"])
  }

  @Test("What run wrote for a checkpoint, and that checkpoint, are the same baseline")
  func checkpointOrResults() throws {
    let tasks = "[arc_mini, piqa_mini], limit: 8"
    let folder = try TrainingFolder(plan: Self.plan("{results: theirs}", tasks: tasks))
    let scored = try folder.cpteval([
      "run", "--checkpoint", Self.neox, "--tasks", "arc_mini,piqa_mini", "--limit", "8",
      "--output-path", "theirs", "--log-samples",
    ])
    try #require(scored.status == 0, "\(scored.errors)")
    let results = try Self.train(folder)
    try #require(results.status == 0, "\(results.errors)")
    let byResults = try folder.comparisons().filter { $0["against"] == "baseline" }
    #expect(byResults.count == 2)

    let other = try TrainingFolder(plan: Self.plan("{checkpoint: \(Self.neox)}", tasks: tasks))
    let checkpoint = try Self.train(other)
    try #require(checkpoint.status == 0, "\(checkpoint.errors)")
    #expect(checkpoint.errors.contains("tiny-neox: scored in"), "\(checkpoint.errors)")
    let byCheckpoint = try other.comparisons().filter { $0["against"] == "baseline" }
    for (a, b) in zip(byResults, byCheckpoint) {
      let rows = b["comparison"]?["rows"]?.arrayValue ?? []
      #expect(a["comparison"]?["rows"]?.arrayValue == rows.filter { $0["kind"] == "task" })
      // A checkpoint with the plan's tokenizer has losses too.
      #expect(rows.contains { $0["kind"] == "loss" && $0["name"] == "german" })
    }
    #expect(byCheckpoint.count == 2)
    let again = try Self.train(other)
    #expect(again.status == 0 && !again.errors.contains("scored in"), "\(again.errors)")
    #expect(!FileManager.default.fileExists(atPath: Self.neox + "/evaluation"))
  }

  @Test("A checkpoint with another tokenizer is compared on tasks, and the reason is given")
  func otherTokenizer() throws {
    let llama = Locations.fixtures.path + "/checkpoints/tiny-llama"
    let folder = try TrainingFolder(
      plan: Self.plan("{checkpoint: \(llama)}", tasks: "[arc_mini], limit: 4"))
    let outcome = try Self.train(folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("its tokenizer.json is another one"), "\(outcome.errors)")
    let kinds = try folder.comparisons().filter { $0["against"] == "baseline" }.flatMap {
      ($0["comparison"]?["rows"]?.arrayValue ?? []).compactMap { $0["kind"]?.stringValue }
    }
    #expect(Set(kinds) == ["task"])
  }

  @Test("Interrupted while the baseline is scored, nothing is begun, and the same command goes on")
  func interrupted() throws {
    let folder = try TrainingFolder(
      plan: Self.plan(
        "{checkpoint: \(Self.neox)}", tasks: "[hellaswag_mini, hellaswag_mini_de], num_fewshot: 5"))
    let running = try folder.start("out", "--threads", "1", "--run", "continual")
    #expect(running.wait { running.errors.contains("GFLOP/s") })
    running.send(SIGINT)
    let outcome = running.finish()
    #expect(outcome.status == 130, "\(outcome.errors)")
    #expect(outcome.errors.contains("Interrupted before a run was begun"), "\(outcome.errors)")
    #expect(!folder.exists("out/two/continual/metrics.jsonl"))
    let rest = try Self.train(folder, "evaluation.limit=2")
    #expect(rest.status == 0, "\(rest.errors)")
  }

  @Test("The checkpoint that runs begin with is scored, and the first phase is compared with it")
  func beginning() throws {
    let folder = try TrainingFolder(
      plan: Self.plan("from-scratch", tasks: "[arc_mini], limit: 8"))
    let outcome = try Self.train(folder, "model={checkpoint: \(Self.neox)}")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(
      try folder.comparisons().map { $0["phase"]?.stringValue } == ["pretrain", "adapt"])
    let first = try folder.comparisons()[0]
    #expect(first["against"] == "before_phase")
    let row = first["comparison"]?["rows"]?.arrayValue?.first
    let scored = try folder.cpteval([
      "run", "--checkpoint", Self.neox, "--tasks", "arc_mini", "--limit", "8", "--format", "json",
    ])
    #expect(
      try JSONValue(parsing: scored.output)["results"]?["arc_mini"]?["acc,none"]
        == row?["reference"]?["value"])
    // Its scores begin the curves.
    let scores = try folder.json("out/two/comparison.json")["runs"]?.arrayValue?.first?["scores"]
    #expect(scores?.arrayValue?.first?["step"] == 0)
  }

  @Test(
    "A baseline that cannot be used ends with 2 before the first step, and says why",
    arguments: [
      ("{checkpoint: nowhere}", "nowhere: no such folder"),
      ("{checkpoint: en.jsonl}", "en.jsonl is a file"),
      ("{checkpoint: empty}", "empty"),
      ("{checkpoint: torn}", "torn/model.safetensors"),
      ("{results: nowhere}", "nowhere: no such file or folder"),
      ("{results: empty}", "empty: no results here"),
      ("{results: broken}", "results_2026-01-01T00-00-00.json"),
      ("{results: \(neox)}", "is a checkpoint that has no results yet"),
      ("no-run", "there is no run \"no-run\""),
    ])
  func unusable(_ baseline: String, _ words: String) throws {
    let folder = try TrainingFolder(plan: Self.plan(baseline))
    try folder.makeFolders("empty", "broken")
    try folder.write("broken/results_2026-01-01T00-00-00.json", "{\"results\": {\"arc_mini\"")
    try FileManager.default.copyItem(atPath: Self.neox, toPath: folder.path("torn"))
    try folder.bytes("torn/model.safetensors").dropLast(100).write(
      to: folder.url.appendingPathComponent("torn/model.safetensors"))
    let outcome = try Self.train(folder)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(!folder.exists("out/two/continual/metrics.jsonl"))
  }

  @Test("A baseline with other documents costs no training: problem, report, and status 1")
  func otherDocuments() throws {
    let folder = try TrainingFolder(
      plan: Self.plan("{results: \(Self.theirs)}", tasks: "[arc_mini], limit: 8"))
    let outcome = try Self.train(folder)
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("finished at step 4"))
    for text in [outcome.errors, try folder.text("out/two/report.html")] {
      #expect(text.contains("arc_mini: B lacks 56 of the other"), "\(outcome.errors)")
    }
    // Nothing is lost: with another baseline the same run is compared.
    let mended = try Self.train(folder, "baseline={checkpoint: \(Self.neox)}")
    #expect(mended.status == 0, "\(mended.errors)")
    #expect(try folder.comparisons().contains { $0["against"] == "baseline" })
  }
}

extension TrainingFolder {
  func makeFolders(_ names: String...) throws {
    for name in names {
      try FileManager.default.createDirectory(
        atPath: path(name), withIntermediateDirectories: true)
    }
  }
}
