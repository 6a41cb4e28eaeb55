public import Communication
public import Compute
public import Corpus
internal import Files
internal import Foundation
internal import LanguageModel
internal import OrderedJSON
public import Records

/// Measures validation losses as a run does, on any checkpoint.
public enum ValidationMeasurement {
  /// Measures the losses of a checkpoint that lies on the disk.
  ///
  /// A checkpoint of a run has the bits here that the run reported of it, whatever its size of batch.
  /// - Parameters:
  ///   - folder: In Hugging Face's layout, of whatever origin. That its tokenizer is the one that the
  ///     sets were tokenized with is for the caller to know.
  ///   - sets: What to measure on.
  ///   - seen: Names of the data sets that the model was trained on.
  ///   - microSequences: Sequences that pass through the model together, at least 1.
  ///   - step: Optimizer updates, for the record.
  ///   - backend: Where to compute.
  ///   - ranks: Who shares the work.
  /// - Returns: The losses, in the order of the sets.
  /// - Throws: `CheckpointError`, `CorpusError`, or ``ValidationError`` where a set does not fit the
  ///   model.
  /// - Complexity: One pass over the tokens of all sets; memory as for training without activations.
  public static func measure<Backend: TrainingBackend>(
    checkpointFolder folder: String, sets: [ValidationSet], seen: Set<String>,
    microSequences: Int, step: Int = 0, on backend: Backend,
    ranks: any Communicator = SingleProcess.shared
  ) throws -> ValidationLossesRecord {
    let checkpoint = try ranks.together {
      let checkpoint = try Checkpoint.open(directory: folder)
      for set in sets { try check(set, checkpoint) }
      return checkpoint
    }
    let length = sets.map(\.source.sequenceLength).max() ?? 1
    let count = max(microSequences, 1)
    let pass = GradientPass(
      ModelParameters(checkpoint, on: backend), on: backend, rows: count * length,
      sequenceLength: length, recomputes: true)
    return ValidationLossesRecord(
      step: step,
      dataSets: try sets.map { set in
        try measure(set, microSequences: count, in: pass, ranks: ranks).record(
          of: set, isSeen: seen.contains(set.source.name))
      })
  }

  /// Writes losses beside a checkpoint's weights.
  ///
  /// - Parameters:
  ///   - record: The losses.
  ///   - folder: The checkpoint's.
  /// - Throws: `FileError`; a file that was there is untouched then.
  public static func write(_ record: ValidationLossesRecord, besideWeightsIn folder: String) throws
  {
    try OutputFolder.makeFolders("\(folder)/\(ValidationLossesRecord.folder)")
    try Folder.flush(folder)
    try AtomicFile.write(
      JSONValueEncoder().encode(record).serialized(indent: 2) + "\n",
      to: "\(folder)/\(ValidationLossesRecord.path)")
  }

  /// Losses of one set; numbers may be not finite.
  struct Losses {
    /// Mean over all predictions.
    let mean: Double
    /// Mean of each sequence.
    let sequences: [Double]

    /// - Parameter set: What was measured on.
    /// - Returns: `nil` where no tokenizer tells of bytes.
    func bitsPerByte(of set: ValidationSet) -> Double? {
      set.byteCount.map { mean * Double(set.tokenCount) / (Double(max($0, 1)) * log(2)) }
    }

    func record(of set: ValidationSet, isSeen: Bool) -> SequenceLosses {
      func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
      return SequenceLosses(
        name: set.source.name, isSeen: isSeen, digest: set.digest.hex,
        sequenceLength: set.source.sequenceLength, tokens: set.tokenCount, bytes: set.byteCount,
        loss: finite(mean), bitsPerByte: bitsPerByte(of: set).flatMap(finite),
        sequenceLosses: sequences.map(finite))
    }
  }

  /// Mean losses per token, in nats: sums of sequences added in order, so that scoring the saved
  /// checkpoint on the same sequences gives the same bits.
  ///
  /// Ranks share the sequences, and all of them get the losses of all, with the bits of one process.
  static func measure<Backend: TrainingBackend>(
    _ set: ValidationSet, microSequences: Int, in pass: GradientPass<Backend>,
    ranks: any Communicator = SingleProcess.shared
  ) throws -> Losses {
    let length = set.source.sequenceLength
    var sums = [Double](repeating: 0, count: set.sampleCount)
    let share = RankShare.part(of: set.sampleCount, rank: ranks.rank, size: ranks.size)
    try ranks.together {
      for start in stride(from: share.lowerBound, to: share.upperBound, by: microSequences) {
        let ids = start..<min(start + microSequences, share.upperBound)
        var batch = TrainingBatch([])
        for id in ids { batch.append(try set.source.sample(id)[...]) }
        let losses = pass.losses(batch)
        for (index, id) in ids.enumerated() {
          sums[id] = losses[index * length..<(index + 1) * length].reduce(0, +)
        }
      }
    }
    // All but one of the numbers that are added are 0, which changes no bit.
    try ranks.allReduce(&sums, .sum)
    return Losses(
      mean: sums.reduce(0, +) / Double(set.tokenCount), sequences: sums.map { $0 / Double(length) })
  }

  /// Makes sure that a foreign model has a row for each id and a place for each position.
  private static func check(_ set: ValidationSet, _ checkpoint: Checkpoint) throws {
    let configuration = checkpoint.configuration
    let name = set.source.name
    // Learned positions end; rotary ones go on.
    if configuration.family == .gpt2, set.source.sequenceLength > configuration.maximumPositions {
      throw ValidationError.sequenceTooLong(
        path: checkpoint.directory, dataSet: name, length: set.source.sequenceLength,
        maximum: configuration.maximumPositions)
    }
    for sample in 0..<set.sampleCount {
      for id in try set.source.sample(sample)
      where !(0..<Int32(clamping: configuration.vocabularySize)).contains(id) {
        throw ValidationError.idBeyondVocabulary(
          path: checkpoint.directory, dataSet: name, id: Int(id),
          rows: configuration.vocabularySize)
      }
    }
  }
}

/// Why a checkpoint cannot be measured on a validation set.
public enum ValidationError: Error, Equatable, Sendable, CustomStringConvertible {
  case idBeyondVocabulary(path: String, dataSet: String, id: Int, rows: Int)
  case sequenceTooLong(path: String, dataSet: String, length: Int, maximum: Int)

  public var description: String {
    switch self {
    case .idBeyondVocabulary(let path, let dataSet, let id, let rows):
      "\(path.escapedForTerminal): the model has embeddings for \(rows) tokens, but the validation "
        + "data of \(dataSet.escapedForTerminal) holds the id \(id). Its losses can be measured only "
        + "on data that is tokenized with the model's own tokenizer."
    case .sequenceTooLong(let path, let dataSet, let length, let maximum):
      "\(path.escapedForTerminal): the model has \(maximum) positions, but the validation sequences "
        + "of \(dataSet.escapedForTerminal) have \(length) tokens. Make sequence_length \(maximum) or "
        + "less."
    }
  }
}
