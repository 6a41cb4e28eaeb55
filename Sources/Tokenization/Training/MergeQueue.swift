/// Pairs that wait to be merged, the most frequent first, and of two equally frequent ones the one
/// with the lower ids, left before right.
///
/// A binary heap. Counts fall while pairs wait, so the first one's count is checked against the true
/// one when it comes up, and put right if need be.
struct MergeQueue {
  /// A pair, how often it occurred when it was last looked at, and the words that hold it.
  struct Candidate {
    var count: Int
    let pair: TokenPair
    /// The pair's number in ``PairCounts``.
    let index: Int32
    /// Where its words stand in the list of all places.
    let firstPlace: Int
    let placeCount: Int32

    @inline(__always)
    func comes(before other: Candidate) -> Bool {
      if count != other.count { return count > other.count }
      if pair.code != other.pair.code { return pair.code < other.pair.code }
      return firstPlace < other.firstPlace
    }
  }

  private var heap: [Candidate] = []

  var first: Candidate? { heap.first }

  /// Adds a candidate.
  ///
  /// - Complexity: O(log n).
  mutating func insert(_ candidate: Candidate) {
    heap.append(candidate)
    heap.withUnsafeMutableBufferPointer { heap in
      var child = heap.count - 1
      while child > 0 {
        let parent = (child - 1) / 2
        guard candidate.comes(before: heap[parent]) else { break }
        heap[child] = heap[parent]
        child = parent
      }
      heap[child] = candidate
    }
  }

  /// Takes the first candidate away.
  ///
  /// - Precondition: There is one.
  mutating func removeFirst() {
    let last = heap.removeLast()
    if !heap.isEmpty { replaceFirst(with: last) }
  }

  /// Puts a candidate in the place of the first, and then where it belongs.
  ///
  /// - Precondition: There is a first one.
  mutating func replaceFirst(with candidate: Candidate) {
    heap.withUnsafeMutableBufferPointer { heap in
      var parent = 0
      while true {
        var child = 2 * parent + 1
        guard child < heap.count else { break }
        if child + 1 < heap.count, heap[child + 1].comes(before: heap[child]) { child += 1 }
        guard heap[child].comes(before: candidate) else { break }
        heap[parent] = heap[child]
        parent = child
      }
      heap[parent] = candidate
    }
  }
}
