internal import Compute
internal import LanguageModel

/// How much of what is held in memory while a checkpoint is scored.
struct MemoryPlan: Equatable {
  /// Tokens of a pass to aim at.
  var batchTokens: Int
  /// Tokens of a chunk to aim at.
  var chunkTokens: Int
  /// Whether weights are dropped from memory when a pass has used them.
  var streamsWeights: Bool

  /// Tokens of a pass unless something else is asked for: enough that widening a layer costs
  /// about a hundredth of using it.
  static let defaultBatchTokens = 16_384
  static let defaultChunkTokens = 768

  /// Chooses sizes that fit a limit.
  ///
  /// - Parameters:
  ///   - costs: What the model needs.
  ///   - batchTokens: Tokens of a pass as the user asked for, if so.
  ///   - limit: Bytes for weights and working memory together, if there is a limit.
  ///   - longestSequence: Tokens of the longest input.
  /// - Returns: Sizes within the limit.
  /// - Throws: ``EngineError/memoryLimitTooSmall(limit:needed:)``.
  static func fitting(
    _ costs: MemoryCosts, batchTokens: Int?, limit: Int?, longestSequence: Int
  ) throws(EngineError) -> MemoryPlan {
    let wanted = max(batchTokens ?? defaultBatchTokens, 1)
    guard let limit else {
      return MemoryPlan(
        batchTokens: wanted, chunkTokens: defaultChunkTokens, streamsWeights: false)
    }
    let least = max(min(wanted, defaultBatchTokens), longestSequence)
    let resident =
      costs.fileBytes
      + costs.workingBytes(chunkTokens: defaultChunkTokens, longestSequence: longestSequence)
      + least * costs.bytesPerToken
    if resident <= limit {
      let spare = (limit - resident) / costs.bytesPerToken
      return MemoryPlan(
        batchTokens: batchTokens ?? min(wanted, least + spare), chunkTokens: defaultChunkTokens,
        streamsWeights: false)
    }
    // Larger chunks are faster, larger passes read the file less often: give chunks up first.
    var needed = Int.max
    for chunkTokens in [defaultChunkTokens, 384, 192, 96, 48, 24] {
      let fixed =
        costs.streamedBytes
        + costs.workingBytes(chunkTokens: chunkTokens, longestSequence: longestSequence)
      needed = fixed + max(longestSequence, chunkTokens) * costs.bytesPerToken
      if needed <= limit {
        let fitting = (limit - fixed) / costs.bytesPerToken
        return MemoryPlan(
          batchTokens: batchTokens.map { min($0, fitting) } ?? fitting, chunkTokens: chunkTokens,
          streamsWeights: true)
      }
    }
    throw .memoryLimitTooSmall(limit: limit, needed: needed)
  }
}

/// Bytes that a model needs, apart from the choice of batch sizes.
struct MemoryCosts: Equatable {
  /// All weights as stored.
  var fileBytes: Int
  /// The largest layer, or the output table, as stored: what is mapped while it is used, with as
  /// much again for the next one, which is read ahead.
  var streamedBytes: Int
  /// The largest layer in float32.
  var layerBytes: Int
  /// One block of the output table in float32.
  var tableBlockBytes: Int
  /// Columns of all working memory of a chunk, in bytes per row.
  var chunkRowBytes: Int
  /// Attention's scratch memory per position, all threads together.
  var positionBytes: Int
  /// Projections of a token, which are kept for sequences longer than a chunk.
  var keptRowBytes: Int
  /// Residual stream and bookkeeping of a token of a pass.
  var bytesPerToken: Int

  func workingBytes(chunkTokens: Int, longestSequence: Int) -> Int {
    layerBytes + tableBlockBytes + chunkTokens * chunkRowBytes
      + longestSequence * (positionBytes + keptRowBytes)
  }

  init(_ checkpoint: Checkpoint, model: any CausalModel, threads: Int) {
    let configuration = checkpoint.configuration
    let hidden = configuration.hiddenSize
    let attended = configuration.headCount * configuration.headSize
    var largestStored = 0
    var largestCount = 0
    for tensors in checkpoint.tensorsByLayer() {
      largestStored = max(largestStored, tensors.reduce(0) { $0 + $1.bytes.count })
      largestCount = max(largestCount, tensors.reduce(0) { $0 + $1.elementCount })
    }
    let table = model.outputTable()
    fileBytes = checkpoint.totalBytes
    streamedBytes = max(2 * largestStored, table.bytes.count)
    layerBytes = 4 * largestCount
    tableBlockBytes = 4 * 512 * hidden
    chunkRowBytes =
      4
      * (hidden + model.projectionWidth + attended + configuration.intermediateSize
        + max(hidden, attended, configuration.intermediateSize) + 512)
    positionBytes = threads * 4 * 3 * max(configuration.headSize, 32)
    keptRowBytes = 4 * model.projectionWidth
    // At worst every row is scored, and then stands in a tensor of its own as well.
    bytesPerToken = 2 * 4 * hidden + 96
  }
}
