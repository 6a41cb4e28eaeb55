internal import Files
internal import HarnessCompatibility
public import Records
internal import Statistics

/// Two models' results compared, paired by documents and by validation sequences.
public enum ModelComparison {
  /// Compares B with A.
  ///
  /// - Parameters:
  ///   - reference: A.
  ///   - candidate: B.
  ///   - options: Margins, and what to compare.
  /// - Returns: A row per task and metric of both, per group, per validation set, and the verdict.
  /// - Throws: ``ComparisonError`` with everything that keeps the two from being compared;
  ///   ``ResultsError`` if a file cannot be read.
  /// - Complexity: O(size of both samples files), and the bootstrap where it is needed.
  public static func compare(
    reference: ScoredResults, candidate: ScoredResults, options: ComparisonOptions = .init()
  ) throws -> ComparisonRecord {
    var builder = ComparisonBuilder(reference: reference, candidate: candidate, options: options)
    var problems: [String] = []
    do {
      try builder.addTasks()
      builder.addGroups()
    } catch let error as ComparisonError {
      problems += error.problems
    }
    do {
      try builder.addLosses()
    } catch let error as ComparisonError {
      problems += error.problems
    }
    guard problems.isEmpty else { throw ComparisonError(problems: problems) }
    return builder.finish()
  }

  /// The documents that one model answers rightly and the other does not, for the metric that decides.
  ///
  /// - Parameters:
  ///   - reference: A.
  ///   - candidate: B.
  ///   - options: As of the comparison.
  /// - Returns: In the order of tasks and documents.
  /// - Throws: As ``compare(reference:candidate:options:)``.
  public static func items(
    reference: ScoredResults, candidate: ScoredResults, options: ComparisonOptions = .init()
  ) throws -> [ItemDifferenceRecord] {
    var items: [ItemDifferenceRecord] = []
    var problems: [String] = []
    for name in ComparisonBuilder.commonTasks(reference, candidate, options: options) {
      let documents: PairedDocuments
      do {
        documents = try PairedDocuments(
          name, reference: reference, candidate: candidate, readsTexts: true)
      } catch let error as ComparisonError {
        problems += error.problems
        continue
      }
      guard let metric = ComparisonBuilder.decidingMetric(of: documents.task, options: options)
      else { continue }
      for (a, b) in zip(documents.reference, documents.candidate) {
        guard let x = a.values[metric]?.scalar, let y = b.values[metric]?.scalar, x != y else {
          continue
        }
        let texts = a.texts
        items.append(
          ItemDifferenceRecord(
            task: name, document: a.document, metric: metric, reference: x, candidate: y,
            context: texts?.context ?? "", target: texts?.target ?? "",
            choices: texts?.continuations ?? [], referenceLogLikelihoods: a.logLikelihoods,
            candidateLogLikelihoods: b.logLikelihoods))
      }
    }
    guard problems.isEmpty else { throw ComparisonError(problems: problems) }
    return items
  }
}
