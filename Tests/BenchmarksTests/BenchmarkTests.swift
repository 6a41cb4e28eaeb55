import Benchmarks
import Compute
import Foundation
import HarnessCompatibility
import LanguageModel
import OrderedJSON
import Records
import Scoring
import Synchronization
import TestSupport
import Testing
import Tokenization

@Suite("Benchmarks from beginning to end, on a tiny model")
struct BenchmarkTests {
  private let folder = Locations.fixtures.appendingPathComponent("checkpoints/tiny-neox").path

  /// A session without a yardstick.
  private func session(
    warmups: Int = 0, measured: Int = 1, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) -> BenchmarkSession {
    BenchmarkSession(
      program: "test 1", threads: 2, repetitions: Repetitions(warmups: warmups, measured: measured),
      library: { () throws(OpenBLAS.Problem) in throw .notFound(tried: ["nothing"]) },
      isCancelled: isCancelled)
  }

  private func scoring(limit: Int = 2) -> ScoringBenchmark {
    ScoringBenchmark(
      request: TaskRequest(names: ["arc_mini", "hellaswag_mini_de"], limit: limit),
      settings: ScoringSettings(version: .v0_4_9_2, threads: 2, limit: limit, program: "test 1"))
  }

  @Test("Training: rates follow from tokens, work and time, and the breakdown adds up")
  func trains() throws {
    let benchmark = TrainingBenchmark(
      sequenceLength: 16, sequences: 3, microSequences: 2, saves: true)
    let record = try benchmark.run(
      BenchmarkModel(folder: folder), in: session(warmups: 1, measured: 3))
    let seconds = try #require(record.seconds)
    #expect(seconds.repetitions.count == 3 && record.tokens == 48 && !record.isPartial)
    let operations = try #require(record.operations)
    #expect(try #require(record.gflops) == operations / seconds.median / 1e9)
    #expect(try #require(record.tokensPerSecond) == 48 / seconds.median)
    #expect(record.sgemm == nil && record.fractionOfSGEMM == nil)
    #expect(record.sgemmNote?.contains("apt-get install libopenblas0") == true)
    #expect(try #require(record.productGFLOPS) > 0)
    #expect(try #require(record.peakMemoryBytes) > 1 << 20)

    #expect(record.breakdown.last?.name == "outside kernels")
    let share = record.breakdown.reduce(0) { $0 + $1.share }
    #expect(abs(share - 1) < 1e-6, "\(share)")
    let times = record.breakdown.dropLast().map(\.seconds)
    #expect(times == times.sorted(by: >))
    // Micro-batches of two sequences and of one: two losses per step.
    let loss = record.breakdown.first { $0.name == "cross-entropy with gradients" }
    #expect(loss?.calls == 2 && loss?.shape == "64→1056")
    // A step allocates nothing once it has been done before.
    #expect(record.breakdown.allSatisfy { $0.name != "allocate" })
    #expect(record.parts.count == 3 && record.parts.allSatisfy { !$0.isInside })
    #expect(record.parts.allSatisfy { $0.seconds.repetitions.count == 3 })
    #expect(record.notes.first?.contains("One save per 100 steps") == true)
  }

  @Test("A preset's weights are drawn into a folder that is gone afterwards")
  func drawsPresets() throws {
    var model: BenchmarkModel? = try BenchmarkModel(
      preset: .m14, vocabularySize: 60_000, files: [("tokenizer.json", [0x7B, 0x7D])],
      pool: WorkerPool(threadCount: 2))
    let path = try #require(model?.folder)
    let checkpoint = try Checkpoint.open(directory: path)
    #expect(checkpoint.configuration.hiddenSize == 128)
    #expect(checkpoint.configuration.vocabularySize == 60_000)
    #expect(FileManager.default.fileExists(atPath: path + "/tokenizer.json"))
    model = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("Scoring: parts make up the whole, and prefixes count once")
  func scores() throws {
    let record = try scoring().run(BenchmarkModel(folder: folder), in: session(measured: 2))
    let seconds = try #require(record.seconds)
    #expect(seconds.repetitions.count == 2)
    let inside = record.parts.filter(\.isInside)
    #expect(
      inside.map(\.name) == [
        "read tasks and data", "open model and tokenizer", "tokenize", "score",
        "metrics, hashes, results",
      ])
    for round in 0..<2 {
      let sum = inside.reduce(0) { $0 + $1.seconds.repetitions[round] }
      #expect(sum <= seconds.repetitions[round] * 1.001)
    }
    let first = try #require(record.parts.last)
    #expect(!first.isInside && first.seconds.minimum > 0)
    func setting(_ name: String) throws -> Int {
      try #require(record.settings.first { $0.name == name }.flatMap { Int($0.value) })
    }
    #expect(try setting("documents") == 4)
    #expect(try setting("tokens computed") >= #require(record.tokens))
    #expect(record.breakdown.contains { $0.name == "logits, reduced" && $0.gflops != nil })
    #expect(record.breakdown.last?.name == "outside kernels")
  }

