import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval checkpoint")
struct CheckpointCommandTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func run(_ arguments: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["checkpoint"] + arguments, in: folder)
  }

  private static let small = [
    "--set", "model_type=llama", "--set", "hidden_size=16", "--set", "num_hidden_layers=1",
    "--set", "num_attention_heads=2", "--set", "num_key_value_heads=1", "--set",
    "intermediate_size=24", "--set", "vocab_size=50", "--set", "max_position_embeddings=64",
  ]

  @discardableResult
  private func makeSmall(_ name: String, _ more: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["checkpoint", "init", name] + Self.small + more, in: folder)
  }

  @Test("init makes what inspect shows and verify approves")
  func makesCheckpoints() throws {
    let made = try makeSmall("new", "--dtype", "bfloat16", "--seed", "4")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("new: llama, 3,568 parameters, bfloat16, 7.1 kB, seed 4"))
    let shown = try run("inspect", "new")
    #expect(shown.status == 0)
    #expect(shown.output.contains("LlamaForCausalLM"))
    #expect(shown.output.contains("bfloat16 (12 tensors)"))
    #expect(shown.output.contains("model.layers.0.self_attn.k_proj.weight"))
    let json = try JSONValue(parsing: try run("inspect", "new", "--format", "json").output)
    #expect(json["parameters"] == 3568)
    #expect(json["dtypes"] == ["bfloat16": 12])
    #expect(json["tensors"]?.arrayValue?.count == 12)
    #expect(json["tensors"]?.arrayValue?.first?["shape"] == [50, 16])
    let verified = try run("verify", "new")
    #expect(verified.status == 0)
    #expect(verified.output.contains("all finite"))
    #expect(verified.output.contains("no tokenizer.json; scoring needs one"))
    #expect(!verified.output.contains("wrong"))
  }

  @Test("init writes nothing into a folder that is not empty, unless --force says so")
  func protectsFolders() throws {
    try makeSmall("new")
    let before = try Data(contentsOf: folder.appendingPathComponent("new/model.safetensors"))
    let refused = try makeSmall("new", "--seed", "9")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("new is not empty. Choose another folder, or give --force"))
    #expect(try Data(contentsOf: folder.appendingPathComponent("new/model.safetensors")) == before)
    #expect(try makeSmall("new", "--seed", "9", "--force").status == 0)
    #expect(try Data(contentsOf: folder.appendingPathComponent("new/model.safetensors")) != before)
    let names = try FileManager.default.contentsOfDirectory(atPath: path("new")).sorted()
    #expect(names == ["config.json", "model.safetensors"])
  }

  @Test(
    "A wrong request ends with 2, says how to mend it, and leaves nothing behind",
    arguments: [
      (["init", "new"], "Give --preset 14m"),
      (["init", "new", "--preset", "15m"], "'14m', '31m'"),
      (["init", "new", "--preset", "14m", "--config", "x"], "not both"),
      (["init", "new", "--preset", "14m", "--set", "hiden_size=64"], "Did you mean hidden_size?"),
      (["init", "new", "--preset", "14m", "--set", "hidden_size"], "key=value is expected"),
      (
        ["init", "new", "--preset", "14m", "--set", "num_attention_heads=0"],
        "num_attention_heads is 0"
      ),
      (["init", "new", "--preset", "14m", "--set", "hidden_act.x=0"], "hidden_act is a string"),
      (["init", "new", "--set", "model_type=bert"], "\"bert\" is not supported"),
      (["init", "new", "--config", "missing.json"], "missing.json: no such file"),
      (["init", "new", "--preset", "14m", "--tokenizer", "missing"], "missing: no such file"),
      (["init", "new", "--preset", "14m", "--threads", "0"], "--threads must be at least 1"),
      (["init", "/proc/new", "--preset", "14m"], "/proc"),
      (
        ["init", "new", "--set", "model_type=llama", "--set", "num_hidden_layers=9999"],
        "bytes are needed"
      ),
      (["inspect", "nowhere"], "nowhere: no such folder. Pass the path of a folder"),
      (["inspect", "."], "no config.json there"),
      (["verify", "nowhere"], "nowhere: no such folder"),
      (["verify", "new", "--format", "yaml"], "'table' and 'json'"),
    ])
  func refuses(arguments: [String], words: String) throws {
    let outcome = try BuiltBinary.run(["checkpoint"] + arguments, in: folder)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("verify ends with 1 and names tensor and place of numbers that are not finite")
  func findsNonFinite() throws {
    try makeSmall("new")
    let url = folder.appendingPathComponent("new/model.safetensors")
    var bytes = Array(try Data(contentsOf: url))
    // The last tensor by name is model.norm.weight, the last number of it a NaN.
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xC0, 0x7F])
    try Data(bytes).write(to: url)
    let outcome = try run("verify", "new")
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains("model.norm.weight: 1 NaN, 0 infinite, first at [15]"),
      "\(outcome.output)")
    let json = try JSONValue(parsing: try run("verify", "new", "--format", "json").output)
    #expect(json["ok"] == false)
  }

  @Test("verify ends with 1 for damaged files")
  func findsDamage() throws {
    try makeSmall("new")
    let url = folder.appendingPathComponent("new/model.safetensors")
    let whole = try Data(contentsOf: url)
    try whole.dropLast(10).write(to: url)
    let cut = try run("verify", "new")
    #expect(cut.status == 1)
    #expect(cut.errors.contains("cut short or damaged; copy it again"), "\(cut.errors)")
    try whole.write(to: url)
    let config = folder.appendingPathComponent("new/config.json")
    let text = String(decoding: try Data(contentsOf: config), as: UTF8.self)
    try Data(text.replacingOccurrences(of: "\"vocab_size\": 50", with: "\"vocab_size\": 51").utf8)
      .write(to: config)
    let misfit = try run("verify", "new")
    #expect(misfit.status == 1)
    #expect(misfit.errors.contains("is [50, 16] but config.json asks for [51, 16]"))
  }

  @Test("A name with escape sequences reaches the terminal without them")
  func escapesNames() throws {
    let outcome = try run("inspect", "a\u{1B}[31mb")
    #expect(outcome.status == 2)
    #expect(!outcome.errors.contains("\u{1B}"))
    #expect(outcome.errors.contains("a\\u{1b}[31mb"))
  }

  @Test("--set reaches into objects and --config keeps the file's keys")
  func takesKeys() throws {
    try makeSmall("new", "--set", "rope_parameters.rope_theta=500.0")
    let config = try JSONValue(
      parsing: Array(try Data(contentsOf: folder.appendingPathComponent("new/config.json"))))
    #expect(config["rope_parameters"] == ["rope_theta": 500.0])
    let again = try run("init", "second", "--config", "new/config.json", "--set", "vocab_size=60")
    #expect(again.status == 0, "\(again.errors)")
    let shown = try JSONValue(parsing: try run("inspect", "second", "--format", "json").output)
    #expect(shown["rotary_base"] == 500.0)
    #expect(shown["vocabulary"] == 60)
  }

  @Test("A tokenizer is copied in, gives the vocabulary's size and is checked against the model")
  func takesTokenizers() throws {
    let tokenizer = Locations.fixtures.appendingPathComponent("checkpoints/tiny-neox").path
    let made = try run(
      "init", "new", "--set", "model_type=gpt2", "--set", "n_embd=8", "--set", "n_head=2", "--set",
      "n_layer=1", "--set", "n_positions=16", "--tokenizer", tokenizer)
    #expect(made.status == 0, "\(made.errors)")
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      #expect(
        try Data(contentsOf: folder.appendingPathComponent("new/\(name)"))
          == Data(contentsOf: URL(fileURLWithPath: "\(tokenizer)/\(name)")))
    }
    let verified = try run("verify", "new")
    #expect(verified.status == 0)
    #expect(verified.output.contains("1,024 ids for 1,024 rows"), "\(verified.output)")
    let small = try run(
      "init", "small", "--preset", "14m", "--set", "vocab_size=1000", "--tokenizer", tokenizer)
    #expect(small.status == 2)
    #expect(small.errors.contains("The tokenizer has 1024 ids, but vocab_size is 1000"))

    // A tokenizer of another model beside the weights.
    try makeSmall("other")
    try FileManager.default.copyItem(
      atPath: tokenizer + "/tokenizer.json", toPath: path("other/tokenizer.json"))
    let wrong = try run("verify", "other")
    #expect(wrong.status == 1)
    #expect(wrong.output.contains("1,024 ids, but vocab_size in config.json is 50"))
    try Data("{".utf8).write(to: folder.appendingPathComponent("other/tokenizer.json"))
    #expect(try run("verify", "other").status == 1)
  }

  @Test("A write that fails in the middle ends with 1, names the file and leaves nothing behind")
  func reportsFailingWrites() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // A limit of 100 blocks on every file stands in for a disk that is full.
    process.arguments = [
      "-c", "ulimit -f 100; exec \"$0\" checkpoint init new --preset 14m", BuiltBinary.url.path,
    ]
    process.currentDirectoryURL = folder
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    #expect(text.contains("model.safetensors: cannot write: File too large"), "\(text)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("A table that cannot be written ends with 1")
  func reportsFullOutput() throws {
    try makeSmall("new")
    let process = Process()
    process.executableURL = BuiltBinary.url
    process.arguments = ["checkpoint", "inspect", path("new")]
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    #expect(text.contains("standard output: No space left on device"), "\(text)")
  }
}
