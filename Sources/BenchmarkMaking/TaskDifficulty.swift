internal import Statistics

/// How well a task is answered without understanding: by length, by shared words, by word frequency.
///
/// Guesses that tie share the credit, so that a rule which tells nothing gets exactly chance.
public struct TaskDifficulty: Sendable {
  /// A rule and its accuracy.
  public struct Baseline: Sendable {
    public let name: String
    public let accuracy: Double
    /// The deviation of the items' credits, divided by √items.
    public let standardError: Double
    /// Ends of the 95 % interval, Student's.
    public let low: Double
    public let high: Double

    /// Whether chance lies in the interval.
    public func isChance(_ chance: Double) -> Bool { low <= chance && chance <= high }
  }

  public let items: Int
  /// 1 / choices.
  public let chance: Double
  public let baselines: [Baseline]

  /// Tries every rule on every item.
  ///
  /// - Parameter items: At least one, all with the same number of choices.
  /// - Complexity: O(words).
  init(_ items: [MadeItem]) {
    self.items = items.count
    chance = 1 / Double(items.first?.choices.count ?? 1)
    var model = WordModel()
    for item in items { for choice in item.choices { _ = model.count(choice) } }
    var credits = Rule.allCases.map { _ in [Double]() }
    for item in items {
      let context = wordsForStatistics(item.context)
      let scores = item.choices.map { Scores($0, after: context, model) }
      for (index, rule) in Rule.allCases.enumerated() {
        credits[index].append(Self.credit(scores.map { $0[rule] }, label: item.label))
      }
    }
    baselines = zip(Rule.allCases, credits).map { rule, credits in
      let spread = SampleSpread(credits)
      let mean = credits.reduce(0, +) / Double(max(credits.count, 1))
      // A single item has no spread, and says nothing.
      let interval = spread?.interval() ?? ConfidenceInterval(low: 0, high: 1)
      return Baseline(
        name: rule.rawValue, accuracy: mean,
        standardError: spread.map { $0.deviation / Double($0.count).squareRoot() } ?? .nan,
        low: interval.low, high: interval.high)
    }
  }

  private enum Rule: String, CaseIterable {
    case longest = "the longest choice"
    case shortest = "the shortest choice"
    case sharedWords = "the largest share of words from the context"
    case sharedPairs = "the most pairs of words from the context"
    case unigramSum = "a unigram model, summed (as acc)"
    case unigramMean = "a unigram model, per character (as acc_norm)"
  }

  private struct Scores {
    private let values: [Rule: Double]

    init(_ choice: String, after context: [String], _ model: WordModel) {
      let words = wordsForStatistics(choice)
      let length = Double(choice.unicodeScalars.count)
      let known = Set(context)
      let pairs = Set(zip(context, context.dropFirst()).map { "\($0) \($1)" })
      let likelihood = model.logLikelihood(model.known(choice))
      values = [
        .longest: length, .shortest: -length,
        .sharedWords: Double(words.count { known.contains($0) }) / Double(max(words.count, 1)),
        .sharedPairs: Double(
          zip(words, words.dropFirst()).count { pairs.contains("\($0) \($1)") }),
        .unigramSum: likelihood, .unigramMean: likelihood / max(length, 1),
      ]
    }

    subscript(rule: Rule) -> Double { values[rule] ?? 0 }
  }

  private static func credit(_ scores: [Double], label: Int) -> Double {
    let best = scores.max() ?? 0
    guard scores[label] == best else { return 0 }
    return 1 / Double(scores.count { $0 == best })
  }
}
