internal import Glibc

/// Sentences as numbers of words, with how likely each word is by itself.
struct WordModel {
  private var numbers: [String: Int32] = [:]
  private var counts: [Int] = []
  private var total = 0

  /// Different words.
  var wordCount: Int { counts.count }

  /// Numbers and counts the words of a text.
  mutating func count(_ text: String) -> [Int32] {
    wordsForStatistics(text).map { word in
      let number = numbers[word] ?? Int32(counts.count)
      if number == Int32(counts.count) {
        numbers[word] = number
        counts.append(0)
      }
      counts[Int(number)] += 1
      total += 1
      return number
    }
  }

  /// The numbers of a text's words; those never counted are left out.
  func known(_ text: String) -> [Int32] { wordsForStatistics(text).compactMap { numbers[$0] } }

  /// The log-likelihood of words by their frequencies alone, one added to each count, in nats.
  func logLikelihood(_ words: [Int32]) -> Double {
    let denominator = log(Double(total + counts.count))
    return words.reduce(0) { $0 + log(Double(counts[Int($1)] + 1)) - denominator }
  }
}
