internal import Compute
internal import Corpus
internal import Foundation
internal import LanguageModel
internal import TrainingPlans

extension RunTrainer {
  /// Measures the loss on every validation set, those of data not seen yet included: what a model
  /// does not know yet is as telling as what it forgets.
  ///
  /// - Parameter phase: The phase at hand.
  /// - Throws: If a sample cannot be read or a line not be written.
  func validate(_ phase: Phase) throws {
    let seen = Set((mixture?.state.histories ?? []).filter { $0.seenCount > 0 }.map(\.source.name))
    for set in setup.validation {
      let name = set.source.name
      let loss = try meanLoss(of: set)
      let nats = loss * Double(set.tokenCount)
      let result = ValidationReport(
        run: run.name, phase: phase.name, step: state.progress.step, dataSet: name,
        isSeen: seen.contains(name), loss: loss, tokens: set.tokenCount,
        bitsPerByte: set.byteCount.map { nats / (Double(max($0, 1)) * log(2)) })
      try logs.write(result, set: set, tokens: state.progress.tokens)
      report(.validation(result))
    }
  }

  /// Mean loss per token, in nats: sums of sequences added in order, so that scoring the saved
  /// checkpoint on the same sequences gives the same bits.
  private func meanLoss(of set: ValidationSet) throws -> Double {
    var total = 0.0
    let length = set.source.sequenceLength
    for start in stride(from: 0, to: set.sampleCount, by: microSequences) {
      let ids = start..<min(start + microSequences, set.sampleCount)
      var batch = TrainingBatch([])
      for id in ids { batch.append(try set.source.sample(id)[...]) }
      let losses = gradientPass.losses(batch)
      for index in 0..<ids.count {
        total += losses[index * length..<(index + 1) * length].reduce(0, +)
      }
    }
    return total / Double(set.tokenCount)
  }

  /// Writes down what the phase has trained on.
  func recordPhase() throws {
    guard let mixture else { preconditionFailure("a phase begins with its mixture") }
    try logs.write(mixture.counts, step: state.progress.step)
  }
}
