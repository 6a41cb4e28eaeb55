internal import Files
internal import HarnessCompatibility
internal import Records
internal import Statistics

/// Gathers the rows of a comparison.
struct ComparisonBuilder {
  let reference: ScoredResults
  let candidate: ScoredResults
  let options: ComparisonOptions
  var rows: [DifferenceRecord] = []
  var notes: [String] = []
  /// Of the deciding metric of each task, for groups.
  private(set) var deciding: [String: MetricDifference] = [:]

  init(reference: ScoredResults, candidate: ScoredResults, options: ComparisonOptions) {
    self.reference = reference
    self.candidate = candidate
    self.options = options
  }

  /// Tasks of both, in the order of the reference.
  static func commonTasks(
    _ reference: ScoredResults, _ candidate: ScoredResults, options: ComparisonOptions
  ) -> [String] {
    reference.tasks.map(\.name).filter { name in
      candidate.task(name) != nil && (options.tasks.map { $0.contains(name) } ?? true)
    }
  }

  static func decidingMetric(of task: TaskResult, options: ComparisonOptions) -> String? {
    if let metric = options.metric, task.metric(metric) != nil { return metric }
    return task.decidingMetric
  }

  // MARK: Tasks

  /// Compares every task of both.
  ///
  /// - Throws: ``ComparisonError`` with the problems of all tasks; ``ResultsError``.
  mutating func addTasks() throws {
    let common = Self.commonTasks(reference, candidate, options: options)
    noteMissing(common)
    var problems: [String] = []
    for name in common {
      do {
        add(try PairedDocuments(name, reference: reference, candidate: candidate))
      } catch let error as ComparisonError {
        problems += error.problems
      }
    }
    if let missing = options.tasks?.first(where: { !common.contains($0) }) {
      problems.append("\(missing.escapedForTerminal): not both have results of it.")
    }
    guard problems.isEmpty else { throw ComparisonError(problems: problems) }
    let indices = rows.indices.filter { rows[$0].isDeciding && rows[$0].pValue != nil }
    let adjusted = HolmCorrection.adjusted(indices.compactMap { rows[$0].pValue })
    for (index, p) in zip(indices, adjusted) { rows[index].adjustedPValue = p }
  }

  private mutating func noteMissing(_ common: [String]) {
    guard options.tasks == nil else { return }
    for (label, results) in [("A", reference), ("B", candidate)] {
      let alone = results.tasks.map(\.name).filter { !common.contains($0) }
      guard !alone.isEmpty else { continue }
      notes.append(
        "Only \(label) has results of \(alone.map(\.escapedForTerminal).joined(separator: ", ")).")
    }
  }

  private mutating func add(_ documents: PairedDocuments) {
    let task = documents.task
    notes += documents.notes
    let decidingName = Self.decidingMetric(of: task, options: options)
    let isIdentical = documents.isIdentical
    // What a results file adds of its own is noise here, unless somebody asks for it.
    for metric in task.metrics where metric.isListed || metric.name == decidingName {
      let a = documents.reference.compactMap { $0.values[metric.name] }
      let b = documents.candidate.compactMap { $0.values[metric.name] }
      let isDeciding = metric.name == decidingName
      guard a.count == documents.reference.count, b.count == a.count,
        let found = MetricDifference.of(
          metric, a, b, isIdentical: isIdentical, options: options)
      else {
        notes.append(
          "\(task.name.escapedForTerminal): \(metric.name.escapedForTerminal) is not compared; "
            + "the samples do not tell what each document gives to it.")
        continue
      }
      if isDeciding { deciding[task.name] = found }
      let isLowered = found.name != metric.name
      rows.append(
        row(
          .task, name: task.name, found, isDeciding: isDeciding,
          higherIsBetter: isLowered ? false : metric.higherIsBetter,
          chance: task.chances[metric.name]))
    }
  }

  private func row(
    _ kind: DifferenceRecord.Kind, name: String, _ found: MetricDifference, isDeciding: Bool,
    higherIsBetter: Bool, chance: Double? = nil
  ) -> DifferenceRecord {
    let margin = found.isLoss ? options.lossMargin : options.margin
    func side(_ value: Double) -> DifferenceRecord.Side {
      var side = DifferenceRecord.Side(value: value)
      if found.isBinary, found.count > 0, value.isFinite {
        let successes = Int((value * Double(found.count)).rounded())
        let wilson = WilsonInterval(successes: successes, count: found.count)
        side.interval = IntervalRecord(low: wilson.low, high: wilson.high)
        if found.count > 1 {
          side.standardError = (value * (1 - value) / Double(found.count - 1)).squareRoot()
        }
      }
      side.centered = chance.map { (value - $0) / (1 - $0) }
      return side
    }
    let interval = found.interval.map { IntervalRecord(low: $0.low, high: $0.high) }
    return DifferenceRecord(
      kind: kind, name: name, metric: found.name, higherIsBetter: higherIsBetter,
      isDeciding: isDeciding, count: found.count, reference: side(found.reference),
      candidate: side(found.candidate), chance: chance, difference: found.difference,
      standardError: found.paired?.standardError, interval: interval,
      intervalMethod: found.intervalMethod,
      bootstrapInterval: found.bootstrapInterval.map {
        IntervalRecord(low: $0.low, high: $0.high)
      }, pValue: found.pValue, test: found.test, onlyReference: found.onlyReference,
      onlyCandidate: found.onlyCandidate, margin: margin,
      equivalencePValue: found.equivalencePValue, smallestMargin: found.smallestMargin,
      verdict: VerdictRule.verdict(
        equivalencePValue: found.equivalencePValue, interval: interval,
        smallestMargin: found.smallestMargin, margin: margin, higherIsBetter: higherIsBetter))
  }

