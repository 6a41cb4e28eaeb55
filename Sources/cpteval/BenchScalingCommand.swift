import ArgumentParser
import Benchmarks
import Foundation
import LanguageModel
import OrderedJSON

/// `cpteval bench scaling`.
struct BenchScalingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scaling",
    abstract: "Predict how long a step takes on many ranks, from rates that were measured.",
    discussion: """
      Nothing is measured here: `cpteval bench ranks` measures what this asks for. A step is played \
      through bucket by bucket, as training does it. Efficiency is against one rank that does all of the \
      batch.

      Examples:
        cpteval bench scaling --shape 405m --gflops 3000 --updates 2000 --latency 5 --bandwidth 12 \
          --sequences 1104 --sequence-length 2048
        cpteval bench scaling --shape 14m --gflops 62 --updates 540 --latency 60 --bandwidth 2 \
          --sequences 8 --sequence-length 512 --ranks 1,2,4
      """)

  /// Shapes by name: those of the paper on continual pre-training, and the presets.
  enum Shape: String, ExpressibleByArgument, CaseIterable {
    case m14 = "14m"
    case m70 = "70m"
    case m410 = "410m"
    case m405 = "405m"
    case b10 = "10b"

    var keys: JSONObject {
      func keys(_ hidden: Int, _ layers: Int, _ heads: Int) -> JSONObject {
        var keys = CheckpointPreset.m14.keys
        keys["hidden_size"] = .integer(hidden)
        keys["num_hidden_layers"] = .integer(layers)
        keys["num_attention_heads"] = .integer(heads)
        keys["intermediate_size"] = .integer(4 * hidden)
        return keys
      }
      return switch self {
      case .m14: CheckpointPreset.m14.keys
      case .m70: CheckpointPreset.m70.keys
      case .m410: CheckpointPreset.m410.keys
      case .m405: keys(1024, 24, 16)
      case .b10: keys(4608, 36, 36)
      }
    }
  }

  @Option(
    help: ArgumentHelp(
      """
      The model: a preset, or one of the sizes of Ibrahim et al. 2024, 405m and 10b.
      """, valueName: Shape.allCases.map(\.rawValue).joined(separator: "|")))
  var shape: Shape

  @Option(help: ArgumentHelp("GFLOP/s of a rank in passes, all its threads.", valueName: "n"))
  var gflops: Double

  @Option(
    help: ArgumentHelp("Millions of parameters that a rank updates per second.", valueName: "n"))
  var updates: Double

  @Option(help: ArgumentHelp("Microseconds before a message arrives.", valueName: "n"))
  var latency: Double

  @Option(help: ArgumentHelp("GB/s that a rank sends and receives.", valueName: "n"))
  var bandwidth: Double

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Sequences of a step.", valueName: "n"))
  var sequences = 1104

  @Option(
    name: .customLong("sequence-length"), parsing: .unconditional,
    help: ArgumentHelp("Tokens of a sequence.", valueName: "n"))
  var sequenceLength = 2048

  @Option(
    name: .customLong("micro-sequences"), parsing: .unconditional,
    help: ArgumentHelp("Most sequences that pass through the model together.", valueName: "n"))
  var microSequences = 8

  @Option(
    help: ArgumentHelp(
      "Numbers of ranks, separated by commas; 1 to 1024 by default.", valueName: "n[,n…]"))
  var ranks: String?

  func validate() throws {
    for (name, value) in [
      ("--gflops", gflops), ("--updates", updates), ("--bandwidth", bandwidth),
    ] where !(value > 0 && value.isFinite) {
      throw ValidationError("\(name) must be above 0.")
    }
    guard latency >= 0, latency.isFinite else {
      throw ValidationError("--latency must be 0 or more.")
    }
    for (name, value) in [
      ("--sequences", sequences), ("--sequence-length", sequenceLength),
      ("--micro-sequences", microSequences),
    ] where !(1...1 << 20 ~= value) {
      throw ValidationError("\(name) must be 1 to \(1 << 20).")
    }
    guard counts != nil else {
      throw ValidationError("--ranks must be numbers from 1 to \(1 << 20), separated by commas.")
    }
  }

  private var counts: [Int]? {
    guard let ranks else { return (0...10).map { 1 << $0 } }
    let counts = ranks.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
    return counts.allSatisfy { $0.map { 1...1 << 20 ~= $0 } ?? false }
      ? counts.compactMap { $0 } : nil
  }

  func run() throws {
    let configuration = try checkingRequest {
      try ModelConfiguration(.object(shape.keys), path: "the shape \(shape.rawValue)")
    }
    let model = StepCostModel(
      buckets: StepCostModel.buckets(of: configuration, sequenceLength: sequenceLength),
      machine: StepCostModel.Machine(
        operationsPerSecond: 1e9 * gflops, updatesPerSecond: 1e6 * updates,
        latency: 1e-6 * latency, bandwidth: 1e9 * bandwidth))
    let parameters = model.buckets.reduce(0) { $0 + $1.parameters }
    print(
      "\(shape.rawValue): \(grouped(Int(parameters))) parameters in \(model.buckets.count) buckets, "
        + "\(grouped(sequences * sequenceLength)) tokens a step\n")
    print(table(model).text)
  }

  private func table(_ model: StepCostModel) -> AlignedTable {
    var table = AlignedTable([.right, .right, .right, .right, .right, .right, .right, .right])
    table.add([
      "Ranks", "s per step", "passes", "exchange", "of it exposed", "update", "efficiency",
      "GB of parameters",
    ])
    func seconds(_ value: Double) -> String {
      String(format: value < 0.0995 ? "%.4f" : value < 99.5 ? "%.2f" : "%.0f", value)
    }
    let alone = step(model, ranks: 1).total
    for count in counts ?? [] where count <= sequences {
      let step = step(model, ranks: count)
      table.add([
        grouped(count), seconds(step.total), seconds(step.computation), seconds(step.exchange),
        seconds(step.exposedReduction + step.exposedGathering), seconds(step.update),
        String(format: "%.0f %%", 100 * alone / Double(count) / step.total),
        String(format: "%.1f", model.parameterBytes(ranks: count) / 1e9),
      ])
    }
    return table
  }

  /// The step of the rank with the largest share, which all others wait for.
  private func step(_ model: StepCostModel, ranks: Int) -> StepCostModel.Step {
    let share = (sequences + ranks - 1) / ranks
    return model.step(
      tokens: share * sequenceLength, passes: (share + microSequences - 1) / microSequences,
      ranks: ranks)
  }
}
