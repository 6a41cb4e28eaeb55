internal import OrderedJSON
internal import YAMLDocuments

extension PlanReader {
  private static let phaseKeys = [
    "name", "data", "replay", "tokens", "steps", "batch", "schedule", "checkpoint_every",
    "validate_every", "keep_last", "document_mask", "on_start",
  ]

  func phase(
    _ reader: MappingReader, name: String, isFirst: Bool, _ settings: RunSettings
  ) -> RunDraft.PhaseDraft {
    reader.refuseUnknown(Self.phaseKeys, "a phase")
    let data = dataShares(reader, settings.dataSets)
    let replay = replayShares(reader, settings.dataSets)
    let batch = phaseBatch(reader, settings)
    let (steps, tokens) = length(reader, batch: batch, settings)
    let schedule = schedule(reader, steps: steps)
    let everyRange = 1...Self.maximumSteps
    let checkpointEvery = reader.count("checkpoint_every", in: everyRange, default: nil)
    let validateEvery = reader.count("validate_every", in: everyRange, default: nil)
    let keepLast = reader.count("keep_last", in: 1...1_000_000, default: 3) ?? 3
    let documentMask = reader.flag("document_mask", default: false)
    let onStart = onStart(reader, isFirst: isFirst)
    var phase: Phase?
    if let batch, let steps, let schedule {
      phase = Phase(
        name: name, data: data, replay: replay, steps: steps, tokens: tokens, batch: batch,
        schedule: schedule, checkpointEvery: checkpointEvery, validateEvery: validateEvery,
        keepLast: keepLast, documentMask: documentMask, onStart: onStart)
    }
    return .init(
      name: name, data: data.map(\.name), replay: replay, replayNode: reader.value("replay"),
      path: reader.path, phase: phase)
  }

  private func phaseBatch(_ reader: MappingReader, _ settings: RunSettings) -> Batch? {
    if let value = reader.value("batch") {
      return batch(value, path: reader.child("batch"), default: settings.batch)
    }
    if !settings.hasBatch {
      reader.report(
        nil, "batch is missing, here and at the top: {sequences: 32, micro_sequences: 8}")
    }
    return settings.batch
  }

  /// Steps as given, or enough whole batches for the tokens as given.
  private func length(
    _ reader: MappingReader, batch: Batch?, _ settings: RunSettings
  ) -> (steps: Int?, tokens: Int?) {
    let tokens = reader.count("tokens", in: 1...Self.maximumTokens, default: nil)
    let given = reader.count("steps", in: 1...Self.maximumSteps, default: nil)
    if reader.value("tokens") == nil && reader.value("steps") == nil {
      reader.report(nil, "its length is missing: tokens or steps")
    }
    guard let batch, let sequenceLength = settings.sequenceLength else { return (nil, tokens) }
    // Both factors are bounded far below the square root of Int's range.
    let perStep = batch.sequences * sequenceLength
    guard let tokens else {
      if let given, isTooLong(given, perStep) {
        reader.report("steps", "\(given) steps of \(perStep) tokens are too many to count")
        return (nil, nil)
      }
      return (given, nil)
    }
    let steps = (tokens - 1) / perStep + 1
    guard steps <= Self.maximumSteps else {
      reader.report(
        "tokens", "that is \(steps) steps, more than the \(Self.maximumSteps) possible")
      return (nil, tokens)
    }
    if let given, given != steps {
      reader.report(
        "steps",
        "\(tokens) tokens are \(steps) steps of \(batch.sequences) × \(sequenceLength) tokens, not "
          + "\(given); give tokens or steps")
      return (nil, tokens)
    }
    return (steps, tokens)
  }

  /// Whether steps hold more tokens than can be counted safely.
  private func isTooLong(_ steps: Int, _ perStep: Int) -> Bool {
    let (tokens, overflow) = steps.multipliedReportingOverflow(by: perStep)
    return overflow || tokens > Self.maximumTokens
  }

  private func schedule(_ reader: MappingReader, steps: Int?) -> LearningRateSchedule? {
    guard let value = reader.value("schedule") else {
      reader.report(nil, "schedule is missing, such as {kind: cosine, max_lr: 1.0e-3, warmup: 1%}")
      return nil
    }
    return MappingReader(
      value, path: reader.child("schedule"), problems: problems,
      expected: "a mapping such as {kind: cosine, max_lr: 1.0e-3, warmup: 1%}"
    ).flatMap { ScheduleReader(reader: $0, steps: steps).schedule() }
  }

  private func onStart(_ phase: MappingReader, isFirst: Bool) -> OnStart {
    guard let value = phase.value("on_start"),
      let reader = MappingReader(
        value, path: phase.child("on_start"), problems: problems,
        expected: "{optimizer: keep or reset, step: …, rng: …, data: …}")
    else { return OnStart() }
    reader.refuseUnknown(["optimizer", "step", "rng", "data"], "on_start")
    let onStart = OnStart(
      optimizer: reader.choice("optimizer", default: .keep),
      step: reader.choice("step", default: .keep), rng: reader.choice("rng", default: .keep),
      data: reader.choice("data", default: .keep))
    if onStart.step == .reset && !isFirst {
      reader.report(
        "step", "steps count over all phases of a run; only the first phase can reset them")
    }
    return onStart
  }
}