  @Test("Tasks that are not there are named before anything is measured")
  func refusesTasks() {
    var benchmark = scoring()
    benchmark.request.names = ["no_such_task"]
    #expect(throws: (any Error).self) {
      try benchmark.run(BenchmarkModel(folder: folder), in: session())
    }
  }

  @Test("The tokenizer: cold, warm, and on all cores, after texts have come back")
  func tokenizes() throws {
    let url = URL(fileURLWithPath: folder)
    let benchmark = try TokenizerBenchmark(
      texts: ["Guten Morgen, Fichtenwälder! ", String(repeating: "line\n", count: 40_000)],
      source: "two texts")
    // 200 kB are cut, so that several threads have some.
    #expect(benchmark.texts.count == 5)
    let record = try benchmark.run(
      name: "tiny", load: { try Tokenizer(directory: url) }, in: session())
    #expect(record.cases.count == 3)
    #expect(record.cases.allSatisfy { ($0.bytesPerSecond ?? 0) > 0 })
    #expect(record.sgemm == nil && record.sgemmNote == nil)
    #expect(record.parts.map(\.name) == ["load the tokenizer"])
    #expect(throws: BenchmarkProblem.noText) { try TokenizerBenchmark(texts: [""], source: "") }
    let embedded = try TokenizerBenchmark()
    #expect(embedded.texts.contains { $0.contains("ä") })
    #expect(embedded.texts.reduce(0) { $0 + $1.utf8.count } > 50_000)
  }

  @Test("Kernels: products both ways, attention, rows and memory")
  func measuresKernels() throws {
    let benchmark = KernelBenchmark(
      presets: [.m14], rows: 24, lengths: [16], streamLength: 4096, vocabularySize: 100)
    let record = try benchmark.run(in: session())
    #expect(record.memory != nil)
    for name in [
      "down 512→128, weight gradient", "down 512→128, input gradient with GELU's",
      "14m, cross-entropy with gradients", "1 × 16 tokens, gradient", "AdamW",
    ] {
      let entry = try #require(record.cases.first { $0.name == name }, "\(name)")
      #expect(entry.seconds.repetitions.count == 1)
      #expect((entry.gflops == nil) != (entry.bytesPerSecond == nil))
      #expect((entry.fractionOfMemoryRate == nil) == (entry.bytesPerSecond == nil))
    }
  }

  @Test("An interruption ends soon, and keeps whole repetitions only")
  func isInterrupted() throws {
    // Calls until somebody presses Ctrl-C: some in the second step.
    let remaining = Mutex(700)
    let benchmark = TrainingBenchmark(sequenceLength: 16, sequences: 1, saves: true)
    let record = try benchmark.run(
      BenchmarkModel(folder: folder),
      in: session(measured: 1000) {
        remaining.withLock { left in
          left = max(0, left - 1)
          return left == 0
        }
      })
    #expect(record.isPartial)
    let count = record.seconds?.repetitions.count ?? 0
    #expect((1..<20).contains(count), "\(count)")
    // The first operation of a step: that of the step that was cut off is not among them.
    #expect(record.breakdown.first { $0.name == "embedding" }?.calls == 1)
    #expect(record.parts.isEmpty)
    let none = try scoring().run(
      BenchmarkModel(folder: folder), in: session(isCancelled: { true }))
    #expect(none.isPartial && none.seconds == nil && none.breakdown.isEmpty)
  }

  @Test("A record's keys are always there, null where there is no value")
  func keys() throws {
    let record = try TrainingBenchmark(sequenceLength: 8, sequences: 1)
      .run(BenchmarkModel(folder: folder), in: session())
    let json = try JSONValueEncoder().encode(record)
    #expect(
      json.objectValue?.members.map(\.name) == [
        "version", "program", "benchmark", "date", "machine", "threads", "instruction_set",
        "sgemm", "sgemm_note", "product_gflops", "memory", "settings", "seconds", "tokens",
        "tokens_per_second", "operations", "gflops", "fraction_of_sgemm", "peak_memory_bytes",
        "other_load", "parts", "breakdown", "cases", "notes", "partial",
      ])
    #expect(json["fraction_of_sgemm"] == .null && json["sgemm"] == .null)
    #expect(json["seconds"]?["repetitions"]?.arrayValue?.count == 1)
    #expect(
      json["breakdown"]?.arrayValue?.first?.objectValue?.members.map(\.name) == [
        "name", "shape", "calls", "seconds", "share", "gflops", "fraction_of_sgemm",
      ])
    let decoded = try JSONDecoder().decode(
      BenchmarkRecord.self, from: Data(json.serialized().utf8))
    #expect(decoded == record)
  }

  @Test("What does not fit is refused with the fix")
  func refuses() throws {
    let gpt2 = Locations.fixtures.appendingPathComponent("checkpoints/tiny-gpt2").path
    let long = TrainingBenchmark(sequenceLength: 100_000, sequences: 1)
    let problem = #expect(throws: BenchmarkProblem.self) {
      try long.run(BenchmarkModel(folder: gpt2), in: session())
    }
    #expect(try #require(problem).description.contains("--sequence-length"))
    let large = TrainingBenchmark(sequenceLength: 1 << 20, sequences: 1 << 20)
    let other = #expect(throws: BenchmarkProblem.self) {
      try large.run(BenchmarkModel(folder: folder), in: session())
    }
    #expect(try #require(other).description.contains("--micro-sequences"))
  }
}
