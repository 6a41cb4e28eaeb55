public import Foundation

/// A tokenizer read from Hugging Face's tokenizer.json; ids are those of the package `tokenizers`.
///
///     let tokenizer = try Tokenizer(directory: checkpoint)
///     let ids = try tokenizer.encode("Guten Morgen", addSpecialTokens: true)
///
/// A value is immutable and may be used from several threads at once.
public final class Tokenizer: Sendable {
  let model: BytePairModel
  let added: AddedTokens
  let normalizer: TextNormalizer?
  let preTokenizer: PreTokenizer?
  let decoder: TokenDecoder?
  /// Ids that the post-processor puts before and after a text.
  let frame: (before: [Int32], after: [Int32])
  let plan: EncodingPlan
  let pool = EncoderPool()

  /// Tokens with a role, as the files beside tokenizer.json name them.
  public let specialTokens: SpecialTokens
  /// `model_max_length`, in tokens; `nil` where it is absent or stands for "no limit".
  public let modelMaximumLength: Int?
  /// The number of ids: the highest one plus 1, added tokens included.
  public let vocabularySize: Int

  /// Reads `tokenizer.json` and the files beside it as transformers' `AutoTokenizer` does, which
  /// lm-evaluation-harness uses.
  ///
  /// `config.json`, `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` may
  /// be missing. They name the tokens with a role, and the class: GPT2Tokenizer, GPTNeoXTokenizer,
  /// LlamaTokenizer and Qwen2Tokenizer take vocabulary and merges from tokenizer.json and bring
  /// normalizer, pre-tokenizer and decoder themselves.
  /// - Parameter directory: A folder with `tokenizer.json`.
  /// - Throws: ``TokenizerError`` with file and place.
  public convenience init(directory: URL) throws {
    let file = directory.appendingPathComponent("tokenizer.json")
    let place = try TokenizerFile.parse(file)
    var parts = try TokenizerFile(place)
    let roles = try parts.apply(directory: directory, place: place)
    try self.init(
      parts, file: file.path, specialTokens: roles.specialTokens,
      modelMaximumLength: roles.maximumLength)
  }

  /// Reads a tokenizer.json alone; no token has a role then.
  ///
  /// - Parameter file: A file in the format of `tokenizers`.
  /// - Throws: ``TokenizerError`` with file and place.
  public convenience init(file: URL) throws {
    try self.init(try TokenizerFile(try TokenizerFile.parse(file)), file: file.path)
  }

  /// Puts the parts of a file together.
  ///
  /// Where `isStepwise` is set, texts are never encoded in a faster way than step by step, which
  /// tests compare with the faster ones.
  /// - Throws: ``TokenizerError`` for an added token of which the normalizer leaves nothing.
  init(
    _ parts: TokenizerFile, file: String, specialTokens: SpecialTokens = SpecialTokens(),
    modelMaximumLength: Int? = nil, isStepwise: Bool = false
  ) throws(TokenizerError) {
    let normalizer = parts.normalizer
    added = try parts.addedTokens.build(ignoresSpecial: parts.ignoresSpecialTokens) {
      (token) throws(TokenizerError) in
      var text = TextNormalizer.Text(Array(token.content.utf8), startsInput: true)
      try normalizer?.apply(to: &text)
      if text.bytes.isEmpty {
        throw .malformed(
          file: file, place: "added_tokens",
          problem: "the normalizer leaves nothing of the token \"\(token.content.prefix(40))\"")
      }
      return text.bytes
    }
    model = parts.model
    self.normalizer = normalizer
    preTokenizer = parts.preTokenizer
    decoder = parts.decoder
    frame = parts.frame
    plan =
      isStepwise
      ? .stepwise(cutsWords: false)
      : EncodingPlan(preTokenizer: parts.preTokenizer, model: parts.model)
    self.specialTokens = specialTokens
    self.modelMaximumLength = modelMaximumLength
    vocabularySize = max(
      parts.model.vocabulary.idLimit, added.texts.keys.max().map { Int($0) + 1 } ?? 0)
  }

  /// The id that lm-evaluation-harness puts before a text without context: that of the
  /// beginning-of-sequence token, else of the end-of-sequence token.
  ///
  /// Source: `lm_eval/models/huggingface.py`, `prefix_token_id`, commit 4e7e0d4.
  public var prefixTokenID: Int32? { specialTokens.bos?.id ?? specialTokens.eos?.id }

  /// Whether encoding with special tokens puts the beginning-of-sequence token first.
  public var addsBeginningOfSequence: Bool {
    specialTokens.bos.map { frame.before.contains($0.id) } ?? false
  }
}
