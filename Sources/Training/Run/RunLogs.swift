internal import Corpus
internal import Files
internal import Foundation
internal import OrderedJSON

/// The files that a run appends to, one JSON object per line.
///
/// `metrics.jsonl` has a line per step, `samples.jsonl` the ids that the step trained on,
/// `evaluations.jsonl` a line per checkpoint and metric, `phases.jsonl` what each phase has trained
/// on, written when everything else of the phase is done.
final class RunLogs {
  private let metrics: StepLog
  private let samples: StepLog
  private let evaluations: StepLog
  private let phases: StepLog

  static let phasesName = "phases.jsonl"

  /// Opens the files, or makes them.
  ///
  /// - Parameter folder: Of the run.
  /// - Throws: `FileError`.
  init(folder: String) throws(FileError) {
    metrics = try StepLog(path: folder + "/metrics.jsonl")
    samples = try StepLog(path: folder + "/samples.jsonl")
    evaluations = try StepLog(path: folder + "/evaluations.jsonl")
    phases = try StepLog(path: folder + "/" + Self.phasesName)
  }

  /// Removes what the run wrote after the checkpoint that it goes on from.
  ///
  /// - Parameters:
  ///   - step: Of that checkpoint.
  ///   - isValidated: Whether the evaluations of that very step are complete; otherwise they go too
  ///     and are made again.
  /// - Throws: `FileError`.
  func cut(afterStep step: Int, isValidated: Bool) throws(FileError) {
    try metrics.cut(afterStep: step)
    try samples.cut(afterStep: step)
    try evaluations.cut(afterStep: isValidated ? step : step - 1)
    try phases.cut(afterStep: isValidated ? step : step - 1)
  }

  /// The logs that lack lines up to a step, for a warning: somebody has changed or removed them.
  ///
  /// - Parameter step: Of the checkpoint that the run goes on from.
  /// - Returns: File names.
  /// - Throws: `FileError`.
  func incomplete(atStep step: Int) throws(FileError) -> [String] {
    var names: [String] = []
    if try metrics.lastStep() != step { names.append("metrics.jsonl") }
    if try samples.lastStep() != step { names.append("samples.jsonl") }
    return names
  }

  /// Waits until all lines are on the disk.
  ///
  /// - Throws: `FileError`.
  func flush() throws(FileError) {
    for log in [metrics, samples, evaluations, phases] { try log.flush() }
  }

  /// Writes the two lines of a step.
  ///
  /// - Parameters:
  ///   - step: What became of it; numbers that are not finite become null.
  ///   - drawn: What it trained on, in the order of the batch.
  /// - Throws: `FileError`.
  func write(_ step: StepReport, samples drawn: [DrawnSample]) throws(FileError) {
    func number(_ value: Double) -> JSONValue { value.isFinite ? .double(value) : .null }
    var line = JSONObject([
      .init(name: "step", value: .integer(step.step)),
      .init(name: "phase", value: .string(step.phase)),
      .init(name: "tokens", value: .integer(step.tokens)),
      .init(name: "lr", value: .double(step.learningRate)),
      .init(name: "loss", value: number(step.loss)),
      .init(name: "grad_norm", value: number(step.gradientNorm)),
      .init(name: "tokens_per_second", value: number(step.tokensPerSecond)),
    ])
    if step.isSkipped { line["skipped"] = true }
    var groups: [(name: String, isReplay: Bool, ids: [JSONValue])] = []
    for sample in drawn {
      let index = groups.firstIndex {
        $0.name == sample.name && $0.isReplay == sample.isReplay
      }
      if let index {
        groups[index].ids.append(.integer(sample.id))
      } else {
        groups.append((sample.name, sample.isReplay, [.integer(sample.id)]))
      }
    }
    func object(_ isReplay: Bool) -> JSONValue {
      .object(
        JSONObject(
          groups.filter { $0.isReplay == isReplay }.map {
            .init(name: $0.name, value: .array($0.ids))
          }
        ))
    }
    if step.isSkipped { line["samples"] = object(false) }
    if step.isSkipped && groups.contains(where: \.isReplay) { line["replayed"] = object(true) }
    line["time"] = Self.now
    try metrics.append(.object(line))
    try samples.append([
      "step": .integer(step.step), "phase": .string(step.phase), "samples": object(false),
      "replayed": object(true),
    ])
  }

  /// Writes the lines of one data set's validation.
  ///
  /// - Parameters:
  ///   - result: What was measured.
  ///   - set: What it was measured on.
  ///   - tokens: Trained on by then.
  /// - Throws: `FileError`.
  func write(
    _ result: ValidationReport, set: ValidationSet, tokens: Int
  ) throws(FileError) {
    let time = Self.now
    func line(_ metric: String, _ value: Double) -> JSONValue {
      [
        "step": .integer(result.step), "phase": .string(result.phase), "tokens": .integer(tokens),
        "data_set": .string(result.dataSet), "seen": .bool(result.isSeen),
        "metric": .string(metric), "value": value.isFinite ? .double(value) : .null,
        "validation_tokens": .integer(result.tokens),
        "validation_bytes": set.byteCount.map { .integer($0) } ?? .null,
        "validation_sha256": .string(set.digest.hex), "time": time,
      ]
    }
    try evaluations.append(line("validation_loss", result.loss))
    if let bits = result.bitsPerByte { try evaluations.append(line("bits_per_byte", bits)) }
  }

  /// Writes the scores of a checkpoint.
  ///
  /// - Parameters:
  ///   - scores: A line each.
  ///   - phase: That the step belongs to.
  ///   - step: Of the checkpoint.
  ///   - tokens: Trained on by then.
  /// - Throws: `FileError`.
  func write(
    _ scores: [ScoreLine], phase: String, step: Int, tokens: Int
  ) throws(FileError) {
    let time = Self.now
    for score in scores {
      try evaluations.append(score.json(step: step, phase: phase, tokens: tokens, time: time))
    }
  }

  /// Seconds since 1970, to the millisecond.
  private static var now: JSONValue {
    .double((Date().timeIntervalSince1970 * 1000).rounded() / 1000)
  }

  /// Writes down a phase that is done.
  ///
  /// - Parameters:
  ///   - counts: What it trained on.
  ///   - step: Its last one.
  /// - Throws: `FileError`.
  func write(_ counts: PhaseCounts, step: Int) throws(FileError) {
    try evaluations.flush()
    let parts = counts.parts.map { part -> JSONValue in
      [
        "name": .string(part.name), "replayed": .bool(part.isReplay),
        "samples": .integer(part.samples), "tokens": .integer(part.tokens),
        "distinct_samples": .integer(part.distinctSamples),
        "distinct_tokens": .integer(part.distinctTokens), "available": .integer(part.available),
        "epochs": .double(part.epochs),
      ]
    }
    try phases.append(
      [
        "step": .integer(step), "phase": .string(counts.phase),
        "samples": .integer(counts.samples), "tokens": .integer(counts.tokens),
        "parts": .array(parts),
      ], isFlushed: true)
  }
}
