import Files
public import Records

/// The results of a run, to be read by people.
public struct EvaluationReport {
  private let record: EvaluationRecord

  public init(_ record: EvaluationRecord) { self.record = record }

  /// For a terminal.
  public var plain: String {
    var parts = [header]
    if !table.rows.isEmpty { parts.append(table.plain) }
    let remarks = footnotes + remarks
    if !remarks.isEmpty { parts.append(remarks.joined(separator: "\n")) }
    return parts.joined(separator: "\n\n")
  }

  /// For a document.
  public var markdown: String {
    var parts = [TextTable.escaped(header)]
    if !table.rows.isEmpty { parts.append(table.markdown) }
    let remarks = (footnotes + remarks).map { "- \(TextTable.escaped($0))" }
    if !remarks.isEmpty { parts.append(remarks.joined(separator: "\n")) }
    return parts.joined(separator: "\n\n")
  }

  private var header: String {
    let settings = record.settings
    var parts = [
      record.checkpoint.name.escapedForTerminal, settings.compatibility,
      "bos \(settings.beginningOfSequence)", "window \(settings.window)",
    ]
    if let limit = settings.limit { parts.append("limit \(limit)") }
    if record.isPartial { parts.append("stopped early: not all tasks are here") }
    return parts.joined(separator: " · ")
  }

  // MARK: Table

  private var table: TextTable {
    var table = TextTable(columns: [
      .init("Task"), .init("Version", leansRight: true), .init("Shots", leansRight: true),
      .init("n", leansRight: true), .init("Metric"), .init(""), .init("Compared by"),
      .init("Value", leansRight: true), .init("Stderr", leansRight: true),
      .init("95 % interval"), .init("Chance", leansRight: true),
    ])
    var shownTasks: Set<String> = []
    var shownGroups: Set<String> = []
    func add(_ name: String, depth: Int) {
      let indent = String(repeating: "  ", count: depth)
      if let group = record.groups.first(where: { $0.name == name }) {
        guard shownGroups.insert(name).inserted else { return }
        table.rows += rows(
          title: indent + group.alias.escapedForTerminal, version: group.groupVersion,
          shots: group.shots.map(String.init) ?? "", count: group.documents,
          metrics: group.metrics)
        for member in group.members { add(member, depth: depth + 1) }
      } else if let task = record.tasks.first(where: { $0.name == name }) {
        shownTasks.insert(name)
        table.rows += rows(
          title: indent + task.alias.escapedForTerminal, version: task.taskVersion,
          shots: "\(task.shots)", count: task.metrics.map(\.count).max() ?? 0,
          metrics: task.metrics)
        addRest(of: task, indent: indent)
      }
    }
    /// The same task without contaminated documents, under it.
    func addRest(of task: TaskRecord, indent: String) {
      guard let rest = record.withoutListed?.first(where: { $0.name == task.name }) else { return }
      table.rows += rows(
        title: "\(indent)  without \(task.documents - rest.documents) contaminated",
        version: rest.taskVersion, shots: "\(rest.shots)",
        count: rest.metrics.map(\.count).max() ?? 0, metrics: rest.metrics)
    }
    let inner = Set(record.groups.flatMap(\.members))
    for group in record.groups where !inner.contains(group.name) { add(group.name, depth: 0) }
    for task in record.tasks where !shownTasks.contains(task.name) { add(task.name, depth: 0) }
    return table
  }

  private func rows(
    title: String, version: String, shots: String, count: Int, metrics: [MetricRecord]
  ) -> [[String]] {
    guard !metrics.isEmpty else {
      return [[title, version.escapedForTerminal, shots] + Array(repeating: "", count: 8)]
    }
    return metrics.enumerated().map { index, metric in
      let arrow = metric.higherIsBetter.map { $0 ? "↑" : "↓" } ?? ""
      let isFirst = index == 0
      return [
        isFirst ? title : "", isFirst ? version.escapedForTerminal : "", isFirst ? shots : "",
        isFirst || metric.count != count ? "\(metric.count)" : "",
        metric.name.escapedForTerminal + (metric.origin == "own" ? "*" : ""), arrow,
        metric.normalization.map(words(forNormalization:)) ?? "", NumberText.fixed(metric.value),
        metric.standardError.map { "± \(NumberText.fixed($0))" } ?? "N/A",
        metric.interval.map { "\(NumberText.fixed($0.low)) – \(NumberText.fixed($0.high))" } ?? "",
        metric.chance.map(NumberText.fixed) ?? "",
      ]
    }
  }

  // MARK: Remarks

  private var footnotes: [String] {
    var notes: [String] = []
    if record.tasks.contains(where: { $0.metrics.contains { $0.origin == "own" } }) {
      notes.append("* no metric of lm-eval; its results files leave it out")
    }
    if let rest = record.withoutListed, rest.isEmpty {
      notes.append("no document of these tasks is in the list of contaminated ones")
    } else if record.withoutListed != nil, !record.groups.isEmpty {
      notes.append("groups are over all documents, contaminated ones included")
    }
    let formulas = Set(record.groups.flatMap { $0.metrics.map(\.errorMethod) })
    if formulas.contains("unweighted") {
      notes.append("standard errors of plain group means: √(Σ se²)/k")
    }
    if formulas.contains("pooled") {
      notes.append("standard errors of groups: pooled over documents, as lm-eval does")
    }
    return notes
  }

  private var remarks: [String] {
    var remarks: [String] = []
    for task in record.tasks {
      let name = task.name.escapedForTerminal
      remarks += Self.remarks(on: task.boundary).map { "\(name): \($0)" }
      remarks += task.notes.map { "\(name): \($0.escapedForTerminal)" }
    }
    for group in record.groups {
      remarks += group.notes.map { "\(group.name.escapedForTerminal): \($0.escapedForTerminal)" }
    }
    for failure in record.failures {
      let name = failure.task.escapedForTerminal
      remarks += failure.messages.map { "\(name) failed: \($0.escapedForTerminal)" }
      if failure.count > failure.messages.count {
        remarks.append("\(name) failed: \(failure.count) errors, of which the first ones are here")
      }
    }
    return remarks
  }

  private static func remarks(on boundary: BoundaryRecord) -> [String] {
    var remarks: [String] = []
    func add(_ what: String, _ documents: [Int]) {
      guard !documents.isEmpty else { return }
      remarks.append("\(documents.count) \(what) (\(list(documents)))")
    }
    for (reason, words) in [
      ("empty_continuation", "left out, no token left to score"),
      ("empty_context", "left out, no token to condition on"),
      ("continuation_too_long", "left out, longer than the window"),
    ] {
      add(words, boundary.leftOut.filter { $0.reason == reason }.map(\.document))
    }
    add("truncated on the left", boundary.truncated.map(\.document))
    add("whose context merges with the continuation", boundary.merged)
    add("with a tie for the best choice", boundary.tied)
    add("not in Unicode's normal form C", boundary.notComposed)
    add("answered with NaN", boundary.notANumber)
    return remarks
  }

  /// The first documents by their positions.
  private static func list(_ documents: [Int]) -> String {
    let shown = documents.prefix(8).map(String.init).joined(separator: ", ")
    let name = documents.count == 1 ? "document" : "documents"
    return "\(name) \(shown)\(documents.count > 8 ? ", …" : "")"
  }
}
