import Foundation
import Records
import TestSupport
import Testing

@testable import Reports

@Suite("TensorBoard's event files")
struct TensorBoardEventsTests {
  @Test("The checksum is that of RFC 3720")
  func checksum() {
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum(UInt8(0)..<32) == 0x46DD_794E)
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
  }

  /// TensorBoard's own reader was shown these bytes, and read what the record says.
  @Test("A small file is byte for byte what TensorBoard reads")
  func golden() throws {
    let record = ExperimentRecord(
      name: "p", program: "cpteval", date: 0,
      runs: [
        RunRecord(
          name: "r", isBaseline: false,
          steps: [
            StepPointRecord(
              step: 300, tokens: 1, learningRate: 0.5, loss: nil, gradientNorm: nil, time: 1.5e9)
          ],
          scores: [
            ScorePointRecord(
              task: "t", metric: "acc", isDeciding: true, higherIsBetter: true, step: 0, tokens: 0,
              value: 0.25, standardError: nil, interval: nil, chance: nil, count: 4, time: 1.5e9)
          ])
      ])
    let file = try #require(TensorBoardEvents(record, host: "h").files.first)
    #expect(file.path == "r/events.out.tfevents.1500000000.h")
    #expect(
      Data(file.bytes).base64EncodedString() == """
        GAAAAAAAAACjf0siCQAAAMALWtZBGg1icmFpbi5FdmVudDoyTKmkZB8AAAAAAAAAUUtEGAkAAADAC1rWQRCsAioR\
        Cg8KCHRyYWluL2xyFQAAAD/cx8VXHwAAAAAAAABRS0QYCQAAAMALWtZBKhQKEgoLc2NvcmUvdC9hY2MVAACAPsCD\
        KC4=
        """)
  }

  @Test("All values are there with their steps and times, and no time goes back")
  func everyPoint() throws {
    let record = ExperimentSamples.typical
    let files = TensorBoardEvents(record).files
    #expect(
      files.map(\.path) == [
        "continual/events.out.tfevents.1780000001.cpteval",
        "from-scratch/events.out.tfevents.1780000001.cpteval",
      ])
    for (file, run) in zip(files, record.runs) {
      let events = try EventReader.events(in: file.bytes)
      #expect(events.first?.version == "brain.Event:2")
      let scalars = events.dropFirst()
      #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
      for (tag, expected) in [
        ("train/loss", run.steps.map { ($0.step, $0.time, $0.loss) }),
        ("train/lr", run.steps.map { ($0.step, $0.time, $0.learningRate) }),
        ("train/grad_norm", run.steps.map { ($0.step, $0.time, $0.gradientNorm) }),
        ("train/tokens_per_second", run.steps.map { ($0.step, $0.time, $0.tokensPerSecond) }),
        (
          "validation_loss/german",
          run.losses.filter { $0.dataSet == "german" }.map { ($0.step, $0.time, $0.loss) }
        ),
        (
          "bits_per_byte/english",
          run.losses.filter { $0.dataSet == "english" }.map { ($0.step, $0.time, $0.bitsPerByte) }
        ),
        (
          "score/arc_de/acc_norm",
          run.scores.filter { $0.task == "arc_de" && $0.metric == "acc_norm" }
            .map { ($0.step, $0.time, $0.value) }
        ),
      ] as [(String, [(Int, Double?, Double?)])] {
        let found = scalars.filter { $0.tag == tag }
        let wanted = expected.filter { $0.2 != nil }
        #expect(found.map(\.step) == wanted.map(\.0), "\(tag)")
        #expect(found.map(\.time) == wanted.map(\.1), "\(tag)")
        #expect(found.map(\.value) == wanted.map { Float($0.2 ?? .nan) }, "\(tag)")
      }
    }
  }

  @Test("Missing times come from the steps around, and times of a curve never go back")
  func times() throws {
    func step(_ step: Int, _ time: Double?) -> StepPointRecord {
      StepPointRecord(
        step: step, tokens: step, learningRate: 1, loss: 1, gradientNorm: nil, time: time)
    }
    func loss(_ step: Int, _ time: Double?) -> LossPointRecord {
      LossPointRecord(dataSet: "d", step: step, tokens: step, isSeen: true, loss: 1, time: time)
    }
    var run = RunRecord(
      name: "r", isBaseline: false,
      steps: [step(1, nil), step(2, 100), step(3, nil), step(4, 300), step(5, 250), step(6, .nan)],
      losses: [loss(0, nil), loss(3, nil), loss(4, 9e9), loss(6, 400)])
    let points = ScalarTimeline.points(of: run, fallback: 7)
    #expect(
      points.filter { $0.tag == "train/lr" }.map(\.time) == [100, 100, 200, 300, 300, 300])
    // Scored much later than trained: the later point cannot lie before it.
    #expect(
      points.filter { $0.tag == "validation_loss/d" }.map(\.time) == [100, 200, 9e9, 9e9])
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.time <= $1.time })
    run.steps = [step(1, nil)]
    run.losses = []
    #expect(ScalarTimeline.points(of: run, fallback: 7).map(\.time) == [7, 7])
    #expect(ScalarTimeline.points(of: run, fallback: .nan).map(\.time) == [0, 0])
  }

  @Test("No name of a run leaves the folder, and none meets another")
  func names() {
    let names = ["..", "../../x", "a/b", "a_b", "", "\u{0}", ".hidden", "ä", "a/b"]
    var record = ExperimentSamples.typical
    record.runs = names.map { name in
      var run = record.runs[1]
      run.name = name
      return run
    }
    let folders = TensorBoardEvents(record, host: "../h").files.map {
      $0.path.components(separatedBy: "/")
    }
    #expect(folders.allSatisfy { $0.count == 2 && $0[1].hasSuffix("._._h") })
    #expect(
      folders.map { $0[0] } == [
        "_.", "_._.._x", "a_b", "a_b-2", "run", "_", "_hidden", "_-2", "a_b-3",
      ])
  }

  @Test("Files are written below a folder, again with the same names")
  func writing() throws {
    let folder = try Locations.makeTemporaryFolder().appendingPathComponent("a/b").path
    for _ in 0..<2 { try TensorBoardEvents(ExperimentSamples.typical).write(to: folder) }
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    #expect(
      names == [
        "continual", "continual/events.out.tfevents.1780000001.cpteval", "from-scratch",
        "from-scratch/events.out.tfevents.1780000001.cpteval",
      ])
  }

  @Test("Records without values, and with such as no float holds, make files without a trap")
  func unusual() throws {
    #expect(TensorBoardEvents(ExperimentSamples.empty).files.isEmpty)
    for file in TensorBoardEvents(ExperimentSamples.extremeNumbers).files {
      let events = try EventReader.events(in: file.bytes)
      #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
    }
    #expect(TensorBoardEvents(ExperimentSamples.hostile).files.count == 2)
  }
}
