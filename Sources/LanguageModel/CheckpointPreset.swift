public import OrderedJSON

/// Shapes for new checkpoints: those of the Pythia models, by their usual names.
public enum CheckpointPreset: String, Sendable, CaseIterable {
  case m14 = "14m"
  case m31 = "31m"
  case m70 = "70m"
  case m160 = "160m"
  case m410 = "410m"

  private var shape: (hidden: Int, layers: Int, heads: Int) {
    switch self {
    case .m14: (128, 6, 4)
    case .m31: (256, 6, 8)
    case .m70: (512, 6, 8)
    case .m160: (768, 12, 12)
    case .m410: (1024, 24, 16)
    }
  }

  /// The keys of a `config.json`.
  ///
  /// The rotary keys stand at the top level, the spelling that every version of transformers reads.
  public var keys: JSONObject {
    let json: JSONValue = [
      "model_type": "gpt_neox", "vocab_size": 50304, "hidden_size": .integer(shape.hidden),
      "num_hidden_layers": .integer(shape.layers), "num_attention_heads": .integer(shape.heads),
      "intermediate_size": .integer(4 * shape.hidden), "hidden_act": "gelu",
      "max_position_embeddings": 2048, "rotary_pct": 0.25, "rotary_emb_base": 10000,
      "layer_norm_eps": 1e-5, "use_parallel_residual": true, "attention_bias": true,
      "tie_word_embeddings": false, "bos_token_id": 0, "eos_token_id": 0,
    ]
    return json.objectValue ?? JSONObject()
  }
}
