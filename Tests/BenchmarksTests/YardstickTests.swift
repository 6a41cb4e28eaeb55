import Benchmarks
import Records
import Testing

@Suite("The yardstick")
struct YardstickTests {
  @Test("Where OpenBLAS is missing the message says what was tried and how to install it")
  func missing() {
    #expect(throws: OpenBLAS.Problem.notFound(tried: ["libno-such.so.0"])) {
      _ = try OpenBLAS(names: ["libno-such.so.0"])
    }
    let words = OpenBLAS.Problem.notFound(tried: ["libno-such.so.0"]).description
    #expect(words.contains("libno-such.so.0") && words.contains("apt-get install libopenblas0"))
    #expect(words.hasSuffix("."))
  }

  @Test(
    "Another library is not taken for OpenBLAS", arguments: ["libm.so.6", "/no/such\u{1B}file"])
  func another(_ path: String) throws {
    let problem = #expect(throws: OpenBLAS.Problem.self) { _ = try OpenBLAS(path: path) }
    let words = try #require(problem).description
    #expect(words.contains(OpenBLAS.environmentVariable) && !words.contains("\u{1B}"))
    #expect(throws: OpenBLAS.Problem.self) { _ = try OpenBLAS(names: ["libm.so.6"]) }
  }

  private static let library = try? OpenBLAS()

  @Test(
    "The rate is that of the best shape, for as many calls at once as there are threads",
    .enabled(if: Self.library != nil, "needs libopenblas0"))
  func measures() throws {
    let library = try #require(Self.library)
    let shapes = [
      SGEMMYardstick.Shape(rows: 64, depth: 32, columns: 48),
      SGEMMYardstick.Shape(rows: 96, depth: 96, columns: 96),
    ]
    let record = try #require(
      SGEMMYardstick.measure(library, threads: 2, shapes: shapes, repetitions: 2))
    #expect(record.shapes.map(\.columns) == [48, 96])
    #expect(record.shapes.allSatisfy { $0.gflops > 0 })
    #expect(record.gflops == record.shapes.map(\.gflops).max())
    #expect(record.configuration.contains("OpenBLAS"))
    #expect(SGEMMYardstick.measure(library, threads: 1, isCancelled: { true }) == nil)
    // The sizes by which figures of other days were measured.
    #expect(SGEMMYardstick.shapes.count == 4)
    #expect(SGEMMYardstick.shapes.contains(.init(rows: 2048, depth: 768, columns: 3072)))
    #expect(SGEMMYardstick.shapes.contains(.init(rows: 2048, depth: 2048, columns: 2048)))
  }

  @Test("Median and spread of odd and even numbers of repetitions")
  func timing() throws {
    let odd = try #require(TimingRecord([3, 1, 2]))
    #expect(odd.median == 2 && odd.minimum == 1 && odd.maximum == 3)
    #expect(odd.repetitions == [3, 1, 2])
    #expect(TimingRecord([4, 1, 2, 3])?.median == 2.5)
    #expect(TimingRecord([]) == nil)
  }

  @Test("Memory streams at some rate, and cancelling ends it")
  func memory() throws {
    let rate = try #require(MemoryRate.measure(threads: 2, count: 4096, repetitions: 2))
    #expect(rate.copyBytesPerSecond > 0 && rate.triadBytesPerSecond > 0)
    #expect(rate.best == max(rate.copyBytesPerSecond, rate.triadBytesPerSecond))
    #expect(MemoryRate.measure(threads: 1, count: 16, isCancelled: { true }) == nil)
  }
}
