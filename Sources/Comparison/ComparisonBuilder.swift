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
  /// Tasks of both whose deciding metric could not be compared.
  private var undecided: [String] = []

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
    var unlisted: [String] = []
    for name in common {
      do {
        let documents = try PairedDocuments(name, reference: reference, candidate: candidate)
        add(documents)
        guard let listed = options.excluded?.documents(of: name) else { continue }
        if let rest = try documents.without(listed) {
          addWithoutListed(rest, of: documents)
        } else {
          unlisted.append(name.escapedForTerminal)
        }
      } catch let error as ComparisonError {
        problems += error.problems
      }
    }
    for missing in options.tasks ?? [] where !common.contains(missing) {
      problems.append("\(missing.escapedForTerminal): not both have results of it.")
    }
    if let metric = options.metric, !common.isEmpty,
      !common.contains(where: { reference.task($0)?.metric(metric) != nil })
    {
      problems.append("No task of both has the metric \(metric.escapedForTerminal).")
    }
    guard problems.isEmpty else { throw ComparisonError(problems: problems) }
    if !unlisted.isEmpty {
      notes.append(
        "The list of contaminated documents has none of \(unlisted.joined(separator: ", ")).")
    }
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
            + "the samples do not tell what each document gives to it, or in no way that is known.")
        continue
      }
      if isDeciding { deciding[task.name] = found }
      if !found.difference.isFinite {
        notes.append(
          "\(task.name.escapedForTerminal): \(metric.name.escapedForTerminal) of some document is "
            + "not a finite number, so nothing can be said of it.")
      }
      rows.append(
        row(
          .task, name: task.name, found, isDeciding: isDeciding,
          chance: task.chances[metric.name]))
    }
    if deciding[task.name] == nil { undecided.append(task.name) }
  }

  /// Adds a task's rows once more, without the documents that a list names; they decide nothing.
  private mutating func addWithoutListed(_ rest: PairedDocuments, of all: PairedDocuments) {
    let task = rest.task
    let decidingName = Self.decidingMetric(of: task, options: options)
    let left = all.reference.count - rest.reference.count
    if rest.reference.isEmpty {
      notes.append(
        "\(task.name.escapedForTerminal): every document is in the list of contaminated ones.")
    }
    for metric in task.metrics where metric.isListed || metric.name == decidingName {
      let a = rest.reference.compactMap { $0.values[metric.name] }
      let b = rest.candidate.compactMap { $0.values[metric.name] }
      guard !a.isEmpty, a.count == rest.reference.count, b.count == a.count,
        let found = MetricDifference.of(
          metric, a, b, isIdentical: rest.isIdentical, options: options)
      else { continue }
      var row = row(
        .task, name: "\(task.name), without \(left) contaminated", found, isDeciding: false,
        chance: task.chances[metric.name])
      row.leftOut = left
      rows.append(row)
    }
  }

  func row(
    _ kind: DifferenceRecord.Kind, name: String, _ found: MetricDifference, isDeciding: Bool,
    chance: Double? = nil
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
    let verdict = VerdictRule.verdict(
      equivalencePValue: found.equivalencePValue, interval: interval,
      smallestMargin: found.smallestMargin, margin: margin, higherIsBetter: found.higherIsBetter)
    return DifferenceRecord(
      kind: kind, name: name, metric: found.name, higherIsBetter: found.higherIsBetter,
      isDeciding: isDeciding, count: found.count, reference: side(found.reference),
      candidate: side(found.candidate), chance: chance, difference: found.difference,
      standardError: found.paired?.standardError, interval: interval,
      intervalMethod: found.intervalMethod,
      bootstrapInterval: found.bootstrapInterval.map {
        IntervalRecord(low: $0.low, high: $0.high)
      }, pValue: found.pValue, test: found.test, onlyReference: found.onlyReference,
      onlyCandidate: found.onlyCandidate, margin: margin,
      equivalencePValue: found.equivalencePValue, smallestMargin: found.smallestMargin,
      // More documents do not help where one has no number; but a model that gives none where the
      // reference does is a broken one, which a script must not let pass.
      verdict: found.difference.isFinite
        ? verdict : found.reference.isFinite && !found.candidate.isFinite ? .worse : .undecided)
  }

  // MARK: Groups

  /// Adds the mean of each group whose tasks are all compared.
  mutating func addGroups() {
    let members = Dictionary(
      reference.groups.map { ($0.name, $0.members) }, uniquingKeysWith: { first, _ in first })
    let ofBoth = Set(candidate.groups.map(\.name))
    for group in reference.groups where ofBoth.contains(group.name) {
      guard let leaves = leaves(of: group.name, members) else { continue }
      let parts = leaves.compactMap { deciding[$0] }
      guard parts.count == leaves.count, parts.count > 1,
        let first = parts.first,
        parts.allSatisfy({
          $0.isLoss == first.isLoss && $0.higherIsBetter == first.higherIsBetter
        })
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
        isLoss: first.isLoss, higherIsBetter: first.higherIsBetter, options: options)
      rows.append(row(.group, name: group.name, found, isDeciding: false))
    }
  }

  /// The tasks below a group, through groups in it; a file may name a group as its own member.
  ///
  /// It is `nil` if one of them is not compared.
  private func leaves(of group: String, _ members: [String: [String]]) -> [String]? {
    var leaves: [String] = []
    var seen: Set<String> = []
    var waiting = [group]
    while let name = waiting.popLast() {
      guard seen.insert(name).inserted else { continue }
      if let below = members[name] {
        guard below.count <= deciding.count + members.count else { return nil }
        waiting += below
      } else {
        guard deciding[name] != nil else { return nil }
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
    isLoss: Bool, higherIsBetter: Bool, options: ComparisonOptions
  ) -> MetricDifference {
    var found = MetricDifference(
      name: metric, count: average.count, reference: reference, candidate: candidate,
      difference: average.mean, paired: average, interval: average.interval(),
      intervalMethod: "t", test: "t", isLoss: isLoss, isBinary: false,
      higherIsBetter: higherIsBetter)
    found.pValue = average.pValue
    found.equivalencePValue = average.equivalencePValue(
      margin: isLoss ? options.lossMargin : options.margin)
    found.smallestMargin = average.smallestMargin()
    return found
  }

  // MARK: The whole

  func finish() -> ComparisonRecord {
    var notes = notes
    if rows.isEmpty {
      notes.append("Neither a task nor a validation set is common to both.")
    }
    let overall = VerdictRule.overall(rows, undecided: undecided)
    var (a, b) = (reference.model, candidate.model)
    // Two results of one model's name are told apart by where they lie.
    if a.label == b.label, a.path != b.path { (a.label, b.label) = (a.path, b.path) }
    return ComparisonRecord(
      reference: a, candidate: b, margin: options.margin,
      lossMargin: options.lossMargin, rows: rows, verdict: overall.verdict,
      isWorseBeyondMargin: overall.isWorseBeyondMargin, reasons: overall.reasons, notes: notes)
  }
}