  // MARK: Groups

  /// Adds the mean of each group whose tasks are all compared.
  mutating func addGroups() {
    for group in reference.groups {
      let leaves = leaves(of: group.name)
      let parts = leaves.compactMap { deciding[$0] }
      guard parts.count == leaves.count, parts.count > 1,
        candidate.groups.contains(where: { $0.name == group.name }),
        let first = parts.first, parts.allSatisfy({ $0.isLoss == first.isLoss })
      else { continue }
      let differences = parts.compactMap(\.paired)
      guard differences.count == parts.count else { continue }
      let names = Set(parts.map(\.name))
      let metric = names.count == 1 ? first.name : "mean of metrics"
      let weights = weights(of: group.name, metric: first.name, parts)
      let scaled = zip(differences, weights).map { part, weight in
        // The plain mean of parts that are k·w times as large is the weighted mean.
        let scale = weight * Double(parts.count)
        return PairedDifference(
          mean: part.mean * scale, standardError: part.standardError.map { $0 * scale },
          degreesOfFreedom: part.degreesOfFreedom, count: part.count)
      }
      guard let average = PairedDifference.average(scaled) else { continue }
      let found = Self.mean(
        metric, of: average,
        reference: zip(parts, weights).reduce(0) { $0 + $1.0.reference * $1.1 },
        candidate: zip(parts, weights).reduce(0) { $0 + $1.0.candidate * $1.1 },
        isLoss: first.isLoss, options: options)
      rows.append(
        row(.group, name: group.name, found, isDeciding: false, higherIsBetter: !first.isLoss))
    }
  }

  /// The tasks below a group, through groups in it; a file may name a group as its own member.
  private func leaves(of group: String) -> [String] {
    var leaves: [String] = []
    var seen: Set<String> = []
    var waiting = [group]
    while let name = waiting.popLast() {
      guard seen.insert(name).inserted else { continue }
      if let members = reference.groups.first(where: { $0.name == name })?.members {
        waiting += members
      } else {
        leaves.append(name)
      }
    }
    return leaves.sorted()
  }

  /// Equal weights, or the tasks' sizes where the group's own value shows that they count.
  private func weights(
    of group: String, metric: String, _ parts: [MetricDifference]
  ) -> [Double] {
    let plain = parts.map { _ in 1 / Double(parts.count) }
    let total = parts.reduce(0) { $0 + $1.count }
    guard total > 0, let value = reference.groupValues[group]?[metric] else { return plain }
    let bySize = parts.map { Double($0.count) / Double(total) }
    func mean(_ weights: [Double]) -> Double {
      zip(parts, weights).reduce(0) { $0 + $1.0.reference * $1.1 }
    }
    return abs(mean(bySize) - value) < abs(mean(plain) - value) - 1e-12 ? bySize : plain
  }

  /// A mean of differences as a difference of its own.
  static func mean(
    _ metric: String, of average: PairedDifference, reference: Double, candidate: Double,
    isLoss: Bool, options: ComparisonOptions
  ) -> MetricDifference {
    var found = MetricDifference(
      name: metric, count: average.count, reference: reference, candidate: candidate,
      difference: average.mean, paired: average, interval: average.interval(),
      intervalMethod: "t", test: "t", isLoss: isLoss, isBinary: false)
    found.pValue = average.pValue
    found.equivalencePValue = average.equivalencePValue(
      margin: isLoss ? options.lossMargin : options.margin)
    found.smallestMargin = average.smallestMargin()
    return found
  }

  // MARK: Losses

  /// Compares every validation loss of both, and their mean, unless tasks alone are asked for.
  ///
  /// - Throws: ``ComparisonError`` if a data set's losses are over other sequences.
  mutating func addLosses() throws {
    guard options.tasks == nil else { return }
    var parts: [MetricDifference] = []
    var problems: [String] = []
    for a in reference.losses {
      guard let b = candidate.losses.first(where: { $0.name == a.name }) else { continue }
      guard a.digest == b.digest, a.losses.count == b.losses.count else {
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
        options: options)
      if a.losses == b.losses { found.equivalencePValue = 0 }
      parts.append(found)
      rows.append(
        row(.loss, name: a.name, found, isDeciding: true, higherIsBetter: false))
    }
    guard problems.isEmpty else { throw ComparisonError(problems: problems) }
    guard parts.count > 1, let average = PairedDifference.average(parts.compactMap(\.paired))
    else { return }
    let count = Double(parts.count)
    let found = Self.mean(
      "validation_loss", of: average, reference: parts.reduce(0) { $0 + $1.reference } / count,
      candidate: parts.reduce(0) { $0 + $1.candidate } / count, isLoss: true, options: options)
    rows.append(
      row(.lossAverage, name: "average", found, isDeciding: false, higherIsBetter: false))
  }

  // MARK: The whole

  func finish() -> ComparisonRecord {
    var notes = notes
    if rows.isEmpty {
      notes.append("Neither a task nor a validation set is common to both.")
    }
    let overall = VerdictRule.overall(rows)
    return ComparisonRecord(
      reference: reference.model, candidate: candidate.model, margin: options.margin,
      lossMargin: options.lossMargin, rows: rows, verdict: overall.verdict,
      isWorseBeyondMargin: overall.isWorseBeyondMargin, reasons: overall.reasons, notes: notes)
  }
}
