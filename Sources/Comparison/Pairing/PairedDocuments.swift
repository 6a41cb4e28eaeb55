internal import Files
internal import HarnessCompatibility

/// The answers of two models to the same documents, in the order of the documents.
struct PairedDocuments: Sendable {
  let task: TaskResult
  /// Of A, the reference.
  private(set) var reference: [DocumentAnswer]
  /// Of B, one per answer of A.
  private(set) var candidate: [DocumentAnswer]
  /// Sentences about lines that were passed over.
  let notes: [String]

  /// Whether both models gave the same bits everywhere, as one and the same model does.
  var isIdentical: Bool {
    zip(reference, candidate).allSatisfy {
      !$0.logLikelihoods.isEmpty && $0.logLikelihoods == $1.logLikelihoods
    }
  }

  /// The pairs of some documents.
  func keeping(_ isKept: (_ document: Int) -> Bool) -> PairedDocuments {
    var rest = self
    rest.reference.removeAll { !isKept($0.document) }
    rest.candidate.removeAll { !isKept($0.document) }
    return rest
  }

  /// Pairs two models' answers.
  ///
  /// - Parameters:
  ///   - task: A name that both have results of.
  ///   - a: The reference's results.
  ///   - b: The candidate's.
  ///   - readsTexts: Whether texts are kept.
  /// - Throws: ``ComparisonError`` if tasks, data or documents differ; ``ResultsError``.
  init(
    _ task: String, reference a: ScoredResults, candidate b: ScoredResults,
    readsTexts: Bool = false
  ) throws {
    guard let ofA = a.task(task), let ofB = b.task(task) else {
      preconditionFailure("only tasks of both are paired")
    }
    self.task = ofA
    var problems = Self.differences(ofA, ofB)
    guard let samplesA = try a.samples(of: ofA, readsTexts: readsTexts) else {
      throw ComparisonError(problems: problems + [Self.withoutSamples(task, a)])
    }
    guard let samplesB = try b.samples(of: ofB, readsTexts: readsTexts) else {
      throw ComparisonError(problems: problems + [Self.withoutSamples(task, b)])
    }
    problems += Self.differences(task, samplesA, samplesB)
    guard problems.isEmpty else { throw ComparisonError(problems: problems) }
    let common = samplesA.answers.keys.filter { samplesB.answers[$0] != nil }.sorted()
    var pairs: [(DocumentAnswer, DocumentAnswer)] = []
    pairs.reserveCapacity(common.count)
    for document in common {
      if let one = samplesA.answers[document], let other = samplesB.answers[document] {
        pairs.append((one, other))
      }
    }
    guard !pairs.isEmpty else {
      throw ComparisonError(problems: [
        "\(task.escapedForTerminal): no document that can be read is common to both."
      ])
    }
    reference = pairs.map(\.0)
    candidate = pairs.map(\.1)
    notes = samplesA.problems + samplesB.problems
    // Values of the results file are over lines that are lost here.
    if samplesA.brokenLines == 0, samplesB.brokenLines == 0 {
      problems =
        Self.contradictions(reference, with: ofA, of: a)
        + Self.contradictions(candidate, with: ofB, of: b)
      guard problems.isEmpty else { throw ComparisonError(problems: problems) }
    }
  }

  private static func withoutSamples(_ task: String, _ results: ScoredResults) -> String {
    """
    \(task.escapedForTerminal): \(results.folder.escapedForTerminal) has no samples file of it, and a \
    comparison is made document by document. Score with --log-samples (lm-eval: --log_samples).
    """
  }

  /// What two results say differently about a task.
  private static func differences(_ a: TaskResult, _ b: TaskResult) -> [String] {
    var problems: [String] = []
    let name = a.name.escapedForTerminal
    if !Self.isSameVersion(a.version, b.version) {
      problems.append(
        "\(name): A was scored with version \(a.version.escapedForTerminal) of the task, B with "
          + "\(b.version.escapedForTerminal). Score both with one version.")
    }
    if let shotsA = a.shots, let shotsB = b.shots, shotsA != shotsB {
      problems.append("\(name): A was scored with \(shotsA) examples per prompt, B with \(shotsB).")
    }
    if a.filter != b.filter {
      problems.append(
        "\(name): A's answers are of the filter \(a.filter.escapedForTerminal), B's of "
          + "\(b.filter.escapedForTerminal).")
    }
    if !a.dataDigests.isEmpty, !b.dataDigests.isEmpty, a.dataDigests != b.dataDigests {
      func alone(_ digests: [String], _ others: [String]) -> String {
        let digest = digests.first { !others.contains($0) } ?? digests[0]
        return "\(digest.prefix(12))…".escapedForTerminal
      }
      problems.append(
        "\(name): the data files differ (SHA-256 \(alone(a.dataDigests, b.dataDigests)) and "
          + "\(alone(b.dataDigests, a.dataDigests))). Score both on the same files.")
    }
    return problems
  }

  /// Whether two texts are one version; `1` and `1.0` are.
  private static func isSameVersion(_ a: String, _ b: String) -> Bool {
    if let x = Double(a), let y = Double(b) { return x == y }
    return a == b
  }

  /// Where two samples files are about different documents.
  private static func differences(_ task: String, _ a: SampleFile, _ b: SampleFile) -> [String] {
    let name = task.escapedForTerminal
    var problems: [String] = []
    for (label, here, there) in [("A", a, b), ("B", b, a)] {
      let missing = there.answers.keys.filter { here.answers[$0] == nil }.sorted()
      // A line that was lost may have been any of those that are missing.
      guard missing.count > here.brokenLines, let first = missing.first else { continue }
      problems.append(
        "\(name): \(label) lacks \(missing.count) of the other's documents (the first is document "
          + "\(first)). Score both with the same --limit.")
    }
    for document in a.answers.keys.sorted() {
      guard let one = a.answers[document], let other = b.answers[document] else { continue }
      if one.documentHash != other.documentHash {
        problems.append(
          "\(name): document \(document) is not the same in both. The data differ, or their order.")
        break
      }
      if let hashes = Self.pair(one.promptHash, other.promptHash), hashes.0 != hashes.1 {
        problems.append(
          "\(name): the prompts of document \(document) differ: other templates, examples or "
            + "descriptions.")
        break
      }
      if let hashes = Self.pair(one.targetHash, other.targetHash), hashes.0 != hashes.1 {
        problems.append("\(name): the targets of document \(document) differ.")
        break
      }
    }
    if a.answers.isEmpty || b.answers.isEmpty {
      problems.append("\(name): no document of it can be read.")
    }
    return problems
  }

  private static func pair(_ a: String?, _ b: String?) -> (String, String)? {
    if let a, let b { (a, b) } else { nil }
  }

  /// Where samples do not give what the results file says, as those of another run would not.
  private static func contradictions(
    _ answers: [DocumentAnswer], with task: TaskResult, of results: ScoredResults
  ) -> [String] {
    for metric in task.metrics where metric.isAggregationKnown {
      let values = answers.compactMap { $0.values[metric.name] }
      guard values.count == answers.count, let value = metric.aggregation(values) else { continue }
      // lm-eval's own sum of so many terms is off by less.
      let isClose = abs(value - metric.value) <= 1e-6 * max(1, abs(metric.value))
      if isClose || value == metric.value || (value.isNaN && metric.value.isNaN) { continue }
      return [
        """
        \(task.name.escapedForTerminal): the samples in \(results.folder.escapedForTerminal) give \
        \(metric.name.escapedForTerminal) \(value), the results file says \(metric.value). They are \
        not of one run, or were changed since.
        """
      ]
    }
    return []
  }
}
