internal import Files
public import OrderedJSON

extension ModelConfiguration {
  /// Larger than any configuration; beyond it the file is something else.
  static let maximumFileSize = 16 << 20
  // Bounds that no model comes near and that keep every product of two of them inside Int.
  static let sizes = 1...(1 << 24)
  static let vocabularySizes = 1...(1 << 30)
  static let layerCounts = 1...10_000

  /// Reads a `config.json`.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` or ``ModelConfigurationError``.
  public init(path: String) throws {
    try self.init(.object(try Self.keys(atPath: path)), path: path)
  }

  /// Reads the members of a configuration file, unchecked beyond being a JSON object.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its members in order; Python's `NaN` and `Infinity` are taken, since Python writes them.
  /// - Throws: `FileError` or ``ModelConfigurationError``.
  public static func keys(atPath path: String) throws -> JSONObject {
    let file = try MappedFile(path: path)
    guard file.size <= maximumFileSize else {
      throw ModelConfigurationError(path: path, problem: .tooLarge(size: file.size))
    }
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONValue(
        parsing: file.bytes.assumingMemoryBound(to: UInt8.self),
        options: JSONParsingOptions(maximumDepth: 64, allowsNonFiniteNumbers: true))
    } catch {
      throw ModelConfigurationError(path: path, problem: .notJSON(error))
    }
    guard let object = json.objectValue else {
      throw ModelConfigurationError(path: path, problem: .notAnObject(kind: json.kind))
    }
    return object
  }

  /// Resolves a configuration as the class of its `model_type` in transformers 5.23 does.
  ///
  /// - Parameters:
  ///   - json: The content of `config.json`.
  ///   - path: For messages.
  /// - Throws: ``ModelConfigurationError`` naming the key.
  public init(_ json: JSONValue, path: String) throws(ModelConfigurationError) {
    guard let object = json.objectValue else {
      throw ModelConfigurationError(path: path, problem: .notAnObject(kind: json.kind))
    }
    let reader = ModelConfigurationReader(path: path, object: object)
    let family = try Self.family(reader)
    try Self.refuseUnsupportedKeys(reader)
    switch family {
    case .gptNeoX: self = try Self.gptNeoX(reader)
    case .gpt2: self = try Self.gpt2(reader)
    case .llama, .mistral, .qwen2, .qwen3: self = try Self.llamaLike(family, reader)
    }
  }

  private static func family(
    _ reader: ModelConfigurationReader
  ) throws(ModelConfigurationError) -> Family {
    let supported = Family.allCases.map(\.rawValue)
    guard let name = try reader.string("model_type") else {
      throw reader.fail(
        .missing(
          key: "model_type", hint: "Supported are \(supported.joined(separator: ", "))."))
    }
    guard let family = Family.allCases.first(where: { $0.rawValue.hasSameBytes(as: name) }) else {
      throw reader.fail(.unsupported(key: "model_type", value: name, supported: supported))
    }
    return family
  }

  /// Refuses what none of the six classes knows but what would change the numbers if it were meant.
  private static func refuseUnsupportedKeys(
    _ reader: ModelConfigurationReader
  ) throws(ModelConfigurationError) {
    let hints = [
      "quantization_config": "Save the model with its weights in float32, float16 or bfloat16.",
      "per_layer_config": "All layers must have one shape.",
      "num_experts": "Mixtures of experts are not among the supported models.",
      "num_local_experts": "Mixtures of experts are not among the supported models.",
      "n_routed_experts": "Mixtures of experts are not among the supported models.",
    ]
    for (key, hint) in hints.sorted(by: { $0.key < $1.key }) {
      guard let value = reader.value(key), value != .integer(0) else { continue }
      throw reader.fail(.unsupportedKey(key: key, hint: hint))
    }
    for key in ["is_encoder_decoder", "add_cross_attention"] {
      if reader.value(key)?.boolValue == true {
        throw reader.fail(
          .unsupportedKey(key: key, hint: "Only decoders without one are supported."))
      }
    }
    if reader.value("is_causal")?.boolValue == false {
      throw reader.fail(
        .unsupportedKey(key: "is_causal: false", hint: "Only causal models are supported."))
    }
  }

  // MARK: Families

  /// Defaults of `GPTNeoXConfig`.
  private static func gptNeoX(
    _ reader: ModelConfigurationReader
  ) throws(ModelConfigurationError) -> ModelConfiguration {
    let hidden = try reader.integer("hidden_size", default: 6144, in: sizes)
    let heads = try reader.integer("num_attention_heads", default: 64, in: sizes)
    try requireMultiple(reader, hidden, "hidden_size", of: heads, "num_attention_heads")
    let headSize = hidden / heads
    // The attention derives its head size from these two, the rotary embedding from head_dim.
    if let stated = try reader.optionalInteger("head_dim", in: sizes), stated != headSize {
      throw reader.fail(
        .contradiction(
          "head_dim is \(stated), but hidden_size / num_attention_heads is \(headSize)"))
    }
    let layers = try reader.integer("num_hidden_layers", default: 44, in: layerCounts)
    let bias = try reader.bool("attention_bias", default: true)
    let positions = try reader.integer("max_position_embeddings", default: 2048, in: sizes)
    return ModelConfiguration(
      family: .gptNeoX,
      vocabularySize: try reader.integer("vocab_size", default: 50432, in: vocabularySizes),
      hiddenSize: hidden, layerCount: layers, headCount: heads, keyValueHeadCount: heads,
      headSize: headSize,
      intermediateSize: try reader.integer("intermediate_size", default: 24576, in: sizes),
      activation: try activation(reader, key: "hidden_act", default: "gelu"),
      normEpsilon: try epsilon(reader, key: "layer_norm_eps", default: 1e-5),
      rotary: try RotaryEmbedding.resolved(
        reader, headSize: headSize, maximumPositions: positions, legacy: .gptNeoX),
      usesParallelResidual: try reader.bool("use_parallel_residual", default: true),
      attentionBias: bias, outputBias: bias, mlpBias: true, queryKeyNorm: false,
      tiesEmbeddings: try reader.bool("tie_word_embeddings", default: false),
      maximumPositions: positions,
      maximumLength: try maximumLength(reader, positions: positions),
      windows: Array(repeating: nil, count: layers), scalesAttention: true,
      scalesAttentionByLayer: false)
  }

  /// Defaults of `GPT2Config`, whose `attribute_map` also takes the common names of four keys.
  private static func gpt2(
    _ reader: ModelConfigurationReader
  ) throws(ModelConfigurationError) -> ModelConfiguration {
    let hidden = try reader.integer(["n_embd", "hidden_size"], default: 768, in: sizes)
    let heads = try reader.integer(["n_head", "num_attention_heads"], default: 12, in: sizes)
    try requireMultiple(reader, hidden, "n_embd", of: heads, "n_head")
    let layers = try reader.integer(
      ["n_layer", "num_hidden_layers"], default: 12, in: layerCounts)
    let positions = try reader.integer(
      ["n_positions", "max_position_embeddings"], default: 1024, in: sizes)
    return ModelConfiguration(
      family: .gpt2,
      vocabularySize: try reader.integer("vocab_size", default: 50257, in: vocabularySizes),
      hiddenSize: hidden, layerCount: layers, headCount: heads, keyValueHeadCount: heads,
      headSize: hidden / heads,
      intermediateSize: try reader.optionalInteger("n_inner", in: sizes) ?? 4 * hidden,
      activation: try activation(reader, key: "activation_function", default: "gelu_new"),
      normEpsilon: try epsilon(reader, key: "layer_norm_epsilon", default: 1e-5),
      rotary: nil, usesParallelResidual: false, attentionBias: true, outputBias: true,
      mlpBias: true, queryKeyNorm: false,
      tiesEmbeddings: try reader.bool("tie_word_embeddings", default: true),
      maximumPositions: positions,
      maximumLength: try maximumLength(reader, positions: positions),
      windows: Array(repeating: nil, count: layers),
      scalesAttention: try reader.bool("scale_attn_weights", default: true),
      scalesAttentionByLayer: try reader.bool("scale_attn_by_inverse_layer_idx", default: false))
  }

  /// What differs in the defaults of `LlamaConfig`, `MistralConfig`, `Qwen2Config`, `Qwen3Config`.
  private struct LlamaLikeDefaults {
    var vocabulary = 151_936
    var intermediate = 22016
    var keyValueHeads: Int? = 32
    var positions = 32768

    init(_ family: Family) {
      switch family {
      case .llama: (vocabulary, intermediate, keyValueHeads, positions) = (32000, 11008, nil, 2048)
      case .mistral:
        (vocabulary, intermediate, keyValueHeads, positions) = (32000, 14336, 8, 131_072)
      default: break
      }
    }
  }

  private static func llamaLike(
    _ family: Family, _ reader: ModelConfigurationReader
  ) throws(ModelConfigurationError) -> ModelConfiguration {
    let defaults = LlamaLikeDefaults(family)
    let hidden = try reader.integer("hidden_size", default: 4096, in: sizes)
    let heads = try reader.integer("num_attention_heads", default: 32, in: sizes)
    let layers = try reader.integer("num_hidden_layers", default: 32, in: layerCounts)
    // Absent and null differ: null means as many as query heads.
    let keyValueHeads =
      reader.object["num_key_value_heads"] == nil
      ? defaults.keyValueHeads ?? heads
      : try reader.optionalInteger("num_key_value_heads", in: sizes) ?? heads
    try requireMultiple(
      reader, heads, "num_attention_heads", of: keyValueHeads, "num_key_value_heads")
    let headSize = try headSize(family, reader, hidden: hidden, heads: heads)
    let positions = try reader.integer(
      "max_position_embeddings", default: defaults.positions, in: sizes)
    // Mistral and Qwen 2 leave no choice; their classes do not know the key.
    let bias =
      family == .llama || family == .qwen3
      ? try reader.bool("attention_bias", default: false) : family == .qwen2
    return ModelConfiguration(
      family: family,
      vocabularySize: try reader.integer(
        "vocab_size", default: defaults.vocabulary, in: vocabularySizes),
      hiddenSize: hidden, layerCount: layers, headCount: heads, keyValueHeadCount: keyValueHeads,
      headSize: headSize,
      intermediateSize: try reader.integer(
        "intermediate_size", default: defaults.intermediate, in: sizes),
      activation: try activation(reader, key: "hidden_act", default: "silu"),
      normEpsilon: try epsilon(reader, key: "rms_norm_eps", default: 1e-6),
      rotary: try RotaryEmbedding.resolved(
        reader, headSize: headSize, maximumPositions: positions, legacy: .llama),
      usesParallelResidual: false, attentionBias: bias,
      outputBias: family == .qwen2 ? false : bias,
      mlpBias: family == .llama ? try reader.bool("mlp_bias", default: false) : false,
      queryKeyNorm: family == .qwen3,
      tiesEmbeddings: try reader.bool("tie_word_embeddings", default: false),
      maximumPositions: positions,
      maximumLength: try maximumLength(reader, positions: positions),
      windows: try windows(family, reader, layers: layers), scalesAttention: true,
      scalesAttentionByLayer: false)
  }

  private static func headSize(
    _ family: Family, _ reader: ModelConfigurationReader, hidden: Int, heads: Int
  ) throws(ModelConfigurationError) -> Int {
    let stated = try reader.optionalInteger("head_dim", in: sizes)
    // LlamaConfig insists on this even where head_dim is given; the others round down.
    if family == .llama {
      try requireMultiple(reader, hidden, "hidden_size", of: heads, "num_attention_heads")
    }
    let size = stated ?? (family == .qwen3 ? 128 : hidden / heads)
    guard size > 0 else {
      throw reader.fail(
        .contradiction("num_attention_heads \(heads) is more than hidden_size \(hidden)"))
    }
    // Both factors are bounded, so the product fits.
    guard size * heads <= sizes.upperBound else {
      throw reader.fail(
        .contradiction("num_attention_heads \(heads) × head_dim \(size) is too large"))
    }
    return size
  }
}
