import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval bench")
struct BenchCommandTests {
  private let neox = Locations.fixtures.appendingPathComponent("checkpoints/tiny-neox").path
  private let quick = ["--warmups", "0", "--threads", "2"]

  private func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["bench"] + arguments + quick, environment: environment)
  }

  @Test("train, as JSON, without OpenBLAS: the share is null and the note says how to get one")
  func trains() throws {
    let outcome = try run(
      [
        "train", "--model", neox, "--sequence-length", "16", "--sequences", "2", "--steps", "2",
        "--format", "json",
      ], environment: ["CPTEVAL_OPENBLAS": "/no/such/library.so"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let json = try JSONValue(parsing: outcome.output)
    #expect(json["benchmark"] == "train" && json["threads"] == 2 && json["partial"] == false)
    #expect(json["fraction_of_sgemm"] == .null)
    let note = try #require(json["sgemm_note"]?.stringValue)
    #expect(note.contains("/no/such/library.so") && note.contains("CPTEVAL_OPENBLAS"))
    #expect(json["seconds"]?["repetitions"]?.arrayValue?.count == 2)
    #expect(json["tokens"] == 32)
  }

  @Test("eval, tokenizer and kernels print their tables")
  func printsTables() throws {
    let eval = try run([
      "eval", "--model", neox, "--tasks", "arc_mini", "--limit", "2", "--repetitions", "1",
      "--skip-sgemm",
    ])
    #expect(eval.status == 0, "\(eval.errors)")
    #expect(eval.output.hasPrefix("bench eval · model \(neox)"))
    #expect(eval.output.contains("outside kernels") && eval.output.contains("first document alone"))
    let tokenizer = try run(["tokenizer", "--tokenizer", neox, "--repetitions", "1"])
    #expect(tokenizer.status == 0 && tokenizer.output.contains("one core, no word known yet"))
    let kernels = try run([
      "kernels", "--model", "14m", "--rows", "24", "--length", "16", "--repetitions", "1",
      "--skip-sgemm",
    ])
    #expect(kernels.status == 0 && kernels.output.contains("AdamW"), "\(kernels.errors)")
  }

  @Test(
    "A wrong request ends with status 2 and the fix",
    arguments: [
      (["train", "--model", "71m"], "nor a preset (14m, 31m, 70m, 160m, 410m). Did you mean"),
      (["train", "--model", "/no/such/folder"], "neither a checkpoint folder nor a preset"),
      (["train", "--model", "70m", "--steps", "0"], "--steps must be"),
      (["train", "--model", "70m", "--micro-sequences", "5"], "must be 1 to 4"),
      (["eval", "--model", "70m"], "Give --tokenizer"),
      (["eval", "--model", "70m", "--tokenizer", "/no/such"], "/no/such"),
      (["eval", "--model", "70m", "--tokenizer", "x", "--tasks", "no_such"], "no_such"),
      (["tokenizer", "--tokenizer", "/no/such"], "/no/such"),
      (["kernels", "--rows", "0"], "--rows must be"),
      (["kernels", "--model", "1b"], "--model"),
    ])
  func refuses(_ arguments: [String], _ words: String) throws {
    let outcome = try run(arguments)
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test("Ctrl-C prints what is there, leaves no files, and ends with 130")
  func isInterrupted() throws {
    let temporary = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: temporary) }
    let running = try RunningBinary(
      [
        "bench", "train", "--model", "14m", "--sequence-length", "32", "--sequences", "1",
        "--steps", "100000", "--skip-sgemm", "--threads", "1",
      ], environment: ["TMPDIR": temporary.path])
    func names() -> [String] {
      (try? FileManager.default.contentsOfDirectory(atPath: temporary.path)) ?? []
    }
    #expect(running.wait { names().contains { $0.hasPrefix("cpteval-bench-") } })
    // Long enough for the model to be drawn.
    Thread.sleep(forTimeInterval: 3)
    running.send(SIGINT)
    let outcome = running.finish()
    #expect(outcome.status == 130 && !outcome.isKilled, "\(outcome.errors)")
    #expect(outcome.output.contains("Interrupted: this is what was measured until then."))
    #expect(names().isEmpty)
  }
}
