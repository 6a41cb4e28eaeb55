import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Where the binary lies that was built with MPI, if one was.
private enum MPIBinary {
  static let path = ProcessInfo.processInfo.environment["CPTEVAL_MPI_BINARY"]
}

/// A binary that was built with MPI, under mpirun, all ranks on this machine.
///
///     swift build --traits MPI --scratch-path .build-mpi --product cpteval
///     CPTEVAL_MPI_BINARY=$PWD/.build-mpi/debug/cpteval swift test --filter RanksTests
@Suite(
  "Several ranks", .serialized,
  .enabled(if: MPIBinary.path != nil, "CPTEVAL_MPI_BINARY names no binary built with MPI"))
struct RanksTests {
  private static let environment = [
    // Containers run tests as root; and there are more ranks than cores.
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
  ]

  /// `mpirun -n N cpteval …`, `:` and further groups of ranks.
  private static func line(_ groups: [(count: Int, arguments: [String])]) -> [String] {
    Array(
      groups.map { ["-n", "\($0.count)", MPIBinary.path ?? ""] + $0.arguments }.joined(
        separator: [":"]))
  }

  private static func start(
    _ count: Int, _ arguments: [String], in folder: URL
  ) throws -> RunningBinary {
    try RunningBinary(
      line([(count, arguments)]), executable: URL(fileURLWithPath: "/usr/bin/mpirun"), input: "",
      in: folder, environment: environment)
  }

  @discardableResult
  private static func run(
    _ groups: [(count: Int, arguments: [String])], in folder: URL
  ) throws -> BuiltBinary.Outcome {
    try RunningBinary(
      line(groups), executable: URL(fileURLWithPath: "/usr/bin/mpirun"), input: "", in: folder,
      environment: environment
    ).finish()
  }

  private static func train(_ output: String, _ rest: String...) -> [String] {
    ["train", "plan.yaml", "--output-path", output] + rest
  }

  /// Two phases with replay, validation and scores, and four buckets of gradients; 50 steps.
  private static let plan =
    TrainingFolder.plan
    .replacingOccurrences(
      of: "hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 32",
      with:
        "hidden_size: 256, num_hidden_layers: 3, num_attention_heads: 4, intermediate_size: 1024, vocab_size: 4200"
    )
    // Each rank has several micro-batches, of which the last one alone exchanges.
    .replacingOccurrences(of: "micro_sequences: 2", with: "micro_sequences: 1")
    .replacingOccurrences(of: "micro_sequences: 3", with: "micro_sequences: 1")
    .replacingOccurrences(of: "steps: 10", with: "steps: 20")
    .replacingOccurrences(of: "steps: 12", with: "steps: 30")
    .replacingOccurrences(of: "max_lr: 1.0e-2", with: "max_lr: 1.0e-3")
    .replacingOccurrences(of: "max_lr: 5.0e-3", with: "max_lr: 5.0e-4")
    + "evaluation: {tasks: [arc_mini], every: phase}\n"

