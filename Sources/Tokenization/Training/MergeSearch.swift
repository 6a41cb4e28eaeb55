/// Finds the most frequent pair of neighbouring tokens, and merges it in all words that hold it.
///
/// The bookkeeping is that of `tokenizers`, to the letter: the count of a merged pair stays as it was,
/// and a pair that comes up anew waits a second time, with the words that it came up in. That matters
/// where two merges make the same token.
struct MergeSearch {
  private var words: SymbolWords
  private var pairs = PairCounts()
  private var queue = MergeQueue()
  /// The words of all candidates, one candidate's after another's; at most two entries are added for
  /// each occurrence that is merged.
  private var places: [UInt32] = []
  private var merging: MergeQueue.Candidate?

  // What one merge adds, before it is sorted by pair.
  private var gained: [(pair: Int32, word: UInt32)] = []
  private var gainedPairs: [Int32] = []
  /// By pair: entries in `gained`, then where the next one goes.
  private var tally: [Int] = []
  /// By pair: the word that it was last met in.
  private var lastWord: [UInt32] = []

  /// Counts the pairs of all words.
  ///
  /// - Complexity: O(tokens).
  init(_ words: SymbolWords) {
    self.words = words
    for index in words.counts.indices {
      let (start, length) = (words.starts[index], Int(words.lengths[index]))
      for place in start..<max(start, start + length - 1) {
        gain(
          TokenPair(words.symbols[place], words.symbols[place + 1]), by: words.counts[index],
          inWord: UInt32(index))
      }
    }
    enqueue()
  }

  /// The pair to merge next.
  ///
  /// - Parameter frequency: Occurrences that it must have, at least 1.
  /// - Returns: `nil` if no pair is so frequent.
  mutating func next(atLeast frequency: Int) -> TokenPair? {
    while var candidate = queue.first {
      let count = pairs.counts[Int(candidate.index)]
      if candidate.count != count {
        candidate.count = count
        queue.replaceFirst(with: candidate)
        continue
      }
      queue.removeFirst()
      guard count >= frequency else { return nil }
      merging = candidate
      return candidate.pair
    }
    return nil
  }

  /// Merges the pair that ``next(atLeast:)`` returned.
  ///
  /// - Parameter token: What it becomes.
  mutating func merge(to token: Int32) {
    guard let candidate = merging else {
      preconditionFailure("a pair is found before it is merged")
    }
    merging = nil
    let end = candidate.firstPlace + Int(candidate.placeCount)
    for place in candidate.firstPlace..<end {
      let word = places[place]
      let count = words.counts[Int(word)]
      var changes: [SymbolWords.Change] = []
      words.merge(candidate.pair, to: token, inWord: Int(word)) { changes.append($0) }
      for change in changes {
        switch change {
        case .lost(let left, let right):
          let index = pairs.index(of: TokenPair(left, right))
          pairs.counts[index] -= count
        case .gained(let left, let right):
          gain(TokenPair(left, right), by: count, inWord: word)
        }
      }
    }
    enqueue()
  }

  @inline(__always)
  private mutating func gain(_ pair: TokenPair, by count: Int, inWord word: UInt32) {
    let index = pairs.index(of: pair)
    pairs.counts[index] += count
    while tally.count <= index {
      tally.append(0)
      lastWord.append(.max)
    }
    if tally[index] == 0 {
      gainedPairs.append(Int32(index))
    } else if lastWord[index] == word {
      return
    }
    tally[index] += 1
    lastWord[index] = word
    gained.append((Int32(index), word))
  }

  /// Makes candidates of what was gained.
  private mutating func enqueue() {
    var next = places.count
    places.append(contentsOf: repeatElement(0, count: gained.count))
    for pair in gainedPairs {
      let index = Int(pair)
      let count = tally[index]
      if pairs.counts[index] > 0 {
        queue.insert(
          MergeQueue.Candidate(
            count: pairs.counts[index], pair: pairs.pairs[index], index: pair, firstPlace: next,
            placeCount: Int32(count)))
      }
      tally[index] = next
      next += count
    }
    for (pair, word) in gained {
      places[tally[Int(pair)]] = word
      tally[Int(pair)] += 1
    }
    for pair in gainedPairs { tally[Int(pair)] = 0 }
    gained.removeAll(keepingCapacity: true)
    gainedPairs.removeAll(keepingCapacity: true)
  }
}
