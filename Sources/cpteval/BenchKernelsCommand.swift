import ArgumentParser
import Benchmarks
import LanguageModel

/// `cpteval bench kernels`.
struct BenchKernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "Measure the operations that models consist of, one by one.",
    discussion: """
      Products of the presets' layers, forwards and both gradients; the vocabulary's product with its \
      loss; attention at several lengths; norms and other passes over rows; AdamW and packing. \
      Products and attention are compared with sgemm, passes over memory with copying and with the \
      triad a = b + 3c, which are measured first; what fits the caches is faster than either.

      Examples:
        cpteval bench kernels
        cpteval bench kernels --model 70m --rows 2048 --length 512
        cpteval bench kernels --model 14m --model 410m --format json
      """)

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      """
      A preset whose shapes are measured, \
      \(CheckpointPreset.allCases.map(\.rawValue).joined(separator: ", ")); may be repeated. All by \
      default; attention and rows have the last one's heads and sizes.
      """, valueName: "preset"))
  var model: [CheckpointPreset] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Tokens of a product or of a batch.", valueName: "n"))
  var rows = 2048

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A sequence length for attention; may be repeated. 256, 512, 1024 and 2048 by default.",
      valueName: "n"))
  var length: [Int] = []

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Repetitions that are measured.", valueName: "n"))
  var repetitions = 5

  @OptionGroup var options: BenchOptions

  func validate() throws {
    try requireRepetitions(repetitions, "--repetitions")
    guard 1...(1 << 16) ~= rows else { throw ValidationError("--rows must be 1 to 65536.") }
    guard length.allSatisfy({ 1...(1 << 16) ~= $0 }) else {
      throw ValidationError("--length must be 1 to 65536.")
    }
  }

  func run() throws {
    let benchmark = KernelBenchmark(
      presets: model.isEmpty ? CheckpointPreset.allCases : model, rows: rows,
      lengths: length.isEmpty ? [256, 512, 1024, 2048] : length)
    try options.run(repetitions: repetitions) { try benchmark.run(in: $0) }
  }
}
