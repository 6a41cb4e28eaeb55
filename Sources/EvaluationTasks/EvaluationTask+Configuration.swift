internal import HarnessCompatibility
public import OrderedJSON
internal import YAMLDocuments

extension EvaluationTask {
  /// The task's configuration in the form and order that lm-eval writes into results.
  ///
  /// - Parameter numFewshot: The number of examples in force.
  /// - Returns: An object; functions stand as `!function` with their name, where lm-eval puts source
  ///   code.
  /// - SeeAlso: `lm_eval/config/task.py: TaskConfig.to_dict`, commit 4e7e0d4.
  public func configurationJSON(numFewshot: Int) -> JSONValue {
    var object = JSONObject()
    func put(_ key: String, _ value: JSONValue?) {
      guard let value, !value.isNull else { return }
      object.members.append(JSONObject.Member(name: key, value: value))
    }
    func value(_ key: String) -> JSONValue? { raw.value(key)?.configurationJSON }
    put("task", .string(name))
    for key in ["task_alias", "custom_dataset", "dataset_path", "dataset_name"] {
      put(key, value(key))
    }
    put("dataset_kwargs", datasetArguments)
    for key in [
      "training_split", "validation_split", "test_split", "fewshot_split", "process_docs",
      "doc_to_text", "doc_to_target",
    ] { put(key, value(key)) }
    put("unsafe_code", value("unsafe_code") ?? false)
    for key in ["doc_to_choice", "process_results"] { put(key, value(key)) }
    put("description", value("description") ?? "")
    put("target_delimiter", .string(definition.targetDelimiter))
    put("fewshot_delimiter", .string(definition.fewshotDelimiter))
    put("fewshot_config", fewshotConfiguration)
    put("num_fewshot", .integer(numFewshot))
    put("metric_list", value("metric_list"))
    put("output_type", .string(outputType.rawValue))
    put("generation_kwargs", value("generation_kwargs"))
    put("repeats", value("repeats") ?? 1)
    put("filter_list", value("filter_list"))
    put("should_decontaminate", value("should_decontaminate") ?? false)
    put("doc_to_decontamination_query", value("doc_to_decontamination_query"))
    put("gen_prefix", value("gen_prefix"))
    put("metadata", metadata)
    return .object(object)
  }

  private var datasetArguments: JSONValue? {
    guard let value = raw.value("dataset_kwargs")?.configurationJSON else { return nil }
    guard case .object(var object) = value else { return value }
    object["trust_remote_code"] = nil
    return .object(object)
  }

  /// lm-eval writes all fields of this one, those that fall back to the task's included.
  private var fewshotConfiguration: JSONValue {
    let own = raw.value("fewshot_config")
    func value(_ key: String, _ fallback: String?) -> JSONValue {
      if let given = own?.value(of: key) { return given.configurationJSON }
      return fallback.flatMap { raw.value($0)?.configurationJSON } ?? .null
    }
    return .object(
      JSONObject(
        [
          ("sampler", .string(definition.fewshot.sampler.rawValue)),
          ("split", value("split", "fewshot_split")),
          ("process_docs", value("process_docs", "process_docs")),
          ("fewshot_indices", value("fewshot_indices", nil)),
          ("samples", value("samples", nil)),
          ("doc_to_text", value("doc_to_text", "doc_to_text")),
          ("doc_to_choice", value("doc_to_choice", "doc_to_choice")),
          ("doc_to_target", value("doc_to_target", "doc_to_target")),
          ("gen_prefix", value("gen_prefix", "gen_prefix")),
          (
            "fewshot_delimiter",
            .string(definition.fewshot.fewshotDelimiter ?? definition.fewshotDelimiter)
          ),
          (
            "target_delimiter",
            .string(definition.fewshot.targetDelimiter ?? definition.targetDelimiter)
          ),
        ].map { JSONObject.Member(name: $0.0, value: $0.1) }))
  }

  /// The metadata, and as in lm-eval the file that the task comes from.
  private var metadata: JSONValue {
    var object = raw.value("metadata")?.configurationJSON.objectValue ?? JSONObject()
    object["config_source"] = .string(raw.file.description)
    return .object(object)
  }
}

extension YAMLNode {
  /// The value as JSON, with functions as `!function` and their name.
  var configurationJSON: JSONValue { json }
}
