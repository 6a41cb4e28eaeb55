internal import Foundation
internal import OrderedJSON

extension TokenizerFile {
  /// Changes the parts as transformers 5.23 does when `AutoTokenizer` loads the folder.
  ///
  /// Source: `transformers/tokenization_utils_tokenizers.py`, `TokenizersBackend.__init__`, and the
  /// classes in `transformers/models/{gpt2,gpt_neox,llama,qwen2}/tokenization_*.py`.
  ///
  /// - Parameters:
  ///   - directory: The folder.
  ///   - place: Its parsed tokenizer.json.
  /// - Returns: The tokens with a role, and the longest text that the tokenizer admits to.
  /// - Throws: ``TokenizerError``, also for a class that this program does not have.
  mutating func apply(
    directory: URL, place: JSONPlace
  ) throws(TokenizerError) -> (specialTokens: SpecialTokens, maximumLength: Int?) {
    var configuration = try TokenizerConfiguration(
      directory: directory, file: place, fileTokens: listedTokens)
    let resolved = TransformersClass.resolve(
      name: configuration.className, modelType: configuration.modelType,
      isByteLevel: place.value.containsString("ByteLevel"))
    guard let resolved else {
      throw .unsupported(
        file: directory.path, place: "tokenizer_class",
        component: "the class \(configuration.className ?? "")",
        supported: TransformersClass.allCases.map(\.rawValue))
    }
    try rebuild(as: resolved, &configuration, place: place)
    addTokens(of: configuration, resolved)
    ignoresSpecialTokens = configuration.splitsSpecialTokens
    fixMistralPattern(configuration)
    func role(_ name: String) -> SpecialTokens.Token? {
      guard let content = configuration.token(for: name)?.content,
        let id = addedTokens.id(of: content)
      else { return nil }
      return SpecialTokens.Token(text: content, id: id)
    }
    let specialTokens = SpecialTokens(
      bos: role("bos_token"), eos: role("eos_token"), pad: role("pad_token"),
      unk: role("unk_token"))
    return (specialTokens, configuration.maximumLength)
  }

  /// Replaces what a class brings itself, and names its default tokens.
  private mutating func rebuild(
    as resolved: TransformersClass, _ configuration: inout TokenizerConfiguration,
    place: JSONPlace
  ) throws(TokenizerError) {
    let addsPrefixSpace = configuration.addsPrefixSpace ?? false
    var options = BytePairModel.Options()
    let endOfText = "<|endoftext|>"
    switch resolved {
    case .backend: return
    case .gpt2:
      normalizer = nil
      preTokenizer = .byteLevel(addsPrefixSpace: addsPrefixSpace, usesPattern: true)
      decoder = .byteLevel
      for role in ["unk_token", "bos_token", "eos_token"] {
        configuration.setDefault(role, endOfText)
      }
    case .gptNeoX:
      normalizer = .form(.nfc)
      preTokenizer = .byteLevel(addsPrefixSpace: addsPrefixSpace, usesPattern: true)
      decoder = .byteLevel
      // This class sets up the post-processor anew, and add_bos_token never reaches it.
      frame = ([], [])
      for role in ["unk_token", "bos_token", "eos_token"] {
        configuration.setDefault(role, endOfText)
      }
      configuration.setDefault("pad_token", "<|padding|>")
    case .llama:
      options.fusesUnknown = true
      options.fallsBackToBytes = true
      useMetaspace(configuration)
      configuration.setDefault("unk_token", "<unk>")
      configuration.setDefault("bos_token", "<s>")
      configuration.setDefault("eos_token", "</s>")
    case .qwen2:
      normalizer = .form(.nfc)
      preTokenizer = .sequence([
        .split(.scanner(.cl100k(maximumDigits: 1)), .isolated, inverts: false),
        .byteLevel(addsPrefixSpace: addsPrefixSpace, usesPattern: false),
      ])
      decoder = .byteLevel
      for role in ["unk_token", "eos_token", "pad_token"] {
        configuration.setDefault(role, endOfText)
      }
    }
    guard model.options.continuingSubwordPrefix.isEmpty else {
      throw place.malformed(
        "model.continuing_subword_prefix does not go with the class \(resolved.rawValue)")
    }
    model = BytePairModel(vocabulary: model.vocabulary, merges: model.merges, options: options)
    // Such a class starts from the model's tokens alone; the files' tokens are added below.
    addedTokens = AddedTokensBuilder(vocabulary: model.vocabulary)
  }

