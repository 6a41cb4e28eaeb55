internal import Communication

/// Scores sequences together with other ranks, each its share.
///
/// All ranks are given the same sequences and get all scores, with the bits of one process: the score of
/// a sequence does not depend on what is scored beside it.
struct ShardedEngine<Base: LogLikelihoodEngine>: LogLikelihoodEngine {
  private var base: Base
  private let ranks: any Communicator

  /// - Parameters:
  ///   - base: Scores this rank's share.
  ///   - ranks: Who shares the work.
  init(_ base: Base, ranks: any Communicator) {
    self.base = base
    self.ranks = ranks
  }

  var maximumLength: Int { base.maximumLength }
  var work: EngineWork { base.work }

  mutating func score(
    _ sequences: [ScoredSequence], progress: (ScoringProgress) -> Void
  ) throws -> [SequenceScore] {
    if ranks.size == 1 { return try base.score(sequences, progress: progress) }
    let share = Self.share(
      of: sequences, work: base.work, rank: ranks.rank, size: ranks.size)
    var last = ScoringProgress(
      finishedSequences: 0, totalSequences: 0, finishedTokens: 0, totalTokens: 0,
      weightBytesRead: 0)
    let own = try ranks.together {
      try base.score(share.map { sequences[$0] }) {
        last = $0
        progress($0)
      }
    }
    // Terms and a flag for each sequence; where this rank has none, 0, which changes no sum.
    var starts = [0]
    for sequence in sequences {
      starts.append(starts[starts.count - 1] + sequence.targets.count + 1)
    }
    var numbers = [Double](repeating: 0, count: starts[sequences.count])
    for (index, score) in zip(share, own) {
      numbers[starts[index]] = score.isGreedy ? 1 : 0
      for (term, value) in score.tokenLogLikelihoods.enumerated() {
        numbers[starts[index] + 1 + term] = value
      }
    }
    try ranks.allReduce(&numbers, .sum)
    var totals = [
      Double(last.finishedTokens), Double(last.totalTokens), Double(last.weightBytesRead),
    ]
    try ranks.allReduce(&totals, .sum)
    progress(
      ScoringProgress(
        finishedSequences: sequences.count, totalSequences: sequences.count,
        finishedTokens: Int(totals[0]), totalTokens: Int(totals[1]),
        weightBytesRead: Int(totals[2])))
    return sequences.indices.map { index in
      let terms = Array(numbers[starts[index] + 1..<starts[index + 1]])
      return SequenceScore(
        logLikelihood: terms.reduce(0, +), isGreedy: numbers[starts[index]] == 1,
        tokenLogLikelihoods: terms)
    }
  }

  /// The sequences of one rank: neighbours in the order in which common prefixes meet, cut so that all
  /// ranks have about the same to compute.
  ///
  /// - Parameters:
  ///   - sequences: Of all ranks.
  ///   - work: What tokens and predictions cost.
  ///   - rank: Whose share.
  ///   - size: How many ranks there are.
  /// - Returns: Indices of the sequences; every one is in just one rank's share.
  static func share(
    of sequences: [ScoredSequence], work: EngineWork, rank: Int, size: Int
  ) -> [Int] {
    let planner = BatchPlanner(batchTokens: .max)
    let order = planner.order(of: sequences)
    var costs: [Double] = []
    for (position, index) in order.enumerated() {
      let tokens = planner.newTokens(
        of: sequences[index], after: position > 0 ? sequences[order[position - 1]] : nil)
      costs.append(
        Double(tokens) * work.perToken
          + Double(sequences[index].targets.count) * work.perPrediction)
    }
    let total = costs.reduce(0, +)
    var before = 0.0
    return zip(order, costs).compactMap { index, cost in
      // A sequence belongs to whom its middle belongs to.
      let middle = before + cost / 2
      before += cost
      let owner = total > 0 ? min(Int(middle / total * Double(size)), size - 1) : 0
      return owner == rank ? index : nil
    }
  }
}
