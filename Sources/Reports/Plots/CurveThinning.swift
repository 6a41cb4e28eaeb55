/// A point of a curve; without a value it is a gap.
struct PlotPoint {
  var x: Double
  var y: Double?
  /// 95 %.
  var low: Double?
  var high: Double?
  /// Drawn as a hollow marker.
  var isHollow = false

  init(
    x: Double, y: Double?, low: Double? = nil, high: Double? = nil, isHollow: Bool = false
  ) {
    self.x = x
    self.y = y.flatMap { PlotAxis.isDrawable($0) ? $0 : nil }
    self.low = low.flatMap { PlotAxis.isDrawable($0) ? $0 : nil }
    self.high = high.flatMap { PlotAxis.isDrawable($0) ? $0 : nil }
    self.isHollow = isHollow
  }
}

/// Fewer points that draw the same line.
enum CurveThinning {
  /// Splits a curve at its gaps and keeps, of each column of pixels, the first, the lowest, the
  /// highest and the last point, so that no spike is lost.
  ///
  /// - Parameters:
  ///   - points: Ascending in x.
  ///   - column: The column of pixels that an x lies in.
  /// - Returns: One list per piece without a gap, each at most four times as long as it has columns.
  /// - Complexity: O(points).
  static func segments(_ points: [PlotPoint], column: (Double) -> Int) -> [[(x: Double, y: Double)]]
  {
    var segments: [[(x: Double, y: Double)]] = []
    var segment: [(x: Double, y: Double)] = []
    var bucket: [(x: Double, y: Double)] = []
    var bucketColumn = 0
    func closeBucket() {
      segment += extremes(of: bucket)
      bucket.removeAll(keepingCapacity: true)
    }
    func closeSegment() {
      closeBucket()
      if !segment.isEmpty { segments.append(segment) }
      segment = []
    }
    for point in points {
      guard let y = point.y else {
        closeSegment()
        continue
      }
      let column = column(point.x)
      if column != bucketColumn { closeBucket() }
      bucketColumn = column
      bucket.append((point.x, y))
    }
    closeSegment()
    return segments
  }

  private static func extremes(of bucket: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    guard bucket.count > 4 else { return bucket }
    var lowest = 0
    var highest = 0
    for index in bucket.indices {
      if bucket[index].y < bucket[lowest].y { lowest = index }
      if bucket[index].y > bucket[highest].y { highest = index }
    }
    let kept = Set([0, lowest, highest, bucket.count - 1]).sorted()
    return kept.map { bucket[$0] }
  }
}
