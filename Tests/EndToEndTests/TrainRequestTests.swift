import Foundation
import TestSupport
import Testing

@Suite("cpteval train, asked for what it cannot do")
struct TrainRequestTests {
  /// Arguments that change the plan, and what the message says.
  struct Request: CustomTestStringConvertible, Sendable {
    let settings: [String]
    let words: [String]
    var arguments: [String] = []
    var testDescription: String { (settings + arguments).joined(separator: " ") }

    init(_ settings: String..., arguments: [String] = [], says words: [String]) {
      self.settings = settings
      self.words = words
      self.arguments = arguments
    }
  }

  private static let packed = """
    {english: {format: packed, dtype: int32, train: [packed.bin]}, \
    german: {format: packed, dtype: int32, train: [packed.bin]}}
    """

  @Test(
    "It ends with 2 before anything is trained, and says how to mend it",
    arguments: [
      Request("sead=1", says: ["sead", "Did you mean seed?"]),
      Request(arguments: ["--run", "continuall"], says: ["continuall", "it has continual."]),
      Request("data.german.train=[none.jsonl]", says: ["none.jsonl"]),
      Request("tokenizer=none.json", says: ["none.json"]),
      Request("model.init.vocab_size=100", says: ["1024 ids", "Set model.init.vocab_size"]),
      Request(
        "tokenizer=null", "model.init.vocab_size=1056", says: ["tokenizer is missing"]),
      Request("model={checkpoint: nowhere}", says: ["nowhere"]),
      Request(
        "data=\(packed)", "model.init.vocab_size=1056", says: ["packed.bin", "row 3", "id 5000"]),
      Request(
        "data=\(packed)", "model.init.vocab_size=1056", "sequence_length=12",
        says: ["packed.bin", "sequence_length"]),
      Request(
        "sequence_length=50000", "model.init.max_position_embeddings=50000",
        says: ["english", "tokens", "smaller sequence_length"]),
      Request("sequence_length=50000", says: ["set max_position_embeddings"]),
      Request(arguments: ["--threads", "0"], says: ["--threads must be at least 1"]),
      Request(arguments: ["--resume", "perhaps"], says: ["'auto' and 'never'"]),
      Request(arguments: ["--output-path", ""], says: ["--output-path is empty"]),
      Request(arguments: ["--output-path", "/proc/none"], says: ["/proc/none"]),
      Request(arguments: ["--output-path", "plan.yaml"], says: ["plan.yaml is not a folder"]),
      Request(arguments: ["another.yaml"], says: ["another.yaml"]),
    ])
  func refuses(_ request: Request) throws {
    let folder = try TrainingFolder()
    var ids = [Int32](repeating: 7, count: 17 * 8)
    ids[17 * 3 + 4] = 5000
    let data = ids.withUnsafeBytes { Data($0) }
    try data.write(to: folder.url.appendingPathComponent("packed.bin"))
    let outcome = try BuiltBinary.run(
      ["train", "plan.yaml"] + request.settings.flatMap { ["--set", $0] } + request.arguments,
      in: folder.url)
    #expect(outcome.status == 2, "\(outcome.errors)")
    for words in request.words { #expect(outcome.errors.contains(words), "\(outcome.errors)") }
    #expect(outcome.output.isEmpty)
    #expect(!folder.exists("two/continual/metrics.jsonl"))
  }

  @Test("A plan that is not there ends with 2 and names the path")
  func missingPlan() throws {
    let outcome = try BuiltBinary.run(["train", "no-such-plan.yaml"])
    #expect(outcome.status == 2 && outcome.errors.contains("no-such-plan.yaml"))
  }

  @Test("A folder that cannot be written to ends with 2", .enabled(if: getuid() != 0))
  func unwritable() throws {
    let folder = try TrainingFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("closed"), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o500])
    let outcome = try folder.train("closed")
    #expect(outcome.status == 2 && outcome.errors.contains("closed"), "\(outcome.errors)")
  }

  @Test(
    "Too little memory is found before tokens or weights are written, with advice",
    arguments: [
      (["model.init.hidden_size=65536", "model.init.intermediate_size=262144"], "smaller model"),
      (["model.init.num_hidden_layers=10000", "model.init.hidden_size=4096"], "smaller model"),
      (
        ["batch={sequences: 1048576, micro_sequences: 1048576}", "sequence_length=512"],
        "Set batch.micro_sequences to "
      ),
    ])
  func needsTooMuch(_ settings: [String], _ words: String) throws {
    let folder = try TrainingFolder()
    let begin = Date()
    let outcome = try BuiltBinary.run(
      ["train", "plan.yaml", "--output-path", "out"] + settings.flatMap { ["--set", $0] },
      in: folder.url)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(Date().timeIntervalSince(begin) < 10)
    #expect(folder.byteCount("out") < 1 << 20)
    #expect(!folder.exists("out/two/tokens"))
  }

  @Test("A plan that was edited is shown as a difference, and goes on where --set names it")
  func editedPlan() throws {
    let folder = try TrainingFolder()
    try #require(folder.train().status == 0)
    try folder.write(
      "plan.yaml",
      TrainingFolder.plan.replacingOccurrences(of: "steps: 12", with: "steps: 14"))
    let edited = try folder.train()
    #expect(edited.status == 2)
    for words in [
      "runs.continual.phases.adapt.steps: 12 → 14", "--set 'runs.continual.phases.adapt.steps=14'",
    ] {
      #expect(edited.errors.contains(words), "\(edited.errors)")
    }
    #expect(folder.stepsDone() == 22)
    let named = try folder.train("out", "--set", "runs.continual.phases.adapt.steps=14")
    #expect(named.status == 0, "\(named.errors)")
    #expect(named.errors.contains("another learning rate from step 14"), "\(named.errors)")
    #expect(named.errors.contains("finished at step 24"), "\(named.errors)")
    #expect(folder.stepsDone() == 24)
    let again = try folder.train()
    #expect(again.status == 0, "the changed plan is the recorded one now: \(again.errors)")
  }

  @Test("--resume never is refused where a run has been begun, and allowed where none has")
  func neverResumes() throws {
    let folder = try TrainingFolder()
    let first = try folder.train("out", "--resume", "never")
    try #require(first.status == 0, "\(first.errors)")
    let whole = try folder.result("out")
    let second = try folder.train("out", "--resume", "never")
    #expect(second.status == 2)
    for words in ["step-00000022", "Leave out --resume never"] {
      #expect(second.errors.contains(words), "\(second.errors)")
    }
    try folder.expectSame("out", as: whole)
  }
}
