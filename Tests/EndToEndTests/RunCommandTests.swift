import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval run")
struct RunCommandTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  private static let checkpoint =
    Locations.fixtures.appendingPathComponent("checkpoints/tiny-neox").path
  private static let tasks = Locations.fixtures.appendingPathComponent("results/tasks").path

  private func run(_ arguments: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(
      ["run", "--checkpoint", Self.checkpoint] + arguments, in: folder,
      environment: ["XDG_CACHE_HOME": folder.path])
  }

  private func files(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent(path).path
    ).sorted()
  }

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  @Test("Results and samples of a real run are lm-eval's")
  func agreesWithHarness() throws {
    let outcome = try run(
      "--tasks", "ours,text_ours", "--include-path", Self.tasks, "--limit", "6", "--output-path",
      "out", "--log-samples", "--format", "json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = try files(in: "out/tiny-neox")
    #expect(names.count == 4)
    let resultsName = try #require(names.first { $0.hasPrefix("results_") })
    let theirs = try Fixture.json("results/results.json")
    let ours = try JSONValue(
      parsing: outcome.output, options: JSONParsingOptions(allowsNonFiniteNumbers: true))
    #expect(
      try Fixture.json(at: folder.appendingPathComponent("out/tiny-neox/\(resultsName)")) == ours,
      "standard output is the file")
    for group in ["results", "groups"] {
      for task in try #require(theirs[group]?.objectValue).members {
        for metric in try #require(task.value.objectValue).members {
          let found = try #require(
            ours[group]?[task.name]?[metric.name], "\(task.name) \(metric.name)")
          guard case .double(let expected) = metric.value else {
            #expect(found == metric.value, "\(task.name) \(metric.name)")
            continue
          }
          let isShare = metric.name.hasPrefix("acc") || metric.name.hasPrefix("exact")
          // lm-eval sums in float32: perplexities over one document's 36 tokens feel that.
          let tolerance = isShare ? 1e-9 : 1e-3 * max(abs(expected), 1e-3)
          let value = try #require(found.doubleValue)
          #expect(abs(value - expected) <= tolerance, "\(task.name) \(metric.name)")
        }
      }
    }
    for key in ["versions", "n-shot", "n-samples", "group_subtasks", "task_hashes"] {
      #expect(ours[key] == theirs[key], "\(key)")
    }
    for task in ["hellaswag_ours", "last_word", "text_ours"] {
      let name = try #require(names.first { $0.hasPrefix("samples_\(task)_") })
      let expected = try String(
        contentsOf: Locations.fixtures.appendingPathComponent("results/samples_\(task).jsonl"),
        encoding: .utf8
      ).split(separator: "\n").map(String.init)
      let lines = try lines("out/tiny-neox/\(name)")
      #expect(lines.count == expected.count)
      for (ours, theirs) in zip(lines, expected) {
        let a = try #require(JSONValue(parsing: ours).objectValue)
        let b = try #require(JSONValue(parsing: theirs).objectValue)
        #expect(a.members.map(\.name) == b.members.map(\.name))
        for key in ["doc_id", "doc", "target", "arguments", "doc_hash", "prompt_hash", "metrics"] {
          #expect(a[key] == b[key], "\(task) \(key)")
        }
        for (x, y) in zip(
          a["filtered_resps"]?.arrayValue ?? [], b["filtered_resps"]?.arrayValue ?? [])
        {
          let first = { (value: JSONValue) in
            (value.arrayValue?.first ?? value).stringValue.flatMap(Double.init) ?? .nan
          }
          // 1e-3 nats for a request; a text of several windows adds their errors.
          #expect(abs(first(x) - first(y)) < 5e-3, "\(task)")
        }
      }
    }
  }

  @Test("The table goes to standard output, everything else to standard error")
  func streams() throws {
    let outcome = try run("--tasks", "hellaswag_mini", "--limit", "5")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("tiny-neox · lm-eval-0.4.9.2 · bos tokenizer · window 512"))
    for words in ["acc_norm", "per character", "per byte", "Chance", "0.2500", "95 % interval"] {
      #expect(outcome.output.contains(words), "\(words)")
    }
    #expect(outcome.errors.contains("1 task, 20 requests"))
    #expect(!outcome.errors.contains("\u{1B}"), "no terminal, no escape sequences")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count <= 1)
    let markdown = try run("--tasks", "hellaswag_mini", "--limit", "5", "--format", "markdown")
    #expect(markdown.output.contains("| hellaswag\\_mini |"))
  }

  @Test("Batch size, threads and memory limit change no byte of the samples")
  func bitIdentity() throws {
    let settings: [[String]] = [
      [], ["--batch-tokens", "1"], ["--threads", "1", "--batch-tokens", "64"],
      ["--memory-limit", "64MiB", "--threads", "3"],
    ]
    var samples: [[String]] = []
    for (index, setting) in settings.enumerated() {
      let outcome = try BuiltBinary.run(
        [
          "run", "--checkpoint", Self.checkpoint, "--tasks", "piqa_mini,arc_mini_de", "--limit",
          "12", "--output-path", "out\(index)", "--log-samples",
        ] + setting, in: folder, environment: ["XDG_CACHE_HOME": folder.path])
      #expect(outcome.status == 0, "\(outcome.errors)")
      samples.append(
        try files(in: "out\(index)/tiny-neox").filter { $0.hasPrefix("samples") }.flatMap {
          try lines("out\(index)/tiny-neox/\($0)")
        })
    }
    #expect(samples[0].count == 24)
    for other in samples.dropFirst() { #expect(other == samples[0]) }
  }

  @Test(
    "A wrong request ends with 2 before anything is scored, and says how to mend it",
    arguments: [
      (["--tasks", "helaswag_mini"], "Did you mean hellaswag_mini"),
      (["--tasks", ","], "--tasks names no task"),
      (["--tasks", "hellaswag"], "Say with --data-path DIR"),
      (["--tasks", "hellaswag", "--data-path", "."], "validation.jsonl"),
      (["--tasks", "hellaswag_mini", "--limit", "0"], "--limit must be at least 1"),
      (["--tasks", "hellaswag_mini", "--threads", "0"], "--threads must be at least 1"),
      (["--tasks", "hellaswag_mini", "--threads", "1000000"], "--threads must be at most"),
      (["--tasks", "hellaswag_mini", "--batch-tokens", "-3"], "--batch-tokens must be at least 1"),
      (["--tasks", "hellaswag_mini", "--memory-limit", "many"], "--memory-limit"),
      (["--tasks", "hellaswag_mini", "--memory-limit", "10kB"], "is too small"),
      (["--tasks", "hellaswag_mini", "--num-fewshot", "-1"], "--num-fewshot must be 0 or more"),
      (["--tasks", "hellaswag_mini", "--bos", "maybe"], "'tokenizer', 'always' or 'never'"),
      (["--tasks", "hellaswag_mini", "--compat", "lm-eval-0.3"], "'lm-eval-0.4.9.1'"),
      (["--tasks", "hellaswag_mini", "--log-samples"], "needs --output-path"),
      (["--tasks", "hellaswag_mini", "--output-path", "/proc/none"], "/proc/none"),
      (["--tasks", "hellaswag_mini", "--include-path", "nowhere"], "nowhere: no such folder"),
      (["--tasks", "hellaswag_mini", "--format", "xml"], "'table', 'json' or 'markdown'"),
    ])
  func refuses(_ arguments: [String], _ words: String) throws {
    let outcome = try BuiltBinary.run(
      ["run", "--checkpoint", Self.checkpoint] + arguments, in: folder)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test("A missing checkpoint or tokenizer ends with 2 and names the path")
  func missingModel() throws {
    let missing = try BuiltBinary.run(
      ["run", "--checkpoint", Self.checkpoint + "x", "--tasks", "arc_mini"], in: folder)
    #expect(missing.status == 2)
    #expect(missing.errors.contains("Did you mean"), "\(missing.errors)")
    let copy = folder.appendingPathComponent("copy")
    try FileManager.default.copyItem(at: URL(fileURLWithPath: Self.checkpoint), to: copy)
    try FileManager.default.removeItem(at: copy.appendingPathComponent("tokenizer.json"))
    let outcome = try BuiltBinary.run(
      ["run", "--checkpoint", "copy", "--tasks", "arc_mini"], in: folder)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("tokenizer.json"), "\(outcome.errors)")
  }

  @Test("Missing data of several tasks is one error that names them")
  func missingData() throws {
    let outcome = try run("--tasks", "arc_mini,hellaswag,piqa,mmlu_anatomy", "--data-path", ".")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("/hellaswag.jsonl"), "\(outcome.errors)")
    #expect(outcome.errors.contains("2 more without data: piqa, mmlu_anatomy."))
    #expect(!outcome.errors.contains("requests"), "nothing was loaded")
  }

  @Test("An unknown name beside a broken file in an include path points at the file")
  func brokenFile() throws {
    let yaml = folder.appendingPathComponent("yaml")
    try FileManager.default.createDirectory(at: yaml, withIntermediateDirectories: true)
    try Data("task: mine\n  x: [".utf8).write(to: yaml.appendingPathComponent("mine.yaml"))
    let outcome = try run("--tasks", "mine", "--include-path", "yaml")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("mine.yaml"), "\(outcome.errors)")
  }

  @Test("A tokenizer with more tokens than the model is found before the scoring")
  func vocabulary() throws {
    let made = try BuiltBinary.run(
      [
        "checkpoint", "init", "small", "--preset", "14m", "--set", "vocab_size=600", "--set",
        "num_hidden_layers=1",
      ], in: folder)
    try #require(made.status == 0, "\(made.errors)")
    try FileManager.default.copyItem(
      atPath: Self.checkpoint + "/tokenizer.json",
      toPath: folder.appendingPathComponent("small/tokenizer.json").path)
    let outcome = try BuiltBinary.run(
      ["run", "--checkpoint", "small", "--tasks", "arc_mini"], in: folder)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("is beyond the model's vocabulary of 600"))
    #expect(outcome.output.isEmpty)
  }

  @Test("A task with bad rows fails alone, names file and line, and the rest is scored")
  func badRows() throws {
    let yaml = """
      task: broken
      dataset_path: json
      dataset_kwargs: {data_files: {test: rows.jsonl}}
      test_split: test
      output_type: multiple_choice
      doc_to_text: "{{q}}"
      doc_to_choice: "choices"
      doc_to_target: "{{label}}"

      """
    let data = folder.appendingPathComponent("yaml")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    try Data(yaml.utf8).write(to: data.appendingPathComponent("broken.yaml"))
    let rows = """
      {"q": "a", "choices": ["x", "y"], "label": 0}
      {"q": "b", "choices": ["x", "y"], "label": 7}

      """
    try Data(rows.utf8).write(to: data.appendingPathComponent("rows.jsonl"))
    let outcome = try run(
      "--tasks", "broken,arc_mini", "--include-path", "yaml", "--limit", "4", "--output-path",
      "out")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("rows.jsonl, line 2"), "\(outcome.errors)")
    #expect(outcome.output.contains("arc_mini"))
    #expect(outcome.output.contains("broken failed"))
    let names = try files(in: "out/tiny-neox")
    let json = try Fixture.json(at: folder.appendingPathComponent("out/tiny-neox/\(names[0])"))
    #expect(json["results"]?.objectValue?.members.map(\.name) == ["arc_mini"])
    #expect(json["cpteval"]?["failures"]?.arrayValue?.first?["task"] == "broken")
  }

  @Test("A disk that is full at the end loses nothing: the table is printed, the status is 1")
  func fullDisk() throws {
    // A limit on the size of files stands in for the disk; the folder's check writes 4 KiB.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.currentDirectoryURL = folder
    process.environment = ["XDG_CACHE_HOME": folder.appendingPathComponent("cache").path]
    process.arguments = [
      "-c",
      """
      ulimit -f 8; exec "$0" run --checkpoint "$1" --tasks arc_mini --output-path out \
      --log-samples 2>errors >output
      """, BuiltBinary.url.path, Self.checkpoint,
    ]
    try process.run()
    process.waitUntilExit()
    let text = { (name: String) in
      try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }
    let errors = try text("errors")
    #expect(process.terminationStatus == 1, "\(errors)")
    #expect(try text("output").contains("acc_norm"))
    #expect(errors.contains("The results are on standard output."), "\(errors)")
    #expect(try files(in: "out/tiny-neox").isEmpty, "nothing half-written is left")
  }

  /// Runs a line of shell, in which `$0` is the binary and `$1` the checkpoint.
  private func shell(_ line: String) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.currentDirectoryURL = folder
    process.environment = ["XDG_CACHE_HOME": folder.appendingPathComponent("cache").path]
    process.arguments = ["-c", line, BuiltBinary.url.path, Self.checkpoint]
    let log = folder.appendingPathComponent("shell-errors")
    try Data().write(to: log)
    process.standardError = try FileHandle(forUpdating: log)
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOf: log, encoding: .utf8))
  }

  @Test(
    "Output that cannot be printed ends with 1 and says so",
    arguments: [
      #""$0" run --checkpoint "$1" --tasks arc_mini --limit 2 >/dev/full"#,
      #""$0" tokenizer encode --tokenizer "$1" --text a >/dev/full"#,
      #""$0" --help >/dev/full"#,
    ])
  func unprintable(_ line: String) throws {
    let outcome = try shell(line)
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(
      outcome.errors.hasSuffix("cpteval: standard output: No space left on device.\n"),
      "\(outcome.errors)")
  }

  @Test("A reader that stops early does not keep the results from being written")
  func closedPipe() throws {
    let outcome = try shell(
      """
      "$0" run --checkpoint "$1" --tasks mini --limit 2 --format json --output-path out \
      | true; exit ${PIPESTATUS[0]}
      """)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.errors.contains("standard output"), "\(outcome.errors)")
    #expect(try files(in: "out/tiny-neox").contains { $0.hasPrefix("results_") })
  }

  @Test("Digests of weights, tokenizer, task and data files are in the results")
  func digests() throws {
    let outcome = try run("--tasks", "arc_mini", "--limit", "2", "--format", "json")
    let ours = try #require(JSONValue(parsing: outcome.output)["cpteval"])
    let isDigest = { (value: JSONValue?) in value?.stringValue?.utf8.count == 64 }
    #expect(isDigest(ours["checkpoint"]?["weights_sha256"]))
    #expect(ours["checkpoint"]?["tokenizer_files"]?.arrayValue?.count == 2)
    for key in ["task_files", "data_files"] {
      let files = try #require(ours["tasks"]?.arrayValue?.first?[key]?.arrayValue)
      #expect(!files.isEmpty && files.allSatisfy { isDigest($0["sha256"]) }, "\(key)")
    }
    #expect(ours["cost"]?["weight_bytes_read"]?.integerValue ?? 0 > 0)
  }

  @Test("Ctrl-C ends with 130 and soon, and says what was finished")
  func interruption() throws {
    let made = try BuiltBinary.run(
      [
        "checkpoint", "init", "slow", "--preset", "70m", "--set", "vocab_size=1100", "--tokenizer",
        Self.checkpoint,
      ], in: folder)
    try #require(made.status == 0, "\(made.errors)")
    let process = Process()
    process.executableURL = BuiltBinary.url
    process.currentDirectoryURL = folder
    process.arguments = ["run", "--checkpoint", "slow", "--tasks", "mini", "--batch-tokens", "256"]
    let log = folder.appendingPathComponent("log")
    try Data().write(to: log)
    process.standardError = try FileHandle(forUpdating: log)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    for _ in 0..<600 where process.isRunning {
      if try String(contentsOf: log, encoding: .utf8).contains("requests") { break }
      Thread.sleep(forTimeInterval: 0.05)
    }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(process.terminationReason == .exit)
    #expect(try String(contentsOf: log, encoding: .utf8).contains("Interrupted after"))
  }
}

