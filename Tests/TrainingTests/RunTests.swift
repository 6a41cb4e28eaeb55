import Compute
import Corpus
import Experiments
import Files
import Foundation
import LanguageModel
import OrderedJSON
import TestSupport
import Testing
import Training

@Suite("Runs of a plan")
struct RunTests {
  @Test("Every replayed sample stands in the earlier phase's record, and their share is exact")
  func replays() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    let lines = try scene.lines("out/two/continual/samples.jsonl")
    func ids(_ line: JSONValue, _ kind: String, _ name: String) -> [Int] {
      line[kind]?[name]?.arrayValue?.compactMap(\.integerValue) ?? []
    }
    let seen = Set(
      lines.filter { $0["phase"] == "pretrain" }.flatMap { ids($0, "samples", "english") })
    #expect(seen.count == 40)
    var (replayed, all) = (0, 0)
    for line in lines where line["phase"] == "adapt" {
      let old = ids(line, "replayed", "english")
      #expect(seen.isSuperset(of: old))
      replayed += old.count
      all += old.count + ids(line, "samples", "german").count
      #expect(abs(Double(replayed) - 0.25 * Double(all)) < 1, "step \(line["step"] ?? .null)")
    }
    #expect(all == 72)
    let phase = try #require(try scene.lines("out/two/continual/phases.jsonl").last)
    #expect(phase["parts"]?.arrayValue?[1]["samples"] == 18)
    #expect(phase["parts"]?.arrayValue?[0]["epochs"] == .double(54.0 / 50))
  }

  @Test(
    "Scoring the saved checkpoint gives the validation loss that the trainer reported, bit by bit")
  func validationIsThatOfTheFile() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    let backend = CPUBackend(threads: 1)
    let checkpoint = try Checkpoint.open(
      directory: scene.path("out/two/continual/checkpoints/step-00000022"))
    let pass = GradientPass(
      ModelParameters(checkpoint, on: backend), on: backend, rows: 16, sequenceLength: 16)
    for name in ["english", "german"] {
      let file = name == "english" ? "en-held.bin" : "de-held.bin"
      let source = try PackedSource(
        name: name, files: [scene.path(file)], type: .int32, sequenceLength: 16,
        vocabularySize: 64)
      var sum = 0.0
      for id in 0..<source.sampleCount {
        sum += pass.losses(TrainingBatch([try source.sample(id)[...]])).reduce(0, +)
      }
      let line = try scene.lines("out/two/continual/evaluations.jsonl").last {
        $0["data_set"] == .string(name)
      }
      #expect(line?["value"] == .double(sum / Double(16 * source.sampleCount)))
    }
  }

  @Test("Losses are measured at phase ends and in between, on data not seen yet too")
  func validates() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    let lines = try scene.lines("out/two/continual/evaluations.jsonl")
    let places = lines.map {
      "\($0["step"]?.integerValue ?? 0) \($0["data_set"]?.stringValue ?? "")"
    }
    #expect(
      places == ["5 english", "5 german", "10 english", "10 german", "22 english", "22 german"])
    #expect(lines.map { $0["seen"] } == [true, false, true, false, true, true])
    // The model learns what it is shown.
    let losses = lines.compactMap { $0["value"]?.doubleValue }
    #expect(losses[2] < losses[0] && losses[5] < losses[3])
  }

  private static let branch = """
      trunk:
        phases:
          - {name: stable, data: english, steps: 8, schedule: {kind: infinite, max_lr: 1.0e-2, constant_lr: 5.0e-3, min_lr: 1.0e-3, warmup: 2, cooldown: {shape: cosine, length: 2}, annealing: 0}}
      annealed:
        from: {run: trunk, phase: stable}
        phases:
          - {name: anneal, data: german, replay: {english: 50%}, steps: 4, schedule: {kind: infinite, constant_lr: 5.0e-3, min_lr: 1.0e-3, annealing: 100%}}
    """

  @Test("An annealed branch leaves the trunk as it is and counts on from there")
  func branches() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let plan = TrainingScene.twoPhases + "\n" + Self.branch
    try scene.train(plan, run: "trunk")
    let trunk = try scene.bytes("out/two/trunk/checkpoints/step-00000008/model.safetensors")
    try scene.train(plan, run: "annealed")
    #expect(
      try scene.bytes("out/two/trunk/checkpoints/step-00000008/model.safetensors") == trunk)
    let lines = try scene.lines("out/two/annealed/metrics.jsonl")
    #expect(lines.map { $0["step"] } == [9, 10, 11, 12])
    #expect(lines.first?["lr"] == .double(5e-3))
    #expect(lines.map { $0["tokens"] }.last == .integer(12 * 4 * 16))
  }

  /// A run that goes on from the last checkpoint of ``TrainingScene/twoPhases``.
  private static func continued(onStart: String) -> String {
    """
    name: more
    seed: 99
    model: {checkpoint: out/two/continual/checkpoints/step-00000022}
    sequence_length: 16
    batch: {sequences: 4}
    data:
      english: {format: packed, dtype: int32, train: [en.bin]}
    runs:
      again:
        phases:
          - {name: more, data: english, steps: 2, on_start: {\(onStart)}, schedule: {kind: constant, max_lr: 1.0e-3}}
    """
  }

  @Test("A run that starts from a trainer's checkpoint takes all of its state over")
  func inherits() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    try scene.train(Self.continued(onStart: ""), output: "kept")
    let lines = try scene.lines("kept/more/again/metrics.jsonl")
    #expect(lines.map { $0["step"] } == [23, 24])
    #expect(lines.last?["tokens"] == .integer((10 * 4 + 12 * 6 + 2 * 4) * 16))
    let state = try Fixture.json(
      at: URL(
        fileURLWithPath: scene.path(
          "kept/more/again/checkpoints/step-00000024/trainer-state.json")))
    #expect(state["optimizer"]?["updates"] == 24)
    #expect(state["rng"]?["seed"] == 7)
    // English goes on with the 41st sample of its order.
    let english = state["data"]?["histories"]?.arrayValue?.first {
      $0["source"]?["name"] == "english"
    }
    #expect(english?["segments"]?.arrayValue?.last?["count"] == 48)
  }

  @Test("Optimizer, step count, seed and data cursors can each be left behind")
  func resets() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    func state(_ onStart: String) throws -> JSONValue {
      let name = onStart.filter(\.isLetter)
      try scene.train(Self.continued(onStart: onStart), output: name)
      let steps = onStart.contains("step: reset") ? "00000002" : "00000024"
      return try Fixture.json(
        at: URL(
          fileURLWithPath: scene.path(
            "\(name)/more/again/checkpoints/step-\(steps)/trainer-state.json")))
    }
    #expect(try state("optimizer: reset")["optimizer"]?["updates"] == 2)
    #expect(try state("step: reset")["progress"]?["tokens"] == .integer(2 * 4 * 16))
    #expect(try state("rng: reset")["rng"]?["seed"] == 99)
    let histories = try state("data: reset")["data"]?["histories"]?.arrayValue
    #expect(histories?.count == 1)
    #expect(histories?[0]["segments"]?.arrayValue?.map { $0["count"] } == [8])
  }

  @Test("A document mask changes training, and is refused where nothing tells of borders")
  func masksDocuments() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let mask = "runs.continual.phases.pretrain.document_mask=true"
    #expect(throws: ExperimentError.self) {
      try scene.train(TrainingScene.twoPhases, settings: [mask])
    }
    let steps = "runs.continual.phases.pretrain.steps=2"
    try scene.train(TrainingScene.twoPhases, output: "plain", settings: [steps])
    try scene.train(
      TrainingScene.twoPhases, output: "masked",
      settings: [steps, mask, "data.english.end_of_document=5"])
    let (plain, masked) = (
      try scene.lines("plain/two/continual/metrics.jsonl")[0],
      try scene.lines("masked/two/continual/metrics.jsonl")[0]
    )
    #expect(plain["loss"] != masked["loss"])
  }

  @Test("A plan that cannot fit in memory is refused before anything is written, with advice")
  func refusesWhatCannotFit() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    let error = #expect(throws: TrainingError.self) {
      try scene.train(
        TrainingScene.twoPhases,
        settings: ["model.init.hidden_size=65536", "model.init.intermediate_size=262144"])
    }
    #expect("\(try #require(error))".contains("train a smaller model"))
    let wide = #expect(throws: TrainingError.self) {
      try scene.train(
        TrainingScene.twoPhases,
        settings: ["batch={sequences: 1048576, micro_sequences: 1048576}"])
    }
    #expect("\(try #require(wide))".contains("batch.micro_sequences"))
    #expect(!FileManager.default.fileExists(atPath: scene.path("out")))
  }

  @Test("Weights that are not finite are neither trained nor saved")
  func refusesNotFinite() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    // The last step makes weights of 1e38 infinite; no later loss would tell.
    let error = #expect(throws: TrainingError.self) {
      try scene.train(
        TrainingScene.twoPhases,
        settings: [
          "runs.continual.phases.pretrain.schedule.max_lr=1000",
          "runs.continual.phases.pretrain.steps=8", "optimizer.weight_decay=1.0e+7",
          "runs.continual.phases.pretrain.schedule.min_lr=1000",
          "runs.continual.phases.pretrain.checkpoint_every=1",
        ])
    }
    let text = "\(try #require(error))"
    #expect(text.contains("not finite"), "\(text)")
    let trained = try FileManager.default.contentsOfDirectory(
      atPath: scene.path("out/two/continual/checkpoints"))
    for name in trained.filter({ $0.hasPrefix("step-") }) {
      let checkpoint = try Checkpoint.open(
        directory: scene.path("out/two/continual/checkpoints/\(name)"))
      #expect(checkpoint.storedTensors.allSatisfy { $0.nonFiniteNumbers().isEmpty })
    }
  }

  @Test("Steps without a finite loss are skipped, and three in a row end the run")
  func diverges() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    // Decay that turns every weight into a larger one of the other sign.
    let error = #expect(throws: TrainingError.self) {
      try scene.train(
        TrainingScene.twoPhases,
        settings: [
          "runs.continual.phases.pretrain.schedule.max_lr=1000", "optimizer.weight_decay=1.0e+6",
        ])
    }
    guard case .diverged(let step, _) = try #require(error) else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    let lines = try scene.lines("out/two/continual/metrics.jsonl")
    #expect(lines.count == step)
    #expect(lines.suffix(3).allSatisfy { $0["skipped"] == true && $0["samples"] != nil })
    #expect(scene.messages.contains { $0.contains("was skipped") && $0.contains("english") })
  }
}
