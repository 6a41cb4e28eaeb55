import ArgumentParser
import Benchmarks
import Communication
import Foundation
import OrderedJSON
import Training

/// `mpirun -n N cpteval bench ranks`.
struct BenchRanksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ranks",
    abstract: "Measure what several ranks exchange, and their steps with and without overlap.",
    discussion: """
      Started by an MPI launcher, every rank takes its share of the sequences, as training does. \
      Measured are the exchange of numbers alone, and steps that exchange gradients and weights while \
      passes go on or wait for their end, in turns. The prediction plays a step through from the \
      measured rates; `cpteval bench scaling` does so for other numbers of ranks.

      Examples:
        cpteval bench ranks --model 14m --sequence-length 512 --sequences 8
        mpirun -n 2 cpteval bench ranks --model 14m --sequence-length 512 --sequences 8
      """)

  @OptionGroup var model: BenchModelOption

  @Option(
    name: .customLong("sequence-length"), parsing: .unconditional,
    help: ArgumentHelp("Tokens of a sequence.", valueName: "n"))
  var sequenceLength = 512

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Sequences of a step, of all ranks together.", valueName: "n"))
  var sequences = 8

  @Option(
    name: .customLong("micro-sequences"), parsing: .unconditional,
    help: ArgumentHelp(
      "Sequences that pass through the model together; a rank's share by default.", valueName: "n"))
  var microSequences: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Pairs of steps of each kind that are measured.", valueName: "n"))
  var steps = 5

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Threads of each rank; all cores by default, shared by the ranks of a machine.",
      valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("What to print.", valueName: "table|json"))
  var format = BenchOptions.Format.table

  func validate() throws {
    try requireThreads(threads)
    try requireRepetitions(steps, "--steps")
    for (name, value) in [
      ("--sequence-length", sequenceLength), ("--sequences", sequences),
      ("--micro-sequences", microSequences ?? 1),
    ] where !(1...1 << 20 ~= value) {
      throw ValidationError("\(name) must be 1 to \(1 << 20).")
    }
  }

  func run() throws {
    let ranks = try World.join()
    guard sequences >= ranks.size else {
      throw RequestError(
        "--sequences \(sequences): \(ranks.size) ranks need at least one sequence each.")
    }
    let threads = threads ?? World.threads
    let share = (sequences + ranks.size - 1) / ranks.size
    let benchmark = RanksBenchmark(
      sequenceLength: sequenceLength, sequences: sequences,
      microSequences: min(microSequences ?? share, share), steps: steps, threads: threads)
    let display = ProgressDisplay()
    let result = try checkingRequest {
      defer { display.clear() }
      return try benchmark.run(try model.prepare(threads: threads), ranks: ranks) {
        display.show("bench: \($0)")
      }
    }
    guard ranks.isRoot else { return }
    print(format == .table ? table(result, ranks, threads) : json(result, ranks, threads))
  }

  private func predicted(_ result: RanksBenchmark.Result, _ size: Int, _ overlaps: Bool) -> Double?
  {
    guard let network = result.network(ranks: size) else { return nil }
    let machine = StepCostModel.Machine(
      operationsPerSecond: result.operationsPerSecond, updatesPerSecond: result.updatesPerSecond,
      latency: network.latency, bandwidth: network.bandwidth)
    return StepCostModel(buckets: result.buckets, machine: machine)
      .step(
        tokens: result.tokens / size, passes: result.passes, ranks: size, overlaps: overlaps
      ).total
  }

  private func table(
    _ result: RanksBenchmark.Result, _ ranks: any Communicator, _ threads: Int
  ) -> String {
    func milliseconds(_ seconds: Double?) -> String {
      seconds.map { String(format: "%.1f", 1000 * $0) } ?? ""
    }
    var text = """
      \(ranks.size) \(ranks.size == 1 ? "rank" : "ranks"), \(threads) \
      \(threads == 1 ? "thread" : "threads") each; \(model.model), \(grouped(result.parameters)) \
      parameters, \(grouped(result.tokens)) tokens a step


      """
    if !result.exchanges.isEmpty {
      var exchanges = AlignedTable([.right, .right, .right, .right, .right])
      exchanges.add(["KiB", "reduce-scatter, ms", "GB/s", "all-gather, ms", "GB/s"])
      for exchange in result.exchanges {
        func rate(_ seconds: Double) -> String {
          String(format: "%.2f", Double(exchange.bytes) / seconds / 1e9)
        }
        exchanges.add([
          grouped(exchange.bytes >> 10), String(format: "%.3f", 1000 * exchange.reduceScatter),
          rate(exchange.reduceScatter), String(format: "%.3f", 1000 * exchange.allGather),
          rate(exchange.allGather),
        ])
      }
      text += exchanges.text + "\n"
      if let network = result.network(ranks: ranks.size) {
        text += String(
          format: "Best fit: latency %.0f µs, bandwidth %.2f GB/s\n", 1e6 * network.latency,
          network.bandwidth / 1e9)
      }
      text += "\n"
    }
    var steps = AlignedTable([.left, .right, .right, .right])
    steps.add(["Step", "ms", "tokens/s", "predicted, ms"])
    for (name, seconds, overlaps) in [
      ("exchange during passes", result.overlapping, true),
      ("exchange after passes", result.waiting, false),
    ] {
      steps.add([
        name, milliseconds(seconds), grouped(Int(Double(result.tokens) / seconds)),
        milliseconds(predicted(result, ranks.size, overlaps)),
      ])
    }
    for (name, seconds) in [
      ("  passes", result.parts.passes), ("  reduction", result.parts.reduction),
      ("  update", result.parts.update), ("  gathering", result.parts.gathering),
    ] {
      steps.add([name, milliseconds(seconds), "", ""])
    }
    return text + steps.text
      + String(
        format: "\nPasses run at %.1f GFLOP/s on each rank; AdamW updates %.0f M parameters/s; ",
        result.operationsPerSecond / 1e9, result.updatesPerSecond / 1e6)
      + String(format: "moments of rank 0: %.1f MB.", Double(result.momentBytes) / 1e6)
  }

  private func json(
    _ result: RanksBenchmark.Result, _ ranks: any Communicator, _ threads: Int
  ) -> String {
    let network = result.network(ranks: ranks.size)
    func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
    let value: JSONValue = [
      "ranks": .integer(ranks.size), "threads": .integer(threads), "model": .string(model.model),
      "parameters": .integer(result.parameters), "tokens": .integer(result.tokens),
      "exchanges": .array(
        result.exchanges.map {
          [
            "bytes": .integer($0.bytes), "reduce_scatter_seconds": .double($0.reduceScatter),
            "all_gather_seconds": .double($0.allGather),
          ]
        }),
      "latency_seconds": number(network?.latency),
      "bandwidth_bytes_per_second": number(network?.bandwidth),
      "overlapping_step_seconds": .double(result.overlapping),
      "waiting_step_seconds": .double(result.waiting),
      "predicted_overlapping_step_seconds": number(predicted(result, ranks.size, true)),
      "predicted_waiting_step_seconds": number(predicted(result, ranks.size, false)),
      "passes_seconds": .double(result.parts.passes),
      "reduction_seconds": .double(result.parts.reduction),
      "update_seconds": .double(result.parts.update),
      "gathering_seconds": .double(result.parts.gathering),
      "operations_per_second": .double(result.operationsPerSecond),
      "updates_per_second": .double(result.updatesPerSecond),
      "moment_bytes": .integer(result.momentBytes),
    ]
    return value.serialized(indent: 2)
  }
}
