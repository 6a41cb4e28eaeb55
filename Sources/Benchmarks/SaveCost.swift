internal import Compute
internal import Files
internal import LanguageModel
internal import OrderedJSON
internal import Records
internal import Training

/// What saving a checkpoint costs a training that goes on meanwhile; one entry per save.
struct SaveCost {
  /// How long training stands still: weights and moments are checked and copied.
  private var pauses: [Double] = []
  /// Until the end of the step in which everything was on the disk.
  private var writings: [Double] = []
  /// By how much the steps in that time took longer, all together.
  private var delays: [Double] = []

  /// Saves, and goes on training meanwhile, as a run does.
  ///
  /// - Parameters:
  ///   - parameters: What is saved.
  ///   - optimizer: Whose moments are saved with it.
  ///   - backend: Where both lie.
  ///   - model: Whose config.json goes along.
  ///   - stepSeconds: Of a step while nothing is saved.
  ///   - saves: How often.
  ///   - isCancelled: Whether the user has had enough; saves that were not finished do not count.
  ///   - train: Does a step.
  /// - Throws: `FileError`.
  init<Backend: TrainingBackend>(
    _ parameters: ModelParameters<Backend>, _ optimizer: AdamW<Backend>, on backend: Backend,
    folderOf model: BenchmarkModel, stepSeconds: Double, saves: Int = 3, isCancelled: () -> Bool,
    train: () throws -> Void
  ) throws {
    let scratch = try BenchmarkModel.Scratch(requiredBytes: 24 * parameters.count + (64 << 20))
    let store = CheckpointStore(runFolder: scratch.path)
    let saver = BackgroundSaver(store: store)
    let snapshot = TensorSnapshot()
    let configuration = try MappedFile(path: model.folder + "/config.json")
    let bytes = withExtendedLifetime(configuration) { Array(configuration.bytes) }
    // The copy's memory is reserved at the first save of a run, and used again by later ones.
    var weightCount = try snapshot.fill(from: parameters, optimizer: optimizer, on: backend)
    for save in 1...saves where !isCancelled() {
      let pause = try Stopwatch.seconds {
        _ = try optimizer.firstNotFinite()
        weightCount = try snapshot.fill(from: parameters, optimizer: optimizer, on: backend)
      }
      let content = CheckpointContent(
        step: save, files: [(name: "config.json", bytes: bytes)],
        weights: Array(snapshot.tensors[..<weightCount]),
        optimizer: Array(snapshot.tensors[weightCount...]), state: .object(JSONObject()))
      let clock = ContinuousClock()
      let begin = clock.now
      var steps = 0
      try saver.start(content, holding: snapshot) { outcome in
        if outcome == .saved { try store.prune(keepLast: 1) }
      }
      repeat {
        try train()
        steps += 1
        if isCancelled() { saver.stop() }
      } while saver.isSaving
      let seconds = (clock.now - begin).inSeconds
      try saver.finish()
      if isCancelled() { return }
      pauses.append(pause)
      writings.append(seconds)
      delays.append(max(0, seconds - Double(steps) * stepSeconds))
    }
  }

  /// Notes the cost.
  ///
  /// - Parameters:
  ///   - record: Receives parts and a sentence.
  ///   - stepSeconds: Of a step while nothing is saved.
  func add(to record: inout BenchmarkRecord, stepSeconds: Double) {
    guard let pause = TimingRecord(pauses), let writing = TimingRecord(writings),
      let delay = TimingRecord(delays)
    else { return }
    for (name, timing) in [
      ("saving: training stands still", pause),
      ("saving: writing, in whole steps", writing),
      ("saving: delay of the steps meanwhile", delay),
    ] {
      record.parts.append(BenchmarkPartRecord(name, timing, isInside: false))
    }
    let share = (pause.median + delay.median) / (100 * stepSeconds)
    let permille = Int((1000 * share).rounded())
    record.notes.append(
      "One save per 100 steps costs \(permille / 10).\(permille % 10) % of the training time.")
  }
}
