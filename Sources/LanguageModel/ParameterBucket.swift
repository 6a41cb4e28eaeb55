public import Compute

/// Parameters side by side in memory, whose gradients are complete at the same time: what ranks
/// exchange in one go.
public struct ParameterBucket<Backend: TrainingBackend> {
  /// One parameter's place.
  public struct Member: Sendable {
    /// Index into ``ModelParameters/parameters``.
    public let parameter: Int
    /// Its numbers in the bucket.
    public let range: Range<Int>
  }

  /// Stages that its parameters belong to, in the order in which their gradients are completed.
  public let stages: [ModelStage]
  public let members: [Member]
  /// All weights, `[1, count]`; 0 between the members.
  public let weights: Backend.Tensor
  /// All gradients, likewise.
  public let gradient: Backend.Tensor

  /// Numbers in the bucket, those between the members included.
  public var count: Int { weights.columnCount }
}

/// Which parameters go into which bucket.
struct BucketPlan {
  struct Bucket {
    var stages: [ModelStage] = []
    var members: [(parameter: Int, range: Range<Int>)] = []
    var count = 0
  }
  private(set) var buckets: [Bucket] = []

  /// Numbers to whose multiples members are aligned: a cache line.
  static let alignment = 16

  /// Plans buckets, in the order in which a backward pass completes them.
  ///
  /// - Parameters:
  ///   - parameters: Stage and numbers of each.
  ///   - layers: Layers of the model.
  ///   - minimumCount: Numbers below which a bucket takes in the next stage as well: what is exchanged
  ///     in too small pieces costs more in waiting than it gains.
  init(_ parameters: [(stage: ModelStage, count: Int)], layers: Int, minimumCount: Int) {
    let stages = [.output] + (0..<layers).reversed().map { ModelStage.layer($0) } + [.embedding]
    var current = Bucket()
    for stage in stages {
      let members = parameters.indices.filter { parameters[$0].stage == stage }
      if members.isEmpty { continue }
      current.stages.append(stage)
      for index in members {
        let end = current.count + parameters[index].count
        current.members.append((index, current.count..<end))
        current.count = (end + Self.alignment - 1) / Self.alignment * Self.alignment
      }
      if current.count >= minimumCount {
        buckets.append(current)
        current = Bucket()
      }
    }
    if !current.members.isEmpty { buckets.append(current) }
  }
}
