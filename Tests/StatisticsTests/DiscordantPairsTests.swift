import Foundation
import OrderedJSON
import Statistics
import TestSupport
import Testing

@Suite("Discordant pairs")
struct DiscordantPairsTests {
  @Test("McNemar's exact p is scipy's from no pair to a million, to 1e-11 relative")
  func exact() throws {
    let rows = try #require(Fixture.json("statistics/student_t.json")["mcnemar"]?.arrayValue)
    #expect(rows.count == 16)
    for row in rows {
      let values = try #require(row.arrayValue)
      let b = try #require(values[0].integerValue)
      let c = try #require(values[1].integerValue)
      let expected = try #require(values[2].doubleValue)
      for (first, second) in [(b, c), (c, b)] {
        let p = DiscordantPairs(
          onlyReference: first, onlyCandidate: second, count: first + second + 5
        ).exactPValue
        #expect(abs(p - expected) <= 1e-11 * expected, "\(first), \(second): \(p)")
      }
    }
  }

  @Test("Small counts equal the sum of binomial coefficients")
  func byHand() {
    // 2 · (1 + 5) / 2⁵ and 2 · (1 + 17 + 136) / 2¹⁷
    let five = DiscordantPairs(onlyReference: 1, onlyCandidate: 4, count: 5)
    #expect(abs(five.exactPValue - 12.0 / 32) < 1e-15)
    let seventeen = DiscordantPairs(onlyReference: 15, onlyCandidate: 2, count: 900)
    #expect(abs(seventeen.exactPValue - 308.0 / 131_072) < 1e-17)
  }

  @Test("Without discordance the test asks how likely n equal answers were at the margin")
  func withoutDiscordance() throws {
    let same = DiscordantPairs(onlyReference: 0, onlyCandidate: 0, count: 300)
    #expect(same.exactPValue == 1)
    let p = try #require(same.equivalencePValueWithoutDiscordance(margin: 0.01))
    #expect(abs(p - pow(0.99, 300)) < 1e-15)
    let margin = try #require(same.smallestMarginWithoutDiscordance())
    #expect(abs(margin - (1 - pow(0.05, 1.0 / 300))) < 1e-15)
    let border = try #require(same.equivalencePValueWithoutDiscordance(margin: margin))
    #expect(abs(border - 0.05) < 1e-14)
    #expect(same.equivalencePValueWithoutDiscordance(margin: 0) == 1)
    #expect(same.equivalencePValueWithoutDiscordance(margin: 1) == 0)
  }

  @Test("Discordance, no documents and impossible margins leave that test without an answer")
  func absent() {
    let some = DiscordantPairs(onlyReference: 0, onlyCandidate: 1, count: 300)
    #expect(some.equivalencePValueWithoutDiscordance(margin: 0.01) == nil)
    #expect(some.smallestMarginWithoutDiscordance() == nil)
    let none = DiscordantPairs(onlyReference: 0, onlyCandidate: 0, count: 0)
    #expect(none.equivalencePValueWithoutDiscordance(margin: 0.01) == 1)
    #expect(none.smallestMarginWithoutDiscordance() == nil)
    let same = DiscordantPairs(onlyReference: 0, onlyCandidate: 0, count: 9)
    for margin in [-0.1, 1.5, .nan] {
      #expect(same.equivalencePValueWithoutDiscordance(margin: margin) == nil)
      #expect(same.smallestMarginWithoutDiscordance(level: margin) == nil)
    }
  }
}
