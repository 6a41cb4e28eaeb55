import Records
import Reports
import Testing

@Suite("The report of a benchmark")
struct BenchmarkReportTests {
  private var record: BenchmarkRecord {
    var record = BenchmarkRecord(
      program: "cpteval 1", benchmark: "train", date: 0,
      machine: MachineRecord(system: "s", processor: "CPU\u{1B}", cores: 2, memory: 1 << 30),
      threads: 2, instructionSet: "avx2")
    record.settings = [
      BenchmarkSettingRecord("model", "70m"), BenchmarkSettingRecord("parameters", "70426624"),
    ]
    record.sgemm = SGEMMRecord(
      library: "libopenblas.so.0", configuration: "OpenBLAS 0.3.21",
      shapes: [.init(rows: 2048, depth: 768, columns: 3072, gflops: 160)])
    record.sgemm?.meanwhile = [160, 150, 161, 170]
    record.productGFLOPS = 200
    record.seconds = TimingRecord([0.5, 0.4, 0.6])
    record.tokens = 2048
    record.tokensPerSecond = 4096
    record.operations = 50e9
    record.gflops = 100
    record.fractionOfSGEMM = 0.625
    record.peakMemoryBytes = 1_830_000_000
    if let pause = TimingRecord([0.0123]) {
      record.parts = [BenchmarkPartRecord("saving", pause, isInside: false)]
    }
    record.breakdown = [
      OperationTimeRecord(
        name: "product", shape: "512→2048", calls: 6, seconds: 0.3, share: 0.6, gflops: 150,
        fractionOfSGEMM: 0.9375),
      OperationTimeRecord(name: "outside kernels", calls: 0, seconds: 0.2, share: 0.4),
    ]
    return record
  }

  @Test("Yardstick, rates with their spread, parts and the breakdown, in aligned columns")
  func whole() {
    #expect(
      BenchmarkReport(record).plain == """
        bench train · model 70m · parameters 70,426,624
        CPU\\u{1b} · 2 cores · 2 threads · avx2 · cpteval 1

        Yardstick               Rate  Of what
        ───────────────  ───────────  ──────────────────────────────────
        sgemm            160 GFLOP/s  best of 2048×768×3072 160
                                      OpenBLAS 0.3.21
        sgemm meanwhile  160 GFLOP/s  150 – 170, between the repetitions
        own product      200 GFLOP/s  768×768×768

        Repetition              Median  Spread
        ─────────────────  ───────────  ──────────────────────────────
        time                    500 ms  400 ms – 600 ms, 3 repetitions
        tokens                    2048
        tokens per second         4096  3413 – 5120
        useful work        100 GFLOP/s  83.3 – 125, 50.0 GFLOP in all
        share of sgemm          62.5 %
        peak memory            1.83 GB

        Part     Median  Spread             Share
        ──────  ───────  ─────────────────  ─────
        saving  12.3 ms  12.3 ms – 12.3 ms      –

        Operation           Shape  Calls    Time   Share  GFLOP/s  Of sgemm
        ───────────────  ────────  ─────  ──────  ──────  ───────  ────────
        product          512→2048      6  300 ms  60.0 %      150    93.8 %
        outside kernels                   200 ms  40.0 %
        """)
  }

  @Test("Without a yardstick shares are left out, and the note says why")
  func withoutYardstick() {
    var record = record
    record.sgemm = nil
    record.fractionOfSGEMM = nil
    record.breakdown[0].fractionOfSGEMM = nil
    record.sgemmNote = "OpenBLAS was not found."
    record.isPartial = true
    let text = BenchmarkReport(record).plain
    #expect(!text.contains("share of sgemm") && !text.contains("Of sgemm"))
    #expect(text.contains("OpenBLAS was not found.\nInterrupted:"))
  }

  @Test("Cases stand in a table for each group")
  func cases() throws {
    var record = record
    let timing = try #require(TimingRecord([1e-4]))
    record.cases = [
      BenchmarkCaseRecord(group: "products", name: "up", seconds: timing, gflops: 10),
      BenchmarkCaseRecord(group: "rows", name: "copy", seconds: timing, bytesPerSecond: 2e10),
    ]
    let text = BenchmarkReport(record).plain
    #expect(text.contains("products\n\nCase  Median  Spread"))
    #expect(text.contains("copy  100 µs  100 µs – 100 µs  20.0 GB/s"))
  }
}
