internal import Compute
internal import Files
internal import LanguageModel
internal import OrderedJSON
internal import Records
internal import Training

/// What saving a checkpoint costs a training that goes on meanwhile.
struct SaveCost {
  /// How long training stands still: weights and moments are checked and copied.
  let pause: Double
  /// Until everything is on the disk, in the background.
  let writing: Double
  /// By how much the steps in that time took longer, all together.
  let delay: Double

  /// Saves once; `nil` if the user stopped it.
  init?<Backend: TrainingBackend>(
    _ parameters: ModelParameters<Backend>, _ optimizer: AdamW<Backend>, on backend: Backend,
    folderOf model: BenchmarkModel, stepSeconds: Double, isCancelled: () -> Bool, train: () -> Void
  ) throws {
    let scratch = try BenchmarkModel.Scratch(requiredBytes: 12 * parameters.count + (64 << 20))
    let store = CheckpointStore(runFolder: scratch.path)
    let saver = BackgroundSaver(store: store)
    let snapshot = TensorSnapshot()
    let configuration = try MappedFile(path: model.folder + "/config.json")
    let bytes = withExtendedLifetime(configuration) { Array(configuration.bytes) }
    // The copy's memory is reserved at the first save of a run, and used again by later ones.
    _ = snapshot.fill(from: parameters, optimizer: optimizer, on: backend)
    var weightCount = 0
    pause = Stopwatch.seconds {
      _ = optimizer.firstNotFinite()
      weightCount = snapshot.fill(from: parameters, optimizer: optimizer, on: backend)
    }
    let content = CheckpointContent(
      step: 1, files: [(name: "config.json", bytes: bytes)],
      weights: Array(snapshot.tensors[..<weightCount]),
      optimizer: Array(snapshot.tensors[weightCount...]), state: .object(JSONObject()))
    var steps = 0
    let clock = ContinuousClock()
    let begin = clock.now
    try saver.start(content, holding: snapshot)
    var written: Double?
    repeat {
      train()
      steps += 1
      if written == nil, !saver.isSaving { written = (clock.now - begin).inSeconds }
      if isCancelled() { saver.stop() }
    } while saver.isSaving
    let seconds = (clock.now - begin).inSeconds
    try saver.finish()
    if isCancelled() { return nil }
    writing = written ?? seconds
    delay = max(0, seconds - Double(steps) * stepSeconds)
  }

  /// Notes the cost.
  ///
  /// - Parameters:
  ///   - record: Receives parts and a sentence.
  ///   - stepSeconds: Of a step while nothing is saved.
  func add(to record: inout BenchmarkRecord, stepSeconds: Double) {
    for (name, seconds) in [
      ("saving: training stands still", pause), ("saving: until it is on the disk", writing),
      ("saving: delay of the steps meanwhile", delay),
    ] {
      if let timing = TimingRecord([seconds]) {
        record.parts.append(BenchmarkPartRecord(name, timing, isInside: false))
      }
    }
    let share = (pause + delay) / (100 * stepSeconds)
    let permille = Int((1000 * share).rounded())
    record.notes.append(
      "One save per 100 steps costs \(permille / 10).\(permille % 10) % of the training time.")
  }
}
