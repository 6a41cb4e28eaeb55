import Dispatch
import Foundation

/// Standard errors by resampling documents, bit for bit as lm-evaluation-harness draws them.
///
/// Replicates come in chunks of at most 1000; chunk i draws from Python's `random.Random(i)`, each
/// replicate by `choices(values, k=len(values))`. The result is the sample deviation over all
/// replicates.
/// - SeeAlso: `lm_eval/api/metrics.py`, `bootstrap_stderr`, commit 4e7e0d4.
extension StandardError {
  /// The standard error of a metric over its documents, by the method of its aggregation.
  ///
  /// - Parameters:
  ///   - aggregation: How the values become one number.
  ///   - values: One per document, in document order.
  ///   - iterations: Replicates of a bootstrap.
  ///   - threads: Threads that draw; the result does not depend on it.
  /// - Returns: `nil` where lm-evaluation-harness writes `"N/A"`.
  /// - Complexity: O(documents), and for a bootstrap O(documents · iterations).
  public static func of(
    _ aggregation: Aggregation, over values: [MetricValue],
    iterations: Int = bootstrapIterations, threads: Int = 1
  ) -> Double? {
    guard values.count > 1 else { return nil }
    switch method(for: aggregation) {
    case .unavailable: return nil
    case .closedForm: return Aggregation.scalars(values).flatMap(ofMean)
    case .bootstrap: break
    }
    switch aggregation {
    case .f1, .matthewsCorrelation:
      guard let counts = ConfusionCounts(values), aggregation(values) != nil else { return nil }
      let cells: [Int] = values.map { value in
        guard case .prediction(let gold, let predicted) = value, let right = gold.single else {
          return 0
        }
        return right * counts.classes + predicted
      }
      let classes = counts.classes
      return bootstrap(documents: cells.count, iterations: iterations, threads: threads) { drawn in
        var counts = ConfusionCounts(classes: classes)
        for index in drawn { counts.counts[cells[Int(index)]] += 1 }
        return aggregation.predictionStatistic(counts) ?? .nan
      }
    case .perplexity:
      guard let numbers = Aggregation.scalars(values) else { return nil }
      let count = Double(numbers.count)
      return bootstrap(documents: numbers.count, iterations: iterations, threads: threads) {
        exp(-($0.reduce(0.0) { $0 + numbers[Int($1)] } / count))
      }
    default:
      guard let numbers = Aggregation.scalars(values) else { return nil }
      return bootstrap(documents: numbers.count, iterations: iterations, threads: threads) {
        aggregation.scalarStatistic($0.map { numbers[Int($0)] })
      }
    }
  }

  /// The deviation of a statistic over resampled documents.
  ///
  /// - Parameters:
  ///   - documents: How many there are.
  ///   - iterations: Replicates; a rest that fills no chunk is not drawn.
  ///   - threads: Threads that draw.
  ///   - statistic: Takes the positions of one replicate's documents.
  /// - Returns: `nil` for fewer than two replicates.
  static func bootstrap(
    documents: Int, iterations: Int, threads: Int,
    statistic: @Sendable (UnsafeBufferPointer<UInt32>) -> Double
  ) -> Double? {
    let chunkSize = min(1000, iterations)
    guard chunkSize > 0, documents > 0 else { return nil }
    let chunks = iterations / chunkSize
    guard chunks * chunkSize > 1 else { return nil }
    let lanes = max(1, min(threads, chunks))
    let replicates = [Double](unsafeUninitializedCapacity: chunks * chunkSize) { buffer, count in
      // SAFETY: every lane writes the replicates of its own chunks only, and all lanes have ended
      // before the buffer is read.
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: lanes) { lane in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: documents) { drawn in
          let size = Double(documents)
          for chunk in stride(from: lane, to: chunks, by: lanes) {
            var random = PythonRandom(seed: chunk)
            for replicate in 0..<chunkSize {
              for index in 0..<documents {
                drawn.initializeElement(at: index, to: UInt32(random.nextDouble() * size))
              }
              results.initializeElement(
                at: chunk * chunkSize + replicate, to: statistic(UnsafeBufferPointer(drawn)))
            }
          }
        }
      }
      count = chunks * chunkSize
    }
    return sampleDeviation(replicates)
  }
}
