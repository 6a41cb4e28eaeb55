import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval report")
struct ReportCommandTests {
  private static func report(
    _ folder: TrainingFolder, _ arguments: String...
  ) throws -> BuiltBinary.Outcome {
    try folder.cpteval(["report"] + arguments)
  }

  /// A report without the line of its date.
  private static func body(_ html: String) -> String {
    html.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/, with: "")
  }

  @Test("It makes of the files what training ended with, whether the path ends in a slash or not")
  func finished() throws {
    let folder = try TrainingFolder.finishedCopy()
    try folder.remove("out/two/report.html")
    let one = try Self.report(folder, "out/two/")
    try #require(one.status == 0, "\(one.errors)")
    #expect(one.errors == "Written: out/two/report.html\n")
    let html = try Self.body(folder.text("out/two/report.html"))
    #expect(one.output.contains("continual is worse than from-scratch at 50 % of the compute."))
    #expect(one.output.contains("Tests and all metrics: cpteval compare "))
    let two = try Self.report(folder, "out/two", "--output", "new/other.html")
    #expect(two.status == 0, "\(two.errors)")
    #expect(try Self.body(folder.text("new/other.html")) == html)
    // One file that loads nothing.
    for words in ["<script", "src=", "@import", "url(http"] { #expect(!html.contains(words)) }
    for words in ["<svg", "english", "arc_mini", "from-scratch", "pretrain", "adapt"] {
      #expect(html.contains(words), "\(words)")
    }
  }

  @Test("Markdown, CSV and TensorBoard files hold what the logs hold")
  func files() throws {
    let folder = try TrainingFolder.finishedCopy()
    let outcome = try Self.report(
      folder, "out/two", "--output", "x.md", "--csv", "tables", "--tensorboard", "events")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let markdown = try folder.text("x.md")
    #expect(markdown.hasPrefix("# two · ") && !markdown.contains("<html"))
    #expect(
      try folder.names("tables") == ["comparison.csv", "losses.csv", "scores.csv", "steps.csv"])
    for (name, count) in [
      // Of three checkpoints of each run, and one that was removed again but is in the log.
      ("steps", 12 + 12), ("losses", 2 * (4 + 3)), ("scores", 4 * (4 + 3)),
    ] {
      let lines = try folder.text("tables/\(name).csv").split(whereSeparator: \.isNewline)
      #expect(lines.count == 1 + count, "\(name)")
    }
    let losses = try folder.text("tables/losses.csv")
    for line in try folder.lines("out/two/continual/evaluations.jsonl")
    where line["metric"] == "validation_loss" {
      #expect(losses.contains(try #require(line["value"]).serialized()))
    }
    #expect(try folder.names("events") == ["continual", "from-scratch"])
    for run in ["continual", "from-scratch"] {
      let names = try folder.names("events/\(run)")
      #expect(names.count == 1 && names[0].hasPrefix("events.out.tfevents."))
      let text = String(
        decoding: try folder.bytes("events/\(run)/\(names[0])"), as: UTF8.self)
      for tag in ["train/loss", "validation_loss/german", "score/arc_mini/acc_norm"] {
        #expect(text.contains(tag), "\(tag)")
      }
    }
    #expect(try Self.report(folder, "out/two", "--tensorboard", "events").status == 0)
    #expect(try folder.names("events/continual").count == 1, "the same files again")
  }

  @Test("Rows without contaminated documents stand in it, and its command derives them again")
  func contaminated() throws {
    let folder = try TrainingFolder.finishedCopy()
    try folder.write(
      "seen it.jsonl",
      """
      {"task": "arc_mini", "doc_id": 3}
      {"task": "arc_mini", "doc_id": 5}
      {"task": "arc_mini", "doc_id": 99}

      """)
    let outcome = try Self.report(
      folder, "out/two", "--contaminated", "seen it.jsonl", "--csv", "tables")
    try #require(outcome.status == 0, "\(outcome.errors)")
    // Of the table of scores; columns may be wider where there are more rows.
    func row(_ text: String) throws -> String {
      let line = try #require(
        text.split(separator: "\n").first {
          $0.contains("arc_mini, without 2 contaminated") && $0.contains(" acc_norm ")
        })
      return line.split(separator: " ").joined(separator: " ")
    }
    #expect(try row(outcome.output).contains(" acc_norm ↑ 14 "))
    #expect(
      outcome.output.contains("- The list of contaminated documents has none of piqa_mini_de."))
    for file in ["out/two/report.html", "tables/comparison.csv"] {
      #expect(try folder.text(file).contains("arc_mini, without 2 contaminated"), "\(file)")
    }
    let line = try #require(
      outcome.output.split(separator: "\n").first { $0.hasPrefix("Tests and all metrics: ") })
    let command = String(line.dropFirst("Tests and all metrics: ".count))
    #expect(command.hasSuffix(" --contaminated 'seen it.jsonl'"))
    let compared = try folder.shell(command)
    #expect([0, 3].contains(compared.status), "\(compared.errors)")
    #expect(try row(compared.output) == row(outcome.output))
  }

  @Test("A run that was killed in its second phase is reported as far as it came")
  func unfinished() throws {
    let folder = try TrainingFolder(plan: TrainingFolder.experimentPlan)
    let killed = try folder.train(
      "out", "--threads", "1",
      environment: FaultInjection.environment([.kill(at: 1)], path: "step-00000010"))
    try #require(killed.isKilled, "\(killed.errors)")
    let outcome = try Self.report(folder, "out/two")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains("continual has not been compared with from-scratch yet."),
      "\(outcome.output)")
    let html = try folder.text("out/two/report.html")
    #expect(html.contains("<svg") && html.contains("arc_mini"))
    let rest = try folder.train("out", "--threads", "1")
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try folder.findings() == TrainingFolder.finished.get().findings())
  }

  @Test("Runs without tasks and baseline, and with nothing measured at all, have a report")
  func unevaluated() throws {
    let plan = TrainingFolder.experimentPlan.replacingOccurrences(
      of: "baseline: from-scratch", with: ""
    )
    .replacingOccurrences(of: "tasks: [arc_mini, piqa_mini_de], every: 4, limit: 16", with: "")
    for (index, plan) in [plan, plan.replacing(/, validation: \[.*?\]/, with: "")].enumerated() {
      let folder = try TrainingFolder(plan: plan)
      let trained = try folder.train("out", "--threads", "1")
      #expect(trained.status == 0, "\(trained.errors)")
      let outcome = try Self.report(folder, "out/two", "--csv", "tables", "--tensorboard", "events")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let html = try folder.text("out/two/report.html")
      #expect(html.contains("<svg"), "curves of learning rate and loss")
      #expect(html.contains("Validation loss") == (index == 0))
    }
  }

  @Test("An output of before, without results beside weights and times in logs, has a report")
  func old() throws {
    let folder = try TrainingFolder.finishedCopy()
    for (run, steps) in [("continual", [6, 10, 12]), ("from-scratch", [4, 8, 12])] {
      for step in steps { try folder.remove(TrainingFolder.evaluation(run, step)) }
      for name in ["metrics", "evaluations"] {
        let path = "out/two/\(run)/\(name).jsonl"
        try folder.write(path, folder.text(path).replacing(/, "time": [0-9.]+/, with: ""))
      }
    }
    let outcome = try Self.report(folder, "out/two", "--csv", "tables", "--tensorboard", "events")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("continual has not been compared with from-scratch yet."))
    #expect(try folder.text("tables/losses.csv").split(whereSeparator: \.isNewline).count == 1 + 14)
    #expect(try folder.names("events").count == 2)
    // What is missing is made again: the same command measures and compares as if it had been there.
    let again = try folder.train("out", "--threads", "1")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try folder.findings() == TrainingFolder.finished.get().findings())
  }

  @Test("Lines that a crash left half written are named, and the good ones are used")
  func damaged() throws {
    let folder = try TrainingFolder.finishedCopy()
    for (name, text) in [("metrics", "{\"step\": 13, \"los"), ("evaluations", "{\"step\": 12, ")] {
      let path = "out/two/continual/\(name).jsonl"
      try folder.write(path, folder.text(path) + text)
    }
    let path = "out/two/from-scratch/evaluations.jsonl"
    var lines = try folder.text(path).split(separator: "\n").map(String.init)
    lines.insert("\u{1B}[31mno JSON", at: 3)
    lines.insert("{\"step\": 4}", at: 4)
    try folder.write(path, lines.joined(separator: "\n") + "\n")
    let outcome = try Self.report(folder, "out/two", "--csv", "tables")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let html = try folder.text("out/two/report.html")
    for words in [
      "out/two/continual/metrics.jsonl, line 13: no JSON object; the line is left out.",
      "out/two/continual/evaluations.jsonl, line 33: no JSON object; the line is left out.",
      "out/two/from-scratch/evaluations.jsonl, line 4: no JSON object; the line is left out.",
      "out/two/from-scratch/evaluations.jsonl, line 5: something is missing in it; the line is",
    ] {
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(html.contains(words), "\(words)")
    }
    #expect(!outcome.errors.contains("\u{1B}") && !html.contains("\u{1B}"))
    for (name, count) in [("steps", 24), ("losses", 14), ("scores", 28)] {
      #expect(
        try folder.text("tables/\(name).csv").split(whereSeparator: \.isNewline).count == 1 + count)
    }
    #expect(outcome.output.contains("Tests and all metrics: cpteval compare "))
  }

  @Test(
    "What cannot be reported ends with 2 and the reason",
    arguments: [
      (["nowhere"], "nowhere: no plan.yaml here"),
      (["out"], "Name the folder that is called like the plan"),
      (["broken"], "broken/plan.yaml"),
      (["out/two", "--output", "out"], "--output out is a folder"),
      (["out/two", "--output", "plan.yaml/x.html"], "plan.yaml is not a folder"),
      (["out/two", "--csv", "plan.yaml"], "plan.yaml is not a folder"),
      (["out/two", "--contaminated", "none.jsonl"], "none.jsonl: no such file"),
      (["out/two", "--tensorboard", "plan.yaml"], "plan.yaml is not a folder"),
    ])
  func refuses(_ arguments: [String], _ words: String) throws {
    let folder = try TrainingFolder.finishedCopy()
    try folder.makeFolders("broken")
    try folder.write("broken/plan.yaml", "name: two\nruns: [")
    let html = try folder.text("out/two/report.html")
    let outcome = try folder.cpteval(["report"] + arguments)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(try folder.text("out/two/report.html") == html)
  }

  @Test("Names from files are shown as they are, and never taken for markup")
  func hostile() throws {
    let name = "<script>alert('x')<|script> \"a\" & b"
    let folder = try TrainingFolder(
      plan: TrainingFolder.experimentPlan
        .replacingOccurrences(
          of: "baseline: from-scratch",
          with: "baseline: {results: \"\(name.replacing("\"", with: "\\\""))\"}"
        )
        .replacingOccurrences(
          of: "[arc_mini, piqa_mini_de], every: 4", with: "[hostile.yaml], every: phase"))
    let rows = (0..<6).map { "{\"q\": \"<b>\($0)\", \"c\": [\"x\", \"y\"], \"a\": \($0 % 2)}\n" }
    try folder.write("rows.jsonl", rows.joined())
    try folder.write(
      "hostile.yaml",
      """
      task: "<img src=x onerror=alert(1)> 'it' | *b*"
      dataset_path: json
      dataset_kwargs: {data_files: {test: rows.jsonl}}
      test_split: test
      output_type: multiple_choice
      doc_to_text: "{{q}}"
      doc_to_choice: "c"
      doc_to_target: "{{a}}"

      """)
    let scored = try folder.cpteval([
      "run", "--checkpoint", Locations.fixtures.path + "/checkpoints/tiny-neox", "--tasks",
      "hostile.yaml", "--output-path", name, "--log-samples",
    ])
    try #require(scored.status == 0, "\(scored.errors)")
    let outcome = try folder.train("out", "--threads", "1", "--run", "continual")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.comparisons().contains { $0["against"] == "baseline" })
    let report = try Self.report(
      folder, "out/two", "--csv", "tables", "--tensorboard", "events", "--output", "x.html")
    #expect(report.status == 0, "\(report.errors)")
    for file in ["out/two/report.html", "x.html", "out/two/comparison.md"] {
      // An indented line of Markdown is code, and nothing in it is markup.
      let text = try folder.text(file).split(separator: "\n").filter { !$0.hasPrefix("    ") }
        .joined(separator: "\n")
      #expect(!text.contains("<script") && !text.contains("<img"), "\(file)")
      #expect(text.contains("alert"), "\(file)")
    }
    #expect(try folder.text("x.html").contains("&lt;img src=x onerror=alert(1)&gt;"))
  }
}
