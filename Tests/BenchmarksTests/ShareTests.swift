import Records
import Testing

@testable import Benchmarks

@Suite("Shares of sgemm")
struct ShareTests {
  private func record(meanwhile rates: [Double]) -> BenchmarkRecord {
    var record = BenchmarkRecord(
      program: "p", benchmark: "train", date: 0,
      machine: MachineRecord(system: "s", processor: "p", cores: 2, memory: 1), threads: 2,
      instructionSet: "avx2")
    record.sgemm = SGEMMRecord(
      library: "l", configuration: "c",
      shapes: [SGEMMRecord.Shape(rows: 1, depth: 1, columns: 1, gflops: 200)])
    record.sgemm?.meanwhile = rates
    return record
  }

  @Test("Each repetition counts by the rates on both sides of it, and the median is the share")
  func takesMedian() throws {
    // 100, 25 and 50 GFLOP/s beside 150, 75 and 50: the machine slows down.
    var record = record(meanwhile: [200, 100, 50, 50])
    record.setTotal([1, 4, 2], tokens: 10, operations: 100e9)
    let share = try #require(record.fractionOfSGEMM)
    #expect(abs(share - 100.0 / 150) < 1e-12)
    #expect(record.gflops == 50 && record.tokensPerSecond == 5)
  }

  @Test("Without a rate for every gap the median rate is what counts, without any the first one")
  func fallsBack() {
    var interrupted = record(meanwhile: [200, 100, 50])
    interrupted.setTotal([1, 4, 2], tokens: 10, operations: 100e9)
    #expect(interrupted.fractionOfSGEMM == 0.5)
    var alone = record(meanwhile: [])
    alone.setTotal([1, 4, 2], tokens: 10, operations: 100e9)
    #expect(alone.fractionOfSGEMM == 0.25)
    var unknown = record(meanwhile: [200, 100])
    unknown.setTotal([1], tokens: 10, operations: nil)
    #expect(unknown.fractionOfSGEMM == nil && unknown.tokensPerSecond == 10)
  }

  @Test("Something is measured before, between and after the rounds that count, and no others")
  func measuresBetween() {
    var order = ""
    let times = Repetitions(warmups: 2, measured: 3).run(
      isCancelled: { false }, between: { order += "|" }
    ) { order += $0 ? "m" : "w" }
    #expect(order == "ww|m|m|m|" && times.count == 3)
    order = ""
    let cut = Repetitions(warmups: 1, measured: 3).run(
      isCancelled: { order.hasSuffix("mm") || order.hasSuffix("m|m") }, between: { order += "|" }
    ) { order += $0 ? "m" : "w" }
    #expect(order == "w|m|m" && cut.count == 1)
  }
}
