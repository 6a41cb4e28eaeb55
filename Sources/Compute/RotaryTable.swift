internal import Foundation

/// Cosines and sines of the rotary embedding for all positions up to some length.
public final class RotaryTable: Sendable {
  /// Pairs of coordinates that are turned.
  public let pairCount: Int
  public let positionCount: Int
  /// `[positions, 2, pairs]`: the cosines of a position, then its sines.
  package let values: [Float]

  /// Computes the table.
  ///
  /// The angle position · frequency is rounded to float32 first, as the reference implementation in
  /// transformers does; at position 2000 that moves it by up to 1e-4.
  /// - Parameters:
  ///   - frequencies: Angle per position for each pair, in radians.
  ///   - positionCount: Positions from 0.
  ///   - scale: Factor on cosines and sines.
  public init(frequencies: [Float], positionCount: Int, scale: Float = 1) {
    let pairCount = frequencies.count
    var values = [Float](repeating: 0, count: positionCount * 2 * pairCount)
    for position in 0..<positionCount {
      for (pair, frequency) in frequencies.enumerated() {
        let angle = Double(Float(position) * frequency)
        values[(position * 2) * pairCount + pair] = Float(cos(angle)) * scale
        values[(position * 2 + 1) * pairCount + pair] = Float(sin(angle)) * scale
      }
    }
    self.pairCount = pairCount
    self.positionCount = positionCount
    self.values = values
  }
}
