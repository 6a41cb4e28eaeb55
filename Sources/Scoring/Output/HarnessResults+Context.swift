import Files
import OrderedJSON
import Tokenization

/// The parts of a results file that are not about tasks.
///
/// Source: `lm_eval/evaluator.py` (`simple_evaluate`), `lm_eval/loggers/utils.py` and
/// `lm_eval/loggers/evaluation_tracker.py`, commit 4e7e0d4.
extension HarnessResults {
  static func members(of context: HarnessContext) -> [JSONObject.Member] {
    let tokens = context.specialTokens
    return [
      .init(name: "config", value: configuration(of: context)),
      .init(name: "git_hash", value: nil),
      .init(name: "date", value: .double(context.date)),
      .init(name: "pretty_env_info", value: .string(context.environment)),
      .init(name: "transformers_version", value: "N/A"),
      .init(name: "lm_eval_version", value: .string(context.program)),
      .init(name: "upper_git_hash", value: nil),
      .init(name: "tokenizer_pad_token", value: pair(tokens.pad)),
      .init(name: "tokenizer_eos_token", value: pair(tokens.eos)),
      .init(name: "tokenizer_bos_token", value: pair(tokens.bos)),
      .init(name: "eot_token_id", value: tokens.eos.map { .integer(Int($0.id)) } ?? .null),
      .init(name: "max_length", value: .integer(context.window)),
    ]
  }

  static func identity(of context: HarnessContext) -> [JSONObject.Member] {
    [
      .init(name: "model_source", value: "cpteval"),
      .init(name: "model_name", value: .string(context.modelName)),
      .init(
        name: "model_name_sanitized", value: .string(context.modelName.sanitizedForFileName)),
      .init(name: "system_instruction", value: nil),
      .init(name: "system_instruction_sha", value: nil),
      .init(name: "fewshot_as_multiturn", value: nil),
      .init(name: "chat_template", value: nil),
      .init(name: "chat_template_sha", value: nil),
      .init(
        name: "total_evaluation_time_seconds",
        value: .string(context.totalSeconds.pythonDescription)),
    ]
  }

  private static func configuration(of context: HarnessContext) -> JSONValue {
    .init([
      ("model", "cpteval"),
      ("model_args", ["pretrained": .string(context.modelPath), "dtype": "float32"]),
      ("model_num_parameters", .integer(context.parameterCount)),
      // What the arithmetic is done in, as with --model_args dtype=float32; the stored dtypes stand
      // in our own record.
      ("model_dtype", "torch.float32"),
      ("model_revision", "main"),
      ("model_sha", ""),
      ("batch_size", context.batchTokens.map { .string("\($0) tokens") } ?? "auto"),
      ("batch_sizes", []),
      ("device", "cpu"),
      ("use_cache", nil),
      ("limit", context.limit.map { .double(Double($0)) } ?? .null),
      ("bootstrap_iters", .integer(context.bootstrapIterations)),
      ("gen_kwargs", [:]),
      ("random_seed", 0),
      ("numpy_seed", 1234),
      ("torch_seed", 1234),
      ("fewshot_seed", 1234),
    ])
  }

  /// A token as lm-eval writes it: text and id, both as text.
  private static func pair(_ token: SpecialTokens.Token?) -> JSONValue {
    token.map { [.string($0.text), .string("\($0.id)")] } ?? [nil, "None"]
  }
}
