import HarnessCompatibility
import Testing

@Suite("Which choice wins")
struct ChoiceScoresTests {
  @Test("The first of equal scores wins, and the first NaN wins over all, as in NumPy")
  func argmax() {
    #expect(ChoiceScores.argmax([]) == nil)
    #expect(ChoiceScores.argmax([-3, -1, -1]) == 1)
    #expect(ChoiceScores.argmax([-1, .nan, 5, .nan]) == 1)
    #expect(ChoiceScores.argmax([-.infinity, -.infinity]) == 0)
  }

  @Test("Lengths are code points and bytes, so composed and decomposed umlauts differ")
  func lengths() throws {
    // "ä" composed: 1 code point, 2 bytes; decomposed: 2 code points, 3 bytes; one Character each.
    let scores = ChoiceScores(
      choices: ["\u{E4}", "a\u{308}"], logLikelihoods: [-6, -6], isGreedy: [false, false],
      tokenCounts: [2, 3])
    #expect(scores.scores(.characters) == [-6, -3])
    #expect(scores.scores(.bytes) == [-3, -2])
    #expect(scores.scores(.tokens) == [-3, -2])
    #expect(scores.scores(.mutualInformation) == nil)
    #expect(scores.isTied(.none) && !scores.isTied(.characters))
  }

  @Test("An empty choice divides by zero as NumPy does, without a trap")
  func emptyChoice() throws {
    let scores = ChoiceScores(
      choices: ["", "b"], logLikelihoods: [-6, -3], isGreedy: [true, false])
    #expect(scores.scores(.characters) == [-.infinity, -3])
    #expect(scores.best(.characters) == 1)
    let zero = ChoiceScores(choices: ["", "b"], logLikelihoods: [0, -3], isGreedy: [true, false])
    #expect(zero.best(.bytes) == 0, "0/0 is NaN, and NaN wins")
  }

  @Test("Any of several right choices counts, in acc_mutual_info too")
  func severalGolds() {
    let scores = ChoiceScores(
      choices: ["a", "b", "c"], logLikelihoods: [-1, -2, -3], isGreedy: [false, true, false],
      unconditionalLogLikelihoods: [-1, -1, -5])
    let gold = MetricValue.Gold(indices: [1, 2], isList: true)
    #expect(scores.value(ofMetric: "acc", gold: gold) == .number(0))
    #expect(scores.value(ofMetric: "acc_mutual_info", gold: gold) == .number(1))
    #expect(scores.value(ofMetric: "exact_match", gold: gold) == .integer(1))
    #expect(scores.value(ofMetric: "rouge", gold: gold) == nil)
  }

  @Test("The probability of true choices underflows to NaN for long answers, as in lm-eval")
  func trueProbability() {
    func scores(_ values: [Double]) -> ChoiceScores {
      ChoiceScores(
        choices: values.map { _ in "x" }, logLikelihoods: values,
        isGreedy: values.map { _ in false })
    }
    // exp(-1) / (exp(-1) + exp(-2))
    let share = scores([-1, -2]).trueProbability(isTrue: [true, false])
    #expect(abs(share - 0.7310585786300049) < 1e-15)
    #expect(scores([-800, -900]).trueProbability(isTrue: [true, false]).isNaN)
  }
}
