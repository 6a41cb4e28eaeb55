/// The continued fraction of the incomplete beta function.
enum IncompleteBeta {
  /// The fraction f with I_x(a, b) = xᵃ(1 − x)ᵇ / (a B(a, b)) · f, by Lentz's method.
  ///
  ///     f = 1/(1 + d₁/(1 + d₂/(1 + …))),  d₂ₘ = m(b − m)x / ((a + 2m − 1)(a + 2m)),
  ///     d₂ₘ₊₁ = −(a + m)(a + b + m)x / ((a + 2m)(a + 2m + 1))
  ///
  /// - Parameters:
  ///   - a: First shape, above 0.
  ///   - b: Second shape, above 0.
  ///   - x: 0 ..< (a + 1)/(a + b + 2), where the fraction converges quickly.
  /// - Returns: The fraction to about 1e-15 relative.
  /// - Complexity: O(√max(a, b)).
  /// - SeeAlso: DLMF 8.17.22–23; Lentz 1976, doi:10.1364/AO.15.000668, as modified by Thompson &
  ///   Barnett 1986, doi:10.1016/0021-9991(86)90046-X.
  static func continuedFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    /// Stands for a denominator of 0.
    let tiny = 0x1p-1000
    var c = 1.0
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1), tiny)
    var fraction = d
    // Shapes up to 1e6 take some hundred rounds; the bound only ends what never converges.
    for round in 1...100_000 {
      let m = Double(round)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / nonzero(1 + even * d, tiny)
      c = nonzero(1 + even / c, tiny)
      fraction *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonzero(1 + odd * d, tiny)
      c = nonzero(1 + odd / c, tiny)
      let factor = d * c
      fraction *= factor
      if abs(factor - 1) <= 0x1p-52 { break }
    }
    return fraction
  }

  private static func nonzero(_ value: Double, _ tiny: Double) -> Double {
    abs(value) < tiny ? tiny : value
  }
}
