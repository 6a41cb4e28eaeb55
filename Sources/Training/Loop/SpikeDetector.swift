/// Notices a loss far above those of the steps before it.
public struct SpikeDetector: Sendable {
  /// Steps that a loss is compared with.
  public static let window = 64
  /// Steps that must be there first.
  public static let leastSteps = 16
  /// Deviations above the mean that make a spike.
  public static let threshold = 6.0

  private var losses: [Double] = []

  public init() {}

  /// Takes note of a step's loss.
  ///
  /// - Parameter loss: Finite, in nats.
  /// - Returns: Deviations above the mean of the last steps if it is a spike, else `nil`. A spike
  ///   joins the steps that later ones are compared with, so a lasting rise is told a few times only.
  public mutating func add(_ loss: Double) -> Double? {
    defer {
      losses.append(loss)
      if losses.count > Self.window { losses.removeFirst() }
    }
    guard losses.count >= Self.leastSteps else { return nil }
    let count = Double(losses.count)
    let mean = losses.reduce(0, +) / count
    let variance = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    // A flat curve must not make noise a spike: a hundredth of the loss is the least deviation.
    let deviation = max(variance.squareRoot(), 0.01 * abs(mean))
    let distance = (loss - mean) / deviation
    return distance > Self.threshold ? distance : nil
  }
}
