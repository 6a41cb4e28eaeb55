import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval train with several seeds, and with tasks that come later")
struct RepeatedRunTests {
  @Test("Repeated runs are compared seed by seed, and summed up apart from document noise")
  func seeds() throws {
    let plan = TrainingFolder.experimentPlan
    let folder = try TrainingFolder(
      plan: plan.replacingOccurrences(of: "every: 4", with: "every: phase"))
    let outcome = try folder.train(
      "out", "--threads", "1", "--set", "runs.continual.seeds=[1, 2]", "--set",
      "runs.from-scratch.seeds=[1, 2]")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let finals = try folder.comparisons().filter {
      $0["final"] == true && $0["against"] == "baseline"
    }
    #expect(
      finals.compactMap { $0["run"]?.stringValue } == ["continual-seed-1", "continual-seed-2"])
    for (final, seed) in zip(finals, 1...2) {
      let reference = final["comparison"]?["reference"]?["path"]?.stringValue ?? ""
      #expect(reference.contains("/from-scratch-seed-\(seed)/"), "\(reference)")
    }
    let record = try folder.json("out/two/comparison.json")
    let summary = try #require(
      record["seeds"]?.arrayValue?.first { $0["name"] == "german" && $0["kind"] == "loss" })
    let differences = finals.compactMap { final in
      final["comparison"]?["rows"]?.arrayValue?
        .first { $0["name"] == "german" && $0["kind"] == "loss" }?["difference"]?.doubleValue
    }
    try #require(differences.count == 2)
    #expect(summary["run"] == "continual" && summary["seeds"] == [1, 2])
    let mean = (differences[0] + differences[1]) / 2
    let deviation = abs(differences[0] - differences[1]) / 2.0.squareRoot()
    #expect(abs((summary["difference"]?["mean"]?.doubleValue ?? .nan) - mean) < 1e-12)
    #expect(abs((summary["difference"]?["deviation"]?.doubleValue ?? .nan) - deviation) < 1e-12)
    #expect(deviation > 0)
    for name in ["report.html", "comparison.md"] {
      let text = try folder.text("out/two/\(name)")
      #expect(text.contains("seeds 1, 2") || text.contains("Seeds"), "\(name)")
    }
  }

  @Test("A task that is added to a finished run is scored at phases' ends, and reported")
  func addedTask() throws {
    let folder = try TrainingFolder.finishedCopy()
    let weights = try folder.bytes(
      TrainingFolder.checkpoint("continual", 12) + "/model.safetensors")
    let outcome = try folder.train(
      "out", "--threads", "1", "--set", "evaluation.tasks=[arc_mini, piqa_mini_de, piqa_mini]")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("was finished at step 12 already"))
    #expect(
      try folder.bytes(TrainingFolder.checkpoint("continual", 12) + "/model.safetensors")
        == weights)
    for (run, step) in [("continual", 6), ("continual", 12), ("from-scratch", 12)] {
      let beside = TrainingFolder.evaluation(run, step)
      #expect(try folder.samples(of: "piqa_mini", in: beside).count == 16)
      // The results before are gone, so that nobody takes them for these.
      #expect(try folder.names(beside).count { $0.hasPrefix("results_") } == 1)
    }
    for comparison in try folder.comparisons() {
      let rows = comparison["comparison"]?["rows"]?.arrayValue ?? []
      #expect(rows.contains { $0["name"] == "piqa_mini" && $0["deciding"] == true })
    }
    let runs = try folder.json("out/two/comparison.json")["runs"]?.arrayValue ?? []
    for run in runs {
      let steps = (run["scores"]?.arrayValue ?? []).filter {
        $0["task"] == "piqa_mini" && $0["metric"] == "acc"
      }.compactMap { $0["step"]?.integerValue }
      #expect(steps == (run["name"] == "continual" ? [6, 12] : [12]))
    }
    #expect(try folder.text("out/two/report.html").contains("piqa_mini"))
    let again = try folder.train(
      "out", "--threads", "1", "--set", "evaluation.tasks=[arc_mini, piqa_mini_de, piqa_mini]",
      "--set", "evaluation.limit=8")
    #expect(again.status == 0, "\(again.errors)")
    // The log still has the scores of before; a report takes those beside the weights.
    let record = try folder.json("out/two/comparison.json")
    let scores = try #require(record["runs"]?.arrayValue?.first?["scores"]?.arrayValue)
    #expect(
      scores.filter { [6, 12].contains($0["step"]?.integerValue) }.allSatisfy { $0["n"] == 8 })
  }
}
