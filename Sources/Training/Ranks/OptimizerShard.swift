internal import Compute
internal import LanguageModel

/// This rank's part of a bucket, with the moments of just that part: what it alone updates.
///
/// Sharding the optimizer's state over data-parallel ranks is ZeRO's first stage (Rajbhandari et al.
/// 2020, arXiv:1910.02054).
struct OptimizerShard<Backend: TrainingBackend> {
  /// What the shard has of one parameter.
  struct Segment {
    /// Index into the model's parameters.
    let parameter: Int
    let isMatrix: Bool
    /// Numbers within the parameter, and within the shard.
    let parameterRange: Range<Int>
    let range: Range<Int>
  }

  /// Numbers within the bucket.
  let range: Range<Int>
  let segments: [Segment]
  /// Weights of the part: a view of the bucket's.
  let weights: Backend.Tensor
  /// Sum of the gradients of all ranks, `[1, count]`; a view of the bucket's where there is one rank.
  let gradient: Backend.Tensor
  /// Exponential means of the gradients and of their squares.
  let firstMoments: Backend.Tensor
  let secondMoments: Backend.Tensor

  /// Reserves the memory.
  ///
  /// - Parameters:
  ///   - bucket: Whose part.
  ///   - parameters: Of the model.
  ///   - parts: Numbers of each rank's part; see ``parts(of:ranks:)``.
  ///   - rank: Whose part this is.
  ///   - backend: Where.
  init(
    _ bucket: ParameterBucket<Backend>, of parameters: ModelParameters<Backend>, parts: [Int],
    rank: Int, on backend: Backend
  ) {
    let start = parts[..<rank].reduce(0, +)
    let range = start..<start + parts[rank]
    self.range = range
    segments = bucket.members.compactMap { member in
      let common = member.range.clamped(to: range)
      guard !common.isEmpty else { return nil }
      let first = member.range.lowerBound
      return Segment(
        parameter: member.parameter, isMatrix: parameters.parameters[member.parameter].isMatrix,
        parameterRange: common.lowerBound - first..<common.upperBound - first,
        range: common.lowerBound - start..<common.upperBound - start)
    }
    weights = bucket.weights.columns(range)
    gradient =
      parts.count == 1
      ? bucket.gradient : backend.makeTensor(rows: 1, columns: range.count)
    firstMoments = backend.makeTensor(rows: 1, columns: range.count)
    secondMoments = backend.makeTensor(rows: 1, columns: range.count)
  }

  /// How many numbers of a bucket each rank has: as even as whole cache lines allow.
  ///
  /// - Parameters:
  ///   - count: Numbers of the bucket.
  ///   - ranks: How many share them.
  /// - Returns: One count for each rank; the last ones may be 0.
  static func parts(of count: Int, ranks: Int) -> [Int] {
    let lines = (count + 15) / 16
    return (0..<ranks).map { rank in
      min(lines * (rank + 1) / ranks * 16, count) - min(lines * rank / ranks * 16, count)
    }
  }
}
