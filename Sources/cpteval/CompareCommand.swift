import ArgumentParser
import Comparison
import Compute
import Files
import Foundation
import OrderedJSON
import Records
import Reports

/// `cpteval compare A B`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two models' results, paired document by document.",
    discussion: """
      A is the reference, B the candidate; differences are B − A. Each may be an output folder of \
      cpteval run or of lm-evaluation-harness (with samples: --log-samples), a results file in it, or \
      a checkpoint that cpteval train has scored. Validation losses are compared too where both have \
      them, paired by sequence.

      Per task, one metric decides: acc_norm where the task lists it, else acc, else the first one. \
      The words: matches (equivalence within the margin is shown, TOST p < 0.05), better or worse (the \
      95 % interval of the difference lies on one side of 0), undecided, too few documents (not even \
      no difference could have shown equivalence). Overall it matches only if everything that decides \
      matches.

      Examples:
        cpteval compare results/pythia-410m results/pythia-410m-adapted
        cpteval compare results/plan/from-scratch/checkpoints/step-00001270 \\
          results/plan/continual/checkpoints/step-00001270 --margin 0.02
        cpteval compare old new --items --tasks hellaswag | less
        cpteval compare 'out/plan/union-seed-*/checkpoints/step-00001270' \\
          'out/plan/continual-seed-*/checkpoints/step-00001270'

      Patterns in quotes stand for models that differ by their seeds, compared in pairs in the order \
      of their names; mean and spread over seeds follow, apart from the documents' noise.

      Exit status: 0 compared; 2 the two cannot be compared, with the reasons; 3 B is worse by more \
      than the margin (of several seeds: on average, with 95 % confidence over seeds).
      """)

  @Argument(help: ArgumentHelp("The reference.", valueName: "A"))
  var reference: String

  @Argument(help: ArgumentHelp("What is compared with it.", valueName: "B"))
  var candidate: String

  @OptionGroup var margins: ComparisonMargins

  @OptionGroup var contamination: ContaminationOption

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Compare these tasks alone, without losses; all that both have by default.",
      valueName: "name[,name…]"))
  var tasks: [String] = []

  @Option(
    help: ArgumentHelp(
      "The metric that decides, where a task has it.", valueName: "name"))
  var metric: String?

  @Flag(help: "Show the documents that one model answers rightly and the other does not.")
  var items = false

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json, markdown, csv
  }

  @Option(help: ArgumentHelp("How to print.", valueName: "table|json|markdown|csv"))
  var format = Format.table

  func validate() throws {
    if !tasks.isEmpty, names.isEmpty { throw ValidationError("--tasks names no task.") }
    if items, format == .markdown || format == .csv {
      throw ValidationError("--items goes with --format table or json.")
    }
  }

  private var names: [String] {
    tasks.flatMap { $0.split(separator: ",") }
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  func run() throws {
    let references = try paths(of: reference, argument: "A")
    let candidates = try paths(of: candidate, argument: "B")
    guard references.count == candidates.count || references.count == 1 else {
      throw RequestError(
        "A stands for \(references.count) results and B for \(candidates.count); each B needs an A."
      )
    }
    let pairs = candidates.indices.map {
      (references[references.count == 1 ? 0 : $0], candidates[$0])
    }
    let compared = try pairs.map { try Pair($0, $1, options: try options(), listsItems: items) }
    let records = compared.map(\.record)
    let summaries = SeedComparison.summaries(
      run: candidate, seeds: Self.seeds(candidates), comparisons: records)
    switch format {
    case .table:
      print(compared.map(\.plain).joined(separator: "\n\n"))
      if !summaries.isEmpty { print("\n" + SeedReport(summaries).plain) }
    case .markdown:
      print(records.map { ComparisonReport($0).markdown }.joined(separator: "\n\n"))
      if !summaries.isEmpty { print("\n" + SeedReport(summaries).markdown) }
    case .csv: for record in records { print(ComparisonReport(record).csv, terminator: "") }
    case .json: print(try json(compared, summaries).serialized(indent: 2))
    }
    let isWorse =
      compared.count > 1
      ? SeedComparison.isWorseBeyondMargin(summaries, of: records)
      : records[0].isWorseBeyondMargin
    if isWorse { throw ExitStatus.worse }
  }

  private func options() throws -> ComparisonOptions {
    var options = margins.options(threads: WorkerPool.availableCores)
    options.metric = metric
    options.excluded = try contamination.load()
    if !names.isEmpty { options.tasks = names }
    return options
  }

  private func paths(of path: String, argument: String) throws -> [String] {
    guard PathPattern.isPattern(path) else { return [path] }
    let found = PathPattern.matches(path)
    guard !found.isEmpty else {
      throw RequestError("\(argument), \(path.escapedForTerminal): nothing matches this pattern.")
    }
    return found
  }

  /// The numbers after `seed-` in the paths; 1, 2, … where they have none.
  private static func seeds(_ paths: [String]) -> [UInt64] {
    let found = paths.map { path -> UInt64? in
      guard let range = path.range(of: "seed-", options: .backwards) else { return nil }
      return UInt64(path[range.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }
    let seeds = found.compactMap(\.self)
    return seeds.count == paths.count ? seeds : paths.indices.map { UInt64($0) + 1 }
  }

  private func json(_ compared: [Pair], _ summaries: [SeedSummaryRecord]) throws -> JSONValue {
    let objects = try compared.map { pair in
      var object = try JSONValueEncoder().encode(pair.record).objectValue ?? JSONObject()
      if items { object["items"] = try JSONValueEncoder().encode(pair.items) }
      return JSONValue.object(object)
    }
    guard compared.count > 1 else { return objects[0] }
    return ["comparisons": .array(objects), "seeds": try JSONValueEncoder().encode(summaries)]
  }
}

/// Two results, read and compared.
private struct Pair {
  let record: ComparisonRecord
  let items: [ItemDifferenceRecord]
  private let listsItems: Bool

  init(
    _ reference: String, _ candidate: String, options: ComparisonOptions, listsItems: Bool
  ) throws {
    self.listsItems = listsItems
    (record, items) = try checkingRequest {
      let a = try ScoredResults(path: reference)
      let b = try ScoredResults(path: candidate)
      try Self.checkMetric(options, a, b)
      return (
        try ModelComparison.compare(reference: a, candidate: b, options: options),
        listsItems
          ? try ModelComparison.items(reference: a, candidate: b, options: options) : []
      )
    }
    guard !record.rows.isEmpty else {
      throw RequestError(
        """
        \(reference.escapedForTerminal) and \(candidate.escapedForTerminal) have neither a task nor a \
        validation set in common.\(record.notes.map { "\n\($0)" }.joined())
        """)
    }
  }

  var plain: String {
    let report = ComparisonReport(record).plain
    return listsItems ? "\(report)\n\n\(ItemReport(items).plain)" : report
  }

  /// Refuses a metric that none of the tasks has, which is a slip of the pen.
  private static func checkMetric(
    _ options: ComparisonOptions, _ a: ScoredResults, _ b: ScoredResults
  ) throws {
    guard let metric = options.metric else { return }
    let tasks = a.tasks.filter { task in
      b.task(task.name) != nil && options.tasks.map { $0.contains(task.name) } ?? true
    }
    guard !tasks.contains(where: { $0.metric(metric) != nil }) else { return }
    var known: [String] = []
    for name in tasks.flatMap(\.metrics).map(\.name) where !known.contains(name) {
      known.append(name)
    }
    throw RequestError(
      """
      --metric \(metric.escapedForTerminal): no task that is compared has it; they have \
      \(known.map(\.escapedForTerminal).joined(separator: ", ")).
      """)
  }
}
