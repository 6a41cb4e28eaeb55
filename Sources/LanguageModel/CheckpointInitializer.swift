public import Compute
public import Files
public import OrderedJSON

/// A random model about to be written: matrices from a normal distribution, norms 1, biases 0.
///
/// The bits are a function of seed, configuration and dtype alone, whatever the threads.
public struct CheckpointInitializer: Sendable {
  /// Deviation of matrices and embeddings; `initializer_range` of the classes of transformers.
  public static let deviation = 0.02

  public let configuration: ModelConfiguration
  /// Deviation of embeddings and of matrices that read the residual stream.
  public var weightDeviation = Self.deviation
  /// Deviation of matrices whose product is added to the residual stream.
  public var outputDeviation = Self.deviation
  public var seed: UInt64
  public let dtype: ScalarType
  /// The members of the `config.json` to write.
  public let keys: JSONObject
  private let layout: ParameterLayout

  /// Checks the keys and completes them, so that the file means the same to every library.
  ///
  /// - Parameters:
  ///   - keys: Hugging Face's keys; absent ones take the defaults of transformers 5.23.
  ///   - path: Where the keys come from, for messages.
  ///   - seed: Any number.
  ///   - dtype: How the weights are stored.
  /// - Throws: ``ModelConfigurationError``.
  public init(
    keys: JSONObject, path: String, seed: UInt64, dtype: ScalarType
  ) throws(ModelConfigurationError) {
    configuration = try ModelConfiguration(.object(keys), path: path)
    layout = ParameterLayout(configuration)
    self.seed = seed
    self.dtype = dtype
    self.keys = Self.completed(keys, configuration, dtype)
  }

  /// Numbers to be drawn; `nil` if they do not fit `Int`.
  public var parameterCount: Int? { layout.parameterCount }

  /// Bytes of the weights; `nil` if they do not fit `Int`.
  public var byteCount: Int? {
    guard let count = parameterCount else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: dtype.byteCount)
    return overflow ? nil : bytes
  }

  /// Writes `config.json` and `model.safetensors`.
  ///
  /// - Parameters:
  ///   - folder: An existing folder.
  ///   - pool: Draws the numbers.
  /// - Throws: `FileError`.
  /// - Precondition: ``byteCount`` is not `nil`.
  /// - Complexity: O(parameters); memory for a few million numbers.
  public func write(to folder: String, pool: WorkerPool) throws(FileError) {
    let parameters = layout.parameters.filter {
      !(layout.tiesEmbeddings && $0.name == layout.outputEmbedding)
    }
    var streams: [String: Int] = [:]
    for (index, parameter) in parameters.enumerated() { streams[parameter.name] = index }
    let writer = try SafetensorsWriter(
      path: folder + "/model.safetensors",
      tensors: parameters.map { .init(name: $0.name, dtype: dtype, shape: $0.shape) })
    for tensor in writer.tensors {
      guard let stream = streams[tensor.name] else { continue }
      try write(parameters[stream], stream: UInt32(stream), to: writer, pool: pool)
    }
    try writer.finish()
    try AtomicFile.write(
      JSONValue.object(keys).serialized(indent: 2) + "\n", to: folder + "/config.json")
  }

  private func write(
    _ parameter: ParameterLayout.Parameter, stream: UInt32, to writer: SafetensorsWriter,
    pool: WorkerPool
  ) throws(FileError) {
    let total = parameter.shape.reduce(1, *)
    let task = 1 << 16
    let block = task * 4 * pool.threadCount
    let generator = PhiloxGenerator(seed: seed)
    var numbers = [Float](repeating: 0, count: min(block, total))
    var bytes = [UInt8](repeating: 0, count: numbers.count * dtype.byteCount)
    for start in stride(from: 0, to: total, by: block) {
      let count = min(block, total - start)
      numbers.withUnsafeMutableBufferPointer { numbers in
        bytes.withUnsafeMutableBytes { bytes in
          pool.run((count + task - 1) / task) { index, _ in
            let range = index * task..<min((index + 1) * task, count)
            let part = UnsafeMutableBufferPointer(rebasing: numbers[range])
            switch parameter.role {
            case .matrix, .outputMatrix:
              generator.fillNormal(
                stream: stream, start: start + range.lowerBound,
                deviation: parameter.role == .matrix ? weightDeviation : outputDeviation,
                into: part)
            case .gain: part.update(repeating: 1)
            case .bias: part.update(repeating: 0)
            }
            let width = dtype.byteCount
            let target = range.lowerBound * width..<range.upperBound * width
            dtype.store(
              UnsafeBufferPointer(part),
              into: UnsafeMutableRawBufferPointer(rebasing: bytes[target]))
          }
        }
      }
      try bytes.withUnsafeBufferPointer { (all) throws(FileError) in
        try writer.write(
          UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[..<(count * dtype.byteCount)])))
      }
    }
  }

  /// Adds what other libraries, or other versions, would have defaults of their own for.
  private static func completed(
    _ keys: JSONObject, _ configuration: ModelConfiguration, _ dtype: ScalarType
  ) -> JSONObject {
    var keys = keys
    func add(_ names: [String], _ value: JSONValue) {
      if names.allSatisfy({ keys[$0] == nil }), let name = names.first { keys[name] = value }
    }
    let isGPT2 = configuration.family == .gpt2
    add(["vocab_size"], .integer(configuration.vocabularySize))
    add(isGPT2 ? ["n_embd", "hidden_size"] : ["hidden_size"], .integer(configuration.hiddenSize))
    add(
      isGPT2 ? ["n_layer", "num_hidden_layers"] : ["num_hidden_layers"],
      .integer(configuration.layerCount))
    add(
      isGPT2 ? ["n_head", "num_attention_heads"] : ["num_attention_heads"],
      .integer(configuration.headCount))
    add(
      isGPT2 ? ["n_positions", "max_position_embeddings"] : ["max_position_embeddings"],
      .integer(configuration.maximumPositions))
    if !isGPT2 { add(["intermediate_size"], .integer(configuration.intermediateSize)) }
    if ![.gpt2, .gptNeoX].contains(configuration.family) {
      add(["num_key_value_heads"], .integer(configuration.keyValueHeadCount))
      add(["head_dim"], .integer(configuration.headSize))
    }
    add(["tie_word_embeddings"], .bool(configuration.tiesEmbeddings))
    // The ids that GPT2Config takes by default lie outside a small vocabulary.
    if isGPT2 && configuration.vocabularySize <= 50256 {
      add(["bos_token_id"], .null)
      add(["eos_token_id"], .null)
    }
    keys["architectures"] = [.string(configuration.family.causalClassName)]
    // The name that transformers 4 reads as well.
    keys["dtype"] = nil
    keys["torch_dtype"] = .string(dtype.rawValue)
    return keys
  }
}

