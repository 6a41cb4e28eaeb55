internal import Foundation

/// Student's t distribution, for any positive number of degrees of freedom, infinity included.
///
/// Tail probabilities keep their relative accuracy (about 1e-12) down to the smallest numbers, so
/// that a p-value of 1e-300 is right and not 0. NaN, and degrees of freedom that are not above 0,
/// give NaN.
/// - SeeAlso: "Student" 1908, doi:10.1093/biomet/6.1.1.
public enum StudentT {
  /// The probability of a value of at most t.
  ///
  /// - Parameters:
  ///   - t: Any number, infinities included.
  ///   - degreesOfFreedom: Above 0; infinity gives the normal distribution.
  /// - Returns: 0...1, accurate in the lower tail; for the upper one ask
  ///   ``upperTail(_:degreesOfFreedom:)``.
  /// - Complexity: O(√degreesOfFreedom), at most some hundred steps.
  public static func cumulative(_ t: Double, degreesOfFreedom: Double) -> Double {
    upperTail(-t, degreesOfFreedom: degreesOfFreedom)
  }

  /// The probability of a value of at least t.
  ///
  ///     P(T ≥ t) = ½ I_x(ν/2, ½) for t ≥ 0, x = ν / (ν + t²)
  ///
  /// - Parameters:
  ///   - t: Any number, infinities included.
  ///   - degreesOfFreedom: ν, above 0; infinity gives the normal distribution.
  /// - Returns: 0...1, accurate to about 1e-12 relative where t ≥ 0.
  /// - Complexity: O(√degreesOfFreedom), at most some hundred steps.
  /// - SeeAlso: Abramowitz & Stegun 26.7.1; DLMF 8.17.
  public static func upperTail(_ t: Double, degreesOfFreedom: Double) -> Double {
    guard degreesOfFreedom > 0, !t.isNaN else { return .nan }
    if t < 0 { return 1 - upperTail(-t, degreesOfFreedom: degreesOfFreedom) }
    return Point(t, degreesOfFreedom).upperTail
  }

  /// The value that is not exceeded with a given probability.
  ///
  /// - Parameters:
  ///   - p: 0...1; 0 and 1 give the infinities.
  ///   - degreesOfFreedom: Above 0; infinity gives the normal distribution.
  /// - Returns: The quantile, as accurate as p is; close to 1 the lower tail of 1 − p knows more,
  ///   since t(p) = −t(1 − p). Infinite where the quantile is beyond what numbers hold, NaN where p
  ///   is outside 0...1.
  /// - Complexity: Some ten tail probabilities.
  public static func quantile(_ p: Double, degreesOfFreedom: Double) -> Double {
    guard degreesOfFreedom > 0, p >= 0, p <= 1 else { return .nan }
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    if p == 0.5 { return 0 }
    // The distance from ½ is exact in the middle, and so is the upper tail of p > ½.
    let magnitude =
      abs(p - 0.5) < 0.25
      ? solve(.central, abs(p - 0.5), degreesOfFreedom)
      : solve(.upper, min(p, 1 - p), degreesOfFreedom)
    return p < 0.5 ? -magnitude : magnitude
  }

  private enum Area { case central, upper }

  /// The t > 0 where an area is as large as asked, by Newton's method inside a bracket.
  ///
  /// In the tail the steps are those of the logarithms, where the curve is nearly straight. A step
  /// that leaves the bracket is replaced by halving it, so the search always ends.
  private static func solve(_ area: Area, _ probability: Double, _ freedom: Double) -> Double {
    var low = 0.0
    var high = 1.0
    while Point(high, freedom).upperTail > (area == .upper ? probability : 0.5 - probability) {
      low = high
      high *= 2
      if high.isInfinite { return .infinity }
    }
    // The density falls, so the area seen as a rectangle ends before the quantile.
    var t =
      area == .central ? probability / Point(0, freedom).density : low + (high - low) / 2
    if !(t > low && t < high) { t = low + (high - low) / 2 }
    for _ in 0..<200 {
      let point = Point(t, freedom)
      let (excess, step): (Double, Double)
      switch area {
      case .central:
        excess = point.central - probability
        step = -excess / point.density
      case .upper:
        excess = probability - point.upperTail
        step = log(point.upperTail / probability) * (point.upperTail / point.density)
      }
      if excess < 0 { low = t } else if excess > 0 { high = t } else { return t }
      // Each step doubles the digits, so after this one only the curve's rounding is left.
      if abs(step) <= 1e-9 * t { return t + step }
      t += step
      if !(t > low && t < high) { t = low + (high - low) / 2 }
    }
    return t
  }

