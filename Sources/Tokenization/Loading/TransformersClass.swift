/// The class of transformers 5.23 that a checkpoint's tokenizer is loaded as.
///
/// `TokenizersBackend` takes tokenizer.json as it is. The other classes take only its vocabulary,
/// merges and post-processor and bring the rest themselves, so the class decides about ids.
///
/// Source: `transformers/models/auto/tokenization_auto.py`, `AutoTokenizer.from_pretrained`.
enum TransformersClass: String, CaseIterable {
  case backend = "TokenizersBackend"
  case gpt2 = "GPT2Tokenizer"
  case gptNeoX = "GPTNeoXTokenizer"
  case llama = "LlamaTokenizer"
  case qwen2 = "Qwen2Tokenizer"

  /// Names that mean ``backend``.
  private static let backendNames: Set = [
    "TokenizersBackend", "PreTrainedTokenizerFast", "PreTrainedTokenizer", "PythonBackend",
    "BloomTokenizer", "BloomTokenizerFast",
  ]

  /// What a model type is loaded as where nothing else is said.
  private static func registered(for modelType: String?) -> TransformersClass? {
    switch modelType {
    case "gpt2", "gpt_neo", "gptj", "opt", "phi", "starcoder2": .gpt2
    case "gpt_neox", "mamba", "mamba2", "mpt", "olmo", "olmoe", "rwkv": .gptNeoX
    case "qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "qwen3_next": .qwen2
    case "mistral", "mixtral", "granite", "olmo2", "olmo3", "stablelm", "phi3": .backend
    default: nil
    }
  }

  /// Model types whose published files name a wrong class so often that it is not believed.
  private static let disbelieved: Set = ["qwen2"]

  /// The class for a name, without regard to the model.
  ///
  /// - Returns: `nil` for a class that transformers has and this program does not.
  private static func named(_ name: String) -> TransformersClass? {
    let stem = name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
    if backendNames.contains(name) { return .backend }
    if let known = TransformersClass(rawValue: stem) { return known }
    // A class that transformers does not have either is loaded as its backend.
    return otherClasses.contains(stem) ? nil : .backend
  }

  /// Finds the class as `AutoTokenizer` does for a local folder.
  ///
  /// - Parameters:
  ///   - name: `tokenizer_class` of tokenizer_config.json, else of config.json.
  ///   - modelType: `model_type` of config.json.
  ///   - isByteLevel: Whether tokenizer.json holds the word `"ByteLevel"`.
  /// - Returns: The class, or `nil` for one that this program does not have.
  static func resolve(
    name: String?, modelType: String?, isByteLevel: Bool
  ) -> TransformersClass? {
    let registered = registered(for: modelType)
    guard let name else { return registered ?? .backend }
    let isDisbelieved = modelType.map { disbelieved.contains($0) } ?? false
    // Llama 3 is byte-level, but its files often name the class of Llama 2.
    if name == "LlamaTokenizer" || name == "LlamaTokenizerFast", isByteLevel, !isDisbelieved {
      return .backend
    }
    guard let registered else { return named(name) }
    if name == registered.rawValue || name == registered.rawValue + "Fast" { return registered }
    if registered == .backend { return .backend }
    return isDisbelieved ? registered : named(name)
  }

  /// Classes of transformers 5.23 that build a tokenizer in a way of their own.
  private static let otherClasses: Set = [
    "AlbertTokenizer", "BartTokenizer", "BarthezTokenizer", "BartphoTokenizer",
    "BertGenerationTokenizer", "BertJapaneseTokenizer", "BertTokenizer", "BertweetTokenizer",
    "BigBirdTokenizer", "BioGptTokenizer", "BlenderbotSmallTokenizer", "BlenderbotTokenizer",
    "ByT5Tokenizer", "CLIPTokenizer", "CTRLTokenizer", "CamembertTokenizer", "CanineTokenizer",
    "ClvpTokenizer", "CodeGenTokenizer", "CodeLlamaTokenizer", "CohereTokenizer",
    "CpmAntTokenizer", "CpmTokenizer", "DebertaTokenizer", "DebertaV2Tokenizer", "DiaTokenizer",
    "DistilBertTokenizer", "EsmTokenizer", "EsmcTokenizer", "FSMTTokenizer", "FlaubertTokenizer",
    "FunnelTokenizer", "GPTNeoXJapaneseTokenizer", "GPTSw3Tokenizer", "GemmaTokenizer",
    "HerbertTokenizer", "LEDTokenizer", "LasrTokenizer", "LayoutLMv2Tokenizer",
    "LayoutLMv3Tokenizer", "LayoutXLMTokenizer", "LukeTokenizer", "LxmertTokenizer",
    "M2M100Tokenizer", "MBart50Tokenizer", "MBartTokenizer", "MLukeTokenizer", "MPNetTokenizer",
    "MarianTokenizer", "MarkupLMTokenizer", "MgpstrTokenizer", "MobileBertTokenizer",
    "MvpTokenizer", "MyT5Tokenizer", "NllbTokenizer", "NougatTokenizer", "OpenAIGPTTokenizer",
    "PLBartTokenizer", "PegasusTokenizer", "PerceiverTokenizer", "PhobertTokenizer",
    "Pop2PianoTokenizer", "ProphetNetTokenizer", "Qwen3_5Tokenizer", "RagTokenizer",
    "ReformerTokenizer", "RemBertTokenizer", "RoCBertTokenizer", "RoFormerTokenizer",
    "RobertaTokenizer", "SeamlessM4TTokenizer", "Siglip2Tokenizer", "SiglipTokenizer",
    "Speech2TextTokenizer", "SpeechT5Tokenizer", "SplinterTokenizer", "SqueezeBertTokenizer",
    "T5Tokenizer", "TapasTokenizer", "Tipsv2Tokenizer", "UdopTokenizer", "VideoPrismTokenizer",
    "VitsTokenizer", "Wav2Vec2CTCTokenizer", "Wav2Vec2PhonemeCTCTokenizer", "WhisperTokenizer",
    "XGLMTokenizer", "XLMRobertaTokenizer", "XLMTokenizer", "XLNetTokenizer",
  ]
}
