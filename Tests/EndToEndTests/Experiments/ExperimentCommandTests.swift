import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval train with tasks and a baseline")
struct ExperimentCommandTests {
  private static let tasks = ["arc_mini", "piqa_mini_de"]

  @Test("One command trains, scores every checkpoint, compares, and ends with the verdict")
  func endsWithVerdict() throws {
    let folder = try TrainingFolder(plan: TrainingFolder.experimentPlan)
    let outcome = try folder.train("out", "--threads", "1")
    try #require(outcome.status == 0, "\(outcome.errors)")
    for words in [
      "continual is worse than from-scratch at 50 % of the compute.",
      "A  from-scratch, step 12 (reference)", "B  continual, step 12",
      "Tests and all metrics: cpteval compare ",
    ] {
      #expect(outcome.output.contains(words), "\(outcome.output)")
    }
    for words in [
      "continual, step 4: scored in", "from-scratch, step 12: scored in", "arc_mini acc_norm ",
      "Report: \(folder.path("out"))/two/report.html",
    ] {
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    for (run, steps) in [("continual", [6, 10, 12]), ("from-scratch", [4, 8, 12])] {
      for step in steps {
        let names = try folder.names(TrainingFolder.evaluation(run, step))
        #expect(
          names.map { $0.split(separator: "_2")[0] } == [
            "identity.json", "results", "samples_arc_mini", "samples_piqa_mini_de",
            "validation.json",
          ])
        let verified = try folder.cpteval([
          "checkpoint", "verify", TrainingFolder.checkpoint(run, step),
        ])
        #expect(verified.status == 0, "\(verified.errors)")
      }
    }
    // Two metrics of two data sets, and two of two tasks.
    let steps = try folder.lines("out/two/continual/evaluations.jsonl")
      .compactMap { $0["step"]?.integerValue }
    #expect(steps == [4, 6, 10, 12].flatMap { [Int](repeating: $0, count: 8) })

    #expect(try folder.text("out/two/report.html").hasPrefix("<!doctype html>"))
    for name in ["report.html", "comparison.md"] {
      #expect(try folder.text("out/two/\(name)").contains("continual is worse than from-scratch"))
    }
    #expect(
      try folder.comparisons().map {
        [$0["run"], $0["step"], $0["against"], $0["final"]].map { $0?.serialized() ?? "" }
      } == [
        [#""continual""#, "6", #""baseline""#, "false"],
        [#""continual""#, "12", #""baseline""#, "true"],
        [#""continual""#, "12", #""before_phase""#, "true"],
      ])

    let before = try (folder.evaluations(), folder.findings())
    let dates = try folder.names(TrainingFolder.evaluation("continual", 12))
    let again = try folder.train("out", "--threads", "1")
    #expect(again.status == 0, "\(again.errors)")
    #expect(!again.errors.contains("scored in"), "\(again.errors)")
    #expect(again.output.contains("continual is worse than from-scratch"))
    #expect(try (folder.evaluations(), folder.findings()) == before)
    #expect(try folder.names(TrainingFolder.evaluation("continual", 12)) == dates)
  }

  @Test("A checkpoint has the bits that run gives it, in its results, its samples and the log")
  func agreesWithRun() throws {
    let folder = try TrainingFolder.finished.get()
    let output = "run-\(UUID())"
    for (run, step) in [("continual", 6), ("from-scratch", 12)] {
      let outcome = try folder.cpteval([
        "run", "--checkpoint", TrainingFolder.checkpoint(run, step), "--tasks",
        Self.tasks.joined(separator: ","), "--limit", "16", "--batch-tokens", "70", "--threads",
        "2", "--output-path", "\(output)/\(run)", "--log-samples",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let beside = TrainingFolder.evaluation(run, step)
      let scored = try "\(output)/\(run)/" + folder.names("\(output)/\(run)")[0]
      let (ours, theirs) = try (folder.results(in: beside), folder.results(in: scored))
      #expect(ours["results"] == theirs["results"])
      #expect(ours["task_hashes"] == theirs["task_hashes"])
      let lines = try folder.lines("out/two/\(run)/evaluations.jsonl")
        .filter { $0["step"]?.integerValue == step }
      for task in Self.tasks {
        #expect(
          try folder.samples(of: task, in: beside) == folder.samples(of: task, in: scored))
        for metric in ["acc", "acc_norm"] {
          let line = try #require(
            lines.first { $0["task"]?.stringValue == task && $0["metric"]?.stringValue == metric })
          for (key, name) in [("value", metric), ("stderr", "\(metric)_stderr")] {
            #expect(line[key] == theirs["results"]?[task]?["\(name),none"], "\(task) \(name)")
          }
          #expect(line["n"] == 16)
        }
      }
      let losses = try folder.json(beside + "/validation.json")["data_sets"]?.arrayValue ?? []
      #expect(losses.count == 2)
      for loss in losses {
        let line = lines.first {
          $0["data_set"] == loss["name"] && $0["metric"] == "validation_loss"
        }
        #expect(line?["value"] == loss["loss"])
      }
    }
  }

  @Test("Every comparison comes out again of the command that stands beside it")
  func comesOutAgain() throws {
    // A path that a shell would take apart.
    let folder = try TrainingFolder(plan: TrainingFolder.experimentPlan)
    let output = "it's $HOME <b>\"out\""
    let outcome = try folder.train(
      output, "--threads", "1", "--set", "evaluation.margin=0.3", "--set",
      "evaluation.loss_margin=0.5", "--set", "evaluation.every=phase")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let comparisons = try folder.comparisons(output)
    #expect(comparisons.count == 3)
    for comparison in comparisons {
      let command = try #require(comparison["command"]?.stringValue)
      let again = try folder.shell("\(command) --format json")
      let (theirs, ours) = try (JSONValue(parsing: again.output), comparison["comparison"])
      for key in ["rows", "verdict", "reasons", "worse_beyond_margin", "margin", "loss_margin"] {
        #expect(theirs[key] == ours?[key], "\(key) of \(command)")
      }
      #expect(again.status == (ours?["worse_beyond_margin"] == true ? 3 : 0), "\(again.errors)")
      #expect(ours?["margin"] == 0.3)
    }
    #expect(try folder.text("\(output)/two/report.html").contains("HOME &lt;b&gt;"))
    #expect(try !folder.text("\(output)/two/report.html").contains("HOME <b>"))
  }

  @Test("Differences and their errors are those of samples and losses on the disk")
  func differences() throws {
    let folder = try TrainingFolder.finished.get()
    let a = TrainingFolder.evaluation("from-scratch", 12)
    let b = TrainingFolder.evaluation("continual", 12)
    let final = try #require(
      try folder.comparisons().first { $0["final"] == true && $0["against"] == "baseline" })
    let rows = try #require(final["comparison"]?["rows"]?.arrayValue)
    func expect(_ name: String, _ metric: String, _ values: [(Double, Double)]) throws {
      let row = try #require(
        rows.first { $0["name"]?.stringValue == name && $0["metric"]?.stringValue == metric })
      let differences = values.map { $1 - $0 }
      let n = Double(differences.count)
      let mean = differences.reduce(0, +) / n
      let squares = differences.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      let found = try #require(row["difference"]?.doubleValue)
      let error = try #require(row["difference_stderr"]?.doubleValue)
      #expect(row["n"]?.integerValue == differences.count)
      #expect(abs(found - mean) < 1e-9, "\(name) \(metric)")
      #expect(abs(error - (squares / (n - 1) / n).squareRoot()) < 1e-9, "\(name) \(metric)")
    }
    for task in Self.tasks {
      for metric in ["acc", "acc_norm"] {
        let values = try [a, b].map { side in
          try folder.samples(of: task, in: side).map {
            try #require(JSONValue(parsing: $0)[metric]?.doubleValue)
          }
        }
        try expect(task, metric, Array(zip(values[0], values[1])))
      }
    }
    for (index, name) in ["english", "german"].enumerated() {
      let losses = try [a, b].map { side in
        try #require(
          try folder.json(side + "/validation.json")["data_sets"]?.arrayValue?[index][
            "sequence_losses"]?.arrayValue?.compactMap(\.doubleValue))
      }
      try expect(name, "validation_loss", Array(zip(losses[0], losses[1])))
    }
  }
}
