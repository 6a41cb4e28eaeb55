internal import Dispatch

/// Statistics over documents drawn with replacement, both models' values together.
///
/// For metrics that are no mean of documents, and as a check of Student's t where they are. Replicate
/// i draws from a stream of its own, so the numbers depend on the seed and nothing else.
/// - SeeAlso: Efron 1979, doi:10.1214/aos/1176344552; for paired systems Koehn 2004, "Statistical
///   significance tests for machine translation evaluation".
public struct PairedBootstrap: Sendable {
  /// Documents.
  public let count: Int
  /// Replicates.
  public let iterations: Int
  public let seed: UInt64

  /// A plan of draws.
  ///
  /// - Parameters:
  ///   - count: Documents; none gives no replicates.
  ///   - iterations: Replicates.
  ///   - seed: Any number; each gives other draws.
  public init(count: Int, iterations: Int = 10_000, seed: UInt64 = 0) {
    self.count = max(count, 0)
    self.iterations = max(iterations, 0)
    self.seed = seed
  }

  /// Mean differences of resampled documents.
  ///
  /// - Parameters:
  ///   - differences: B − A, one per document.
  ///   - threads: Threads that draw; the result does not depend on it.
  /// - Returns: One mean per replicate.
  /// - Precondition: There is one difference per document.
  /// - Complexity: O(documents · iterations), no memory besides the result.
  public func replicates(of differences: [Double], threads: Int = 1) -> [Double] {
    precondition(differences.count == count, "\(differences.count) values of \(count) documents")
    return map(threads: threads) { ranges in
      // A lane's draws need no list: they are summed as they come.
      for replicate in ranges.replicates {
        var stream = DocumentStream(seed: seed, replicate: replicate)
        var sum = 0.0
        for _ in 0..<count { sum += differences[stream.next(below: count)] }
        ranges.store(sum / Double(count), replicate)
      }
    }
  }

  /// Any statistic of resampled documents.
  ///
  /// - Parameters:
  ///   - threads: Threads that draw and call; the result does not depend on it.
  ///   - statistic: Takes the positions of a replicate's documents, as many as there are documents.
  /// - Returns: One value per replicate.
  /// - Complexity: O(documents · iterations) and `iterations` calls.
  public func replicates(
    threads: Int = 1, statistic: @Sendable ([Int]) -> Double
  ) -> [Double] {
    map(threads: threads) { ranges in
      var drawn = [Int](repeating: 0, count: count)
      for replicate in ranges.replicates {
        var stream = DocumentStream(seed: seed, replicate: replicate)
        for index in drawn.indices { drawn[index] = stream.next(below: count) }
        ranges.store(statistic(drawn), replicate)
      }
    }
  }

  /// The replicates of one thread, and where their values go.
  private struct Lane {
    let replicates: StrideTo<Int>
    let store: (Double, Int) -> Void
  }

  private func map(threads: Int, work: @Sendable (Lane) -> Void) -> [Double] {
    guard count > 0, iterations > 0 else { return [] }
    let lanes = max(1, min(threads, iterations))
    return [Double](unsafeUninitializedCapacity: iterations) { buffer, filled in
      // SAFETY: lanes write different replicates, every replicate belongs to a lane, and all have
      // ended before the buffer is read.
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: lanes) { lane in
        work(
          Lane(replicates: stride(from: lane, to: iterations, by: lanes)) { value, replicate in
            results.initializeElement(at: replicate, to: value)
          })
      }
      filled = iterations
    }
  }
}

/// The documents of one replicate, one after another.
///
/// SplitMix64 from a start that is itself one of its numbers, so that neighbouring replicates share
/// nothing.
/// - SeeAlso: Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195.
private struct DocumentStream {
  private var state: UInt64

  init(seed: UInt64, replicate: Int) {
    state = Self.mixed(Self.mixed(seed) &+ UInt64(truncatingIfNeeded: replicate) &* Self.golden)
  }

  /// 2⁶⁴ divided by the golden ratio, odd.
  private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value &+ golden
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }

  /// A document, each with a probability that is equal to within bound / 2⁶⁴.
  mutating func next(below bound: Int) -> Int {
    let bits = Self.mixed(state)
    state &+= Self.golden
    return Int(truncatingIfNeeded: bits.multipliedFullWidth(by: UInt64(bound)).high)
  }
}
