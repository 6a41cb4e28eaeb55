import Statistics
import Testing

@Suite("Holm's correction")
struct HolmCorrectionTests {
  private func close(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-15 }
  }

  @Test("Values come back in the order given, each no smaller than the one before it in size")
  func adjusts() {
    // 4 · 0.005, 3 · 0.01, 2 · 0.03, then 0.04 raised to the one before.
    #expect(close(HolmCorrection.adjusted([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]))
    #expect(close(HolmCorrection.adjusted([0.3, 0.3, 0.3]), [0.9, 0.9, 0.9]))
    #expect(HolmCorrection.adjusted([0.6, 0.7]) == [1, 1])
    #expect(HolmCorrection.adjusted([0, 1]) == [0, 1])
  }

  @Test("One test needs no correction, none gives none")
  func few() {
    #expect(HolmCorrection.adjusted([0.04]) == [0.04])
    #expect(HolmCorrection.adjusted([]) == [])
  }

  @Test("A NaN stays one and counts as no test")
  func notANumber() {
    let adjusted = HolmCorrection.adjusted([.nan, 0.02, 0.03])
    #expect(adjusted[0].isNaN && adjusted[1] == 0.04 && adjusted[2] == 0.04)
  }
}