  /// Compares what two runs wrote down of each step.
  private static func expectSameCurve(
    _ folder: TrainingFolder, _ a: String, _ b: String, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (x, y) = try (
      folder.lines("\(a)/two/continual/metrics.jsonl"),
      folder.lines("\(b)/two/continual/metrics.jsonl")
    )
    #expect(x.count == y.count && !x.isEmpty, sourceLocation: sourceLocation)
    for (one, other) in zip(x, y) {
      let (p, q) = try (
        #require(one["loss"]?.doubleValue), #require(other["loss"]?.doubleValue)
      )
      #expect(
        abs(p - q) <= tolerance * abs(p), "step \(one["step"]?.integerValue ?? 0): \(p), \(q)",
        sourceLocation: sourceLocation)
    }
    #expect(
      try folder.bytes("\(a)/two/continual/samples.jsonl")
        == folder.bytes("\(b)/two/continual/samples.jsonl"), sourceLocation: sourceLocation)
  }

  @Test("Two and four ranks train as one process does, within 1e-6 of its losses over 50 steps")
  func training() throws {
    let folder = try TrainingFolder(plan: Self.plan)
    #expect(try folder.train("one").status == 0)
    for count in [2, 4] {
      let outcome = try Self.run([(count, Self.train("ranks\(count)"))], in: folder.url)
      try #require(outcome.status == 0, "\(outcome.errors)")
      try Self.expectSameCurve(folder, "one", "ranks\(count)", within: 1e-6)
      // The same files, whatever the ranks: a single process finds nothing left to do.
      let step = "two/continual/checkpoints/step-00000050"
      #expect(try folder.names("one/\(step)") == folder.names("ranks\(count)/\(step)"))
      let again = try folder.train("ranks\(count)")
      #expect(again.status == 0 && again.errors.contains("was finished"), "\(again.errors)")
      // Half or a quarter of two moments of each parameter, but for what fills up cache lines.
      let line = try #require(
        outcome.errors.split(separator: "\n").first { $0.contains("moments") })
      let numbers = line.split(separator: " ").compactMap { Double($0) }.filter { $0 > 1 }
      let (own, all) = try (
        #require(numbers.dropLast().last), #require(numbers.last)
      )
      #expect(abs(own * Double(count) / all - 1) < 0.01, "\(line)")
    }
  }

  @Test("A run stopped on two ranks goes on with one and then with four, on the same curve")
  func resuming() throws {
    let folder = try TrainingFolder(
      plan: Self.plan.replacingOccurrences(of: "steps: 20", with: "steps: 60"))
    #expect(try folder.train("one").status == 0)
    func steps() -> Int { folder.stepsDone("some") }
    for (count, until) in [(2, 12), (1, 40)] {
      let running = try Self.start(count, Self.train("some"), in: folder.url)
      #expect(running.wait { steps() >= until })
      // One rank hears it, and all stop after the same step. A single process is its own rank's child.
      let ranks = try Self.children(of: running.processIdentifier)
      let last = try #require(ranks.last)
      kill(last, SIGTERM)
      let outcome = running.finish()
      #expect(outcome.status != 0 && outcome.errors.contains("interrupted, saved"), "\(outcome)")
    }
    #expect((40..<90).contains(steps()))
    let rest = try Self.run([(4, Self.train("some"))], in: folder.url)
    try #require(rest.status == 0, "\(rest.errors)")
    try Self.expectSameCurve(folder, "one", "some", within: 1e-6)
  }

  @Test(
    "The loss of a rank ends the job, and names the rank and the last good checkpoint",
    arguments: [0, 1])
  func killed(victim: Int) throws {
    let folder = try TrainingFolder(
      plan: Self.plan.replacingOccurrences(of: "steps: 20", with: "steps: 20000"))
    let running = try Self.start(2, Self.train("out"), in: folder.url)
    let store = "out/two/continual/checkpoints"
    #expect(running.wait { (try? folder.names(store).contains("step-00000008")) == true })
    let ranks = try Self.children(of: running.processIdentifier)
    try #require(ranks.count == 2)
    kill(ranks[victim], SIGKILL)
    let begin = Date()
    let outcome = running.finish()
    #expect(Date().timeIntervalSince(begin) < 15)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("rank \(victim) of 2"), "\(outcome.errors)")
    #expect(outcome.errors.contains("last checkpoint is \(store)/step-"), "\(outcome.errors)")
    let newest = try #require(folder.names(store).last { $0.hasPrefix("step-") })
    let verified = try BuiltBinary.run(
      ["checkpoint", "verify", "\(store)/\(newest)"], in: folder.url)
    #expect(verified.status == 0, "\(verified.errors)")
  }

  /// Processes that a process has started, in that order.
  private static func children(of process: Int32) throws -> [Int32] {
    try String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
      .split(separator: " ").compactMap { Int32($0) }
  }

  @Test("Scores are the same bits on one, two and four ranks")
  func scores() throws {
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let arguments = [
      "run", "--checkpoint", Locations.fixtures.path + "/checkpoints/tiny-neox", "--tasks",
      "arc_mini,hellaswag_mini_de,piqa_mini", "--log-samples", "--output-path",
    ]
    func samples(_ output: String) throws -> [String: Data] {
      let place = folder.appendingPathComponent("\(output)/tiny-neox")
      var found: [String: Data] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: place.path)
      where name.hasPrefix("samples_") {
        let task = String(name.dropLast("_2026-01-01T00-00-00.000000.jsonl".count))
        found[task] = try Data(contentsOf: place.appendingPathComponent(name))
      }
      return found
    }
    let single = try BuiltBinary.run(arguments + ["one"], in: folder)
    let whole = try samples("one")
    #expect(whole.count == 3)
    for count in [2, 4] {
      let outcome = try Self.run([(count, arguments + ["ranks\(count)"])], in: folder)
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(try samples("ranks\(count)") == whole)
      // One table, said once.
      #expect(outcome.output == single.output)
    }
  }

  @Test("The first bucket's reduction begins before the last layer's backward pass ends")
  func overlap() throws {
    let folder = try TrainingFolder(plan: Self.plan)
    let outcome = try Self.run(
      [(2, Self.train("out", "--trace", "trace.json"))], in: folder.url)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let trace = try JSONValue(
      parsing: String(decoding: folder.bytes("trace.json"), as: UTF8.self))
    let events = try #require(trace["traceEvents"]?.arrayValue)
    for rank in 0..<2 {
      func spans(_ name: String) -> [(begin: Double, end: Double)] {
        events.compactMap { event in
          guard event["pid"]?.integerValue == rank, event["name"]?.stringValue == name,
            let begin = event["ts"]?.doubleValue, let duration = event["dur"]?.doubleValue
          else { return nil }
          return (begin, begin + duration)
        }
      }
      let (reductions, backward) = (spans("reduce bucket 0"), spans("layer 2, backward"))
      // A reduction has two rows: waiting for the other rank, and the exchange itself.
      let begun = stride(from: 0, to: reductions.count, by: 2).map { reductions[$0].begin }
      // The last pass of each step is the one that reduces: two of batches of 2, and 2 of 3.
      let layers = backward.filter { span in
        begun.contains { $0 < span.end && $0 > span.begin - 50_000 }
      }
      #expect(begun.count == 50)
      #expect(layers.count >= 50, "of \(backward.count)")
    }
  }

  @Test("Other plans and other programs on some rank are refused, with the rank's number")
  func differences() throws {
    let folder = try TrainingFolder(plan: TrainingFolder.plan)
    try folder.write(
      "other.yaml", TrainingFolder.plan.replacingOccurrences(of: "seed: 7", with: "seed: 8"))
    let plans = try Self.run(
      [(1, Self.train("a")), (1, ["train", "other.yaml", "--output-path", "a"])], in: folder.url)
    #expect(plans.status == 2)
    #expect(plans.errors.contains("Rank 1 of 2 has another plan"), "\(plans.errors)")

    // The same program with a byte behind its end.
    let copy = folder.path("cpteval-copy")
    var program = try Data(contentsOf: URL(fileURLWithPath: MPIBinary.path ?? ""))
    program.append(0)
    try program.write(to: URL(fileURLWithPath: copy))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: copy)
    var line = Self.line([(1, Self.train("p")), (1, Self.train("p"))])
    let second = try #require(line.lastIndex(of: MPIBinary.path ?? ""))
    line[second] = copy
    let programs = try RunningBinary(
      line, executable: URL(fileURLWithPath: "/usr/bin/mpirun"), input: "", in: folder.url,
      environment: Self.environment
    ).finish()
    #expect(programs.status == 2)
    #expect(
      programs.errors.contains("Rank 1 of 2 has another program file"), "\(programs.errors)")

    let missing = try Self.run(
      [(1, Self.train("b")), (1, ["train", "missing.yaml", "--output-path", "b"])],
      in: folder.url)
    #expect(missing.status == 2)
    #expect(missing.errors.contains("rank 1 of 2"), "\(missing.errors)")
    #expect(missing.errors.contains("missing.yaml"), "\(missing.errors)")
  }

  @Test("What is wrong on one rank alone is said with the rank's number")
  func wrongOptions() throws {
    let folder = try TrainingFolder()
    let outcome = try Self.run(
      [(1, Self.train("out")), (1, Self.train("out", "--threads", "0"))], in: folder.url)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("rank 1, "), "\(outcome.errors)")
    #expect(outcome.errors.contains("--threads must be at least 1"), "\(outcome.errors)")
  }

  @Test("More ranks than sequences are refused once, with the way out")
  func tooMany() throws {
    let folder = try TrainingFolder()
    let outcome = try Self.run([(5, Self.train("out"))], in: folder.url)
    #expect(outcome.status == 2)
    let complaints = outcome.errors.components(separatedBy: "5 ranks cannot share")
    #expect(complaints.count == 2, "\(outcome.errors)")
  }
}
