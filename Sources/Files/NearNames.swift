/// Names that a mistyped one may have meant, for "did you mean".
///
/// - Parameters:
///   - name: What was asked for.
///   - candidates: What exists.
///   - limit: Most names to return.
/// - Returns: The nearest names, nearest first and in the given order among equals: those within a
///   third of the name's length (at least 2) in single-character insertions, deletions,
///   replacements and swaps of neighbours, ASCII letters compared without case.
/// - Complexity: O(candidates · length²); names beyond 200 scalars are left out.
public func suggestions(
  for name: String, among candidates: [String], limit: Int = 3
) -> [String] {
  let wanted = foldedScalars(name)
  guard !wanted.isEmpty, wanted.count <= 200 else { return [] }
  let bound = max(2, wanted.count / 3)
  var found: [(distance: Int, index: Int)] = []
  for (index, candidate) in candidates.enumerated() {
    guard candidate.utf8.count <= 800 else { continue }
    let scalars = foldedScalars(candidate)
    guard scalars.count <= 200, abs(scalars.count - wanted.count) <= bound else { continue }
    let distance = editDistance(wanted, scalars)
    if distance <= bound && distance < max(wanted.count, scalars.count) {
      found.append((distance, index))
    }
  }
  found.sort { ($0.distance, $0.index) < ($1.distance, $1.index) }
  return found.prefix(limit).map { candidates[$0.index] }
}

private func foldedScalars(_ text: String) -> [UInt32] {
  text.unicodeScalars.prefix(201).map { scalar in
    ("A"..."Z").contains(scalar) ? scalar.value + 32 : scalar.value
  }
}

/// Optimal string alignment distance: Levenshtein's with swaps of neighbours as one edit.
private func editDistance(_ a: [UInt32], _ b: [UInt32]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for j in 0..<b.count {
      var best = min(last[j + 1], row[j]) + 1
      best = min(best, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, beforeLast[j - 1] + 1)
      }
      row.append(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
