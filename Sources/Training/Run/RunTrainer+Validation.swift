internal import Communication
internal import Compute
internal import Corpus
internal import Records
internal import TrainingPlans

extension RunTrainer {
  /// Measures the loss on every validation set, those of data not seen yet included: what a model
  /// does not know yet is as telling as what it forgets.
  ///
  /// Where the checkpoint of the step lies on the disk, the losses of all sequences are written beside
  /// it.
  /// - Parameter phase: The phase at hand.
  /// - Throws: If a sample cannot be read, a line not be written, or the checkpoint not be saved.
  func validate(_ phase: Phase) throws {
    let seen = Set((mixture?.state.histories ?? []).filter { $0.seenCount > 0 }.map(\.source.name))
    var records: [SequenceLosses] = []
    for set in setup.validation {
      let name = set.source.name
      let losses = try ValidationMeasurement.measure(
        set, microSequences: microSequences, in: gradientPass, ranks: ranks)
      records.append(losses.record(of: set, isSeen: seen.contains(name)))
      let result = ValidationReport(
        run: run.name, phase: phase.name, step: state.progress.step, dataSet: name,
        isSeen: seen.contains(name), loss: losses.mean, tokens: set.tokenCount,
        bitsPerByte: losses.bitsPerByte(of: set))
      try logs?.write(result, set: set, tokens: state.progress.tokens)
      report(.validation(result))
    }
    if savedStep == state.progress.step && !records.isEmpty {
      try ranks.together { try finishSaving() }
      guard ranks.isRoot else { return }
      let path = store.path(ofStep: state.progress.step)
      do {
        try ValidationMeasurement.write(
          ValidationLossesRecord(step: state.progress.step, dataSets: records),
          besideWeightsIn: path)
      } catch {
        // The means are logged, and the checkpoint is good: no reason to end a training.
        report(
          .message(
            "\(run.name): the losses of single sequences could not be written beside \(path), and "
              + "training goes on: \(error)"))
      }
    }
  }

  /// Has the checkpoint of the step scored.
  ///
  /// - Parameter phase: The phase at hand.
  /// - Returns: Whether the scores are written down.
  /// - Throws: If the checkpoint could not be saved or a line not be written; a failing evaluation is
  ///   told and no error.
  func evaluate(_ phase: Phase) throws -> Bool {
    guard let evaluation else { return true }
    try ranks.together { try finishSaving() }
    let progress = state.progress
    let scores: [ScoreLine]?
    do {
      let checkpoint = try ranks.together {
        CheckpointStore.SavedCheckpoint(
          path: store.path(ofStep: progress.step),
          manifest: try store.manifest(ofStep: progress.step))
      }
      scores = try evaluation(
        checkpoint,
        EvaluationPoint(
          run: run.name, phase: phase.name, step: progress.step, tokens: progress.tokens,
          isPhaseEnd: progress.phaseStep == phase.steps))
    } catch {
      report(
        .message(
          "\(run.name): the checkpoint of step \(progress.step) could not be scored, and training "
            + "goes on without: \(error)"))
      return false
    }
    guard let scores else { return false }
    try logs?.write(scores, phase: phase.name, step: progress.step, tokens: progress.tokens)
    return true
  }

  /// Writes down what the phase has trained on.
  func recordPhase() throws {
    guard let mixture else { preconditionFailure("a phase begins with its mixture") }
    try logs?.write(mixture.counts, step: state.progress.step)
  }
}
