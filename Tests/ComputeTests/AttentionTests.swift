import Compute
import Testing

@Suite("Attention")
struct AttentionTests {
  /// Runs a case on every instruction set and compares with the reference.
  ///
  /// Outputs are means of numbers of [-1, 1]. A score is off by some 2^-25 · sharpness · √headSize, which
  /// shifts a mean by as much; the sums of weights and of values add about five 2^-24.
  private func check(_ attention: AttentionCase) {
    let expected = attention.result(on: ReferenceBackend())
    let tolerance =
      0x1p-24 * (8 + Double(attention.sharpness) * Double(attention.headSize).squareRoot() * 0.6)
    for set in CPUBackend.InstructionSet.available {
      let backend = CPUBackend(threads: 2, instructionSet: set)
      expectClose(
        attention.result(on: backend), expected, within: tolerance, "\(set): \(attention)")
    }
  }

  @Test("Sequences of every length agree with the reference", arguments: [1, 8, 16, 64, 80, 128])
  func lengths(headSize: Int) {
    for sharpness in [1, 30] as [Float] {
      let trees = [1, 5, 12, 13, 127, 128, 129, 300].map { SpanTree(count: $0) }
      check(AttentionCase(headSize: headSize, sharpness: sharpness, groups: trees.groups))
    }
  }

  @Test("Grouped queries read their own key head", arguments: [1, 2, 4, 8])
  func groupedQueries(keyValueHeads: Int) {
    for headSize in [7, 16] {
      let trees = [SpanTree(count: 40), SpanTree(count: 3), SpanTree(count: 150)]
      check(
        AttentionCase(
          headSize: headSize, heads: 8, keyValueHeads: keyValueHeads, groups: trees.groups))
    }
  }

  @Test("Interleaved projections agree with the reference", arguments: [3, 64])
  func interleaved(headSize: Int) {
    let trees = [SpanTree(count: 20), SpanTree(count: 140)]
    check(
      AttentionCase(
        headSize: headSize, heads: 3, keyValueHeads: 3, isInterleaved: true, groups: trees.groups))
  }

  /// A kept context, a context of the chunk, children of many lengths, grandchildren.
  static let trees = [
    SpanTree(
      count: 20,
      children: [
        SpanTree(count: 5, children: [SpanTree(count: 3), SpanTree(count: 140)]),
        SpanTree(count: 200, children: [SpanTree(count: 130), SpanTree(count: 1)]),
        SpanTree(count: 1),
      ]),
    SpanTree(
      count: 129, source: .kept,
      children: [
        SpanTree(count: 3),
        SpanTree(
          count: 17, source: .kept, children: [SpanTree(count: 9), SpanTree(count: 30)]),
        SpanTree(count: 13),
      ]),
    SpanTree(
      count: 90, hasQueries: false,
      children: [SpanTree(count: 33, hasQueries: false, children: [SpanTree(count: 11)])]),
  ]

  @Test("Trees of sequences agree with the reference", arguments: [8, 80])
  func trees(headSize: Int) {
    check(AttentionCase(headSize: headSize, groups: Self.trees.groups))
    check(AttentionCase(headSize: headSize, sharpness: 20, groups: Self.trees.groups))
  }

  @Test("A window hides what lies before it", arguments: [1, 2, 3, 100, 127, 128, 129, 300, 1000])
  func windows(window: Int) {
    let trees = [SpanTree(count: 300), SpanTree(count: 7)] + Self.trees
    check(AttentionCase(headSize: 8, window: window, groups: trees.groups))
    check(AttentionCase(headSize: 8, window: window, sharpness: 30, groups: trees.groups))
  }

  @Test(
    "A token that sees NaN or +∞ scores becomes NaN, the others do not",
    arguments: CPUBackend.InstructionSet.available)
  func notFinite(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 1, instructionSet: set)
    // One head of one number: columns query, key, value and two to spare.
    let attention = AttentionCase(
      headSize: 1, heads: 1, keyValueHeads: 1, isInterleaved: true,
      groups: [
        [
          AttentionSpan(row: 0, count: 150, position: 0, source: .current, hasQueries: true)
        ]
      ])
    for (bad, place) in [(Float.nan, 0), (.nan, 130), (.infinity, 10), (.infinity, 140)] {
      var numbers: [Float] = (0..<150).flatMap { [1, 0.5, Float($0), 0, 0] as [Float] }
      numbers[place * 5 + 1] = bad
      let result = attention.result(
        of: backend.tensor(numbers, columns: 5), kept: nil, on: backend)
      #expect(result.map(\.isNaN) == (0..<150).map { $0 >= place }, "\(bad) at \(place)")
    }
    // A window of two tokens: all that row 128 sees of the first 128 keys is one bad score.
    var windowed = attention
    windowed.window = 2
    for bad in [Float.nan, .infinity] {
      var numbers: [Float] = (0..<150).flatMap { [1, 0.5, Float($0), 0, 0] as [Float] }
      numbers[127 * 5 + 1] = bad
      let result = windowed.result(of: backend.tensor(numbers, columns: 5), kept: nil, on: backend)
      #expect(result.map(\.isNaN) == (0..<150).map { $0 == 127 || $0 == 128 }, "\(bad)")
    }
    // Scores of -∞ take no part, unless there is nothing else.
    var numbers: [Float] = (0..<150).flatMap { [1, 0.5, Float($0), 0, 0] as [Float] }
    for place in 0..<140 { numbers[place * 5 + 1] = -.infinity }
    let result = attention.result(of: backend.tensor(numbers, columns: 5), kept: nil, on: backend)
    #expect(result[0..<140].allSatisfy { $0.isNaN })
    #expect(result[140] == 140)
    #expect(result[142] == 141)
  }
}
