/// Which parameters of a model go into which bucket, without any memory for them.
public struct ModelBuckets: Sendable {
  /// One of them.
  public struct Bucket: Sendable, Equatable {
    public var stages: [ModelStage]
    /// Numbers, with those between the parameters.
    public var parameters: Int
    /// Numbers of matrices that tokens are multiplied with; an input embedding is looked up.
    public var matrixParameters: Int
    /// Layers among the stages.
    public var layers: Int
  }

  /// In the order in which a backward pass completes them.
  public let buckets: [Bucket]

  /// Plans the buckets as ``ModelParameters`` does.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - minimumCount: See ``ModelParameters/init(_:on:minimumBucketCount:)``.
  public init(_ configuration: ModelConfiguration, minimumCount: Int = 1 << 20) {
    let layout = ParameterLayout(configuration)
    let isTied = layout.tiesEmbeddings
    let entries = layout.parameters.filter { !(isTied && $0.name == layout.outputEmbedding) }
    let plan = BucketPlan(
      entries.map { ($0.stage(in: layout), $0.shape.reduce(1, *)) },
      layers: configuration.layerCount, minimumCount: minimumCount)
    buckets = plan.buckets.map { bucket in
      let matrices = bucket.members.reduce(0) { sum, member in
        let entry = entries[member.parameter]
        let isRead = entry.shape.count >= 2 && (!layout.isEmbedding(entry.name) || isTied)
        return sum + (isRead ? member.range.count : 0)
      }
      return Bucket(
        stages: bucket.stages, parameters: bucket.count, matrixParameters: matrices,
        layers: bucket.stages.reduce(0) { sum, stage in
          if case .layer = stage { sum + 1 } else { sum }
        })
    }
  }
}
