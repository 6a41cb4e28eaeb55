import EvaluationTasks
import Foundation
import TestSupport
import Testing

@Suite("Checking a task file")
struct TaskCheckTests {
  /// A file that is right, to which tests add what is wrong.
  private static let right = """
    task: mine
    dataset_path: json
    output_type: multiple_choice
    test_split: test
    doc_to_text: "Q: {{q}}"
    doc_to_target: gold
    doc_to_choice: ["A", "B"]

    """

  private func check(_ text: String) throws -> TaskCheck {
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("mine.yaml")
    try Data(text.utf8).write(to: file)
    return TaskRegistry.check(file: file)
  }

  @Test("A file with nothing wrong makes a task")
  func accepts() throws {
    let check = try check(Self.right)
    #expect(check.problems == [])
    #expect(check.task?.metrics.map(\.name) == ["acc", "acc_norm"])
  }

  @Test(
    "What would change the score and is not supported is an error with key and line",
    arguments: [
      ("use_prompt: \"promptsource:x\"", "use_prompt"), ("doc_to_image: pic", "doc_to_image"),
      ("doc_to_audio: sound", "doc_to_audio"), ("doc_to_txt: q", "doc_to_txt"),
      ("metric_list: [{metric: accc}]", "metric_list.metric"),
      ("metric_list: [{metric: acc, aggregation: meen}]", "metric_list.aggregation"),
      ("metric_list: [{metric: acc, agregation: mean}]", "metric_list.agregation"),
      ("metric_list: [{aggregation: mean}]", "metric_list"), ("metric_list: acc", "metric_list"),
      ("filter_list: [{name: x, filter: [{function: regex}]}]", "filter_list"),
      ("fewshot_config: {sampler: balanced}", "fewshot_config.sampler"),
      ("fewshot_config: {smapler: default}", "fewshot_config.smapler"),
      ("fewshot_config: {samples: [1]}", "fewshot_config.samples"),
      ("fewshot_config: 3", "fewshot_config"), ("num_fewshot: -1", "num_fewshot"),
      ("num_fewshot: many", "num_fewshot"), ("description: {a: b}", "description"),
      ("target_delimiter: 3", "target_delimiter"), ("gen_prefix: \"{{\"", "gen_prefix"),
      ("dataset_kwargs: {data_files: {test: 3}}", "dataset_kwargs.data_files"),
      ("dataset_kwargs: {field: rows}", "dataset_kwargs.field"), ("tag: {a: b}", "tag"),
      ("metadata: 1", "metadata"), ("process_docs: utils.f", "process_docs"),
      ("class: task.Task", "class"),
    ])
  func refuses(line: String, key: String) throws {
    let check = try check(Self.right + line + "\n")
    let problem = try #require(check.problems.first, "\(line)")
    #expect(problem.key == key && problem.line == 8, "\(problem)")
    #expect(!check.isUsable && check.task == nil)
  }

  @Test("A near key is suggested")
  func suggestsKeys() throws {
    let check = try check(Self.right + "doc_to_txt: q\n")
    #expect("\(check.problems)".contains("doc_to_text"))
  }

  @Test(
    "Keys that cannot change a likelihood task's score are accepted",
    arguments: [
      "should_decontaminate: true\ndoc_to_decontamination_query: q", "repeats: 3",
      "generation_kwargs: {until: [x]}", "unsafe_code: true", "task_list: []",
      "filter_list: [{name: none, filter: [{function: take_first}]}]", "use_prompt: null",
      "dataset_kwargs: {trust_remote_code: true}",
      "metric_list: [{metric: acc, ignore_case: true, hf_evaluate: true}]", "doc_to_image: null",
    ])
  func ignores(text: String) throws {
    #expect(try check(Self.right + text + "\n").problems == [])
  }

  @Test("All problems are found at once, in the file's order of reading")
  func collectsProblems() throws {
    let check = try check(
      """
      task: bad
      output_type: generate_until
      doc_to_text: "{{ q "
      doc_to_choice: [yes, no]
      nonsense: 1
      """)
    #expect(
      check.problems.map(\.line) == [5, 2, 3, 4, 4, 4, nil, nil],
      "\(check.problems.map(\.description).joined(separator: "\n"))")
    // Unquoted yes is a truth value in YAML.
    #expect(check.problems.contains { $0.message.contains("truth value") })
  }

  @Test("A function that has no counterpart names the family and those that exist")
  func namesFunctions() throws {
    let check = try check(Self.right + "process_docs: !function utils.process_nothing\n")
    let problem = try #require(check.problems.first)
    #expect(problem.kind == .missingFunction && problem.line == 8)
    #expect(problem.message.contains("hellaswag: utils.process_docs"))
    let resolved = try self.check(
      Self.right + "process_docs: !function lm_eval.tasks.hellaswag.utils.process_docs\n")
    #expect(resolved.functions.map(\.processor) == ["hellaswag: utils.process_docs"])
  }

  @Test(
    "Outside its family's folder a function is found by the task's own names, with a warning",
    arguments: [
      ("task: hellaswag_mine", "hellaswag: utils.process_docs"),
      ("task: x\ndataset_path: Rowan/hellaswag", "hellaswag: utils.process_docs"),
      ("task: x\ndataset_path: alexandrainst/m_arc", "arc_multilingual: utils.process_docs"),
      ("task: x\ntag: [hellaswag_multilingual]", "hellaswag_multilingual: utils.process_docs"),
    ])
  func findsFunctionsByName(lines: String, processor: String) throws {
    let rest = Self.right.split(separator: "\n").dropFirst(2).joined(separator: "\n")
    let check = try check("\(lines)\n\(rest)\nprocess_docs: !function utils.process_docs\n")
    #expect(check.isUsable && check.functions.map(\.processor) == [processor])
    #expect(check.problems.map(\.kind) == [.warning])
    #expect("\(check.problems)".contains("lm_eval.tasks."))
  }

  @Test("The two characters of \\n in single quotes are a warning, not an error")
  func warnsOfLiteralNewlines() throws {
    let check = try check(
      Self.right.replacingOccurrences(of: "\"Q: {{q}}\"", with: "'Q: {{q}}\\nA:'"))
    #expect(check.isUsable && check.task != nil)
    #expect(check.problems.map(\.kind) == [.warning])
  }

  @Test("A group's file is checked as a group")
  func checksGroups() throws {
    let good = try check("group: g\ntask: [piqa]\naggregate_metric_list: [{metric: acc}]\n")
    #expect(good.isUsable && good.groupName == "g")
    let bad = try check(
      "group: g\ntask: [{x: 1}]\naggregate_metric_list: [{metric: acc, aggregation: max}]\n")
    #expect(bad.problems.map(\.key) == ["aggregate_metric_list.aggregation", "task"])
  }
}
