import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Scoring that fails, or that is stopped in the middle: training loses nothing, and in the end the
/// same results are there.
@Suite("cpteval train whose scoring fails")
struct FailedEvaluationTests {
  private static let full = FaultInjection.environment(
    [.failAll(call: "write", code: ENOSPC)], path: "/evaluation/.samples_")

  @Test("Everything is trained and saved, the status is 1, and the same command makes it up")
  func fails() throws {
    let whole = try TrainingFolder.finished.get()
    let folder = try TrainingFolder(plan: TrainingFolder.experimentPlan)
    let failed = try folder.train("out", "--threads", "1", environment: Self.full)
    #expect(failed.status == 1 && !failed.isKilled, "\(failed.errors)")
    for words in [
      "continual, step 4 could not be evaluated: ", "No space left on device",
      "7 evaluations failed; everything that was trained is saved.", "finished at step 12",
    ] {
      #expect(failed.errors.contains(words), "\(failed.errors)")
    }
    for run in ["continual", "from-scratch"] {
      let checkpoint = TrainingFolder.checkpoint(run, 12)
      let verified = try folder.cpteval(["checkpoint", "verify", checkpoint])
      #expect(verified.status == 0, "\(verified.errors)")
      #expect(
        try folder.bytes(checkpoint + "/model.safetensors")
          == whole.bytes(checkpoint + "/model.safetensors"))
      // Losses are measured beside the scores, and none of them is lost.
      let losses = try whole.evaluations(run: run).filter { $0.contains("data_set") }
      #expect(try folder.evaluations(run: run) == losses)
      #expect(try folder.names(TrainingFolder.evaluation(run, 12)) == ["validation.json"])
    }
    #expect(try folder.text("out/two/report.html").contains("german"))

    let again = try folder.train("out", "--threads", "1")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try folder.findings() == whole.findings())
    // The report shows what was made up for as well.
    #expect(try Self.scores(folder) == Self.scores(whole))
    let third = try folder.train("out", "--threads", "1")
    #expect(third.status == 0 && !third.errors.contains("scored in"), "\(third.errors)")
  }

  /// The scores at phases' ends that a report knows of.
  private static func scores(_ folder: TrainingFolder) throws -> [String] {
    let runs = try folder.json("out/two/comparison.json")["runs"]?.arrayValue ?? []
    return runs.flatMap { run in
      (run["scores"]?.arrayValue ?? []).filter { [6, 12].contains($0["step"]?.integerValue) }
        .map { score in
          [run["name"], score["step"], score["task"], score["metric"], score["value"]]
            .map { $0?.serialized() ?? "nothing" }.joined(separator: " ")
        }
    }
  }

  @Test("Not even losses that cannot be written beside the weights end a training")
  func nothingCanBeWritten() throws {
    let whole = try TrainingFolder.finished.get()
    let folder = try TrainingFolder(plan: TrainingFolder.experimentPlan)
    let failed = try folder.train(
      "out", "--threads", "1",
      environment: FaultInjection.environment(
        [.failAll(call: "write", code: ENOSPC)], path: "/evaluation/."))
    #expect(failed.status == 1 && !failed.isKilled, "\(failed.errors)")
    #expect(failed.errors.contains("the losses of single sequences could not be written"))
    #expect(failed.errors.contains("from-scratch: finished at step 12"), "\(failed.errors)")
    let again = try folder.train("out", "--threads", "1")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try folder.findings() == whole.findings())
  }

  @Test("A phase's end that could not be scored once is scored when its run is complete")
  func failsOnce() throws {
    let whole = try TrainingFolder.finished.get()
    let folder = try TrainingFolder(plan: TrainingFolder.experimentPlan)
    let outcome = try folder.train(
      "out", "--threads", "1", "--set", "evaluation.every=phase",
      environment: FaultInjection.environment(
        [.fail(at: 1, code: EIO)], path: "/evaluation/.samples_"))
    #expect(outcome.errors.contains("continual, step 6 could not be evaluated"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.findings() == whole.findings())
  }

  /// Few steps and many calls on the folders of evaluations.
  private static let killedPlan = TrainingFolder.experimentPlan
    .replacingOccurrences(of: "limit: 16", with: "limit: 2")
    .replacingOccurrences(of: "every: 4", with: "every: phase")
    .replacingOccurrences(of: "steps: 6", with: "steps: 2")
    .replacingOccurrences(of: "steps: 12", with: "steps: 2")
    .replacingOccurrences(of: "warmup: 2", with: "warmup: 1")

  @Test("Killed while results are written, a run ends with the same scores, each once")
  func killed() throws {
    let whole = try TrainingFolder(plan: Self.killedPlan)
    let log = whole.url.appendingPathComponent("calls")
    let outcome = try whole.train(
      "out", "--threads", "1",
      environment: FaultInjection.environment(path: "/evaluation", log: log))
    try #require(outcome.status == 0, "\(outcome.errors)")
    let calls = try whole.text("calls").split(separator: "\n")
    try #require(calls.count > 40)
    // Three evaluations make the same calls, and each kind of call is met in one of them.
    for number in stride(from: 2, through: calls.count, by: 11) {
      let place = "\(calls[number - 1])"
      let folder = try TrainingFolder(plan: Self.killedPlan)
      let killed = try folder.train(
        "out", "--threads", "1",
        environment: FaultInjection.environment([.kill(at: number)], path: "/evaluation"))
      try #require(killed.isKilled, "\(place): \(killed.errors)")
      let rest = try folder.train("out", "--threads", "1")
      try #require(rest.status == 0, "\(place): \(rest.errors)")
      for run in ["continual", "from-scratch"] {
        #expect(try folder.evaluations(run: run) == whole.evaluations(run: run), "\(place)")
      }
      #expect(try folder.findings() == whole.findings(), "\(place)")
      for (run, step) in [("continual", 2), ("continual", 4), ("from-scratch", 2)] {
        let names = try folder.names(TrainingFolder.evaluation(run, step))
        #expect(names.count == 5 && !names.contains { $0.hasPrefix(".") }, "\(place): \(names)")
      }
    }
  }

  @Test("Interrupted while it scores, a run stops with 130 and goes on with the same scores")
  func interrupted() throws {
    // Long prompts, so that there is time for a signal.
    let plan = Self.killedPlan.replacingOccurrences(
      of: "[arc_mini, piqa_mini_de], every: phase, limit: 2",
      with: "[hellaswag_mini, hellaswag_mini_de], every: phase, num_fewshot: 5")
    let whole = try TrainingFolder(plan: plan)
    try #require(whole.train("out", "--threads", "1", "--run", "continual").status == 0)
    for signal in [SIGINT, SIGKILL] {
      let folder = try TrainingFolder(plan: plan)
      let beside = TrainingFolder.evaluation("continual", 2)
      let running = try folder.start("out", "--threads", "1", "--run", "continual")
      #expect(running.wait { folder.exists(beside + "/validation.json") })
      running.send(signal)
      let outcome = running.finish()
      #expect(outcome.status == (signal == SIGINT ? 130 : SIGKILL), "\(outcome.errors)")
      #expect(try folder.names(beside) == ["validation.json"], "it was stopped while it scored")
      if signal == SIGINT {
        #expect(outcome.errors.contains("interrupted, saved at step 2"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("could not be evaluated"), "\(outcome.errors)")
      }
      let rest = try folder.train("out", "--threads", "1", "--run", "continual")
      #expect(rest.status == 0, "\(rest.errors)")
      #expect(try folder.evaluations() == whole.evaluations())
    }
  }
}
