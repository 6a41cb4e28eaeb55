import Comparison
import Corpus
import Experiments
import Files
import Foundation
import Records
import Scoring
import Synchronization
import Training

/// Tells on standard error how far training has come, and keeps the validation losses for the table
/// at the end.
final class TrainingDisplay: Sendable {
  private let progress = Mutex(ProgressDisplay())
  private let state = Mutex(State())

  private struct State {
    var productRate = 0.0
    var tokensAfter: [String: Int] = [:]
    var begin: ContinuousClock.Instant?
    var firstStep = 0
    var run = ""
    var validations: [ValidationReport] = []
    var scoring = ""
    var scoringBegin: ContinuousClock.Instant?
  }

  /// All validation losses since the start, in order.
  var validations: [ValidationReport] { state.withLock { $0.validations } }

  /// Says something that stays.
  func log(_ message: String) { progress.withLock { $0.log(message) } }

  /// Takes the changing line away.
  func clear() { progress.withLock { $0.clear() } }

  /// Says what the machine can do.
  ///
  /// - Parameters:
  ///   - productRate: Operations per second in matrix products.
  ///   - threads: Threads in use.
  ///   - instructionSet: Of the kernels.
  ///   - tokensAfter: By run, what remains to be trained on once it is finished.
  func begin(
    productRate: Double, threads: Int, instructionSet: String, tokensAfter: [String: Int]
  ) {
    state.withLock { state in
      state.productRate = productRate
      state.tokensAfter = tokensAfter
    }
    log(
      """
      Matrix products run at \(String(format: "%.0f", productRate / 1e9)) GFLOP/s here \
      (\(threads) \(threads == 1 ? "thread" : "threads"), \(instructionSet))
      """)
  }

  /// Shows news of texts being tokenized.
  func show(_ event: TextEvent) {
    switch event {
    case .reusing: break
    case .discarding(let source, let folder, let reason):
      log(
        "\(source.escapedForTerminal): the tokens in \(folder.escapedForTerminal) are made anew: "
          + reason.escapedForTerminal)
    case .tokenizing(let source, let done, let total): show("tokenizing", source, done, total)
    case .counting(let source, let done, let total): show("counting words of", source, done, total)
    case .merging(let tokens, let size):
      progress.withLock { $0.show("merging · \(grouped(tokens)) of \(grouped(size)) tokens") }
    case .trained(let tokens, let folder):
      log("A tokenizer of \(grouped(tokens)) tokens was trained: \(folder.escapedForTerminal)")
    }
  }

  private func show(_ work: String, _ source: String, _ done: Int, _ total: Int) {
    progress.withLock { display in
      display.show(
        "\(work) \(source.escapedForTerminal) · \(byteText(done)) of \(byteText(total))"
          + " · \(total > 0 ? 100 * done / total : 100) %")
    }
  }

  /// Shows news of training.
  func show(_ event: TrainingEvent) {
    switch event {
    case .message(let text): log(text)
    case .step(let step): show(step)
    case .validation(let result):
      state.withLock { $0.validations.append(result) }
      let bits = result.bitsPerByte.map { ", \(number($0, 4)) bits per byte" } ?? ""
      log(
        "\(result.run), step \(result.step): validation loss \(number(result.loss, 4)) nats on "
          + "\(result.dataSet.escapedForTerminal)\(bits)"
          + (result.isSeen ? "" : " (not trained on yet)"))
    }
  }

