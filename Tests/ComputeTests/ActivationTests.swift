import CKernels
import Compute
import Foundation
import Testing

extension Activation {
  /// Largest error in units of 2^-24 · |x|.
  ///
  /// No activation exceeds its argument, so this bounds what it adds to the rounding of the product
  /// before it. Measured: 4.5 (3.9 with fused multiply-add) twice, 2.9, 2.6, 0, 2.6 and 7.7.
  fileprivate var errorBound: Double {
    switch self {
    case .geluExact, .geluClipped: 5
    case .geluTanh, .geluSigmoid, .silu: 3
    case .relu: 0
    case .tanh: 8
    }
  }
}

@Suite("Activations")
struct ActivationTests {
  /// An activation as a backend computes it, after a product with 1.
  private func values(
    of activation: Activation, at points: [Float], on backend: some TransferringBackend
  ) -> [Float] {
    let output = backend.makeTensor(rows: 1, columns: points.count)
    backend.multiply(
      backend.tensor([1], columns: 1), by: backend.matrix(points, inputs: 1), bias: nil,
      epilogue: .store(activation), into: output)
    return backend.read(output)
  }

  /// Every 10⁻⁴ from -20 to 20, and powers of two of either sign from the smallest to the largest.
  private static let points: [Float] =
    (-200_000...200_000).map { Float($0) * 1e-4 }
    + (-149...127).flatMap { exponent in
      let power = Float(sign: .plus, exponent: exponent, significand: 1)
      return [power, -power, power * 1.5, power * -1.5]
    }

  @Test(
    "Activations lie within a few ulp of the formula in double precision",
    arguments: CPUBackend.InstructionSet.available)
  func accuracy(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 1, instructionSet: set)
    for activation in Activation.allCases {
      let found = values(of: activation, at: Self.points, on: backend)
      let wanted = values(of: activation, at: Self.points, on: ReferenceBackend())
      var largest = (units: 0.0, at: Float(0))
      for (index, x) in Self.points.enumerated() {
        // Below the smallest normal number (2^-126), where precision runs out, errors are absolute.
        let unit = max(abs(Double(x)) * 0x1p-24, 0x1p-149)
        let units = abs(Double(found[index]) - Double(wanted[index])) / unit
        if !(units <= largest.units) { largest = (units, x) }
      }
      #expect(
        largest.units <= activation.errorBound, "\(activation): error in units of 2^-24 |x|")
    }
  }

  @Test(
    "Activations of zeros, infinities and NaN are those of the formula",
    arguments: CPUBackend.InstructionSet.available)
  func specialValues(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 1, instructionSet: set)
    let points: [Float] = [0, -0.0, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, -1e38]
    for activation in Activation.allCases {
      // ∞ · 0 is NaN in the formula too, as in PyTorch: gelu and silu of -∞.
      expectSameBits(
        values(of: activation, at: points, on: backend).map { $0.isNaN ? .nan : $0 + 0 },
        values(of: activation, at: points, on: ReferenceBackend()).map { $0.isNaN ? .nan : $0 + 0 },
        "\(activation)")
    }
  }

  @Test(
    "The exponential of the kernels is right to an ulp",
    arguments: CPUBackend.InstructionSet.available)
  func exponential(set: CPUBackend.InstructionSet) throws {
    let kernels = try #require(cpteval_kernels_at(cpteval_level(UInt32(set.rawValue)))).pointee
    // The sum over the logits 0 and x is 1 + e^x; it is taken in double.
    let points = (-160_000...0).map { Float($0) * 1e-4 }
    let logits: [Float] = points.flatMap { x in [0, x] }
    var partials = [cpteval_partial](repeating: .init(), count: points.count)
    kernels.reduce_logits(logits, 2, points.count, 2, &partials, 1)
    var largest = 0.0
    for (x, partial) in zip(points, partials) {
      let exact = exp(Double(x))
      largest = max(largest, abs(partial.sum - 1 - exact) / Double(Float(exact).ulp))
    }
    // Measured: 0.985 ulp with and 0.967 ulp without fused multiply-add.
    #expect(largest < 1)
  }
}
