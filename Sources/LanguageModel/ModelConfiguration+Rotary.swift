internal import Glibc
internal import OrderedJSON

/// `pow`, here so that the plain file on configurations needs no C library.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

extension RotaryEmbedding {
  /// Which keys stood at the top level before transformers 5 nested them in `rope_parameters`.
  enum LegacyKeys {
    /// `rotary_emb_base` and `rotary_pct`; `rope_theta` is not looked at.
    case gptNeoX
    /// `rope_theta`.
    case llama
  }

  /// Resolves both spellings as `convert_rope_params_to_dict` and `standardize_rope_params` of
  /// transformers 5.23 do.
  ///
  /// `rope_scaling`, where it is set and not empty, takes the place of `rope_parameters`; members
  /// that the winner lacks come from the top level, else from the class.
  /// - Parameters:
  ///   - reader: The configuration.
  ///   - headSize: Dimensions of a head.
  ///   - maximumPositions: `max_position_embeddings`.
  ///   - legacy: Top-level keys of the family.
  /// - Returns: `nil` if no dimension is rotated.
  /// - Throws: ``ModelConfigurationError`` for a kind that is not supported, among others.
  static func resolved(
    _ reader: ModelConfigurationReader, headSize: Int, maximumPositions: Int, legacy: LegacyKeys
  ) throws(ModelConfigurationError) -> RotaryEmbedding? {
    let nested = try nestedParameters(reader)
    var kind = try nested.string("type") ?? "default"
    if let name = try nested.string("rope_type") { kind = name }
    let supported = ["default", "linear", "llama3"]
    guard supported.contains(where: { $0.hasSameBytes(as: kind) }) else {
      let key = nested.object["rope_type"] == nil ? "type" : "rope_type"
      throw reader.fail(
        .unsupported(key: nested.prefix + key, value: kind, supported: supported))
    }
    let baseKey = legacy == .gptNeoX ? "rotary_emb_base" : "rope_theta"
    let base = try number(
      "rope_theta", in: nested, orTopLevel: baseKey, of: reader, default: 10_000,
      allowed: "positive"
    ) { $0 > 0 }
    // The classes of the Llama family rotate the whole head and ignore a partial factor, except
    // that frequencies for scaled kinds would be too few; NeoX rotates a quarter by default.
    var fraction = 1.0
    if legacy == .gptNeoX {
      fraction = try number(
        "partial_rotary_factor", in: nested, orTopLevel: "rotary_pct", of: reader, default: 0.25,
        allowed: "from 0 to 1"
      ) { (0...1).contains($0) }
    } else if kind != "default" {
      fraction = try number(
        "partial_rotary_factor", in: nested, orTopLevel: "partial_rotary_factor", of: reader,
        default: 1, allowed: "1 for this model type"
      ) { $0 == 1 }
    }
    let divisor = Int(Double(headSize) * fraction)
    let dimensions = divisor + divisor % 2
    guard dimensions <= headSize else {
      throw reader.fail(
        .contradiction("rotary positions need an even head size, but it is \(headSize)"))
    }
    let scaling = try scaling(kind, nested, reader, maximumPositions: maximumPositions)
    if dimensions == 0 { return nil }
    return RotaryEmbedding(
      dimensions: dimensions, exponentDivisor: divisor, base: base, scaling: scaling)
  }

  private static func nestedParameters(
    _ reader: ModelConfigurationReader
  ) throws(ModelConfigurationError) -> ModelConfigurationReader {
    for key in ["rope_scaling", "rope_parameters"] {
      guard let value = reader.value(key) else { continue }
      guard let object = value.objectValue else {
        throw reader.fail(
          .wrongType(key: key, expected: "an object", found: reader.describe(value)))
      }
      if object.members.isEmpty { continue }
      for layerType in ["full_attention", "sliding_attention"] where object[layerType] != nil {
        throw reader.fail(
          .unsupportedKey(
            key: "\(key).\(layerType)", hint: "All layers must share their rotary parameters."))
      }
      return ModelConfigurationReader(path: reader.path, object: object, prefix: "\(key).")
    }
    return ModelConfigurationReader(
      path: reader.path, object: JSONObject(), prefix: "rope_parameters.")
  }

  private static func number(
    _ key: String, in nested: ModelConfigurationReader, orTopLevel topKey: String,
    of reader: ModelConfigurationReader, default fallback: Double, allowed: String,
    where isAllowed: (Double) -> Bool
  ) throws(ModelConfigurationError) -> Double {
    if nested.object[key] != nil {
      return try nested.number(key, default: nil, allowed: allowed, where: isAllowed)
    }
    return try reader.number(topKey, default: fallback, allowed: allowed, where: isAllowed)
  }

  private static func scaling(
    _ kind: String, _ nested: ModelConfigurationReader, _ reader: ModelConfigurationReader,
    maximumPositions: Int
  ) throws(ModelConfigurationError) -> Scaling {
    if kind == "default" { return .none }
    let factor = try nested.number("factor", default: nil, allowed: "positive") { $0 > 0 }
    if kind == "linear" { return .linear(factor: factor) }
    let low = try nested.number("low_freq_factor", default: nil, allowed: "positive") { $0 > 0 }
    let high = try nested.number("high_freq_factor", default: nil, allowed: "positive") { $0 > 0 }
    guard high > low else {
      throw reader.fail(
        .contradiction(
          "\(nested.prefix)high_freq_factor \(high) is not above low_freq_factor \(low)"))
    }
    // A value at the top level wins over the nested one (Phi-3's habit, kept by the base class).
    let key = "original_max_position_embeddings"
    let sizes = ModelConfiguration.sizes
    var positions = try nested.optionalInteger(key, in: sizes) ?? maximumPositions
    if let stated = try reader.optionalInteger(key, in: sizes) { positions = stated }
    return .llama3(
      factor: factor, lowFrequencyFactor: low, highFrequencyFactor: high,
      originalPositions: positions)
  }
}
