internal import Communication
internal import Compute
internal import Corpus
internal import Files
internal import LanguageModel
internal import OrderedJSON
internal import TrainingPlans

extension RunTrainer {
  /// Begins to save where the run stands; the disk is written to while training goes on.
  ///
  /// - Parameters:
  ///   - phase: The phase at hand.
  ///   - isPhaseEnd: Whether it is complete.
  /// - Throws: What went wrong in this save before anything was written, or in the one before.
  ///
  /// Rank 0 collects the moments of all ranks and writes.
  func save(_ phase: Phase, isPhaseEnd: Bool) throws {
    try ranks.together { try finishSaving() }
    try checkFinite()
    guard let mixture else { preconditionFailure("a phase begins with its mixture") }
    state.data = mixture.state
    // A checkpoint stands for all lines before it, so these come first.
    try ranks.together { try logs?.flush() }
    let weightCount = try snapshot.fill(from: parameters, optimizer: optimizer, on: backend)
    guard ranks.isRoot else { return }
    let files = [(name: "config.json", bytes: configurationFile)] + setup.files
    let content = CheckpointContent(
      step: state.progress.step, phaseEnd: isPhaseEnd ? phase.name : nil, files: files,
      weights: Array(snapshot.tensors[..<weightCount]),
      optimizer: Array(snapshot.tensors[weightCount...]), state: try state.json())
    let (store, keepLast) = (store, phase.keepLast)
    try saver.start(content, holding: snapshot) { outcome in
      if outcome == .saved { try store.prune(keepLast: keepLast) }
    }
  }

  /// Waits for the save that is under way.
  func finishSaving() throws { try saver.finish() }

  /// Makes sure that a checkpoint is worth something.
  ///
  /// - Throws: ``TrainingError/notFinite(tensor:step:lastGood:)`` naming the first weight or moment
  ///   that is not finite.
  /// - Complexity: O(parameters), one pass over memory.
  func checkFinite() throws {
    try optimizer.finishExchange()
    guard let tensor = try optimizer.firstNotFinite() else { return }
    throw TrainingError.notFinite(
      tensor: tensor, step: state.progress.step,
      lastGood: try store.list().last.map { store.path(ofStep: $0) })
  }
}

/// What stands before a parameter's name in optimizer.safetensors; PyTorch's words for the moments.
enum MomentNames {
  static let first = "exp_avg."
  static let second = "exp_avg_sq."
}

extension AdamW {
  /// Reads the moments of this rank's part.
  ///
  /// - Parameter path: An optimizer.safetensors.
  /// - Throws: ``TrainingError/unusableMoments(path:problem:)`` if a tensor is missing, surplus, or of
  ///   another shape or dtype.
  func load(from path: String) throws {
    let file = try SafetensorsFile(path: path)
    var entries: [String: SafetensorsEntry] = [:]
    for entry in file.entries { entries[entry.name] = entry }
    let all = [MomentNames.first, MomentNames.second].flatMap { prefix in
      parameters.parameters.map { (prefix + $0.name, $0.shape) }
    }
    guard entries.count == all.count else {
      throw TrainingError.unusableMoments(
        path: path, problem: "it has \(entries.count) tensors, not \(all.count)")
    }
    for (name, shape) in all {
      guard let entry = entries[name] else {
        throw TrainingError.unusableMoments(path: path, problem: "\(name) is missing")
      }
      guard entry.dtype == ScalarType.float32.safetensorsName, entry.shape == shape else {
        throw TrainingError.unusableMoments(
          path: path, problem: "\(name) is \(entry.dtype) \(entry.shape), not F32 \(shape)")
      }
    }
    for (index, segment) in segments {
      let name = parameters.parameters[segment.parameter].name
      for (prefix, moments) in [
        (MomentNames.first, shards[index].firstMoments),
        (MomentNames.second, shards[index].secondMoments),
      ] {
        guard let entry = entries[prefix + name] else { continue }
        let start = entry.range.lowerBound
        let bytes = UnsafeRawBufferPointer(
          rebasing: file.file.bytes[
            start + 4 * segment.parameterRange.lowerBound..<start + 4
              * segment.parameterRange.upperBound])
        backend.load(
          StoredVector(bytes: bytes, type: .float32, count: bytes.count / 4),
          into: moments.columns(segment.range))
      }
    }
    try withExtendedLifetime(file) { try file.file.verifyUnchanged() }
  }
}
