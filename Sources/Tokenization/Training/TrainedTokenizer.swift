internal import OrderedJSON

/// A byte-level tokenizer fresh from training.
public struct TrainedTokenizer: Sendable {
  struct Merge: Hashable {
    let left: Int32
    let right: Int32
  }

  let pattern: TrainingPattern
  let specialTokens: [String]
  let vocabulary: TrainedVocabulary
  /// In the order of training.
  let merges: [Merge]

  /// Tokens, special ones and bytes included.
  public var vocabularySize: Int { vocabulary.count }
  /// Merges learnt.
  public var mergeCount: Int { merges.count }

  /// The text of tokenizer.json, byte for byte as `tokenizers` saves it.
  public var tokenizerJSON: String {
    var file = JSONObject()
    file["version"] = "1.0"
    file["truncation"] = .null
    file["padding"] = .null
    file["added_tokens"] = .array(specialTokens.enumerated().map(Self.addedToken))
    file["normalizer"] = pattern.normalizerJSON
    file["pre_tokenizer"] = pattern.preTokenizerJSON
    file["post_processor"] = .null
    file["decoder"] = TrainingPattern.byteLevelJSON(addsPrefixSpace: true, usesPattern: true)
    file["model"] = .object(modelJSON)
    return JSONValue.object(file).serialized(indent: 2)
  }

  /// The text of a tokenizer_config.json that goes with it: the first special token begins and ends
  /// texts, as in GPT-2 and GPT-NeoX, and the class takes tokenizer.json as it is.
  public var configurationJSON: String {
    var file = JSONObject()
    file["tokenizer_class"] = "PreTrainedTokenizerFast"
    file["add_prefix_space"] = false
    file["clean_up_tokenization_spaces"] = false
    if let token = specialTokens.first {
      for role in ["bos_token", "eos_token", "unk_token"] { file[role] = .string(token) }
    }
    return JSONValue.object(file).serialized(indent: 2) + "\n"
  }

  private static func addedToken(_ id: Int, _ text: String) -> JSONValue {
    var token = JSONObject()
    token["id"] = .integer(id)
    token["content"] = .string(text)
    for flag in ["single_word", "lstrip", "rstrip", "normalized"] { token[flag] = false }
    token["special"] = true
    return .object(token)
  }

  private var modelJSON: JSONObject {
    let texts = vocabulary.texts.map { String(decoding: $0, as: UTF8.self) }
    var model = JSONObject()
    model["type"] = "BPE"
    model["dropout"] = .null
    model["unk_token"] = .null
    model["continuing_subword_prefix"] = .null
    model["end_of_word_suffix"] = .null
    model["fuse_unk"] = false
    model["byte_fallback"] = false
    model["ignore_merges"] = false
    model["vocab"] = .object(
      JSONObject(
        texts.enumerated().map { JSONObject.Member(name: $0.element, value: .integer($0.offset)) }))
    model["merges"] = .array(
      listedMerges.map { .array([.string(texts[Int($0.left)]), .string(texts[Int($0.right)])]) })
    return model
  }

  /// Each pair once; of one that was merged twice the later rank holds, as in `tokenizers`.
  private var listedMerges: [Merge] {
    var known = Set<Merge>()
    return merges.reversed().filter { known.insert($0).inserted }.reversed()
  }
}
