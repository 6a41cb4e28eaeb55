internal import Statistics

/// Finds sentences from elsewhere that could be taken for a passage's continuation.
///
/// Three things would give a true continuation away without any understanding: its length, the words
/// that it shares with the context, and how frequent its words are. For each of them the rank of the
/// true continuation among the choices is drawn by lot; the distractors are then looked for above and
/// below it accordingly, as near to it as the corpus has them.
struct DistractorSearch {
  /// Sentences that are looked at for an item.
  static let poolSize = 600
  /// How much longer or shorter than the true continuation a distractor may be.
  private static let lengthRatio = 1.3

  /// What is compared.
  private struct Features {
    var length: Double
    var shared: Double
    var frequency: Double
  }

  private let passages: [Passage]
  private let choices: Int
  private var numbers: SeededNumbers
  private var model = WordModel()
  private var words: [[Int32]] = []
  private var lengths: [Int] = []
  private var styles: [Style] = []
  /// Indices of passages, the shortest continuation first.
  private var byLength: [Int] = []
  /// How often each was a distractor.
  private var uses: [Int]
  /// By word: the passages whose continuation holds it.
  private var holders: [[Int]] = []

  /// How a sentence looks from far.
  private struct Style: Equatable {
    let ender: Unicode.Scalar?
    let beginsUpper: Bool
    let hasDigit: Bool
  }

  init(_ passages: [Passage], choices: Int, seed: UInt64) {
    self.passages = passages
    self.choices = choices
    numbers = SeededNumbers(seed: SeededNumbers.mixed(seed ^ 0x6469_7374_7261_6374))
    uses = Array(repeating: 0, count: passages.count)
    for passage in passages {
      let scalars = passage.continuation.unicodeScalars
      words.append(model.count(passage.continuation))
      lengths.append(scalars.count)
      styles.append(
        Style(
          ender: scalars.last, beginsUpper: scalars.first?.properties.isUppercase ?? false,
          hasDigit: scalars.contains { $0.properties.numericType != nil }))
    }
    holders = Array(repeating: [], count: model.wordCount)
    for (index, words) in words.enumerated() {
      for word in Set(words) { holders[Int(word)].append(index) }
    }
    byLength = passages.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
  }

  /// Distractors for a passage.
  ///
  /// - Parameter index: Of the passage.
  /// - Returns: Indices of passages, one fewer than the choices; `nil` if there are not so many.
  /// - Complexity: O(``poolSize`` · words).
  mutating func distractors(for index: Int) -> [Int]? {
    let context = Set(model.known(passages[index].context))
    let pool = pool(for: index, context)
    guard pool.count >= choices - 1 else { return nil }
    let truth = features(of: index, context)
    let rivals = pool.map { (index: $0, features: features(of: $0, context)) }
    let isAbove = (0..<3).map { _ in signs() }
    var chosen: [Int] = []
    while chosen.count < choices - 1 {
      let wanted = isAbove.map { $0[chosen.count] }
      var best: (cost: Double, index: Int)?
      for rival in rivals where !chosen.contains(rival.index) {
        let cost =
          cost(of: rival.features, beside: truth, wanted) + 0.15 * Double(uses[rival.index])
          + (styles[rival.index] == styles[index] ? 0 : 0.3)
        if best.map({ cost < $0.cost }) ?? true { best = (cost, rival.index) }
      }
      guard let best else { return nil }
      chosen.append(best.index)
    }
    for index in chosen { uses[index] += 1 }
    return chosen
  }

  /// The item, its choices in random order.
  mutating func item(_ index: Int, distractors: [Int]) -> MadeItem {
    var order = [index] + distractors
    numbers.shuffle(&order)
    let passage = passages[index]
    return MadeItem(
      context: passage.context, choices: order.map { passages[$0].continuation },
      label: order.firstIndex(of: index) ?? 0, file: passage.file, place: passage.place)
  }

  /// For each distractor whether it shall lie above the true continuation; how many do is drawn by
  /// lot, every number as likely as any other.
  private mutating func signs() -> [Bool] {
    let above = numbers.below(choices)
    var signs = (0..<choices - 1).map { $0 < above }
    numbers.shuffle(&signs)
    return signs
  }

  /// Sentences of like length from elsewhere: some about the same things, others at random.
  private mutating func pool(for index: Int, _ context: Set<Int32>) -> [Int] {
    let length = Double(lengths[index])
    let shortest = Int((length / Self.lengthRatio).rounded(.up))
    let longest = Int((length * Self.lengthRatio).rounded(.down))
    func fits(_ candidate: Int) -> Bool {
      shortest...longest ~= lengths[candidate]
        && styles[candidate].ender == styles[index].ender
        && passages[candidate].isElsewhere(from: passages[index])
    }
    var pool = topical(context).filter(fits)
    var known = Set(pool)
    // As much of a shuffle as is needed.
    var window = Array(
      byLength[firstPosition(ofLength: shortest)..<firstPosition(ofLength: longest + 1)])
    for position in window.indices where pool.count < Self.poolSize {
      window.swapAt(position, position + numbers.below(window.count - position))
      let candidate = window[position]
      if fits(candidate), known.insert(candidate).inserted { pool.append(candidate) }
    }
    return pool
  }

  /// Sentences that share rarer words with a context, those that share most first.
  private func topical(_ context: Set<Int32>) -> [Int] {
    let common = max(20, passages.count / 20)
    var hits: [Int: Int] = [:]
    for word in context {
      let holders = holders[Int(word)]
      if holders.count <= common { for holder in holders { hits[holder, default: 0] += 1 } }
    }
    let sorted = hits.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return sorted.prefix(2 * Self.poolSize).map(\.key)
  }

  private func firstPosition(ofLength length: Int) -> Int {
    var (low, high) = (0, byLength.count)
    while low < high {
      let middle = (low + high) / 2
      if lengths[byLength[middle]] < length { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func features(of index: Int, _ context: Set<Int32>) -> Features {
    let words = words[index]
    let shared = words.count { context.contains($0) }
    return Features(
      length: Double(lengths[index]), shared: Double(shared) / Double(max(words.count, 1)),
      frequency: model.logLikelihood(words))
  }

  /// How badly a rival fits: 1 for each side that is wrong, half of it for a tie, and less than 1 for
  /// the distances together.
  private func cost(of rival: Features, beside truth: Features, _ wanted: [Bool]) -> Double {
    func side(_ value: Double, _ other: Double, _ above: Bool) -> Double {
      value == other ? 0.5 : (value > other) == above ? 0 : 1
    }
    return side(rival.length, truth.length, wanted[0])
      + side(rival.shared, truth.shared, wanted[1])
      + side(rival.frequency, truth.frequency, wanted[2])
      + abs(rival.length - truth.length) / truth.length
      + abs(rival.shared - truth.shared) * 0.5
      + min(abs(rival.frequency - truth.frequency) / abs(truth.frequency), 0.5) * 0.5
  }
}