extension ModelConfiguration.Family {
  /// The class of transformers that `architectures` names.
  public var causalClassName: String {
    switch self {
    case .gptNeoX: "GPTNeoXForCausalLM"
    case .llama: "LlamaForCausalLM"
    case .mistral: "MistralForCausalLM"
    case .qwen2: "Qwen2ForCausalLM"
    case .qwen3: "Qwen3ForCausalLM"
    case .gpt2: "GPT2LMHeadModel"
    }
  }

  /// Keys of `config.json` that shape a model of this family, for "did you mean".
  public var knownKeys: [String] {
    let common = [
      "model_type", "vocab_size", "tie_word_embeddings", "initializer_range", "bos_token_id",
      "eos_token_id", "pad_token_id", "use_cache",
    ]
    let sizes = [
      "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
      "max_position_embeddings", "rope_parameters", "rope_scaling",
    ]
    let llama = [
      "num_key_value_heads", "head_dim", "rms_norm_eps", "rope_theta", "attention_dropout",
    ]
    let windows = ["sliding_window", "use_sliding_window", "max_window_layers", "layer_types"]
    switch self {
    case .gptNeoX:
      return common + sizes + [
        "rotary_pct", "rotary_emb_base", "layer_norm_eps", "use_parallel_residual",
        "attention_bias", "attention_dropout", "hidden_dropout",
      ]
    case .llama: return common + sizes + llama + ["attention_bias", "mlp_bias"]
    case .mistral: return common + sizes + llama + ["sliding_window"]
    case .qwen2: return common + sizes + llama + windows
    case .qwen3: return common + sizes + llama + windows + ["attention_bias"]
    case .gpt2:
      return common + [
        "n_embd", "n_layer", "n_head", "n_inner", "n_positions", "hidden_size",
        "num_hidden_layers", "num_attention_heads", "max_position_embeddings",
        "activation_function", "layer_norm_epsilon", "scale_attn_weights",
        "scale_attn_by_inverse_layer_idx", "resid_pdrop", "embd_pdrop", "attn_pdrop",
      ]
    }
  }
}
