/// The keys that lm-eval 0.4.13 knows, and what becomes of them here.
///
/// Source: the fields of `lm_eval/config/task.py: TaskConfig` and `FewshotConfig` and of
/// `lm_eval/config/group.py: GroupConfig`, commit 4e7e0d4.
enum TaskKeys {
  /// Keys that mean something here.
  static let interpreted: Set<String> = [
    "task", "task_alias", "tag", "dataset_path", "dataset_name", "dataset_kwargs",
    "training_split", "validation_split", "test_split", "fewshot_split", "process_docs",
    "doc_to_text", "doc_to_target", "doc_to_choice", "process_results", "description",
    "target_delimiter", "fewshot_delimiter", "fewshot_config", "num_fewshot", "metric_list",
    "output_type", "filter_list", "gen_prefix", "metadata",
  ]

  /// Keys that cannot change the score of a task that asks for likelihoods: names for structures
  /// around it, generation, decontamination, repetition of what gives the same answer every time.
  static let ignored: Set<String> = [
    "group", "task_list", "include", "unsafe_code", "generation_kwargs", "repeats",
    "should_decontaminate", "doc_to_decontamination_query",
  ]

  /// Keys that would change it and are not supported.
  static let unsupported: [String: String] = [
    "use_prompt": "prompts from promptsource are not supported; write the template out",
    "doc_to_image": "images are not supported",
    "doc_to_audio": "sound is not supported",
    "custom_dataset": "data made by Python code is not supported; write the rows into a file",
    "class": "tasks written as Python classes are not supported",
  ]

  static let all: [String] =
    (interpreted.union(ignored).union(unsupported.keys)).sorted()

  static let fewshot: Set<String> = [
    "sampler", "split", "process_docs", "fewshot_indices", "samples", "doc_to_text",
    "doc_to_choice", "doc_to_target", "gen_prefix", "fewshot_delimiter", "target_delimiter",
  ]

  /// `metric`, `aggregation` and `higher_is_better` are interpreted; the others are arguments of
  /// metrics over generated texts, and two that lm-eval's own files hold without effect.
  static let metric: Set<String> = [
    "metric", "aggregation", "higher_is_better", "hf_evaluate", "ignore_case",
    "ignore_punctuation", "ignore_numbers", "regexes_to_ignore", "average", "weight_by_size",
    "high_is_better",
  ]

  static let group: Set<String> = [
    "group", "group_alias", "task", "aggregate_metric_list", "metadata",
  ]

  static let aggregate: Set<String> = ["metric", "filter_list", "aggregation", "weight_by_size"]
}
