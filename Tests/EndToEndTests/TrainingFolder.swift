import Foundation
import OrderedJSON
import TestSupport
import Testing

/// A folder with a plan over small texts, trained by the built binary.
final class TrainingFolder: Sendable {
  let url: URL

  /// Makes the texts and `plan.yaml`.
  init(plan: String = TrainingFolder.plan) throws {
    url = try Locations.makeTemporaryFolder()
    var random = Mutator(seed: 5)
    for (name, words, count) in [
      ("en", Self.english, 40), ("en-held", Self.english, 6), ("de", Self.german, 30),
      ("de-held", Self.german, 6),
    ] {
      try write("\(name).jsonl", Self.texts(words, count: count, random: &random))
    }
    try write("plan.yaml", plan)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  private static let english = "the a of and to see read write long day year was is by on river"
  private static let german = "der die das und zu sehen lesen schreiben lang Tag Jahr war ist am"

  private static func texts(_ words: String, count: Int, random: inout Mutator) -> String {
    let words = words.split(separator: " ")
    return (0..<count).map { _ in
      let text = (0...30 + random.below(30)).map { _ in words[random.below(words.count)] }
      return "{\"text\": \"\(text.joined(separator: " "))\"}\n"
    }.joined()
  }

  static let tokenizer = Locations.fixtures.path + "/checkpoints/tiny-neox/tokenizer.json"

  /// Two phases with replay; 22 steps in all.
  static let plan = """
    name: two
    seed: 7
    model: {init: {model_type: gpt_neox, hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 32, max_position_embeddings: 512}}
    tokenizer: \(tokenizer)
    sequence_length: 16
    batch: {sequences: 4, micro_sequences: 2}
    data:
      english: {train: [en.jsonl], validation: [en-held.jsonl]}
      german: {train: [de.jsonl], validation: [de-held.jsonl]}
    runs:
      continual:
        phases:
          - {name: pretrain, data: english, steps: 10, checkpoint_every: 4, validate_every: 5, schedule: {kind: cosine, max_lr: 1.0e-2, min_lr: 1.0e-3, warmup: 2}}
          - {name: adapt, data: german, replay: {english: 25%}, steps: 12, batch: {sequences: 6, micro_sequences: 3}, checkpoint_every: 5, schedule: {kind: cosine, max_lr: 5.0e-3, min_lr: 5.0e-4, warmup: 2}}

    """

  /// So few steps that a run may be killed at each of its calls in turn: three saves, of which the last
  /// prunes the first.
  static let shortPlan = plan.replacingOccurrences(of: "steps: 10", with: "steps: 3")
    .replacingOccurrences(of: "steps: 12", with: "steps: 2, keep_last: 1")
    .replacingOccurrences(of: "checkpoint_every: 4, validate_every: 5", with: "checkpoint_every: 2")
    .replacingOccurrences(of: "warmup: 2", with: "warmup: 1")

  /// Long enough to be met by a signal: steps that take milliseconds each.
  static let longPlan = plan.replacingOccurrences(of: "steps: 10", with: "steps: 200")
    .replacingOccurrences(of: "steps: 12", with: "steps: 400")
    .replacingOccurrences(of: "checkpoint_every: 4", with: "checkpoint_every: 30")
    .replacingOccurrences(of: "checkpoint_every: 5", with: "checkpoint_every: 40")

  // MARK: Running

  private func arguments(_ output: String, _ rest: [String]) -> [String] {
    ["train", "plan.yaml", "--output-path", path(output)] + rest
  }

  /// Trains to the end, or to whatever ends it.
  @discardableResult
  func train(
    _ output: String = "out", _ rest: String..., environment: [String: String] = [:]
  ) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(arguments(output, rest), in: url, environment: environment)
  }

  /// Begins to train.
  func start(
    _ output: String = "out", _ rest: String..., environment: [String: String] = [:]
  ) throws -> RunningBinary {
    try RunningBinary(arguments(output, rest), in: url, environment: environment)
  }

  // MARK: Files

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: url.appendingPathComponent(name))
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path(name))
  }

  func copy(_ name: String, to copy: String) throws {
    try FileManager.default.copyItem(atPath: path(name), toPath: path(copy))
  }

  /// Lines of a file, each parsed; none if it is not there yet.
  func lines(_ name: String) throws -> [JSONValue] {
    guard exists(name) else { return [] }
    return try String(decoding: bytes(name), as: UTF8.self)
      .split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  /// How many steps the run has written down.
  func stepsDone(_ output: String = "out") -> Int {
    let data = try? bytes("\(output)/two/continual/metrics.jsonl")
    return data?.count { $0 == UInt8(ascii: "\n") } ?? 0
  }

  /// Bytes that a folder takes, hidden files included.
  func byteCount(_ folder: String) -> Int {
    let files = FileManager.default.enumerator(atPath: path(folder))
    var total = 0
    while let name = files?.nextObject() as? String {
      let values = try? URL(fileURLWithPath: path("\(folder)/\(name)"))
        .resourceValues(forKeys: [.fileSizeKey])
      total += values?.fileSize ?? 0
    }
    return total
  }

  // MARK: Results

  /// Everything of a finished run that must not depend on how it came about, by name.
  func result(_ output: String) throws -> [String: Data] {
    let run = "\(output)/two/continual"
    let last = try #require(
      try names(run + "/checkpoints").last { $0.hasPrefix("step-") }, "\(output)")
    var parts: [String: Data] = ["newest": Data(last.utf8)]
    for name in [
      "config.json", "model.safetensors", "optimizer.safetensors", "trainer-state.json",
      "tokenizer.json", "manifest.json",
    ] {
      parts[name] = try bytes("\(run)/checkpoints/\(last)/\(name)")
    }
    for name in ["samples", "phases"] { parts[name] = try bytes("\(run)/\(name).jsonl") }
    parts["validation.json"] = try bytes("\(run)/checkpoints/\(last)/evaluation/validation.json")
    // Speed and the time itself are all that may differ.
    for name in ["metrics", "evaluations"] {
      let lines = try lines("\(run)/\(name).jsonl").map { line in
        line.objectValue?.members.filter { !["tokens_per_second", "time"].contains($0.name) }
          .map { "\($0.name)=\($0.value.serialized())" }.joined(separator: " ") ?? "no object"
      }
      parts[name] = Data(lines.joined(separator: "\n").utf8)
    }
    return parts
  }

  /// Expects a run to have ended as another one did, with nothing left half done.
  func expectSame(
    _ output: String, as whole: [String: Data], _ place: @autoclosure () -> String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try result(output)
    let different = whole.keys.filter { found[$0] != whole[$0] }.sorted()
    #expect(different.isEmpty, "\(place())", sourceLocation: sourceLocation)
    let last = String(decoding: found["newest"] ?? Data(), as: UTF8.self)
    for folder in [
      "two", "two/tokens", "two/continual", "two/continual/checkpoints",
      "two/continual/checkpoints/\(last)", "two/continual/checkpoints/\(last)/evaluation",
    ] {
      let hidden = try names("\(output)/\(folder)").filter { $0.hasPrefix(".") && $0 != ".lock" }
      #expect(hidden.isEmpty, "\(folder), \(place())", sourceLocation: sourceLocation)
    }
  }
}
