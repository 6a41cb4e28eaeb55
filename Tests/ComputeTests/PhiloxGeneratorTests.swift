import Compute
import Foundation
import Testing

@Suite("Philox")
struct PhiloxGeneratorTests {
  // Known answers that the authors publish with their library (kat_vectors, philox4x32, 10 rounds).
  static let vectors: [(counter: SIMD4<UInt32>, seed: UInt64, words: SIMD4<UInt32>)] = [
    ([0, 0, 0, 0], 0, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    (
      [.max, .max, .max, .max], .max, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
    ),
    (
      [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], 0x299f_31d0_a409_3822,
      [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    ),
  ]

  @Test("The published vectors are met", arguments: vectors)
  func meetsVectors(counter: SIMD4<UInt32>, seed: UInt64, words: SIMD4<UInt32>) {
    #expect(PhiloxGenerator(seed: seed).words(at: counter) == words)
  }

  private func normals(_ count: Int, seed: UInt64 = 7, stream: UInt32 = 0, start: Int = 0)
    -> [Float]
  {
    var numbers = [Float](repeating: 0, count: count)
    numbers.withUnsafeMutableBufferPointer {
      PhiloxGenerator(seed: seed).fillNormal(
        stream: stream, start: start, deviation: 0.02, into: $0)
    }
    return numbers
  }

  @Test("Any part of a stream is the same however it is cut")
  func isAFunctionOfPlace() {
    let whole = normals(1003)
    for start in [0, 4, 500, 1000] {
      #expect(normals(1003 - start, start: start) == Array(whole[start...]))
    }
    #expect(normals(8, stream: 1) != Array(whole[..<8]))
    #expect(normals(8, seed: 8) != Array(whole[..<8]))
  }

  @Test("The numbers have the moments of a normal distribution, within four standard errors")
  func isNormal() {
    let n = 200_000
    let numbers = normals(n).map { Double($0) / 0.02 }
    let mean = numbers.reduce(0, +) / Double(n)
    let square = numbers.reduce(0) { $0 + $1 * $1 } / Double(n)
    let cube = numbers.reduce(0) { $0 + $1 * $1 * $1 } / Double(n)
    let fourth = numbers.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(n)
    let error = 4 / Double(n).squareRoot()
    #expect(abs(mean) < error)
    #expect(abs(square - 1) < error * 2.0.squareRoot())
    #expect(abs(cube) < error * 15.0.squareRoot())
    #expect(abs(fourth - 3) < error * 96.0.squareRoot())
    // Neighbours are uncorrelated.
    let product = zip(numbers, numbers.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(n)
    #expect(abs(product) < error)
  }
}

@Suite("Rounding to narrow types")
struct RoundingTests {
  private func stored(_ numbers: [Float], as type: ScalarType) -> [UInt16] {
    var bytes = [UInt8](repeating: 0, count: numbers.count * type.byteCount)
    numbers.withUnsafeBufferPointer { source in
      bytes.withUnsafeMutableBytes { type.store(source, into: $0) }
    }
    return stride(from: 0, to: bytes.count, by: 2).map {
      UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
    }
  }

  @Test(
    "bfloat16 rounds to the nearest, ties to even",
    arguments: [
      (0x3F80_0000, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F81_8000, 0x3F82), (0x3F80_8001, 0x3F81),
      (0x3F80_7FFF, 0x3F80), (0x7F7F_FFFF, 0x7F80), (0xFF80_0000, 0xFF80), (0x8000_0000, 0x8000),
      (0x7F80_0001, 0x7FC0), (0x0000_8000, 0x0000), (0x0000_8001, 0x0001),
    ] as [(UInt32, UInt16)])
  func roundsToBrain(bits: UInt32, expected: UInt16) {
    #expect(stored([Float(bitPattern: bits)], as: .bfloat16) == [expected])
  }

  @Test(
    "float16 rounds to the nearest, ties to even, and overflows to infinity",
    arguments: [
      (1, 0x3C00), (1 + 0x1p-11, 0x3C00), (1 + 0x3p-11, 0x3C02), (65504, 0x7BFF),
      (65519.99, 0x7BFF), (65520, 0x7C00), (0x1p-25, 0), (0x1.8p-25, 1), (-0.0, 0x8000),
      (-.infinity, 0xFC00),
    ] as [(Float, UInt16)])
  func roundsToHalf(number: Float, expected: UInt16) {
    #expect(stored([number], as: .float16) == [expected])
  }
}