  /// A place t ≥ 0 on the curve, with what the areas on both sides of it share.
  private struct Point {
    let t: Double
    let freedom: Double

    /// From here on the tails are the normal distribution's at a transformed t, to 1e-12 relative.
    private static let nearlyNormal = 2e4

    init(_ t: Double, _ freedom: Double) {
      self.t = t
      self.freedom = freedom
    }

    private var isNearlyNormal: Bool { freedom >= Self.nearlyNormal }

    /// t / √ν; its square may be beyond what numbers hold.
    private var ratio: Double { t / freedom.squareRoot() }

    /// The logarithm of 1 + t²/ν.
    private var logarithm: Double {
      ratio < 1e100 ? log1p(ratio * ratio) : 2 * log(t) - log(freedom)
    }

    /// The probability of t or more.
    var upperTail: Double {
      if t.isInfinite { return 0 }
      if isNearlyNormal { return 0.5 * erfc(normalDeviate / 2.0.squareRoot()) }
      return isCentral ? 0.5 - centralByFraction : upperTailByFraction
    }

    /// The probability of 0 to t, accurate for small t.
    var central: Double {
      if isNearlyNormal { return 0.5 * erf(normalDeviate / 2.0.squareRoot()) }
      return isCentral ? centralByFraction : 0.5 - upperTailByFraction
    }

    /// Whether the fraction of the middle converges better; the tail is large there, and loses
    /// nothing as the rest of ½.
    private var isCentral: Bool { shares.y < 1.5 / (freedom / 2 + 2.5) }

    /// x = ν/(ν + t²) and y = 1 − x, both accurate.
    private var shares: (x: Double, y: Double) {
      let square = ratio * ratio
      return square < 1
        ? (1 / (1 + square), square / (1 + square)) : (1 / (1 + square), 1 / (1 + 1 / square))
    }

    private var upperTailByFraction: Double {
      let a = freedom / 2
      return 0.5 * power / a * IncompleteBeta.continuedFraction(a, 0.5, shares.x)
    }

    private var centralByFraction: Double {
      t == 0 ? 0 : power * IncompleteBeta.continuedFraction(0.5, freedom / 2, shares.y)
    }

    /// The curve's height.
    ///
    ///     Γ((ν + 1)/2) / (√(νπ) Γ(ν/2)) · (1 + t²/ν)^(−(ν + 1)/2)
    var density: Double {
      if isNearlyNormal && freedom.isInfinite {
        return exp(-t * t / 2) / (2 * Double.pi).squareRoot()
      }
      let a = freedom / 2
      return exp(logHalfStep(a) - 0.5 * log(freedom * .pi) - (a + 0.5) * logarithm)
    }

    /// xᵃ(1 − x)^½ / B(a, ½) with a = ν/2, the factor of both fractions.
    private var power: Double {
      // log of (1 − x)^½ = (t²/ν / (1 + t²/ν))^½
      let root = ratio < 1e100 ? log(ratio) - 0.5 * logarithm : 0
      return exp(logHalfStep(freedom / 2) - 0.5 * log(.pi) - freedom / 2 * logarithm + root)
    }

    /// The normal deviate of the same tail, for many degrees of freedom.
    ///
    /// - SeeAlso: Hill 1970, doi:10.1145/355598.355599 (algorithm 395).
    private var normalDeviate: Double {
      guard freedom.isFinite else { return t }
      let a = freedom - 0.5
      let b = 48 * a * a
      let y = a * logarithm
      let correction = (((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b)
      return ((correction + y + 3) / b + 1) * y.squareRoot()
    }
  }

  /// log Γ(a + ½) − log Γ(a), which two large logarithms would leave without digits.
  ///
  /// By the asymptotic series from 20 on, and below that by Γ(a + 1) = a Γ(a) from a place where it
  /// holds.
  /// - SeeAlso: DLMF 5.11.8 with Bernoulli polynomials at ½ and 0; accurate to 1e-16.
  private static func logHalfStep(_ a: Double) -> Double {
    var shifted = a
    var below = 1.0
    while shifted < 20 {
      below *= shifted / (shifted + 0.5)
      shifted += 1
    }
    let r = 1 / shifted
    let s = r * r
    let series =
      r * (-1.0 / 8 + s * (1.0 / 192 + s * (-1.0 / 640 + s * (17.0 / 14336 - s * 31 / 18432))))
    return 0.5 * log(shifted) + series + log(below)
  }
}
