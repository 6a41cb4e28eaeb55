import Compute
import Testing

/// A token's attention has the same bits however its sequence reaches the backend.
@Suite("Independence of sequences")
struct AttentionIndependenceTests {
  /// A sequence of a tree: where its tokens' rows lie, and which of them are computed.
  private struct Sequence {
    var rows: [(source: AttentionSpan.Source, row: Int)]
    /// Where the last span begins; from there on the tree's results are this sequence's.
    var firstComputed: Int
  }

  /// One sequence per span that has queries, from the root to the end of that span.
  private func sequences(of groups: [[AttentionSpan]]) -> [Sequence] {
    groups.flatMap { spans in
      var path: [(source: AttentionSpan.Source, row: Int)] = []
      return spans.compactMap { span -> Sequence? in
        path.removeSubrange(span.position...)
        path += (span.row..<span.row + span.count).map { (span.source, $0) }
        return span.hasQueries ? Sequence(rows: path, firstComputed: span.position) : nil
      }
    }
  }

  private static let cases: [AttentionCase] = [nil, 1, 100].flatMap { window in
    [1, 20].map { sharpness in
      AttentionCase(
        headSize: 24, heads: 4, keyValueHeads: 2, window: window, sharpness: sharpness,
        groups: AttentionTests.trees.groups)
    }
  }

  private func numbers(_ attention: AttentionCase, source: AttentionSpan.Source) -> [Float] {
    let rows = attention.groups.joined().filter { $0.source == source }
      .reduce(0) { max($0, $1.row + $1.count) }
    var random = Randomness(seed: source == .kept ? 1 : 2)
    return random.floats(rows * attention.columns)
  }

  @Test(
    "Shared contexts, repeated ones and ones kept from another chunk give the same bits",
    arguments: CPUBackend.InstructionSet.available)
  func contexts(set: CPUBackend.InstructionSet) {
    for attention in Self.cases {
      let (columns, width) = (attention.columns, attention.heads * attention.headSize)
      let current = numbers(attention, source: .current)
      let kept = numbers(attention, source: .kept)
      let one = CPUBackend(threads: 1, instructionSet: set)
      let tree = attention.result(
        of: one.tensor(current, columns: columns), kept: one.tensor(kept, columns: columns),
        on: one)
      for threads in [2, 3] {
        let backend = CPUBackend(threads: threads, instructionSet: set)
        expectSameBits(
          attention.result(
            of: backend.tensor(current, columns: columns),
            kept: backend.tensor(kept, columns: columns), on: backend
          ).map { $0.isNaN ? 9 : $0 },
          tree.map { $0.isNaN ? 9 : $0 }, "\(threads) threads: \(attention)")
      }
      for sequence in sequences(of: attention.groups) {
        let length = sequence.rows.count
        let projections = sequence.rows.flatMap { place in
          (place.source == .kept ? kept : current)[place.row * columns..<(place.row + 1) * columns]
        }
        let wanted = sequence.rows[sequence.firstComputed...].flatMap { place in
          tree[place.row * width..<(place.row + 1) * width]
        }
        // The context in the same chunk, or its beginning in an earlier one.
        for cut in [0, 1, 13, 128, sequence.firstComputed, length - 1]
        where cut <= sequence.firstComputed || cut == length - 1 {
          var alone = attention
          alone.groups = [
            [
              AttentionSpan(row: 0, count: cut, position: 0, source: .kept, hasQueries: false),
              AttentionSpan(
                row: 0, count: length - cut, position: cut, source: .current, hasQueries: true),
            ]
          ]
          let found = alone.result(
            of: one.tensor(Array(projections[(cut * columns)...]), columns: columns),
            kept: one.tensor(Array(projections[..<(cut * columns)]), columns: columns), on: one)
          let common = length - max(cut, sequence.firstComputed)
          expectSameBits(
            Array(found.suffix(common * width)), Array(wanted.suffix(common * width)),
            "\(length) tokens, \(cut) of them kept: \(attention)")
        }
      }
    }
  }
}
