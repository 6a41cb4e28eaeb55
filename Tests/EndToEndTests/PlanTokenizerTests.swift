import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval train with a tokenizer to be trained")
struct PlanTokenizerTests {
  private let folder: TrainingFolder

  init() throws {
    folder = try TrainingFolder(
      plan: TrainingFolder.shortPlan.replacingOccurrences(
        of: "tokenizer: \(TrainingFolder.tokenizer)",
        with: "tokenizer: {train: {on: [english, german], vocab_size: 300}}"))
  }

  private static let names = ["tokenizer.json", "tokenizer_config.json", "training.json"]

  @Test("It is trained on the data sets' training files, lies beside the runs, and is used again")
  func trainsOnce() throws {
    let checked = try BuiltBinary.run(["plan", "check", "plan.yaml"], in: folder.url)
    #expect(checked.status == 0, "\(checked.errors)")
    let shown = try BuiltBinary.run(["plan", "show", "plan.yaml", "--resolved"], in: folder.url)
    #expect(shown.output.contains("pattern: gpt2"), "\(shown.output)")
    let first = try folder.train()
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.errors.contains("A tokenizer of 300 tokens was trained"))
    #expect(try folder.names("out/two/tokenizer") == Self.names)
    // The same as the command makes of the same files, in another order.
    let command = try BuiltBinary.run(
      [
        "tokenizer", "train", "de.jsonl", "en.jsonl", "--vocabulary-size", "300", "--output", "t",
      ], in: folder.url)
    #expect(command.status == 0, "\(command.errors)")
    let trained = try folder.bytes("out/two/tokenizer/tokenizer.json")
    #expect(try folder.bytes("t/tokenizer.json") == trained)
    let last = try #require(
      try folder.names("out/two/continual/checkpoints").last { $0.hasPrefix("step-") })
    let checkpoint = "out/two/continual/checkpoints/\(last)"
    #expect(try folder.bytes("\(checkpoint)/tokenizer.json") == trained)
    let configuration = try JSONValue(parsing: Array(folder.bytes("\(checkpoint)/config.json")))
    #expect(configuration["vocab_size"]?.integerValue == 300)
    // A begun run keeps its tokenizer, and learns nothing of files that are no more as they were.
    let again = try folder.train("out", "--set", "runs.continual.phases.adapt.steps=3")
    #expect(again.status == 0, "\(again.errors)")
    #expect(!again.errors.contains("was trained"))
    #expect(try folder.bytes("out/two/tokenizer/tokenizer.json") == trained)
  }

  @Test("Two trainings have the same bits, and a broken tokenizer is trained again to the same")
  func isDeterministic() throws {
    #expect(try folder.train("a", "--threads", "1").status == 0)
    #expect(try folder.train("b", "--threads", "2").status == 0)
    #expect(try folder.result("a") == folder.result("b"))
    let trained = try folder.bytes("a/two/tokenizer/tokenizer.json")
    try folder.write("a/two/tokenizer/tokenizer.json", "{}")
    let outcome = try folder.train("a")
    #expect(outcome.status == 0 && outcome.errors.contains("was trained"), "\(outcome.errors)")
    #expect(try folder.bytes("a/two/tokenizer/tokenizer.json") == trained)
  }

  @Test("Changing it on a begun run is refused, before one has begun it is trained anew")
  func refusesChanges() throws {
    let plan = String(decoding: try folder.bytes("plan.yaml"), as: UTF8.self)
    // Nothing is begun: the run's texts are too short for its sequences.
    try folder.write(
      "plan.yaml",
      plan.replacingOccurrences(of: "sequence_length: 16", with: "sequence_length: 500")
        .replacingOccurrences(of: "vocab_size: 300", with: "vocab_size: 320")
        .replacingOccurrences(of: "train: [de.jsonl]", with: "train: [de-held.jsonl]"))
    let short = try folder.train()
    #expect(short.status == 2 && short.errors.contains("smaller sequence_length"))
    #expect(folder.exists("out/two/tokenizer/tokenizer.json"))
    try folder.write("plan.yaml", plan)
    let begun = try folder.train()
    #expect(begun.status == 0 && begun.errors.contains("of 300 tokens"), "\(begun.errors)")
    let trained = try folder.bytes("out/two/tokenizer/tokenizer.json")
    try folder.write("plan.yaml", plan.replacingOccurrences(of: "size: 300", with: "size: 310"))
    let changed = try folder.train()
    #expect(changed.status == 2)
    #expect(changed.errors.contains("tokenizer.train.vocab_size: 300 → 310"), "\(changed.errors)")
    let set = try folder.train("out", "--set", "tokenizer.train.vocab_size=310")
    #expect(set.status == 2 && set.errors.contains("know no other tokens"), "\(set.errors)")
    #expect(try folder.bytes("out/two/tokenizer/tokenizer.json") == trained)
  }
}
