import Foundation

/// The drawing methods of Python's `random.Random` (3.11, `Lib/random.py`).
extension PythonRandom {
  /// Python's `getrandbits(count)`.
  ///
  /// - Parameter count: 0 to 64.
  /// - Returns: That many random bits.
  public mutating func nextBits(_ count: Int) -> UInt64 {
    precondition(0...64 ~= count, "\(count) bits do not fit into 64")
    if count == 0 { return 0 }
    if count <= 32 { return UInt64(nextWord() >> UInt32(32 - count)) }
    let low = UInt64(nextWord())
    return low | UInt64(nextWord() >> UInt32(64 - count)) << 32
  }

  /// Python's `_randbelow(bound)`, which `randrange`, `sample` and `shuffle` use.
  ///
  /// - Parameter bound: Above 0.
  /// - Returns: An integer in `0..<bound`, every one equally likely.
  public mutating func nextInteger(below bound: Int) -> Int {
    precondition(bound > 0, "no integer is below \(bound)")
    let bits = Int.bitWidth - bound.leadingZeroBitCount
    while true {
      let candidate = nextBits(bits)
      if candidate < UInt64(bound) { return Int(candidate) }
    }
  }

  /// Python's `randrange(start, stop, step)`.
  ///
  /// - Parameters:
  ///   - start: First value.
  ///   - stop: Where the values end, itself excluded.
  ///   - step: Distance between values, not 0.
  /// - Returns: One of the values, or `nil` where there is none or more than fit into 63 bits.
  public mutating func nextInteger(from start: Int = 0, to stop: Int, by step: Int = 1) -> Int? {
    precondition(step != 0, "randrange needs a step other than 0")
    let (width, overflow) =
      step > 0
      ? stop.subtractingReportingOverflow(start) : start.subtractingReportingOverflow(stop)
    guard !overflow, width > 0, step != .min else { return nil }
    return start + step * nextInteger(below: (width - 1) / abs(step) + 1)
  }

  /// Python's `choices(population, k=count)` as positions: `floor(random() * n)` each time.
  ///
  /// - Parameters:
  ///   - bound: Size of the population, above 0.
  ///   - count: How many to draw, with replacement.
  /// - Returns: Positions in `0..<bound`.
  public mutating func choiceIndices(below bound: Int, count: Int) -> [Int] {
    precondition(bound > 0 && count >= 0, "\(count) draws from \(bound)")
    let size = Double(bound)
    var indices = [Int](repeating: 0, count: count)
    for index in 0..<count { indices[index] = Int(nextDouble() * size) }
    return indices
  }

  /// Python's `sample(population, count)` as positions: drawn without replacement, in drawing order.
  ///
  /// CPython copies the population when it is small and remembers what it drew when it is large; the
  /// two consume the stream differently, so the rule for the switch is mirrored too.
  /// - Parameters:
  ///   - size: Size of the population.
  ///   - count: How many to draw.
  /// - Returns: Different positions in `0..<size`, or `nil` if the population is too small.
  public mutating func sampleIndices(from size: Int, count: Int) -> [Int]? {
    guard 0...size ~= count else { return nil }
    var setSize = 21
    if count > 5 {
      setSize += Int(pow(4, (log(Double(count * 3)) / log(4)).rounded(.up)))
    }
    var result: [Int] = []
    result.reserveCapacity(count)
    if size <= setSize {
      var pool = Array(0..<size)
      for drawn in 0..<count {
        let position = nextInteger(below: size - drawn)
        result.append(pool[position])
        pool[position] = pool[size - drawn - 1]
      }
    } else {
      var selected = Set<Int>(minimumCapacity: count)
      for _ in 0..<count {
        var position = nextInteger(below: size)
        while !selected.insert(position).inserted { position = nextInteger(below: size) }
        result.append(position)
      }
    }
    return result
  }

  /// Python's `shuffle(list)` in place.
  ///
  /// - Parameter elements: What is shuffled.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for index in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(index, nextInteger(below: index + 1))
    }
  }
}
