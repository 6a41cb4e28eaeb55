public import HarnessCompatibility
import Records

/// Scores tasks with one engine: encodes requests, lets the engine score them, judges the answers.
///
/// No score depends on what is scored beside it: tasks may be cut, reordered or pooled at will.
public struct EvaluationRun: Sendable {
  /// Turns requests into tokens.
  public let encoder: RequestEncoder
  /// Threads that encode and bootstrap.
  public let threads: Int
  /// Replicates where an error is bootstrapped.
  public let bootstrapIterations: Int
  /// Small tasks go to the engine together until they have this many tokens, so that weights that
  /// are streamed from disk are not read for every handful of documents.
  public let poolTokens: Int
  /// Where tokens are kept for other checkpoints, and what tells their encoders apart.
  public let cache: (tasks: EncodedTaskCache, encoding: String)?
  /// Asked between documents while they are encoded; the engine asks on its own.
  public let isCancelled: @Sendable () -> Bool

  public init(
    encoder: RequestEncoder, threads: Int,
    bootstrapIterations: Int = StandardError.bootstrapIterations, poolTokens: Int = 1 << 18,
    cache: (tasks: EncodedTaskCache, encoding: String)? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.encoder = encoder
    self.threads = threads
    self.bootstrapIterations = bootstrapIterations
    self.poolTokens = poolTokens
    self.cache = cache
    self.isCancelled = isCancelled
  }

  /// A task with its documents in tokens.
  private struct EncodedTask {
    let task: ScoringTask
    let documents: [EncodedDocument]
    let tokens: Int
  }

  /// Scores tasks one after another, small ones together.
  ///
  /// - Parameters:
  ///   - tasks: In the order in which they shall be finished.
  ///   - engine: Holds the model.
  ///   - progress: Called now and then on the calling thread.
  ///   - finished: Called for each task as soon as its results are complete.
  /// - Throws: What the engine or the tokenizer throws; tasks handed to `finished` stay valid.
  public func score(
    _ tasks: [ScoringTask], with engine: inout some LogLikelihoodEngine,
    progress: (RunProgress) -> Void = { _ in }, finished: (TaskOutcome) -> Void
  ) throws {
    var tracker = RunProgress(
      taskCount: tasks.count, totalRequests: tasks.reduce(0) { $0 + $1.requestCount },
      totalWork: tasks.reduce(0) { $0 + $1.textSize })
    var remaining = tasks[...]
    while !remaining.isEmpty {
      var pool: [EncodedTask] = []
      repeat {
        let task = remaining.removeFirst()
        pool.append(try encode(task))
      } while !remaining.isEmpty && pool.reduce(0) { $0 + $1.tokens } < poolTokens
      tracker.begin(pool.map(\.task))
      progress(tracker)
      for outcome in try score(pool, with: &engine, tracker: &tracker, progress: progress) {
        finished(outcome)
      }
      tracker.end(pool.map(\.task))
      progress(tracker)
    }
  }

  /// Encodes everything and forgets it, to find tokens that the model does not have.
  ///
  /// - Parameter tasks: What will be scored.
  /// - Throws: ``RequestEncodingError``, or what the tokenizer throws.
  public func checkTokens(of tasks: [ScoringTask]) throws {
    for task in tasks { _ = try encode(task) }
  }

  private func encode(_ task: ScoringTask) throws -> EncodedTask {
    let documents =
      if let cache {
        try cache.tasks.documents(of: task.name, encoding: cache.encoding) {
          try encodeDocuments(of: task)
        }
      } else {
        try encodeDocuments(of: task)
      }
    let tokens = documents.reduce(0) { $0 + $1.tokenCount }
    return EncodedTask(task: task, documents: documents, tokens: tokens)
  }

  private func encodeDocuments(of task: ScoringTask) throws -> [EncodedDocument] {
    try task.documents.concurrentMap(threads: threads) { document in
      if isCancelled() { throw EngineError.cancelled }
      return try encoder.encode(document)
    }
  }

  /// Scores the sequences of some tasks in one go.
  private func score(
    _ pool: [EncodedTask], with engine: inout some LogLikelihoodEngine,
    tracker: inout RunProgress, progress: (RunProgress) -> Void
  ) throws -> [TaskOutcome] {
    let sequences = pool.flatMap { $0.documents.flatMap(\.sequences) }
    let clock = ContinuousClock()
    let start = clock.now
    var last = ScoringProgress(
      finishedSequences: 0, totalSequences: 0, finishedTokens: 0, totalTokens: 0,
      weightBytesRead: 0)
    var state = tracker
    let scores =
      sequences.isEmpty
      ? []
      : try engine.score(sequences) { engineProgress in
        last = engineProgress
        state.update(engineProgress)
        progress(state)
      }
    tracker = state
    let seconds = (clock.now - start).seconds
    precondition(scores.count == sequences.count, "the engine left out sequences")

    let poolTokens = max(1, pool.reduce(0) { $0 + $1.tokens })
    var next = 0
    return pool.map { encoded in
      let first = next
      var responses: [[RequestResponse]] = []
      for document in encoded.documents {
        guard case .requests(let requests) = document.content else {
          responses.append([])
          continue
        }
        responses.append(
          requests.map { request in
            let range = next..<(next + request.sequences.count)
            next = range.upperBound
            return RequestResponse(adding: scores[range])
          })
      }
      // What several tasks took together is split by their tokens.
      let share = Double(encoded.tokens) / Double(poolTokens)
      let cost = CostRecord(
        totalSeconds: seconds * share, scoringSeconds: seconds * share, sequences: next - first,
        tokens: Int((Double(last.finishedTokens) * share).rounded()),
        weightBytesRead: Int((Double(tracker.weightBytesOfPool) * share).rounded()))
      return TaskOutcome(
        task: encoded.task, encoded: encoded.documents, responses: responses, cost: cost,
        bootstrapIterations: bootstrapIterations, threads: threads)
    }
  }
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
