/// Where a share lies with 95 % confidence, by Wilson's score interval.
///
///     (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)
///
/// It never leaves 0...1 and keeps a width at p = 0 and p = 1, where the standard error is 0.
/// - SeeAlso: Wilson 1927, doi:10.1080/01621459.1927.10502953.
public struct WilsonInterval: Sendable, Equatable {
  public let low: Double
  public let high: Double

  /// The 0.975 quantile of the standard normal distribution.
  private static let z = 1.959963984540054

  /// The interval of a share.
  ///
  /// - Parameters:
  ///   - successes: Documents answered rightly.
  ///   - count: All documents, at least 1.
  public init(successes: Int, count: Int) {
    precondition(count > 0 && 0...count ~= successes, "\(successes) of \(count)")
    let n = Double(count)
    let p = Double(successes) / n
    let z2 = Self.z * Self.z
    let center = p + z2 / (2 * n)
    let half = Self.z * (p * (1 - p) / n + z2 / (4 * n * n)).squareRoot()
    low = successes == 0 ? 0 : max(0, (center - half) / (1 + z2 / n))
    high = successes == count ? 1 : min(1, (center + half) / (1 + z2 / n))
  }
}
