internal import Files
internal import Records
internal import Statistics

extension ComparisonBuilder {
  /// Compares every validation loss of both, and their mean, unless tasks alone are asked for.
  ///
  /// - Throws: ``ComparisonError`` if a data set's losses are over other sequences.
  mutating func addLosses() throws {
    guard options.tasks == nil else { return }
    var parts: [MetricDifference] = []
    var problems: [String] = []
    var isIdentical = true
    noteMissingLosses()
    for a in reference.losses {
      guard let b = candidate.losses.first(where: { $0.name == a.name }) else { continue }
      guard a.losses.count == b.losses.count else {
        problems.append(
          "The validation losses on \(a.name.escapedForTerminal) are over \(a.losses.count) sequences "
            + "of A and \(b.losses.count) of B. Measure both with the same validation_tokens.")
        continue
      }
      guard a.digest == b.digest else {
        problems.append(
          "The validation losses on \(a.name.escapedForTerminal) are over other sequences (SHA-256 "
            + "\(a.digest.prefix(12).description.escapedForTerminal)… and "
            + "\(b.digest.prefix(12).description.escapedForTerminal)…).")
        continue
      }
      let paired = PairedDifference(zip(a.losses, b.losses).map { $1 - $0 })
      var found = Self.mean(
        "validation_loss", of: paired, reference: a.losses.reduce(0, +) / Double(a.losses.count),
        candidate: b.losses.reduce(0, +) / Double(b.losses.count), isLoss: true,
        higherIsBetter: false, options: options)
      if a.losses == b.losses { found.becomeIdentical() } else { isIdentical = false }
      if !found.difference.isFinite {
        notes.append(
          "The validation loss on \(a.name.escapedForTerminal) is not a finite number everywhere, so "
            + "nothing can be said of it.")
      }
      parts.append(found)
      rows.append(row(.loss, name: a.name, found, isDeciding: true))
    }
    guard problems.isEmpty else { throw ComparisonError(problems: problems) }
    guard parts.count > 1, let average = PairedDifference.average(parts.compactMap(\.paired))
    else { return }
    let count = Double(parts.count)
    var found = Self.mean(
      "validation_loss", of: average, reference: parts.reduce(0) { $0 + $1.reference } / count,
      candidate: parts.reduce(0) { $0 + $1.candidate } / count, isLoss: true,
      higherIsBetter: false, options: options)
    if isIdentical { found.becomeIdentical() }
    rows.append(row(.lossAverage, name: "average", found, isDeciding: false))
  }

  private mutating func noteMissingLosses() {
    for (label, here, there) in [
      ("A", reference.losses, candidate.losses), ("B", candidate.losses, reference.losses),
    ] {
      let alone = here.filter { set in !there.contains { $0.name == set.name } }.map(\.name)
      guard !alone.isEmpty else { continue }
      notes.append(
        "Only \(label) has validation losses on "
          + "\(alone.map(\.escapedForTerminal).joined(separator: ", ")).")
    }
  }
}