@Suite("cpteval explain")
struct ExplainCommandTests {
  private static let checkpoint =
    Locations.fixtures.appendingPathComponent("checkpoints/tiny-llama").path

  private func explain(_ arguments: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["explain"] + arguments + ["--checkpoint", Self.checkpoint])
  }

  @Test("It shows prompt, tokens, log-likelihoods and ranks, and its numbers are those of run")
  func explains() throws {
    let text = try explain("hellaswag_mini", "--document", "3")
    #expect(text.status == 0, "\(text.errors)")
    for words in [
      "hellaswag_mini, document 3 of 64", "Prompt (", "Choice 3", "‖", "per byte", "right",
    ] {
      #expect(text.output.contains(words), "\(words)")
    }
    let json = try JSONValue(
      parsing: try explain("hellaswag_mini", "--document", "3", "--format", "json").output)
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try BuiltBinary.run(
      [
        "run", "--checkpoint", Self.checkpoint, "--tasks", "hellaswag_mini", "--limit", "4",
        "--output-path", "out", "--log-samples",
      ], in: folder)
    #expect(run.status == 0)
    let results = folder.appendingPathComponent("out/tiny-llama")
    let name = try #require(
      FileManager.default.contentsOfDirectory(atPath: results.path).first {
        $0.hasPrefix("samples")
      })
    let line = try #require(
      String(contentsOf: results.appendingPathComponent(name), encoding: .utf8)
        .split(separator: "\n").last)
    let sums = try JSONValue(parsing: String(line))["filtered_resps"]?.arrayValue?.map {
      $0.arrayValue?.first?.stringValue
    }
    #expect(
      json["requests"]?.arrayValue?.map { $0["logLikelihood"]?.doubleValue?.pythonDescription }
        == sums)
  }

  @Test(
    "A wrong request ends with 2 and says how to mend it",
    arguments: [
      (["hellaswag_mini", "--document", "64"], "has no document 64: its evaluated split has 64"),
      (["hellaswag_mni", "--document", "0"], "Did you mean hellaswag_mini"),
      (["mini", "--document", "0"], "stands for 6 tasks"),
      (["hellaswag_mini", "--document", "-1"], "--document"),
    ])
  func refuses(_ arguments: [String], _ words: String) throws {
    let outcome = try BuiltBinary.run(["explain"] + arguments + ["--checkpoint", Self.checkpoint])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }
}
