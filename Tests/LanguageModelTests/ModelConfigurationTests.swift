import Compute
import Foundation
@testable import LanguageModel
import OrderedJSON
import TestSupport
import Testing

/// One configuration and what transformers made of it.
struct ResolvedConfiguration: Sendable, CustomTestStringConvertible {
  let golden: JSONValue

  var testDescription: String { golden["config"]?.serialized() ?? "" }

  static let all: [ResolvedConfiguration] =
    (try? Fixture.json("configurations/reference.json"))?["configurations"]?.arrayValue?
    .map { ResolvedConfiguration(golden: $0) } ?? []

  func parsed() throws -> ModelConfiguration {
    try ModelConfiguration(try #require(golden["config"]), path: "config.json")
  }
}

@Suite("Configurations against transformers")
struct ModelConfigurationGoldenTests {
  @Test("The goldens are there")
  func goldensAreThere() { #expect(ResolvedConfiguration.all.count > 90) }

  @Test("Every spelling resolves as in transformers", arguments: ResolvedConfiguration.all)
  func resolves(_ row: ResolvedConfiguration) throws {
    let configuration = try row.parsed()
    let golden = row.golden
    #expect(
      configuration.windows == golden["windows"]?.arrayValue?.map { $0.integerValue })
    #expect(configuration.maximumLength == golden["maximum_length"]?.integerValue)
    #expect(configuration.tiesEmbeddings == golden["tied"]?.boolValue)
    #expect(configuration.usesParallelResidual == golden["parallel"]?.boolValue)
    #expect(configuration.normEpsilon == Float(golden["epsilon"]?.doubleValue ?? -1))
    let scales = golden["attention_scales"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    #expect(scales.count == configuration.layerCount)
    for (layer, scale) in scales.enumerated() {
      // Relative; both are one division in double.
      #expect(abs(configuration.attentionScale(ofLayer: layer) - scale) <= 1e-15 * abs(scale) * 4)
    }
  }

  @Test(
    "Rotary frequencies agree with transformers to 1e-6 relative",
    arguments: ResolvedConfiguration.all)
  func frequenciesAgree(_ row: ResolvedConfiguration) throws {
    let expected = row.golden["inverse_frequencies"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    let found = try row.parsed().inverseFrequencies()
    try #require(found.count == expected.count)
    for (a, b) in zip(found, expected) {
      #expect(abs(a - b) <= 1e-6 * b, "\(a) and \(b)")
    }
  }

  @Test(
    "The layout lists the tensors that transformers saves, in their shapes",
    arguments: ResolvedConfiguration.all)
  func layoutAgrees(_ row: ResolvedConfiguration) throws {
    let layout = ParameterLayout(try row.parsed())
    var expected: [String: [Int]] = [:]
    for member in row.golden["tensors"]?.objectValue?.members ?? [] {
      expected[member.name] = member.value.arrayValue?.compactMap(\.integerValue)
    }
    var found: [String: [Int]] = [:]
    for parameter in layout.parameters { found[parameter.name] = parameter.shape }
    if layout.tiesEmbeddings { found[layout.outputEmbedding] = nil }
    #expect(found == expected)
    let count = expected.values.reduce(0) { $0 + $1.reduce(1, *) }
    #expect(layout.parameterCount == count)
  }

  @Test("Every spelling of an activation computes what ACT2FN computes, to 1e-9 absolute")
  func activationsAgree() throws {
    let golden = try #require(try Fixture.json("configurations/reference.json")["activations"])
    let points = golden["points"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    #expect(points.count == 12)
    let values = try #require(golden["values"]?.objectValue)
    #expect(values.members.count == 13)
    for member in values.members {
      let json: JSONValue = ["model_type": "llama", "hidden_act": .string(member.name)]
      let activation = try ModelConfiguration(json, path: "config.json").activation
      for (x, expected) in zip(points, member.value.arrayValue?.compactMap(\.doubleValue) ?? []) {
        #expect(abs(value(of: activation, at: x) - expected) < 1e-9, "\(member.name)(\(x))")
      }
    }
  }

  /// The formulas in the comments of `Activation`.
  private func value(of activation: Activation, at x: Double) -> Double {
    switch activation {
    case .geluExact: x / 2 * (1 + erf(x / 2.0.squareRoot()))
    case .geluClipped: min(x / 2 * (1 + erf(x / 2.0.squareRoot())), 10)
    case .geluTanh: x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .geluSigmoid: x / (1 + exp(-1.702 * x))
    case .relu: max(x, 0)
    case .silu: x / (1 + exp(-x))
    case .tanh: tanh(x)
    }
  }
}

@Suite("Configurations that cannot be used")
struct ModelConfigurationErrorTests {
  static let cases: [(json: String, words: [String])] = [
    (#"[]"#, ["object is expected", "an array"]),
    (#"{}"#, ["model_type is missing", "gpt_neox"]),
    (#"{"model_type": "gpt-neox"}"#, ["model_type", "not supported", "Did you mean gpt_neox"]),
    (#"{"model_type": "bert"}"#, ["\"bert\" is not supported", "llama", "qwen3"]),
    (#"{"model_type": 3}"#, ["model_type must be a string"]),
    (#"{"model_type": "ll\u001b[31mama"}"#, ["ll\\u{1b}[31mama"]),
    (#"{"model_type": "llama", "num_attention_heads": 0}"#, ["num_attention_heads is 0"]),
    (#"{"model_type": "llama", "num_attention_heads": -4}"#, ["num_attention_heads is -4"]),
    (#"{"model_type": "llama", "num_key_value_heads": 0}"#, ["num_key_value_heads is 0"]),
    (
      #"{"model_type": "llama", "num_attention_heads": 32, "num_key_value_heads": 5}"#,
      ["num_attention_heads 32 is not a multiple of num_key_value_heads 5"]
    ),
    (
      #"{"model_type": "llama", "hidden_size": 100, "num_attention_heads": 3, "num_key_value_heads": 1}"#,
      ["hidden_size 100 is not a multiple of num_attention_heads 3"]
    ),
    (#"{"model_type": "gpt_neox", "hidden_size": 63, "num_attention_heads": 4}"#, ["multiple"]),
    (#"{"model_type": "gpt2", "n_embd": 63, "n_head": 4}"#, ["n_embd 63 is not a multiple"]),
    (
      #"{"model_type": "gpt_neox", "num_hidden_layers": 1000000000}"#,
      ["num_hidden_layers", "10000"]
    ),
    (#"{"model_type": "gpt_neox", "num_hidden_layers": 0}"#, ["num_hidden_layers is 0"]),
    (#"{"model_type": "gpt_neox", "vocab_size": 2147483648}"#, ["vocab_size is 2147483648"]),
    (#"{"model_type": "gpt_neox", "vocab_size": 0}"#, ["vocab_size is 0"]),
    (#"{"model_type": "gpt2", "n_layer": 99999999999999999999999}"#, ["n_layer is 99999999"]),
    (#"{"model_type": "gpt2", "n_positions": 1e400}"#, ["n_positions", "an integer"]),
    (#"{"model_type": "llama", "hidden_size": 64.0}"#, ["hidden_size must be an integer", "64.0"]),
    (#"{"model_type": "llama", "hidden_size": "64"}"#, ["hidden_size must be an integer"]),
    (#"{"model_type": "llama", "hidden_size": null}"#, ["hidden_size must be an integer", "null"]),
    (#"{"model_type": "llama", "hidden_size": true}"#, ["hidden_size must be an integer"]),
    (#"{"model_type": "llama", "head_dim": 0}"#, ["head_dim is 0"]),
    (#"{"model_type": "qwen3", "head_dim": 7}"#, ["even head size", "7"]),
    (
      #"{"model_type": "qwen3", "head_dim": 16777216, "num_attention_heads": 32}"#, ["too large"]
    ),
    (#"{"model_type": "gpt_neox", "head_dim": 5}"#, ["head_dim is 5"]),
    (
      #"{"model_type": "mistral", "hidden_size": 8, "num_attention_heads": 16}"#,
      ["num_attention_heads 16 is more than hidden_size 8"]
    ),
    (#"{"model_type": "llama", "rms_norm_eps": "1e-5"}"#, ["rms_norm_eps must be a number"]),
    (#"{"model_type": "llama", "rms_norm_eps": -1}"#, ["rms_norm_eps is -1"]),
    (#"{"model_type": "llama", "rms_norm_eps": NaN}"#, ["rms_norm_eps is NaN"]),
    (
      #"{"model_type": "llama", "hidden_act": "gleu"}"#,
      ["hidden_act \"gleu\"", "Did you mean gelu"]
    ),
    (#"{"model_type": "llama", "hidden_act": null}"#, ["hidden_act must be a string"]),
    (#"{"model_type": "llama", "attention_bias": 1}"#, ["attention_bias must be true or false"]),
    (#"{"model_type": "llama", "rope_theta": 0}"#, ["rope_theta is 0", "positive"]),
    (#"{"model_type": "llama", "rope_theta": null}"#, ["rope_theta must be a number"]),
    (
      #"{"model_type": "llama", "rope_scaling": {"type": "dynamic", "factor": 2}}"#,
      ["rope_scaling.type \"dynamic\"", "default, linear, llama3"]
    ),
    (
      #"{"model_type": "qwen2", "rope_parameters": {"rope_type": "yarn", "factor": 4}}"#,
      ["rope_parameters.rope_type \"yarn\""]
    ),
    (#"{"model_type": "llama", "rope_scaling": {"type": "linear"}}"#, ["rope_scaling.factor"]),
    (
      #"{"model_type": "llama", "rope_scaling": {"type": "linear", "factor": 0}}"#,
      ["rope_scaling.factor is 0"]
    ),
    (
      #"{"model_type": "llama", "rope_scaling": {"rope_type": "llama3", "factor": 8}}"#,
      ["rope_scaling.low_freq_factor is missing"]
    ),
    (
      #"{"model_type": "llama", "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4}}"#,
      ["high_freq_factor 4.0 is not above"]
    ),
    (
      #"{"model_type": "llama", "partial_rotary_factor": 0.5, "rope_scaling": {"type": "linear", "factor": 2}}"#,
      ["partial_rotary_factor is 0.5"]
    ),
    (#"{"model_type": "llama", "rope_scaling": "linear"}"#, ["rope_scaling must be an object"]),
    (
      #"{"model_type": "qwen3", "rope_parameters": {"full_attention": {}}}"#,
      ["rope_parameters.full_attention"]
    ),
    (#"{"model_type": "gpt_neox", "rotary_pct": 1.5}"#, ["rotary_pct is 1.5"]),
    (#"{"model_type": "mistral", "sliding_window": 0}"#, ["sliding_window is 0"]),
    (
      #"{"model_type": "qwen2", "num_hidden_layers": 2, "layer_types": ["full_attention"]}"#,
      ["layer_types", "2 strings", "a list of 1"]
    ),
    (
      #"{"model_type": "qwen2", "num_hidden_layers": 1, "layer_types": ["sliding_attention"]}"#,
      ["layer_types has sliding_attention"]
    ),
    (
      #"{"model_type": "qwen2", "num_hidden_layers": 1, "layer_types": ["chunked_attention"]}"#,
      ["layer_types \"chunked_attention\""]
    ),
    (#"{"model_type": "llama", "quantization_config": {"bits": 4}}"#, ["quantization_config"]),
    (#"{"model_type": "llama", "num_local_experts": 8}"#, ["num_local_experts", "experts"]),
    (#"{"model_type": "gpt2", "add_cross_attention": true}"#, ["add_cross_attention"]),
    (#"{"model_type": "llama", "is_causal": false}"#, ["is_causal"]),
    (
      #"{"model_type": "gpt2", "n_embd": 32, "hidden_size": 64}"#,
      ["n_embd is 32, but hidden_size is 64"]
    ),
  ]

  @Test("A configuration without sense is an error that names the key", arguments: cases)
  func refuses(json: String, words: [String]) throws {
    let value = try JSONValue(
      parsing: Array(json.utf8), options: JSONParsingOptions(allowsNonFiniteNumbers: true))
    let error = #expect(throws: ModelConfigurationError.self) {
      try ModelConfiguration(value, path: "dir/config.json")
    }
    let description = error?.description ?? ""
    #expect(description.hasPrefix("dir/config.json: "))
    for word in words { #expect(description.contains(word), "\(description)") }
  }

  @Test("A file that is no JSON is an error with line and column")
  func refusesOtherFiles() throws {
    let folder = try Locations.makeTemporaryFolder()
    let url = folder.appendingPathComponent("config.json")
    try Data("{\n  \"model_type\": }".utf8).write(to: url)
    let error = #expect(throws: ModelConfigurationError.self) {
      try ModelConfiguration(path: url.path)
    }
    #expect(error?.description.contains("line 2, column 17") == true)
    try Data(repeating: 0x20, count: 17 << 20).write(to: url)
    #expect(throws: ModelConfigurationError(path: url.path, problem: .tooLarge(size: 17 << 20))) {
      try ModelConfiguration(path: url.path)
    }
  }
}
