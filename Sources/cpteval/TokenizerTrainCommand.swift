public import ArgumentParser
import Corpus
import Files
public import Tokenization

extension TrainingPattern: ExpressibleByArgument {}

/// `cpteval tokenizer train FILE…`.
struct TokenizerTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a byte-level BPE tokenizer on texts.",
    discussion: """
      Writes tokenizer.json as Hugging Face's tokenizers does with BpeTrainer over the same \
      documents: the same merges in the same order. The result does not depend on the number of \
      threads or the order of the files. Memory is that of the distinct words.

      Patterns: gpt2, gpt-neox (gpt2 over text in Unicode's form NFC), llama3 (numbers in groups of \
      three digits), qwen2 (single digits, NFC).

      Examples:
        cpteval tokenizer train --vocabulary-size 8192 --output tokenizer 'en/*.jsonl' 'de/*.jsonl'
        cpteval tokenizer train --vocabulary-size 50304 --pattern gpt-neox \\
          --special-token '<|endoftext|>' --special-token '<|padding|>' \\
          --output tokenizer.json pile.jsonl.gz
      """)

  @OptionGroup var texts: TextFileOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Tokens to learn, bytes and special tokens included.", valueName: "n"))
  var vocabularySize: Int

  @Option(
    help: ArgumentHelp(
      """
      A folder, which gets tokenizer.json and a tokenizer_config.json that names the end of text; \
      or the path of a .json file, which is then written alone.
      """, valueName: "path"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "How texts are cut into words.",
      valueName: TrainingPattern.allCases.map(\.rawValue).joined(separator: "|")))
  var pattern = TrainingPattern.gpt2

  @Option(
    name: .customLong("special-token"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      """
      A token that no text makes, by default <|endoftext|>; may be repeated. The first one ends \
      documents.
      """, valueName: "text"))
  var specialTokens: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Occurrences below which a pair is not merged.", valueName: "n"))
  var minimumFrequency = 2

  func validate() throws {
    if minimumFrequency < 1 { throw ValidationError("--minimum-frequency must be at least 1.") }
  }

  func run() throws {
    Interruption.install()
    let trainer = try checkingRequest {
      try BytePairTrainer(
        BytePairTrainer.Options(
          vocabularySize: vocabularySize, minimumFrequency: minimumFrequency,
          specialTokens: specialTokens.isEmpty ? ["<|endoftext|>"] : specialTokens))
    }
    let texts = try texts.texts()
    let isSingleFile = output.lowercased().hasSuffix(".json")
    let folder = isSingleFile ? parentFolder(of: output) : output
    _ = try checkingRequest { try OutputFolder(preparing: folder, requiredBytes: 1 << 20) }
    let display = TextDisplay("counting words")
    let trained = try reporting(to: display) { try train(trainer, on: texts, display) }
    let file = isSingleFile ? output : "\(output)/tokenizer.json"
    try AtomicFile.write(trained.tokenizerJSON, to: file)
    if !isSingleFile {
      try AtomicFile.write(trained.configurationJSON, to: "\(output)/tokenizer_config.json")
    }
    print(
      "\(file.escapedForTerminal): \(grouped(trained.vocabularySize)) tokens, "
        + "\(grouped(trained.mergeCount)) of them merges")
    if trained.vocabularySize < vocabularySize {
      display.log(
        "No more pairs occur \(minimumFrequency) times, so it has fewer than the "
          + "\(grouped(vocabularySize)) tokens asked for.")
    }
  }

  private func train(
    _ trainer: BytePairTrainer, on texts: CorpusTexts, _ display: TextDisplay
  ) throws -> TrainedTokenizer {
    let words = try texts.words(
      by: pattern, threads: self.texts.threadCount, isCancelled: { Interruption.isRequested },
      progress: { display.show($0) })
    guard words.textCount > 0 else {
      throw RequestError("The files hold no text. Give files with text, or another --text-field.")
    }
    display.log(
      "\(grouped(words.textCount)) documents, \(byteText(words.textBytes)) of text, "
        + "\(grouped(words.distinctWordCount)) distinct words")
    let size = vocabularySize
    return try trainer.train(on: words, isCancelled: { Interruption.isRequested }) { tokens in
      display.show("merging · \(grouped(tokens)) of \(grouped(size)) tokens")
    }
  }
}

/// The folder that a path's last part lies in.
///
/// - Parameter path: Of a file.
/// - Returns: `.` for a bare name.
func parentFolder(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
