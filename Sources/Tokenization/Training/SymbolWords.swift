/// The distinct words of a text as tokens, shortened in place as pairs are merged.
struct SymbolWords {
  /// A change of a pair's count in one word: the pair's neighbours before and after a merge.
  enum Change {
    case lost(Int32, Int32)
    case gained(Int32, Int32)
  }

  private(set) var symbols: [Int32] = []
  private(set) var starts: [Int] = [0]
  private(set) var lengths: [Int32] = []
  /// Occurrences of each word.
  let counts: [Int]

  /// Spells words by the tokens of their bytes.
  ///
  /// - Parameters:
  ///   - words: With their counts.
  ///   - byteIDs: The token of each byte.
  init(_ words: WordTable, byteIDs: [Int32]) {
    counts = words.counts
    symbols.reserveCapacity(words.byteCount)
    starts.reserveCapacity(words.count + 1)
    lengths.reserveCapacity(words.count)
    for index in 0..<words.count {
      words.withWord(at: index) { for byte in $0 { symbols.append(byteIDs[Int(byte)]) } }
      lengths.append(Int32(symbols.count - starts[index]))
      starts.append(symbols.count)
    }
  }

  /// Merges every occurrence of a pair in a word, from left to right.
  ///
  /// - Parameters:
  ///   - pair: What becomes one token.
  ///   - token: The token.
  ///   - index: The word.
  ///   - change: Called for the pairs with each neighbour that go and come; not for `pair` itself.
  /// - Complexity: O(tokens of the word).
  @inline(__always)
  mutating func merge(
    _ pair: TokenPair, to token: Int32, inWord index: Int, _ change: (Change) -> Void
  ) {
    let (left, right) = (pair.left, pair.right)
    let length = Int(lengths[index])
    let start = starts[index]
    var written = 0
    symbols.withUnsafeMutableBufferPointer { all in
      let word = UnsafeMutableBufferPointer(rebasing: all[start..<start + length])
      var read = 0
      while read < length {
        let symbol = word[read]
        guard symbol == left, read + 1 < length, word[read + 1] == right else {
          word[written] = symbol
          written += 1
          read += 1
          continue
        }
        if written > 0 {
          change(.lost(word[written - 1], left))
          change(.gained(word[written - 1], token))
        }
        if read + 2 < length {
          change(.lost(right, word[read + 2]))
          change(.gained(token, word[read + 2]))
        }
        word[written] = token
        written += 1
        read += 2
      }
    }
    lengths[index] = Int32(written)
  }
}