  private mutating func useMetaspace(_ configuration: TokenizerConfiguration) {
    let addsPrefixSpace = configuration.addsPrefixSpace ?? true
    let scheme: Metaspace.PrependScheme =
      !addsPrefixSpace ? .never : configuration.isLegacy ?? false ? .always : .first
    let mark = "\u{2581}"
    normalizer = nil
    preTokenizer = .metaspace(
      Metaspace(replacement: 0x2581, prependScheme: scheme, splits: false))
    var steps: [TokenDecoder] = [
      .replace(.literal(Array(mark.utf8)), with: [0x20]), .byteFallback, .fuse,
    ]
    if addsPrefixSpace { steps.append(.strip(0x20, start: 1, stop: 0)) }
    decoder = .sequence(steps)
  }

  /// Adds the tokens that the files list and those with a role, in the order of transformers.
  private mutating func addTokens(
    of configuration: TokenizerConfiguration, _ resolved: TransformersClass
  ) {
    let named = configuration.namedInOrder
    func isNamed(_ content: String) -> Bool {
      named.contains { $0.content.hasSameBytes(as: content) }
    }
    var tokens = configuration.addedTokens
    func isKnown(_ content: String) -> Bool {
      addedTokens.contains(content) || tokens.contains { $0.content.hasSameBytes(as: content) }
    }
    for token in named where !isKnown(token.content) {
      tokens.append(token.flags ?? AddedToken(content: token.content, isSpecial: true))
    }
    for token in configuration.extra where !isKnown(token.content) { tokens.append(token) }
    for index in tokens.indices where isNamed(tokens[index].content) {
      tokens[index].isSpecial = true
    }
    addedTokens.add(tokens)
    if resolved == .qwen2 {
      let all = named.map(\.content) + configuration.extra.map(\.content)
      addedTokens.add(all.map { AddedToken(content: $0, isSpecial: true) })
    }
  }

  /// Mends the pattern of some older Mistral files, on request of their configuration.
  private mutating func fixMistralPattern(_ configuration: TokenizerConfiguration) {
    let types = ["mistral", "mistral3", "voxtral", "ministral", "pixtral"]
    guard configuration.fixesMistralPattern, configuration.hasModelConfiguration,
      configuration.transformersMajor.map({ $0 < 5 }) ?? true,
      configuration.modelType.map({ types.contains($0) }) ?? true,
      addedTokens.count > 100_000, let current = preTokenizer,
      let pattern = try? TextPattern(regex: Self.mistralPattern)
    else { return }
    let split = PreTokenizer.split(pattern, .isolated, inverts: false)
    switch current {
    case .sequence(let steps): preTokenizer = .sequence([split] + steps.dropFirst())
    case .metaspace:
      preTokenizer = .sequence([split, .byteLevel(addsPrefixSpace: false, usesPattern: false)])
    default: preTokenizer = .sequence([split, current])
    }
  }

  private static let mistralPattern =
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|"#
    + #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|"#
    + #"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
}

extension JSONValue {
  /// Whether a string of this content stands anywhere in the value, as a name too.
  fileprivate func containsString(_ text: String) -> Bool {
    switch self {
    case .string(let string): string.hasSameBytes(as: text)
    case .array(let elements): elements.contains { $0.containsString(text) }
    case .object(let object):
      object.members.contains { $0.name.hasSameBytes(as: text) || $0.value.containsString(text) }
    default: false
    }
  }
}
