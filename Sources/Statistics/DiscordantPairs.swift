internal import Foundation

/// Documents that one of two models answers rightly and the other does not.
public struct DiscordantPairs: Sendable, Equatable {
  /// Right by the reference only.
  public let onlyReference: Int
  /// Right by the candidate only.
  public let onlyCandidate: Int
  /// All documents, those on which both agree included.
  public let count: Int

  /// Counts of a comparison.
  ///
  /// - Parameters:
  ///   - onlyReference: Documents that only the reference answers rightly.
  ///   - onlyCandidate: Documents that only the candidate answers rightly.
  ///   - count: All documents.
  /// - Precondition: No count is negative, and the first two are at most all documents.
  public init(onlyReference: Int, onlyCandidate: Int, count: Int) {
    precondition(
      onlyReference >= 0 && onlyCandidate >= 0 && onlyReference <= count
        && onlyCandidate <= count - onlyReference,
      "\(onlyReference) and \(onlyCandidate) of \(count)")
    self.onlyReference = onlyReference
    self.onlyCandidate = onlyCandidate
    self.count = count
  }

  /// McNemar's test of no difference, exact and two-sided.
  ///
  /// Without a difference each discordant document falls to either model with probability ½:
  /// p = 2 · P(X ≤ smaller count), X binomial, at most 1. It is 1 for no discordant documents.
  /// - Complexity: O(√discordant documents), seldom more than some thousand steps.
  /// - SeeAlso: McNemar 1947, doi:10.1007/BF02295996.
  public var exactPValue: Double {
    let fewer = min(onlyReference, onlyCandidate)
    let pairs = onlyReference + onlyCandidate
    guard 2 * fewer < pairs else { return 1 }
    // From the largest term down, each by its ratio to the one before.
    var (term, sum) = (1.0, 1.0)
    for successes in stride(from: fewer, to: 0, by: -1) {
      term *= Double(successes) / Double(pairs - successes + 1)
      sum += term
      if term < sum * 0x1p-60 { break }
    }
    return min(1, 2 * Self.halfBinomial(fewer, of: pairs) * sum)
  }

  /// The equivalence test where no pair is discordant, and Student's t has no error to go by.
  ///
  /// Accuracies that differ by the margin or more need answers that differ on at least that share
  /// of all documents. To see none of it among n has a probability of (1 − margin)ⁿ at most.
  /// - Parameter margin: A share of documents, 0...1.
  /// - Returns: `nil` where a pair is discordant, or the margin is outside 0...1.
  public func equivalencePValueWithoutDiscordance(margin: Double) -> Double? {
    guard onlyReference == 0, onlyCandidate == 0, margin >= 0, margin <= 1 else { return nil }
    return count == 0 ? 1 : exp(Double(count) * log1p(-margin))
  }

  /// The least margin that a sample without discordant pairs shows at a level.
  ///
  /// - Parameter level: Above 0, below 1.
  /// - Returns: 1 − level^(1/n); `nil` where a pair is discordant or there are no documents.
  public func smallestMarginWithoutDiscordance(level: Double = 0.05) -> Double? {
    guard onlyReference == 0, onlyCandidate == 0, count > 0, level > 0, level < 1 else {
      return nil
    }
    return -expm1(log(level) / Double(count))
  }

  /// The probability of k successes in n tries of probability ½, without logarithms of factorials,
  /// of which a million tries would leave eight digits.
  ///
  ///     √(n / (2π k(n − k))) · exp(δ(n) − δ(k) − δ(n − k) − n/2 · D(1 − 2k/n)),
  ///     D(ε) = 2ε·artanh ε + log(1 − ε²), δ Stirling's error
  ///
  /// - SeeAlso: Loader 2000, "Fast and accurate computation of binomial probabilities".
  private static func halfBinomial(_ k: Int, of n: Int) -> Double {
    guard k > 0, k < n else { return exp2(-Double(n)) }
    let tries = Double(n)
    let share = Double(n - 2 * k) / tries
    let deviance = tries / 2 * (2 * share * atanh(share) + log1p(-share * share))
    let spread = tries / (2 * .pi * Double(k) * Double(n - k))
    return spread.squareRoot()
      * exp(stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance)
  }

  /// log n! − log(√(2πn) (n/e)ⁿ), n ≥ 1.
  ///
  /// - SeeAlso: DLMF 5.11.1.
  private static func stirlingError(_ n: Int) -> Double {
    let x = Double(n)
    if n < 16 {
      let factorial = (1...n).reduce(1.0) { $0 * Double($1) }
      return log(factorial) - 0.5 * log(2 * .pi * x) - x * log(x) + x
    }
    let s = 1 / (x * x)
    return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / x
  }
}
