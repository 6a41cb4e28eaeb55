internal import Compute
internal import Files
public import LanguageModel
public import OrderedJSON
public import TrainingPlans

/// The model that a plan's runs begin with: new weights about to be drawn, or a checkpoint.
public enum PlanModel: Sendable {
  case new(CheckpointInitializer, keys: JSONObject)
  case checkpoint(folder: String, configuration: ModelConfiguration)

  /// Checks a plan's model against its tokenizer and its sequences.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - folder: The plan file's folder.
  ///   - vocabulary: Whose size and special tokens new models take over where the plan says nothing
  ///     of them.
  /// - Throws: `ModelConfigurationError`, ``ExperimentError``.
  public init(_ plan: TrainingPlan, folder: String, vocabulary: PlanVocabulary?) throws {
    switch plan.model {
    case .checkpoint(let path):
      // Opened to see that the weights are there, whole and of the right shapes.
      let checkpoint = try Checkpoint.open(directory: resolvedPath(path, in: folder))
      self = .checkpoint(
        folder: checkpoint.directory, configuration: checkpoint.configuration)
    case .initialize(var keys, let initialization):
      if let vocabulary {
        if keys["vocab_size"] == nil { keys["vocab_size"] = .integer(vocabulary.size) }
        for (key, id) in [
          ("bos_token_id", vocabulary.beginning), ("eos_token_id", vocabulary.end),
        ] {
          if let id, keys[key] == nil { keys[key] = .integer(Int(id)) }
        }
      }
      if keys["max_position_embeddings"] == nil, keys["n_positions"] == nil {
        keys["max_position_embeddings"] = .integer(plan.sequenceLength)
      }
      var initializer = try CheckpointInitializer(
        keys: keys, path: "model.init", seed: plan.seed, dtype: .float32)
      let configuration = initializer.configuration
      initializer.weightDeviation = initialization.weightDeviation(
        hiddenSize: configuration.hiddenSize)
      initializer.outputDeviation = initialization.outputDeviation(
        hiddenSize: configuration.hiddenSize, layers: configuration.layerCount)
      self = .new(initializer, keys: keys)
    }
    let rows = configuration.vocabularySize
    if let ids = vocabulary?.size, ids > rows {
      throw ExperimentError.vocabularyTooSmall(ids: ids, rows: rows, isNew: isNew)
    }
    // Learned positions end; rotary ones go on.
    if configuration.family == .gpt2, plan.sequenceLength > configuration.maximumPositions {
      throw ExperimentError.sequenceTooLong(
        length: plan.sequenceLength, maximum: configuration.maximumPositions)
    }
  }

  private var isNew: Bool { if case .new = self { true } else { false } }

  public var configuration: ModelConfiguration {
    switch self {
    case .new(let initializer, _): initializer.configuration
    case .checkpoint(_, let configuration): configuration
    }
  }

  /// The folder with the weights; new ones are drawn unless that was done before.
  ///
  /// - Parameters:
  ///   - folder: Of the plan's output.
  ///   - seed: Of new weights.
  ///   - threads: That draw the numbers.
  /// - Returns: A folder in Hugging Face's layout.
  /// - Throws: `FileError`.
  func weights(in folder: String, seed: UInt64, threads: Int) throws -> String {
    switch self {
    case .checkpoint(let path, _): return path
    case .new(var initializer, _):
      initializer.seed = seed
      // Its name tells of all that decides the numbers, so a changed plan never meets old weights.
      let text =
        "\(JSONValue.object(initializer.keys).serialized()) \(initializer.seed) "
        + "\(initializer.weightDeviation) \(initializer.outputDeviation)"
      let path = "\(folder)/initial-\(SHA256Digest(of: text).hex.prefix(12))"
      if AtomicFolder.occupant(of: path) == .folder { return path }
      _ = try OutputFolder(
        preparing: folder, requiredBytes: (initializer.byteCount ?? Int.max / 2) + (64 << 20))
      let atomic = try AtomicFolder(path: path)
      try initializer.write(
        to: atomic.temporaryPath, pool: WorkerPool(threadCount: max(threads, 1)))
      try atomic.commit()
      return path
    }
  }
}
