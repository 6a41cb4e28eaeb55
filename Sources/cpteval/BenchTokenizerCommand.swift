import ArgumentParser
import Benchmarks
import Files

/// `cpteval bench tokenizer`.
struct BenchTokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "Measure how fast texts become tokens, on one core and on all.",
    discussion: """
      First every text is encoded and decoded, and has to come back. A tokenizer remembers words that \
      it has met: with a new one every word is merged once, with a warm one hardly any is, and both \
      are measured.

      Examples:
        cpteval bench tokenizer --tokenizer pythia-70m
        cpteval bench tokenizer --tokenizer tokenizer.json --text en.txt --text de.txt
      """)

  @Option(
    help: ArgumentHelp(
      "A tokenizer.json, or a checkpoint folder that holds one.", valueName: "file"))
  var tokenizer: String

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      """
      A text file in UTF-8; may be repeated. By default the texts of the embedded mini tasks, in \
      English and German.
      """, valueName: "file"))
  var text: [String] = []

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Repetitions that are measured.", valueName: "n"))
  var repetitions = 5

  @OptionGroup var options: BenchOptions

  func validate() throws { try requireRepetitions(repetitions, "--repetitions") }

  func run() throws {
    let benchmark = try checkingRequest {
      text.isEmpty
        ? try TokenizerBenchmark()
        : try TokenizerBenchmark(
          texts: try text.map(contents), source: text.joined(separator: ", "))
    }
    try options.run(repetitions: repetitions) { session in
      try benchmark.run(
        name: tokenizer, load: { try TokenizerFile.load(tokenizer) }, in: session)
    }
  }

  private func contents(of path: String) throws -> String {
    let file = try MappedFile(path: path)
    guard file.size <= 1 << 30 else {
      throw RequestError(
        "--text \(path.escapedForTerminal): \(file.size) bytes are more than is needed. Give at most "
          + "1 GiB, such as the beginning of the file.")
    }
    guard let text = withExtendedLifetime(file, { String(validating: file.bytes, as: UTF8.self) })
    else {
      throw RequestError("--text \(path.escapedForTerminal): not UTF-8. Give a text file in UTF-8.")
    }
    return text
  }
}
