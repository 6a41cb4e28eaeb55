internal import Compute
internal import OrderedJSON

extension ModelConfiguration {
  static func requireMultiple(
    _ reader: ModelConfigurationReader, _ value: Int, _ key: String, of divisor: Int,
    _ divisorKey: String
  ) throws(ModelConfigurationError) {
    guard value.isMultiple(of: divisor) else {
      throw reader.fail(
        .contradiction("\(key) \(value) is not a multiple of \(divisorKey) \(divisor)"))
    }
  }

  /// Spellings of ACT2FN (transformers 5.23, `activations.py`) and what each computes.
  private static let activations: [(name: String, activation: Activation)] = [
    ("gelu", .geluExact), ("gelu_python", .geluExact), ("gelu_10", .geluClipped),
    ("gelu_new", .geluTanh),
    ("gelu_fast", .geluTanh), ("gelu_accurate", .geluTanh), ("gelu_pytorch_tanh", .geluTanh),
    ("gelu_python_tanh", .geluTanh), ("quick_gelu", .geluSigmoid), ("relu", .relu),
    ("silu", .silu), ("swish", .silu), ("tanh", .tanh),
  ]

  static func activation(
    _ reader: ModelConfigurationReader, key: String, default fallback: String
  ) throws(ModelConfigurationError) -> Activation {
    if let value = reader.object[key], value.stringValue == nil {
      throw reader.fail(
        .wrongType(key: key, expected: "a string", found: reader.describe(value)))
    }
    let name = try reader.string(key) ?? fallback
    guard let found = activations.first(where: { $0.name.hasSameBytes(as: name) }) else {
      throw reader.fail(
        .unsupported(key: key, value: name, supported: activations.map(\.name)))
    }
    return found.activation
  }

  static func epsilon(
    _ reader: ModelConfigurationReader, key: String, default fallback: Double
  ) throws(ModelConfigurationError) -> Float {
    Float(
      try reader.number(key, default: fallback, allowed: "from 0 to 1") { (0...1).contains($0) })
  }

  /// The longest input as lm-evaluation-harness resolves it: `resolve_max_length` of
  /// `lm_eval/models/utils.py` (4e7e0d4).
  ///
  /// - Parameters:
  ///   - reader: The configuration.
  ///   - positions: `max_position_embeddings`, which every class has, at its default if need be.
  /// - Returns: `n_positions`, else `max_position_embeddings`, of `text_config` if it has one.
  /// - Throws: ``ModelConfigurationError``.
  static func maximumLength(
    _ reader: ModelConfigurationReader, positions: Int
  ) throws(ModelConfigurationError) -> Int {
    if let nested = reader.value("text_config")?.objectValue {
      let inner = ModelConfigurationReader(
        path: reader.path, object: nested, prefix: "text_config.")
      for key in ["n_positions", "max_position_embeddings", "n_ctx"] {
        if let length = try inner.optionalInteger(key, in: sizes) { return length }
      }
    }
    return try reader.optionalInteger("n_positions", in: sizes) ?? positions
  }

  /// What each layer sees: `MistralConfig`, `Qwen2Config`, `Qwen3Config` and their models.
  ///
  /// Mistral has one window for all layers and ignores `layer_types`; Qwen has a window only if
  /// `use_sliding_window` is set, from layer `max_window_layers` on or where `layer_types` says so;
  /// Llama has none.
  /// - Parameters:
  ///   - family: One of the four.
  ///   - reader: The configuration.
  ///   - layers: `num_hidden_layers`.
  /// - Returns: One entry per layer.
  /// - Throws: ``ModelConfigurationError``.
  static func windows(
    _ family: Family, _ reader: ModelConfigurationReader, layers: Int
  ) throws(ModelConfigurationError) -> [Int?] {
    let all: [Int?] = Array(repeating: nil, count: layers)
    let window =
      reader.object["sliding_window"] == nil
      ? 4096 : try reader.optionalInteger("sliding_window", in: 1...Int(Int32.max))
    switch family {
    case .mistral: return Array(repeating: window, count: layers)
    case .qwen2, .qwen3: break
    case .llama, .gptNeoX, .gpt2: return all
    }
    let usedWindow = try reader.bool("use_sliding_window", default: false) ? window : nil
    guard let types = reader.value("layer_types") else {
      let first = try reader.integer("max_window_layers", default: 28, in: 0...Int(Int32.max))
      return (0..<layers).map { $0 >= first ? usedWindow : nil }
    }
    guard let names = types.arrayValue?.map(\.stringValue), names.count == layers else {
      throw reader.fail(
        .wrongType(
          key: "layer_types", expected: "a list of \(layers) strings",
          found: types.arrayValue.map { "a list of \($0.count)" } ?? reader.describe(types)))
    }
    return try names.map { (name) throws(ModelConfigurationError) -> Int? in
      switch name {
      case "full_attention", "attention": return nil
      case "sliding_attention":
        guard let usedWindow else {
          throw reader.fail(
            .contradiction(
              "layer_types has sliding_attention, but sliding_window or use_sliding_window is "
                + "not set"))
        }
        return usedWindow
      default:
        throw reader.fail(
          .unsupported(
            key: "layer_types", value: name ?? "",
            supported: ["full_attention", "sliding_attention"]
          ))
      }
    }
  }
}
