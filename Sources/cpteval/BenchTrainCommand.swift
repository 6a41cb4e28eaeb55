import ArgumentParser
import Benchmarks
import LanguageModel

/// `cpteval bench train`.
struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Measure the trainer's step on random tokens.",
    discussion: """
      A step is the trainer's own: gradients of all micro-batches, their norm, clipping, and AdamW. \
      Useful work is 6 · (non-embedding parameters + V · H) · tokens + 6 · L · H · T · tokens, with \
      vocabulary V, hidden size H, L layers and sequence length T.

      Examples:
        cpteval bench train --model 70m --sequence-length 512 --sequences 4
        cpteval bench train --model 410m --sequence-length 512 --sequences 1 --save
        cpteval bench train --model results/plan/continual/checkpoints/step-00001270 \\
          --sequence-length 256 --sequences 16 --micro-sequences 8 --format json

      `cpteval checkpoint init` makes models of other shapes to measure.
      """)

  @OptionGroup var model: BenchModelOption

  @Option(
    name: .customLong("sequence-length"), parsing: .unconditional,
    help: ArgumentHelp("Tokens of a sequence.", valueName: "n"))
  var sequenceLength = 512

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Sequences of a step.", valueName: "n"))
  var sequences = 4

  @Option(
    name: .customLong("micro-sequences"), parsing: .unconditional,
    help: ArgumentHelp(
      "Sequences that pass through the model together; all of a step by default.", valueName: "n"))
  var microSequences: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Steps that are measured.", valueName: "n"))
  var steps = 5

  @Flag(
    name: .customLong("activation-recomputation"),
    help: "Compute activations again for the gradient instead of keeping them.")
  var recomputes = false

  @Flag(
    name: .customLong("save"),
    help: """
      Measure as well what saving a checkpoint costs, into the temporary folder: 24 bytes per \
      parameter.
      """)
  var saves = false

  @OptionGroup var options: BenchOptions

  func validate() throws {
    try requireRepetitions(steps, "--steps")
    for (name, value, most) in [
      ("--sequence-length", sequenceLength, 1 << 20), ("--sequences", sequences, 1 << 20),
      ("--micro-sequences", microSequences ?? 1, sequences),
    ] where !(1...max(most, 1) ~= value) {
      throw ValidationError("\(name) must be 1 to \(most).")
    }
  }

  func run() throws {
    let benchmark = TrainingBenchmark(
      sequenceLength: sequenceLength, sequences: sequences, microSequences: microSequences,
      recomputes: recomputes, saves: saves)
    // The model is drawn inside, where an interruption leaves no files.
    try options.run(repetitions: steps) { session in
      try benchmark.run(model.prepare(threads: options.threadCount), in: session)
    }
  }
}
