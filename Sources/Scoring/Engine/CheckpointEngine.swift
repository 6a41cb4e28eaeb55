public import Compute
internal import Files
public import LanguageModel

/// Scores sequences with the weights of a checkpoint.
///
/// A shared prefix is computed once, sequences are packed without padding, the vocabulary projection
/// runs on scored positions only, and a layer's weights are read once per pass. The score of
/// a sequence has the same bits whatever the pass size, the threads, and the other sequences.
public final class CheckpointEngine<Backend: ComputeBackend>: LogLikelihoodEngine {
  public let maximumLength: Int
  /// Bytes of weights read so far; each layer counts once per pass.
  public private(set) var weightBytesRead = 0
  /// Passes made so far.
  public private(set) var passCount = 0

  private let checkpoint: Checkpoint
  private let backend: Backend
  private let layers: [[StoredTensor]]
  private let model: any CausalModel<Backend>
  private let batchTokens: Int?
  private let memoryLimit: Int?
  private let threads: Int
  private let isCancelled: @Sendable () -> Bool
  private var hidden: Backend.Tensor?
  private var kept: Backend.Tensor?
  private var scored: Backend.Tensor?

  /// Prepares the model; weights are read when something is scored.
  ///
  /// - Parameters:
  ///   - checkpoint: An opened checkpoint.
  ///   - backend: Where to compute.
  ///   - threads: Threads of the backend, for the estimate of memory.
  ///   - maximumLength: The window, in tokens.
  ///   - batchTokens: Tokens of a pass to aim at; a pass holds at least one sequence.
  ///   - memoryLimit: Bytes for weights and working memory; below what the file needs, layers are
  ///     streamed from it, over passes as large as fit.
  ///   - isCancelled: Asked between chunks.
  public init(
    checkpoint: Checkpoint, backend: Backend, threads: Int, maximumLength: Int,
    batchTokens: Int? = nil, memoryLimit: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.checkpoint = checkpoint
    self.backend = backend
    self.threads = threads
    self.maximumLength = maximumLength
    self.batchTokens = batchTokens
    self.memoryLimit = memoryLimit
    self.isCancelled = isCancelled
    layers = checkpoint.tensorsByLayer()
    model = checkpoint.makeModel(on: backend)
  }

  /// Multiplications of the layers' matrices, and of the output embedding.
  public var work: EngineWork {
    let configuration = checkpoint.configuration
    let table = Double(configuration.vocabularySize) * Double(configuration.hiddenSize)
    let layers = layers.joined().reduce(0) { $0 + $1.shape.reduce(1, *) }
    return EngineWork(perToken: Double(layers), perPrediction: table)
  }

  public func score(
    _ sequences: [ScoredSequence], progress: (ScoringProgress) -> Void
  ) throws -> [SequenceScore] {
    try check(sequences)
    let longest = sequences.reduce(1) { max($0, $1.input.count) }
    let plan = try MemoryPlan.fitting(
      MemoryCosts(checkpoint, model: model, threads: threads), batchTokens: batchTokens,
      limit: memoryLimit, longestSequence: longest)
    let planner = BatchPlanner(batchTokens: plan.batchTokens, chunkTokens: plan.chunkTokens)
    let passes = planner.passes(of: sequences)
    let tokensOfPass = passes.map { planner.tokenCount(of: $0, in: sequences) }

    var terms = sequences.map { [Double](repeating: 0, count: $0.targets.count) }
    var isGreedy = [Bool](repeating: true, count: sequences.count)
    var state = ScoringProgress(
      finishedSequences: 0, totalSequences: sequences.count, finishedTokens: 0,
      totalTokens: tokensOfPass.reduce(0, +), weightBytesRead: weightBytesRead)
    var finishedTokens = 0
    progress(state)
    for (pass, tokens) in zip(passes, tokensOfPass) {
      let batch = planner.plan(pass, of: sequences)
      let results = try run(batch, streamsWeights: plan.streamsWeights) { fraction in
        state.finishedTokens = finishedTokens + Int(Double(tokens) * fraction)
        state.weightBytesRead = weightBytesRead
        progress(state)
      }
      for (prediction, result) in zip(batch.predictions, results) {
        terms[prediction.sequence][prediction.target] = result.logLikelihood
        if !result.isBest { isGreedy[prediction.sequence] = false }
      }
      passCount += 1
      finishedTokens += tokens
      state.finishedSequences += pass.count
      state.finishedTokens = finishedTokens
      state.weightBytesRead = weightBytesRead
      progress(state)
    }
    return zip(terms, isGreedy).map { terms, isGreedy in
      SequenceScore(
        logLikelihood: terms.reduce(0, +), isGreedy: isGreedy, tokenLogLikelihoods: terms)
    }
  }

