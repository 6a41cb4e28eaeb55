import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval train")
struct TrainCommandTests {
  private static let last = "out/two/continual/checkpoints/step-00000022"

  @Test("A plan is trained: files, table and progress are where users look for them")
  func trains() throws {
    let folder = try TrainingFolder()
    let outcome = try folder.train()
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("Validation loss, nats per token (* not trained on by then)"))
    for words in ["english", "german", "pretrain", "adapt", "22"] {
      #expect(outcome.output.contains(words), "\(outcome.output)")
    }
    for words in [
      "phase pretrain: steps 1 to 10", "phase adapt: steps 11 to 22", "validation loss",
      "finished at step 22",
    ] {
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(!outcome.errors.contains("\u{1B}"), "no terminal, no escape sequences")

    #expect(
      try folder.names("out/two").filter { !$0.hasPrefix("initial-") }
        == [
          ".lock", "comparison.json", "comparison.md", "continual", "plan.yaml", "report.html",
          "tokens",
        ])
    let resolved = try BuiltBinary.run(["plan", "show", "plan.yaml", "--resolved"], in: folder.url)
    #expect(try folder.bytes("out/two/plan.yaml") == Data(resolved.output.utf8))
    let metrics = try folder.lines("out/two/continual/metrics.jsonl")
    #expect(metrics.compactMap { $0["step"]?.integerValue } == Array(1...22))
    let keys = ["step", "phase", "tokens", "lr", "loss", "grad_norm", "tokens_per_second", "time"]
    for line in metrics { #expect(line.objectValue?.members.map(\.name) == keys) }
    #expect(metrics.last?["tokens"]?.integerValue == 10 * 4 * 16 + 12 * 6 * 16)
    let evaluations = try folder.lines("out/two/continual/evaluations.jsonl")
    // Two metrics of two data sets at each of the three steps.
    #expect(
      evaluations.compactMap { $0["step"]?.integerValue }
        == [5, 5, 5, 5, 10, 10, 10, 10, 22, 22, 22, 22])
    #expect(
      Set(evaluations.compactMap { $0["metric"]?.stringValue })
        == ["validation_loss", "bits_per_byte"])
    #expect(
      try folder.names(Self.last) == [
        "config.json", "evaluation", "manifest.json", "model.safetensors", "optimizer.safetensors",
        "tokenizer.json", "tokenizer_config.json", "trainer-state.json",
      ])
    // Neither the manifest nor the check of a checkpoint minds what was measured of it.
    let verified = try BuiltBinary.run(["checkpoint", "verify", Self.last], in: folder.url)
    #expect(verified.status == 0, "\(verified.errors)")
    #expect(
      try !String(decoding: folder.bytes(Self.last + "/manifest.json"), as: UTF8.self)
        .contains("validation.json"))
    let tokenizer = try Data(contentsOf: URL(fileURLWithPath: TrainingFolder.tokenizer))
    #expect(try folder.bytes(Self.last + "/tokenizer.json") == tokenizer)
    #expect(
      try folder.names("out/two/continual/checkpoints")
        == ["step-00000010", "step-00000015", "step-00000020", "step-00000022"])

    let whole = try folder.result("out")
    let again = try folder.train()
    #expect(again.status == 0)
    #expect(again.errors.contains("was finished at step 22 already"), "\(again.errors)")
    try folder.expectSame("out", as: whole)
  }

  @Test("A checkpoint that was trained is approved by verify and scored by run")
  func isUsable() throws {
    let folder = try TrainingFolder()
    try #require(folder.train().status == 0)
    let verified = try BuiltBinary.run(["checkpoint", "verify", folder.path(Self.last)])
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let scored = try BuiltBinary.run([
      "run", "--checkpoint", folder.path(Self.last), "--tasks", "arc_mini", "--limit", "5",
    ])
    #expect(scored.status == 0, "\(scored.errors)")
    #expect(scored.output.contains("arc_mini") && scored.output.contains("step-00000022"))
  }

  @Test("A finished run whose data has changed since stays as it is, and says so")
  func changedData() throws {
    let folder = try TrainingFolder()
    #expect(try folder.train().status == 0)
    let same = try folder.train()
    #expect(!same.errors.contains("is not what the run was trained on"), "\(same.errors)")
    try folder.copy("de.jsonl", to: "more.jsonl")
    try folder.remove("en.jsonl")
    try folder.copy("more.jsonl", to: "en.jsonl")
    let other = try folder.train()
    #expect(other.status == 0, "\(other.errors)")
    #expect(
      other.errors.contains(
        "continual: the data set english is not what the run was trained on"), "\(other.errors)")
    #expect(!other.errors.contains("data set german is not"), "\(other.errors)")
  }

  @Test("The thread count changes no byte of what is trained")
  func threads() throws {
    let folder = try TrainingFolder()
    try #require(folder.train("one", "--threads", "1").status == 0)
    try #require(folder.train("three", "--threads", "3").status == 0)
    try folder.expectSame("three", as: folder.result("one"))
  }

  // MARK: Signals

  @Test(
    "A signal to stop lets the step finish and saves; the same command goes on",
    arguments: [SIGINT, SIGTERM])
  func stops(_ signal: Int32) throws {
    let folder = try TrainingFolder(plan: TrainingFolder.longPlan)
    let running = try folder.start()
    #expect(running.wait { folder.stepsDone() >= 5 })
    running.send(signal)
    let outcome = running.finish()
    try #require(outcome.status == 130 && !outcome.isKilled, "\(outcome.errors)")
    let step = folder.stepsDone()
    #expect(
      outcome.errors.contains("interrupted, saved at step \(step). The same command goes on."),
      "\(outcome.errors)")
    let name = "step-" + String(String(100_000_000 + step).dropFirst())
    #expect(try folder.names("out/two/continual/checkpoints").last == name)
    #expect(step < 600)
    let rest = try folder.train()
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(rest.errors.contains("going on after step \(step)"), "\(rest.errors)")
    try #require(folder.train("whole").status == 0)
    try folder.expectSame("out", as: folder.result("whole"))
  }

  @Test("SIGUSR1 saves, and training goes on")
  func saves() throws {
    let folder = try TrainingFolder(
      plan: TrainingFolder.longPlan.replacingOccurrences(
        of: "checkpoint_every: ", with: "keep_last: 100, checkpoint_every: 1"))
    let running = try folder.start()
    #expect(running.wait { folder.stepsDone() >= 5 })
    running.send(SIGUSR1)
    let outcome = running.finish()
    try #require(outcome.status == 0, "\(outcome.errors)")
    try #require(folder.train("whole").status == 0)
    let asked = try Set(folder.names("out/two/continual/checkpoints"))
      .subtracting(folder.names("whole/two/continual/checkpoints"))
    #expect(asked.count == 1, "\(asked)")
    try folder.expectSame("out", as: folder.result("whole"))
  }

  @Test("A second process is refused with the first one's number, and changes nothing")
  func refusesSecond() throws {
    let folder = try TrainingFolder(plan: TrainingFolder.longPlan)
    let running = try folder.start()
    #expect(running.wait { folder.stepsDone() >= 10 })
    let plan = try folder.bytes("out/two/plan.yaml")
    let steps = folder.stepsDone()
    for settings in [[], ["--set", "runs.continual.phases.adapt.steps=401"]] {
      let second = try BuiltBinary.run(
        ["train", "plan.yaml", "--output-path", folder.path("out")] + settings, in: folder.url)
      #expect(second.status == 2, "\(second.errors)")
      #expect(
        second.errors.contains("process \(running.processIdentifier) on "), "\(second.errors)")
    }
    #expect(try folder.bytes("out/two/plan.yaml") == plan)
    #expect(!folder.exists("out/two/plan-changes.jsonl"))
    #expect(folder.stepsDone() >= steps)
    running.send(SIGTERM)
    #expect(running.finish().status == 130)
  }
}
