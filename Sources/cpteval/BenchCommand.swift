import ArgumentParser
import Benchmarks
import Compute
import Files
import LanguageModel
import OrderedJSON
import Records
import Reports
import Tokenization

/// `cpteval bench …`.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure training, scoring, tokenizing, kernels and ranks on this machine.",
    discussion: """
      The yardstick comes first, in the same process: OpenBLAS's sgemm, one single-threaded call per \
      core at once, the best of four shapes. It is looked for at run time (apt-get install \
      libopenblas0, or name the library in CPTEVAL_OPENBLAS); without it everything but the shares \
      of it is measured. Work is counted as what is useful: padding, recomputation and repeated \
      prefixes count nothing.

      Examples:
        cpteval bench train --model 70m --sequence-length 512 --sequences 4
        cpteval bench eval --model 70m --tokenizer pythia-70m --tasks hellaswag \\
          --data-path data --limit 200
        cpteval bench tokenizer --tokenizer pythia-70m
        cpteval bench kernels --model 410m --format json
        mpirun -n 2 cpteval bench ranks --model 14m
      """,
    subcommands: [
      BenchTrainCommand.self, BenchEvalCommand.self, BenchTokenizerCommand.self,
      BenchKernelsCommand.self, BenchRanksCommand.self, BenchScalingCommand.self,
    ])
}

/// What all benchmarks are told.
struct BenchOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Threads to compute with, and calls of sgemm at once; all cores by default.",
      valueName: "n"))
  var threads: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Repetitions that are not counted.", valueName: "n"))
  var warmups = 1

  @Flag(
    name: .customLong("skip-sgemm"),
    help: "Leave out the yardstick, for a quick look; shares of it are then null.")
  var skipsYardstick = false

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json
  }

  @Option(help: ArgumentHelp("What to print.", valueName: "table|json"))
  var format = Format.table

  func validate() throws {
    try requireThreads(threads)
    guard 0...1000 ~= warmups else { throw ValidationError("--warmups must be 0 to 1000.") }
  }

  var threadCount: Int { threads ?? WorkerPool.availableCores }

  /// Measures, prints, and chooses the exit status.
  ///
  /// - Parameters:
  ///   - repetitions: How often to measure.
  ///   - measure: The benchmark.
  /// - Throws: ``ExitStatus/interrupted`` after a partial result, ``RequestError`` for what cannot be
  ///   measured.
  func run(
    repetitions: Int, _ measure: (BenchmarkSession) throws -> BenchmarkRecord
  ) throws {
    Interruption.install()
    let display = ProgressDisplay()
    let session = BenchmarkSession(
      program: CPTEval.program, threads: threadCount,
      repetitions: Repetitions(warmups: warmups, measured: repetitions),
      measuresYardstick: !skipsYardstick, progress: { display.show("bench: \($0)") },
      isCancelled: { Interruption.isRequested })
    let record = try checkingRequest {
      defer { display.clear() }
      return try measure(session)
    }
    switch format {
    case .table: print(BenchmarkReport(record).plain)
    case .json: print(try JSONValueEncoder().encode(record).serialized(indent: 2))
    }
    if record.isPartial { throw ExitStatus.interrupted }
  }
}

/// Refuses a number of repetitions that measures nothing or takes for ever.
///
/// - Parameters:
///   - repetitions: As given.
///   - option: The option's name.
/// - Throws: `ValidationError`.
func requireRepetitions(_ repetitions: Int, _ option: String) throws {
  guard 1...100_000 ~= repetitions else {
    throw ValidationError("\(option) must be 1 to 100000.")
  }
}

/// The model that a benchmark uses.
struct BenchModelOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A checkpoint folder, or a preset of `cpteval checkpoint init`: \
      \(CheckpointPreset.allCases.map(\.rawValue).joined(separator: ", ")). A preset's weights are \
      drawn into a temporary folder, which is removed afterwards.
      """, valueName: "preset or dir"))
  var model: String

  /// Opens or draws the model.
  ///
  /// - Parameters:
  ///   - threads: Threads that draw.
  ///   - tokenizer: Copied beside a preset's weights.
  /// - Returns: The model.
  /// - Throws: ``RequestError`` if there is no such model.
  func prepare(threads: Int, tokenizer: String? = nil) throws -> BenchmarkModel {
    try checkingRequest {
      if let preset = CheckpointPreset(rawValue: model) {
        let files = try tokenizer.map(TokenizerFile.read) ?? []
        let size = try tokenizer.map(TokenizerFile.load)?.vocabularySize ?? 0
        return try BenchmarkModel(
          preset: preset, vocabularySize: size, files: files.map { ($0.name, $0.bytes) },
          pool: WorkerPool(threadCount: threads))
      }
      guard AtomicFolder.occupant(of: model) == .folder else {
        let near = suggestions(
          for: model, among: CheckpointPreset.allCases.map(\.rawValue), limit: 1)
        throw RequestError(
          "--model \(model.escapedForTerminal): neither a checkpoint folder nor a preset "
            + "(\(CheckpointPreset.allCases.map(\.rawValue).joined(separator: ", ")))."
            + (near.first.map { " Did you mean \($0)?" } ?? ""))
      }
      return BenchmarkModel(folder: model)
    }
  }
}