  private func check(_ sequences: [ScoredSequence]) throws(EngineError) {
    let vocabulary = model.configuration.vocabularySize
    for sequence in sequences {
      if sequence.input.count > maximumLength {
        throw .sequenceTooLong(length: sequence.input.count, maximum: maximumLength)
      }
      for tokens in [sequence.input, sequence.targets] {
        if let token = tokens.first(where: { $0 < 0 || Int($0) >= vocabulary }) {
          throw .tokenOutOfRange(token: Int(token), vocabularySize: vocabulary)
        }
      }
    }
  }

  /// Takes one pass through the model.
  ///
  /// - Parameters:
  ///   - plan: Rows, chunks and predictions.
  ///   - streamsWeights: Drop a layer's pages once it is widened, and read the next one ahead.
  ///   - progress: Called with the part of the pass that is done, 0 to 1.
  /// - Returns: For each prediction its log-likelihood in nats, and whether it is the best token.
  /// - Throws: If a weight file changed since it was opened, or the run is cancelled.
  private func run(
    _ plan: BatchPlan, streamsWeights: Bool, progress: (Double) -> Void
  ) throws -> [(logLikelihood: Double, isBest: Bool)] {
    let batch = plan.batch
    let configuration = model.configuration
    let positions = Int(batch.positions.max() ?? 0) + 1
    model.reserve(chunkRows: batch.chunks.map(\.rows.count).max() ?? 0, positions: positions)
    let hidden = tensor(&self.hidden, rows: batch.tokens.count, columns: configuration.hiddenSize)
    let kept =
      batch.keptRowCount > 0
      ? tensor(&self.kept, rows: batch.keptRowCount, columns: model.projectionWidth) : nil

    let scored = tensor(
      &self.scored, rows: plan.scoredRows.count, columns: configuration.hiddenSize)

    model.embed(batch.tokens[...], positions: batch.positions[...], into: hidden)
    for layer in 0..<configuration.layerCount {
      let tensors = layers[layer]
      try checkpoint.verifyUnchanged()
      model.loadLayer(layer)
      weightBytesRead += tensors.reduce(0) { $0 + $1.bytes.count }
      if streamsWeights {
        for tensor in tensors { tensor.advise(.dontNeed) }
        if layer + 1 < configuration.layerCount {
          for tensor in layers[layer + 1] { tensor.advise(.willNeed) }
        }
      }
      for (index, chunk) in batch.chunks.enumerated() {
        if isCancelled() { throw EngineError.cancelled }
        let (stream, positions) = (hidden.rows(chunk.rows), batch.positions[chunk.rows])
        if layer + 1 < configuration.layerCount {
          model.applyLayer(to: stream, chunk: chunk, positions: positions, kept: kept)
        } else {
          let range = plan.scoredRows(in: chunk.rows)
          model.applyLastLayer(
            to: stream, chunk: chunk, positions: positions, kept: kept,
            rows: plan.scoredRows[range].map { $0 - chunk.rows.lowerBound },
            into: scored.rows(range))
        }
        let done = Double(layer) + Double(index + 1) / Double(batch.chunks.count)
        progress(done / Double(configuration.layerCount + 1))
      }
    }
    return logLikelihoods(of: plan, scored: scored, streamsWeights: streamsWeights)
  }

  private func logLikelihoods(
    of plan: BatchPlan, scored: Backend.Tensor, streamsWeights: Bool
  ) -> [(logLikelihood: Double, isBest: Bool)] {
    var targets: [LogitTarget] = []
    targets.reserveCapacity(plan.predictions.count)
    var row = 0
    for prediction in plan.predictions {
      while plan.scoredRows[row] != prediction.row { row += 1 }
      targets.append(LogitTarget(row: row, token: prediction.token))
    }
    model.normalizeOutput(scored, into: scored)
    let table = model.outputTable()
    let logits = backend.reduceLogits(scored, table: table, bias: nil, targets: targets)
    weightBytesRead += table.bytes.count
    if streamsWeights { for tensor in checkpoint.storedTensors { tensor.advise(.dontNeed) } }
    return zip(targets, logits.targetLogits).map { target, logit in
      let row = logits.rows[target.row]
      return (Double(logit) - row.logSumExp, row.bestToken == target.token)
    }
  }

  /// A tensor of at least that many rows, kept from call to call.
  private func tensor(_ stored: inout Backend.Tensor?, rows: Int, columns: Int) -> Backend.Tensor {
    if let stored, stored.rowCount >= rows { return stored.rows(0..<rows) }
    stored = nil
    let new = backend.makeTensor(rows: rows, columns: columns)
    stored = new
    return new
  }
}
