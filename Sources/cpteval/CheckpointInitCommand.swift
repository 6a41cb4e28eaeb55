public import ArgumentParser
public import Compute
import Files
import Foundation
public import LanguageModel
import OrderedJSON
import Tokenization

extension CheckpointPreset: ExpressibleByArgument {}
extension ScalarType: ExpressibleByArgument {}

/// `cpteval checkpoint init DIR`.
struct CheckpointInitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a random checkpoint from a preset or from Hugging Face's config keys.",
    discussion: """
      Matrices are drawn from a normal distribution with deviation 0.02, norms are 1, biases 0. The \
      same seed gives the same bits, whatever the threads. Presets (GPT-NeoX, hidden × layers × \
      heads): 14m 128×6×4, 31m 256×6×8, 70m 512×6×8, 160m 768×12×12, 410m 1024×24×16.

      Examples:
        cpteval checkpoint init tiny --preset 14m --set num_hidden_layers=2 --seed 7
        cpteval checkpoint init tiny --set model_type=llama \\
          --set hidden_size=64 --set intermediate_size=176 \\
          --set num_hidden_layers=2 --set num_attention_heads=4 \\
          --set num_key_value_heads=2 --tokenizer path/to/tokenizer.json
      """)

  @Argument(help: "The folder to make.")
  var directory: String

  @Option(help: "A shape: \(CheckpointPreset.allCases.map(\.rawValue).joined(separator: ", ")).")
  var preset: CheckpointPreset?

  @Option(help: ArgumentHelp("Take the keys of a config.json.", valueName: "file"))
  var config: String?

  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Set a config key; a dot reaches into an object. May be repeated.", valueName: "key=value"))
  var settings: [String] = []

  @Option(help: "Which random numbers to take.")
  var seed: UInt64 = 0

  @Option(help: "How to store the weights: float32, float16 or bfloat16.")
  var dtype = ScalarType.float32

  @Option(
    help: ArgumentHelp(
      """
      Copy a tokenizer.json in; of a folder, tokenizer_config.json and special_tokens_map.json too. \
      vocab_size comes from it unless it is given.
      """, valueName: "file or folder"))
  var tokenizer: String?

  @Flag(help: "Write into a folder that is not empty, replacing the files of the same names.")
  var force = false

  @Option(help: "Threads that draw the numbers; all cores by default.")
  var threads: Int?

  func validate() throws {
    if preset != nil && config != nil {
      throw ValidationError("Give --preset or --config, not both.")
    }
    if preset == nil && config == nil && settings.isEmpty {
      throw ValidationError(
        "Nothing says which model to make. Give --preset 14m, --config FILE, or --set key=value.")
    }
    try requireThreads(threads)
  }

  func run() throws {
    let (initializer, files, size) = try checkingRequest { try prepared() }
    let pool = WorkerPool(threadCount: threads ?? WorkerPool.availableCores)
    if AtomicFolder.occupant(of: directory) == .folder {
      try write(initializer, files, to: directory, pool: pool)
    } else {
      let folder = try AtomicFolder(path: directory)
      try write(initializer, files, to: folder.temporaryPath, pool: pool)
      try folder.commit()
    }
    print(
      "\(directory.escapedForTerminal): \(initializer.configuration.family.rawValue), "
        + "\(grouped(initializer.parameterCount ?? 0)) parameters, \(dtype.rawValue), "
        + "\(byteText(size)), seed \(seed)")
  }

  private func write(
    _ initializer: CheckpointInitializer, _ files: [TokenizerFile], to folder: String,
    pool: WorkerPool
  ) throws {
    for file in files { try AtomicFile.write(file.bytes, to: folder + "/" + file.name) }
    try initializer.write(to: folder, pool: pool)
  }

  // MARK: The request

  /// Checks everything that can be checked before the first number is drawn.
  private func prepared() throws -> (CheckpointInitializer, [TokenizerFile], Int) {
    switch AtomicFolder.occupant(of: directory) {
    case .nothing, .emptyFolder: break
    case .other: throw FileError.notAFolder(path: directory)
    case .folder:
      if !force {
        throw RequestError(
          "\(directory.escapedForTerminal) is not empty. Choose another folder, or give --force to "
            + "replace the checkpoint in it.")
      }
    }
    let files = try tokenizer.map(TokenizerFile.read) ?? []
    var keys = try givenKeys()
    let tokenizer = try loadedTokenizer()
    if let tokenizer { adopt(tokenizer, in: &keys) }
    let initializer = try CheckpointInitializer(
      keys: keys, path: config ?? "the given keys", seed: seed, dtype: dtype)
    let rows = initializer.configuration.vocabularySize
    if let vocabulary = tokenizer?.vocabularySize, vocabulary > rows {
      throw RequestError(
        "The tokenizer has \(vocabulary) ids, but vocab_size is \(rows). Give "
          + "--set vocab_size=\(vocabulary) or more.")
    }
    guard let size = initializer.byteCount else {
      throw RequestError("The model is too large: its parameters cannot be counted in 63 bits.")
    }
    let place = AtomicFolder.occupant(of: directory) == .nothing ? parent(of: directory) : directory
    let (needed, overflow) = size.addingReportingOverflow(64 << 20)
    _ = try OutputFolder(preparing: place, requiredBytes: overflow ? .max : needed)
    return (initializer, files, size)
  }

  private func parent(of path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  private func givenKeys() throws -> JSONObject {
    var keys = preset?.keys ?? JSONObject()
    if let config {
      keys = try ModelConfiguration.keys(atPath: config)
    }
    let pairs = try settings.map { try parsed($0) }
    for (path, value) in pairs { keys = try setting(path[...], to: value, in: keys) }
    try refuseUnknown(pairs.map(\.path), in: keys)
    return keys
  }

  private func parsed(_ setting: String) throws -> (path: [String], value: JSONValue) {
    guard let equals = setting.utf8.firstIndex(of: UInt8(ascii: "=")) else {
      throw RequestError(
        "--set \(setting.escapedForTerminal): key=value is expected, such as hidden_size=128.")
    }
    let key = String(setting[..<equals])
    let text = String(setting[setting.utf8.index(after: equals)...])
    let path = key.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard path.allSatisfy({ !$0.isEmpty }) else {
      throw RequestError("--set \(setting.escapedForTerminal): the key is not complete.")
    }
    return (path, (try? JSONValue(parsing: text)) ?? .string(text))
  }

  private func setting(
    _ path: ArraySlice<String>, to value: JSONValue, in object: JSONObject
  ) throws -> JSONObject {
    var object = object
    guard let key = path.first else { return object }
    if path.count == 1 {
      object[key] = value
    } else {
      let inner = object[key] ?? .object(JSONObject())
      guard let nested = inner.objectValue else {
        throw RequestError("--set: \(key.escapedForTerminal) is \(inner.kind), not an object.")
      }
      object[key] = .object(try setting(path.dropFirst(), to: value, in: nested))
    }
    return object
  }

  /// A mistyped key would be kept and ignored, and the model be another one than was meant.
  private func refuseUnknown(_ paths: [[String]], in keys: JSONObject) throws {
    guard let name = keys["model_type"]?.stringValue,
      let family = ModelConfiguration.Family(rawValue: name)
    else { return }
    for key in paths.compactMap(\.first) where !family.knownKeys.contains(key) {
      let near = suggestions(for: key, among: family.knownKeys, limit: 1)
      throw RequestError(
        "--set \(key.escapedForTerminal): \(name) has no such key."
          + (near.first.map { " Did you mean \($0)?" } ?? "")
          + " Other keys can be given with --config FILE.")
    }
  }

  // MARK: The tokenizer

  private func loadedTokenizer() throws -> Tokenizer? { try tokenizer.map(TokenizerFile.load) }

  /// Takes size and special tokens from the tokenizer where the user has not given them.
  private func adopt(_ tokenizer: Tokenizer, in keys: inout JSONObject) {
    if keys["vocab_size"] == nil { keys["vocab_size"] = .integer(tokenizer.vocabularySize) }
    let roles = [
      ("bos_token_id", tokenizer.specialTokens.bos), ("eos_token_id", tokenizer.specialTokens.eos),
    ]
    for (key, token) in roles {
      // A preset's ids are those of its usual tokenizer, not the user's word.
      let isGiven =
        settings.contains { $0.hasPrefix(key + "=") } || (config != nil && keys[key] != nil)
      if let token, !isGiven { keys[key] = .integer(Int(token.id)) }
    }
  }
}
