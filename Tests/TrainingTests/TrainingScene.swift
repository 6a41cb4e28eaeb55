import Compute
import Corpus
import Experiments
import Files
import Foundation
import OrderedJSON
import TestSupport
import Testing
import Training
import TrainingPlans

/// A plan in a folder of its own, trained in this process.
final class TrainingScene {
  let folder: URL
  /// Messages of the last run.
  private(set) var messages: [String] = []
  private(set) var steps: [StepReport] = []

  init() throws { folder = try Locations.makeTemporaryFolder() }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Lines of a file below the folder, each parsed.
  func lines(_ name: String) throws -> [JSONValue] {
    let text = try String(contentsOfFile: path(name), encoding: .utf8)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  /// A file's lines without what differs from time to time: speed and the time itself.
  func timeless(_ name: String) throws -> String {
    try lines(name).map { line in
      line.objectValue?.members.filter { !["tokens_per_second", "time"].contains($0.name) }
        .map { "\($0.name)=\($0.value.serialized())" }.joined(separator: " ") ?? "no object"
    }.joined(separator: "\n")
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  /// Trains a plan, as `cpteval train` does; `request` is asked after each step, with its number.
  @discardableResult
  func train(
    _ yaml: String, output: String = "out", settings: [String] = [], run: String? = nil,
    threads: Int = 2, resumes: Bool = true,
    request: @escaping (Int) -> LoopMachine.Request? = { _ in nil },
    evaluate: CheckpointEvaluation? = nil
  ) throws -> Experiment.Result {
    messages = []
    steps = []
    let document = try PlanDocument(bytes: Array(yaml.utf8), path: path("plan.yaml"))
    var options = Experiment.Options(program: "cpteval tests")
    options.outputPath = path(output)
    options.settings = settings
    options.run = run
    options.resumes = resumes
    options.threads = threads
    options.evaluation = evaluate
    let experiment = try Experiment(document, options: options, log: { messages.append($0) })
    return try experiment.train(
      on: CPUBackend(threads: threads),
      report: { event in
        switch event {
        case .message(let text): self.messages.append(text)
        case .step(let step): self.steps.append(step)
        case .validation: break
        }
      }, request: { request(self.steps.last?.step ?? 0) })
  }

  /// Writes rows of packed ids that look like text: each id follows from the one before, mostly.
  func writeRows(_ name: String, rows: Int, length: Int, vocabulary: Int, seed: Int) throws {
    var state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    var data = Data()
    for _ in 0..<rows {
      var id = next(vocabulary)
      for _ in 0...length {
        withUnsafeBytes(of: Int32(id).littleEndian) { data.append(contentsOf: $0) }
        id = next(8) == 0 ? next(vocabulary) : (id * 7 + 3 + seed) % vocabulary
      }
    }
    try data.write(to: URL(fileURLWithPath: path(name)))
  }

  /// Two data sets of packed rows, and a plan of two phases with replay over them.
  func writeTwoSources() throws {
    try writeRows("en.bin", rows: 60, length: 16, vocabulary: 64, seed: 1)
    try writeRows("de.bin", rows: 50, length: 16, vocabulary: 64, seed: 2)
    try writeRows("en-held.bin", rows: 6, length: 16, vocabulary: 64, seed: 1)
    try writeRows("de-held.bin", rows: 6, length: 16, vocabulary: 64, seed: 2)
  }

  static let twoPhases = """
    name: two
    seed: 7
    model: {init: {model_type: gpt_neox, vocab_size: 64, hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 64}}
    sequence_length: 16
    batch: {sequences: 4, micro_sequences: 2}
    data:
      english: {format: packed, dtype: int32, train: [en.bin], validation: [en-held.bin]}
      german: {format: packed, dtype: int32, train: [de.bin], validation: [de-held.bin]}
    runs:
      continual:
        phases:
          - {name: pretrain, data: english, steps: 10, checkpoint_every: 4, validate_every: 5, schedule: {kind: cosine, max_lr: 1.0e-2, min_lr: 1.0e-3, warmup: 2}}
          - {name: adapt, data: german, replay: {english: 25%}, steps: 12, batch: {sequences: 6, micro_sequences: 3}, checkpoint_every: 5, schedule: {kind: cosine, max_lr: 5.0e-3, min_lr: 5.0e-4, warmup: 2}}
    """
}
