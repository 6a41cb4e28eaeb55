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

      Exit status: 0 compared; 2 the two cannot be compared, with the reasons; 3 B is worse by more \
      than the margin.
      """)

  @Argument(help: ArgumentHelp("The reference.", valueName: "A"))
  var reference: String

  @Argument(help: ArgumentHelp("What is compared with it.", valueName: "B"))
  var candidate: String

  @OptionGroup var margins: ComparisonMargins

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
    var options = margins.options(threads: WorkerPool.availableCores)
    options.metric = metric
    if !names.isEmpty { options.tasks = names }
    let (a, b, record) = try checkingRequest {
      let a = try ScoredResults(path: reference)
      let b = try ScoredResults(path: candidate)
      return (a, b, try ModelComparison.compare(reference: a, candidate: b, options: options))
    }
    guard !record.rows.isEmpty else {
      throw RequestError(
        """
        \(reference.escapedForTerminal) and \(candidate.escapedForTerminal) have neither a task nor a \
        validation set in common.\(record.notes.map { "\n\($0)" }.joined())
        """)
    }
    try checkMetric(a, b)
    let differing =
      items
      ? try checkingRequest {
        try ModelComparison.items(reference: a, candidate: b, options: options)
      } : []
    switch format {
    case .table:
      print(ComparisonReport(record).plain)
      if items { print("\n" + ItemReport(differing).plain) }
    case .markdown: print(ComparisonReport(record).markdown)
    case .csv: print(ComparisonReport(record).csv, terminator: "")
    case .json:
      var object = try JSONValueEncoder().encode(record).objectValue ?? JSONObject()
      if items { object["items"] = try JSONValueEncoder().encode(differing) }
      print(JSONValue.object(object).serialized(indent: 2))
    }
    if record.isWorseBeyondMargin { throw ExitStatus.worse }
  }

  /// Refuses a metric that none of the tasks has, which is a slip of the pen.
  private func checkMetric(_ a: ScoredResults, _ b: ScoredResults) throws {
    guard let metric else { return }
    let tasks = a.tasks.filter { task in
      b.task(task.name) != nil && (names.isEmpty || names.contains(task.name))
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
