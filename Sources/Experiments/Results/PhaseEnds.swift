internal import Files
internal import Training
internal import TrainingPlans

/// A checkpoint at the end of a phase.
struct PhaseEnd {
  var run: String
  var phase: String
  var step: Int
  /// Trained on by then in this run.
  var tokens: Int
  /// Its folder.
  var path: String
  /// Whether it ends the run.
  var isFinal: Bool
  /// SHA-256 of the weights, from the manifest.
  var weights: String?
}

extension PhaseEnd {
  /// The checkpoints at the ends of a run's phases, as far as it has come.
  ///
  /// - Parameters:
  ///   - run: Of the plan.
  ///   - plan: The plan.
  ///   - folder: Of the plan's output.
  /// - Returns: In the order of the phases; manifests are believed.
  static func all(of run: Run, in plan: TrainingPlan, folder: String) -> [PhaseEnd] {
    let store = CheckpointStore(runFolder: "\(folder)/\(run.name)")
    var ends: [PhaseEnd] = []
    for step in (try? store.list()) ?? [] {
      guard let manifest = try? store.manifest(ofStep: step), let name = manifest.phaseEnd,
        let index = run.phases.firstIndex(where: { $0.name == name })
      else { continue }
      let tokens = run.phases[...index].reduce(0) {
        $0 + $1.steps * $1.batch.sequences * plan.sequenceLength
      }
      ends.append(
        PhaseEnd(
          run: run.name, phase: name, step: step, tokens: tokens,
          path: store.path(ofStep: step), isFinal: index == run.phases.count - 1,
          weights: manifest.weightsDigest))
    }
    return ends
  }
}

extension CheckpointManifest {
  /// SHA-256 of the weights.
  var weightsDigest: String? {
    files.first { $0.name == "model.safetensors" }?.content.digest.hex
  }
}
