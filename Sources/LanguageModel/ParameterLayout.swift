/// The tensors that a configuration asks for, under the names that transformers writes for the
/// `…ForCausalLM` class.
public struct ParameterLayout: Sendable {
  /// What a tensor is for, which decides how a new model begins.
  public enum Role: Sendable, Equatable {
    /// A matrix or an embedding.
    case matrix
    /// A matrix whose product is added to the residual stream.
    case outputMatrix
    /// The gain of a norm.
    case gain
    /// An additive vector.
    case bias
  }

  /// One tensor.
  public struct Parameter: Sendable, Equatable {
    public let name: String
    /// Outermost dimension first.
    public let shape: [Int]
    public let role: Role
    /// Index of the layer that it belongs to; `nil` for embeddings and the final norm.
    public let layer: Int?
  }

  /// In the order of the forward pass; the output embedding last.
  ///
  /// A tied output embedding is listed too: a file may hold it or leave it out.
  public let parameters: [Parameter]
  /// The prefix that a file saved from the bare model leaves out.
  public let basePrefix: String
  public let inputEmbedding: String
  public let outputEmbedding: String
  /// Another name under which files have the output embedding.
  public let outputEmbeddingAlias: String?
  public let tiesEmbeddings: Bool

  /// Lists the tensors of a model.
  ///
  /// - Parameter configuration: The model.
  /// - Complexity: O(layers).
  public init(_ configuration: ModelConfiguration) {
    tiesEmbeddings = configuration.tiesEmbeddings
    var builder = Builder(configuration)
    switch configuration.family {
    case .gptNeoX:
      basePrefix = "gpt_neox."
      inputEmbedding = "gpt_neox.embed_in.weight"
      // The class calls it lm_head since transformers 5, but still writes the old name.
      outputEmbedding = "embed_out.weight"
      outputEmbeddingAlias = "lm_head.weight"
      builder.addGPTNeoX()
    case .gpt2:
      basePrefix = "transformer."
      inputEmbedding = "transformer.wte.weight"
      outputEmbedding = "lm_head.weight"
      outputEmbeddingAlias = nil
      builder.addGPT2()
    case .llama, .mistral, .qwen2, .qwen3:
      basePrefix = "model."
      inputEmbedding = "model.embed_tokens.weight"
      outputEmbedding = "lm_head.weight"
      outputEmbeddingAlias = nil
      builder.addLlama()
    }
    builder.matrix(outputEmbedding, [configuration.vocabularySize, configuration.hiddenSize])
    parameters = builder.parameters
  }

  /// Numbers in all tensors, a tied output embedding not counted; `nil` if they do not fit `Int`.
  public var parameterCount: Int? {
    var total = 0
    for parameter in parameters where !(tiesEmbeddings && parameter.name == outputEmbedding) {
      var count = 1
      for dimension in parameter.shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
        if overflow { return nil }
        count = product
      }
      let (sum, overflow) = total.addingReportingOverflow(count)
      if overflow { return nil }
      total = sum
    }
    return total
  }

  /// Whether a tensor outside of all layers is read before the first of them: an embedding of tokens
  /// or positions.
  func isEmbedding(_ name: String) -> Bool {
    name == inputEmbedding || name == "transformer.wpe.weight"
  }

  /// Whether a tensor is a buffer that older libraries saved and that no forward pass reads:
  /// causal masks, rotary frequencies, position numbers.
  ///
  /// - Parameter name: The file's name of the tensor.
  /// - Returns: Whether it is to be passed over, whatever its dtype and shape.
  public func isIgnorable(_ name: String) -> Bool {
    let suffixes =
      switch basePrefix {
      case "gpt_neox.":
        [".attention.bias", ".attention.masked_bias", ".attention.rotary_emb.inv_freq"]
      case "transformer.": [".attn.bias", ".attn.masked_bias"]
      default: [".self_attn.rotary_emb.inv_freq"]
      }
    let scalars = name.utf8
    return suffixes.contains { suffix in
      scalars.count > suffix.utf8.count
        && scalars.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    } || scalars.elementsEqual("\(basePrefix)rotary_emb.inv_freq".utf8)
  }
}

/// Collects the tensors of one architecture; C hidden size, F intermediate size, V vocabulary.
private struct Builder {
  let configuration: ModelConfiguration
  var parameters: [ParameterLayout.Parameter] = []
  var layer: Int?

  init(_ configuration: ModelConfiguration) { self.configuration = configuration }

