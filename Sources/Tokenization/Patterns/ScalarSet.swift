/// A set of Unicode scalars as sorted ranges that neither touch nor overlap.
struct ScalarSet: Equatable, Sendable {
  /// Bounds of the ranges, lower and upper (excluded) by turns.
  private(set) var bounds: [UInt32]
  /// Membership of U+0000 to U+007F.
  private var low: (UInt64, UInt64)

  static func == (a: ScalarSet, b: ScalarSet) -> Bool { a.bounds == b.bounds }

  static let limit: UInt32 = 0x11_0000
  static let empty = ScalarSet(sortedBounds: [])
  static let all = ScalarSet(sortedBounds: [0, limit])

  private init(sortedBounds: [UInt32]) {
    bounds = sortedBounds
    low = (0, 0)
    for range in ranges where range.lowerBound < 128 {
      for value in range.lowerBound..<min(range.upperBound, 128) {
        if value < 64 { low.0 |= 1 << value } else { low.1 |= 1 << (value - 64) }
      }
    }
  }

  /// A set of ranges in any order, which may overlap.
  init(_ ranges: [Range<UInt32>]) {
    var merged: [UInt32] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = merged.last, range.lowerBound <= last {
        merged[merged.count - 1] = max(last, range.upperBound)
      } else {
        merged.append(range.lowerBound)
        merged.append(range.upperBound)
      }
    }
    self.init(sortedBounds: merged)
  }

  init(_ values: UInt32...) { self.init(values.map { $0..<$0 + 1 }) }

  var ranges: [Range<UInt32>] {
    stride(from: 0, to: bounds.count, by: 2).map { bounds[$0]..<bounds[$0 + 1] }
  }

  var isEmpty: Bool { bounds.isEmpty }

  /// The only scalar, if there is exactly one.
  var single: UInt32? {
    bounds.count == 2 && bounds[1] == bounds[0] + 1 ? bounds[0] : nil
  }

  /// Whether the set holds a scalar.
  ///
  /// - Complexity: O(1) for ASCII, else O(log ranges).
  @inline(__always)
  func contains(_ value: UInt32) -> Bool {
    if value < 64 { return low.0 >> UInt64(value) & 1 == 1 }
    if value < 128 { return low.1 >> UInt64(value - 64) & 1 == 1 }
    return containsBySearch(value)
  }

  private func containsBySearch(_ value: UInt32) -> Bool {
    var lower = 0
    var upper = bounds.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if bounds[middle] <= value { lower = middle + 1 } else { upper = middle }
    }
    return lower & 1 == 1
  }

  func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

  var inverted: ScalarSet {
    var result = bounds
    if result.first == 0 { result.removeFirst() } else { result.insert(0, at: 0) }
    if result.last == Self.limit { result.removeLast() } else { result.append(Self.limit) }
    return ScalarSet(sortedBounds: result)
  }

  func intersection(_ other: ScalarSet) -> ScalarSet {
    inverted.union(other.inverted).inverted
  }

  func subtracting(_ other: ScalarSet) -> ScalarSet { intersection(other.inverted) }

  /// Bytes that can start the UTF-8 form of a scalar of the set.
  var firstBytes: ByteSet {
    var result = ByteSet()
    for range in ranges {
      for byte in 0..<256 {
        let span: Range<UInt32>
        switch byte {
        case 0..<0x80: span = UInt32(byte)..<UInt32(byte + 1)
        case 0xC2..<0xE0: span = UInt32(byte - 0xC0) << 6..<UInt32(byte - 0xBF) << 6
        case 0xE0..<0xF0: span = UInt32(byte - 0xE0) << 12..<UInt32(byte - 0xDF) << 12
        case 0xF0..<0xF5: span = UInt32(byte - 0xF0) << 18..<UInt32(byte - 0xEF) << 18
        default: continue
        }
        // E0 and F0 also cover scalars that shorter forms take; too many bytes do no harm.
        if span.overlaps(range) { result.insert(UInt8(byte)) }
      }
    }
    return result
  }
}

/// A set of byte values.
struct ByteSet: Equatable, Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  static func == (a: ByteSet, b: ByteSet) -> Bool { a.words == b.words }

  static let all: ByteSet = {
    var set = ByteSet()
    for byte in UInt8.min ... .max { set.insert(byte) }
    return set
  }()

  mutating func insert(_ byte: UInt8) {
    let bit: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    let word =
      switch byte >> 6 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return word >> UInt64(byte & 63) & 1 == 1
  }

  func union(_ other: ByteSet) -> ByteSet {
    var result = self
    result.words.0 |= other.words.0
    result.words.1 |= other.words.1
    result.words.2 |= other.words.2
    result.words.3 |= other.words.3
    return result
  }
}
