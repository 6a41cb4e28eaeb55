/// What was seen of one data set as new, over all phases so far.
///
/// It grows by whole samples in the data set's order, so a few numbers say exactly which ones:
/// a segment is a run of positions in one order. The last segment is the one that grows.
public struct SourceHistory: Codable, Equatable, Sendable {
  /// A run of positions in one order.
  public struct Segment: Codable, Equatable, Sendable {
    /// The order's seed.
    public var seed: UInt64
    /// Position of the first sample.
    public var first: Int
    /// Samples drawn, over epochs.
    public var count: Int
    /// Whether the order is shuffled.
    public var shuffled: Bool

    public init(seed: UInt64, first: Int, count: Int, shuffled: Bool) {
      self.seed = seed
      self.first = first
      self.count = count
      self.shuffled = shuffled
    }
  }

  /// The data set, which must be the same one whenever the history is used.
  public let source: SourceIdentity
  public private(set) var segments: [Segment]

  /// A history of nothing.
  public init(of source: SourceIdentity) {
    self.source = source
    segments = []
  }

  /// Samples drawn, over epochs and segments.
  public var drawnCount: Int { segments.reduce(0) { $0 + $1.count } }

  /// Starts a segment at the beginning of an order, unless the last one has drawn nothing and is
  /// replaced.
  ///
  /// - Parameters:
  ///   - seed: The order's.
  ///   - shuffled: Whether it is shuffled.
  public mutating func startOver(seed: UInt64, shuffled: Bool) {
    if segments.last?.count == 0 { segments.removeLast() }
    segments.append(Segment(seed: seed, first: 0, count: 0, shuffled: shuffled))
  }

  /// Draws the next sample of the last segment.
  ///
  /// - Returns: Its id and its epoch.
  /// - Precondition: There is a segment.
  public mutating func draw() -> (id: Int, epoch: Int) {
    let last = segments.count - 1
    precondition(last >= 0)
    let position = segments[last].first + segments[last].count
    segments[last].count += 1
    return order(of: segments[last]).sample(at: position)
  }

  /// Samples that were seen: each segment counts up to one epoch, and segments that begin the same
  /// order at the same place count once, as the longest of them.
  ///
  /// Segments of different orders are not compared sample by sample, so one that both hold counts
  /// twice.
  public var seenCount: Int { seenSegments.reduce(0) { $0 + $1.count } }

  /// One of the samples that were seen.
  ///
  /// - Parameter place: Below ``seenCount``.
  /// - Returns: The sample's id.
  /// - Complexity: O(segments).
  public func seenSample(_ place: Int) -> Int {
    precondition(place >= 0)
    var rest = place
    for segment in seenSegments {
      if rest < segment.count { return order(of: segment).sample(at: segment.first + rest).id }
      rest -= segment.count
    }
    preconditionFailure("\(place) is not below the \(seenCount) samples seen")
  }

  /// The segments that matter for what was seen, cut to one epoch each.
  var seenSegments: [Segment] {
    var seen: [Segment] = []
    for var segment in segments where segment.count > 0 {
      segment.count = min(segment.count, source.sampleCount)
      let same = seen.firstIndex {
        $0.seed == segment.seed && $0.first == segment.first && $0.shuffled == segment.shuffled
      }
      if let same {
        seen[same].count = max(seen[same].count, segment.count)
      } else {
        seen.append(segment)
      }
    }
    return seen
  }

  private func order(of segment: Segment) -> SampleOrder {
    SampleOrder(
      seed: segment.seed, source: source.name, count: source.sampleCount,
      isShuffled: segment.shuffled)
  }

  /// What is wrong with a history that came from a file; `nil` if nothing is.
  var problem: String? {
    guard source.sampleCount >= 1, source.sequenceLength >= 1 else {
      return "a data set without samples"
    }
    // Far beyond any training, far below overflow in every sum and product made of it.
    let limit = 1 << 48
    guard source.sampleCount <= limit, source.sequenceLength <= 1 << 32, segments.count <= 1 << 16
    else { return "impossibly large numbers" }
    for segment in segments {
      guard segment.first >= 0, segment.count >= 0 else { return "a negative position" }
      guard segment.first <= limit, segment.count <= limit else {
        return "impossibly large numbers"
      }
    }
    return nil
  }
}