  mutating func matrix(_ name: String, _ shape: [Int]) { add(name, shape, .matrix) }

  /// A linear layer in PyTorch's layout, `[output, input]`.
  mutating func linear(
    _ name: String, _ output: Int, _ input: Int, bias: Bool,
    role: ParameterLayout.Role = .matrix
  ) {
    add(name + ".weight", [output, input], role)
    if bias { add(name + ".bias", [output], .bias) }
  }

  /// GPT-2's layout of a linear layer, `[input, output]`, always with bias.
  mutating func convolution(
    _ name: String, _ input: Int, _ output: Int, role: ParameterLayout.Role = .matrix
  ) {
    add(name + ".weight", [input, output], role)
    add(name + ".bias", [output], .bias)
  }

  mutating func layerNorm(_ name: String) {
    add(name + ".weight", [configuration.hiddenSize], .gain)
    add(name + ".bias", [configuration.hiddenSize], .bias)
  }

  mutating func rmsNorm(_ name: String, _ width: Int) { add(name + ".weight", [width], .gain) }

  private mutating func add(_ name: String, _ shape: [Int], _ role: ParameterLayout.Role) {
    parameters.append(
      ParameterLayout.Parameter(name: name, shape: shape, role: role, layer: layer))
  }

  mutating func addGPTNeoX() {
    let (c, f) = (configuration.hiddenSize, configuration.intermediateSize)
    matrix("gpt_neox.embed_in.weight", [configuration.vocabularySize, c])
    for index in 0..<configuration.layerCount {
      layer = index
      let name = "gpt_neox.layers.\(index)"
      layerNorm("\(name).input_layernorm")
      linear("\(name).attention.query_key_value", 3 * c, c, bias: configuration.attentionBias)
      linear("\(name).attention.dense", c, c, bias: configuration.outputBias, role: .outputMatrix)
      layerNorm("\(name).post_attention_layernorm")
      linear("\(name).mlp.dense_h_to_4h", f, c, bias: configuration.mlpBias)
      linear("\(name).mlp.dense_4h_to_h", c, f, bias: configuration.mlpBias, role: .outputMatrix)
    }
    layer = nil
    layerNorm("gpt_neox.final_layer_norm")
  }

  mutating func addGPT2() {
    let (c, f) = (configuration.hiddenSize, configuration.intermediateSize)
    matrix("transformer.wte.weight", [configuration.vocabularySize, c])
    matrix("transformer.wpe.weight", [configuration.maximumPositions, c])
    for index in 0..<configuration.layerCount {
      layer = index
      let name = "transformer.h.\(index)"
      layerNorm("\(name).ln_1")
      convolution("\(name).attn.c_attn", c, 3 * c)
      convolution("\(name).attn.c_proj", c, c, role: .outputMatrix)
      layerNorm("\(name).ln_2")
      convolution("\(name).mlp.c_fc", c, f)
      convolution("\(name).mlp.c_proj", f, c, role: .outputMatrix)
    }
    layer = nil
    layerNorm("transformer.ln_f")
  }

  mutating func addLlama() {
    let (c, f) = (configuration.hiddenSize, configuration.intermediateSize)
    let queries = configuration.headCount * configuration.headSize
    let keys = configuration.keyValueHeadCount * configuration.headSize
    matrix("model.embed_tokens.weight", [configuration.vocabularySize, c])
    for index in 0..<configuration.layerCount {
      layer = index
      let name = "model.layers.\(index)"
      rmsNorm("\(name).input_layernorm", c)
      linear("\(name).self_attn.q_proj", queries, c, bias: configuration.attentionBias)
      linear("\(name).self_attn.k_proj", keys, c, bias: configuration.attentionBias)
      linear("\(name).self_attn.v_proj", keys, c, bias: configuration.attentionBias)
      if configuration.queryKeyNorm {
        rmsNorm("\(name).self_attn.q_norm", configuration.headSize)
        rmsNorm("\(name).self_attn.k_norm", configuration.headSize)
      }
      linear(
        "\(name).self_attn.o_proj", c, queries, bias: configuration.outputBias, role: .outputMatrix)
      rmsNorm("\(name).post_attention_layernorm", c)
      linear("\(name).mlp.gate_proj", f, c, bias: configuration.mlpBias)
      linear("\(name).mlp.up_proj", f, c, bias: configuration.mlpBias)
      linear("\(name).mlp.down_proj", c, f, bias: configuration.mlpBias, role: .outputMatrix)
    }
    layer = nil
    rmsNorm("model.norm", c)
  }
}
