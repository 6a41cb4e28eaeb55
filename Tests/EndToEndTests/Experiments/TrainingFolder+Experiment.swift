import Foundation
import OrderedJSON
import TestSupport
import Testing

extension TrainingFolder {
  /// Two phases with replay against a baseline from scratch, on two tasks of 16 documents.
  static let experimentPlan = """
    name: two
    seed: 7
    model: {init: {model_type: gpt_neox, hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 32, max_position_embeddings: 512}}
    tokenizer: \(tokenizer)
    sequence_length: 16
    batch: {sequences: 4, micro_sequences: 2}
    data:
      english: {train: [en.jsonl], validation: [en-held.jsonl]}
      german: {train: [de.jsonl], validation: [de-held.jsonl]}
    runs:
      continual:
        phases:
          - {name: pretrain, data: english, steps: 6, schedule: {kind: cosine, max_lr: 5.0e-2, min_lr: 1.0e-3, warmup: 2}}
          - {name: adapt, data: german, replay: {english: 25%}, steps: 6, schedule: {kind: cosine, max_lr: 5.0e-2, min_lr: 5.0e-4, warmup: 2}}
      from-scratch:
        phases:
          - {name: union, data: {english: 50%, german: 50%}, steps: 12, schedule: {kind: cosine, max_lr: 5.0e-2, min_lr: 1.0e-3, warmup: 2}}
    baseline: from-scratch
    evaluation: {tasks: [arc_mini, piqa_mini_de], every: 4, limit: 16}

    """

  /// The plan after ``experimentPlan`` was trained to its end in `out`; for reading alone.
  static let finished = Result {
    let folder = try TrainingFolder(plan: experimentPlan)
    let outcome = try folder.train("out", "--threads", "1")
    try #require(outcome.status == 0, "\(outcome.errors)")
    return folder
  }

  /// The same, to be changed.
  static func finishedCopy() throws -> TrainingFolder {
    let folder = try TrainingFolder(plan: experimentPlan)
    try FileManager.default.copyItem(
      atPath: finished.get().path("out"), toPath: folder.path("out"))
    return folder
  }

  /// Runs any command in the folder.
  func cpteval(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(arguments, in: url, environment: environment)
  }

  /// Runs a line of shell in the folder, in which `cpteval` is the built binary.
  func shell(_ line: String) throws -> BuiltBinary.Outcome {
    try BuiltBinary.shell(line, in: url)
  }

  // MARK: Files

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// A JSON file without Python's NaN and Infinity, which is no JSON.
  func json(_ name: String) throws -> JSONValue { try JSONValue(parsing: text(name)) }

  /// Folder of a checkpoint's results.
  static func evaluation(_ run: String, _ step: Int, _ output: String = "out") -> String {
    "\(checkpoint(run, step, output))/evaluation"
  }

  /// Folder of a checkpoint.
  static func checkpoint(_ run: String, _ step: Int, _ output: String = "out") -> String {
    "\(output)/two/\(run)/checkpoints/step-" + String(String(100_000_000 + step).dropFirst())
  }

  /// The results file in a folder.
  func results(in folder: String) throws -> JSONValue {
    let name = try #require(try names(folder).last { $0.hasPrefix("results_") }, "\(folder)")
    return try json("\(folder)/\(name)")
  }

  /// The lines of a task's samples file in a folder.
  func samples(of task: String, in folder: String) throws -> [String] {
    let name = try #require(
      try names(folder).last { $0.hasPrefix("samples_\(task)_2") }, "\(folder)")
    return try text("\(folder)/\(name)").split(separator: "\n").map(String.init)
  }

  /// What a run has measured, with all that does not depend on the time.
  func evaluations(_ output: String = "out", run: String = "continual") throws -> [String] {
    try lines("\(output)/two/\(run)/evaluations.jsonl").map { line in
      JSONValue.object(
        JSONObject(line.objectValue?.members.filter { $0.name != "time" } ?? [])
      ).serialized()
    }
  }

  /// The comparisons of an output's comparison.json.
  func comparisons(_ output: String = "out") throws -> [JSONValue] {
    try #require(try json("\(output)/two/comparison.json")["comparisons"]?.arrayValue)
  }

  /// What each of them found, with all that does not depend on places and times.
  func findings(_ output: String = "out") throws -> [String] {
    try comparisons(output).map { comparison in
      let inner = comparison["comparison"]
      return [
        comparison["run"], comparison["step"], comparison["against"], inner?["verdict"],
        inner?["rows"],
      ].map { $0?.serialized() ?? "nothing" }.joined(separator: " ")
    }
  }
}