  /// Shows news of scoring.
  func show(_ event: EvaluationEvent) {
    switch event {
    case .progress(let checkpoint, let progress):
      let seconds = state.withLock { state -> Double in
        if state.scoring != checkpoint { (state.scoring, state.scoringBegin) = (checkpoint, nil) }
        let begin = state.scoringBegin ?? ContinuousClock().now
        state.scoringBegin = begin
        return (ContinuousClock().now - begin).seconds
      }
      self.progress.withLock {
        $0.show(
          "scoring \(checkpoint.escapedForTerminal) · "
            + ProgressDisplay.line(progress, seconds: seconds))
      }
    case .scored(let checkpoint, let record, let seconds):
      // Scoring takes none of the time that training does.
      state.withLock { $0.begin = nil }
      let scores = record.tasks.compactMap { task -> String? in
        let listed = task.metrics.filter { $0.origin == "task" }
        guard
          let name = DecidingMetric.name(
            listed: listed.map(\.name), all: task.metrics.map(\.name)),
          let metric = task.metrics.first(where: { $0.name == name })
        else { return nil }
        let error = metric.standardError.map { " ± \(number($0, 4))" } ?? ""
        return "\(task.name.escapedForTerminal) \(name) \(number(metric.value, 4))\(error)"
      }
      log(
        "\(checkpoint.escapedForTerminal): scored in \(ProgressDisplay.duration(seconds)): "
          + scores.joined(separator: ", "))
    case .compared(let sentence), .failed(let sentence): log(sentence)
    }
  }

  private func show(_ step: StepReport) {
    let now = ContinuousClock().now
    let (rate, secondsPerStep, tokensAfter) = state.withLock { state -> (Double, Double, Int) in
      if state.run != step.run || state.begin == nil {
        (state.run, state.begin, state.firstStep) = (step.run, now, step.step)
      }
      // The first step warms caches up; until there is another it is all there is to go by.
      let done = step.step - state.firstStep
      let seconds = state.begin.map { (now - $0).seconds } ?? 0
      return (
        state.productRate, done > 0 ? seconds / Double(done) : step.seconds,
        state.tokensAfter[step.run] ?? 0
      )
    }
    var parts = [
      "\(step.run.escapedForTerminal)/\(step.phase.escapedForTerminal)",
      "step \(grouped(step.step)) of \(grouped(step.lastStep))",
      "loss \(number(step.loss, 4))", "lr \(String(format: "%.2e", step.learningRate))",
      "\(grouped(Int(step.tokensPerSecond))) tokens/s",
    ]
    if rate > 0 { parts.append("\(Int(100 * step.operationsPerSecond / rate)) % of sgemm") }
    let left = Double(step.lastStep - step.step) * secondsPerStep
    parts.append("\(ProgressDisplay.duration(left)) left")
    if tokensAfter > 0, step.tokensPerSecond > 0 {
      let later = Double(tokensAfter) * secondsPerStep / (step.tokensPerSecond * step.seconds)
      parts.append("\(ProgressDisplay.duration(left + later)) for all runs")
    }
    progress.withLock { $0.show(parts.joined(separator: " · ")) }
  }

  /// Validation losses of the runs, a row per run and step, a column per data set.
  var table: String {
    let results = validations
    var sets: [String] = []
    for result in results where !sets.contains(result.dataSet) { sets.append(result.dataSet) }
    var table = AlignedTable([.left, .left, .right] + sets.map { _ in .right })
    table.add(["Run", "Phase", "Step"] + sets.map(\.escapedForTerminal))
    var keys: [(run: String, phase: String, step: Int)] = []
    for result in results
    where !keys.contains(where: { $0.run == result.run && $0.step == result.step }) {
      keys.append((result.run, result.phase, result.step))
    }
    for key in keys {
      table.add(
        [key.run.escapedForTerminal, key.phase.escapedForTerminal, "\(key.step)"]
          + sets.map { set in
            let found = results.last {
              $0.run == key.run && $0.step == key.step && $0.dataSet == set
            }
            return found.map { number($0.loss, 4) + ($0.isSeen ? "" : "*") } ?? ""
          })
    }
    let unseen = results.contains { !$0.isSeen }
    return "Validation loss, nats per token\(unseen ? " (* not trained on by then)" : "")\n\n"
      + table.text
  }

  private func number(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(digits)f", value) : "\(value)"
  }
}
