import Foundation
import OrderedJSON
import TestSupport
import Testing
import TrainingPlans

@Suite("Reading plans")
struct PlanReaderTests {
  @Test("The example plan is read with every default filled in")
  func readsExample() throws {
    let plan = try Plans.sample("english-to-german")
    #expect(plan.name == "english-to-german" && plan.seed == 1234 && plan.sequenceLength == 256)
    #expect(plan.optimizer == OptimizerSettings() && !plan.activationRecomputation)
    #expect(plan.data.map(\.name) == ["english", "german", "parity"])
    let english = try #require(plan.dataSet("english"))
    #expect(english.format == .text && english.shuffle && english.textField == "text")
    #expect(english.train == ["en/**/*.jsonl"] && english.endOfDocument == .tokenizer)
    let parity = try #require(plan.dataSet("parity"))
    #expect(parity.format == .packed(.int32) && !parity.shuffle && parity.validation.isEmpty)
    let adapt = try #require(plan.run("continual")?.phases.last)
    // ⌈4,000,000 / (32 · 256)⌉
    #expect(adapt.steps == 489 && adapt.tokens == 4_000_000)
    #expect(adapt.schedule.warmup == 5 && adapt.schedule.kind == .cosine)
    #expect(adapt.replay == [Share(name: "english", percent: 25)])
    #expect(adapt.batch == Batch(sequences: 32, microSequences: 8))
    #expect(adapt.keepLast == 3 && !adapt.documentMask && adapt.onStart == OnStart())
    #expect(adapt.sources.map(\.weight) == [0.75, 0.25])
    #expect(
      plan.baseline == .run("from-scratch") && plan.evaluation.tasks == ["hellaswag_de", "arc_de"])
    #expect(plan.evaluation.every == .phase && plan.evaluation.validationTokens == 100_000)
    guard case .initialize(let keys, let initialization) = plan.model else {
      Issue.record("not a new model")
      return
    }
    #expect(keys["hidden_size"] == 256 && initialization == Initialization())
  }

  @Test("Branches, small initialization, open trunks and big seeds are read")
  func readsBranches() throws {
    let plan = try Plans.sample("infinite")
    #expect(plan.seed == .max && plan.optimizer.clipNorm == nil && plan.activationRecomputation)
    let trunk = try #require(plan.run("trunk"))
    guard case .infinite(let parts) = trunk.phases[0].schedule.kind else {
      Issue.record("not infinite")
      return
    }
    #expect(parts.coolDown == .inverseSquareRoot(steepness: 10) && parts.coolDownSteps == 200)
    // The constant part takes what is left.
    #expect(parts.constantSteps == 790 && parts.annealingSteps == 0)
    let late = try #require(plan.run("annealed-2024"))
    // No phase named: the origin's last one.
    #expect(late.from == Run.Origin(run: "trunk", phase: "second"))
    #expect(late.phases[0].batch == Batch(sequences: 8, microSequences: 4))
    #expect(late.phases[0].data.map(\.percent).reduce(0, +) == 100)
    #expect(plan.dataSetsSeen(inRun: "annealed-2023") == ["news-2023"])
    #expect(plan.dataSetsSeen(inRun: "annealed-2024") == ["news-2023", "news-2024"])
    #expect(plan.dataSetsSeen(inRun: "trunk", throughPhase: "first") == ["news-2023"])
    guard case .initialize(_, let initialization) = plan.model else { return }
    #expect(initialization.weights == .small && initialization.outputs == .wang)
    #expect(abs(initialization.weightDeviation(hiddenSize: 64) - 0.0790569415042095) < 1e-15)
    #expect(initialization.outputDeviation(hiddenSize: 64, layers: 2) == 0.125)
    #expect(Initialization().outputDeviation(hiddenSize: 64, layers: 2) == 0.01)
  }

  @Test("The origin of a run comes before it, wherever the plan has it")
  func ordersRuns() throws {
    let phases = "phases: [{name: p, data: a, steps: 1, schedule: {kind: constant, max_lr: 0.1}}]"
    let plan = try Plans.plan(
      Plans.text(replacing: [
        "runs": """
        runs:
          c: {from: {run: b, phase: p}, \(phases)}
          b: {from: {run: a}, \(phases)}
          a: {\(phases)}
        """
      ]))
    #expect(plan.runsInOrder.map(\.name) == ["a", "b", "c"])
  }

  @Test(
    "Amounts have k, M and G, exactly",
    arguments: [
      ("4M", 100_000), ("100k", 2500), ("2.5M", 62_500), ("1_000", 25), ("41", 2), ("40", 1),
      ("1B", 25_000_000), ("0.5k", 13), ("4K", 100),
    ])
  func readsAmounts(_ text: String, _ steps: Int) throws {
    let plan = try Plans.plan(Plans.text(phase: "data: a, tokens: \(text)"))
    #expect(plan.runs[0].phases[0].steps == steps)
  }

  @Test(
    "A percentage rounds to the nearest step and is at least 1 if above 0",
    arguments: [
      ("1%", 100, 1), ("0.1%", 100, 1), ("0%", 100, 0), ("1.4%", 100, 1), ("1.5%", 100, 2),
      ("12.5%", 100, 13), ("7", 100, 7), ("100%", 100, 100), ("35 %", 10, 4), ("0", 5, 0),
    ])
  func readsPercentages(_ text: String, _ steps: Int, _ warmup: Int) throws {
    let plan = try Plans.plan(
      Plans.text(schedule: "{kind: cosine, max_lr: 1e-3, warmup: \(text)}", steps: steps))
    #expect(plan.runs[0].phases[0].schedule.warmup == warmup)
    // A number without a point is one too, whatever YAML 1.1 says.
    #expect(plan.runs[0].phases[0].schedule.maximum == 0.001)
  }

  @Test("Percentages that leave no room for the warm-up shorten the constant part")
  func constantGivesWay() throws {
    let schedule = """
      {kind: infinite, max_lr: 3.0e-4, constant_lr: 1.65e-4, min_lr: 3.0e-5, warmup: 1%, \
      cooldown: {shape: cosine, length: 20%}, constant: 60%, annealing: 20%}
      """
    for steps in [10, 99, 489, 1000, 12345] {
      let plan = try Plans.plan(Plans.text(schedule: schedule, steps: steps))
      let found = plan.runs[0].phases[0].schedule
      #expect(found.parts.last?.steps.upperBound == steps)
      #expect(found.parts.last?.name == "annealing")
    }
  }

  @Test("Weights without a percent sign are scaled to 100 %")
  func scalesWeights() throws {
    let plan = try Plans.plan(Plans.text(phase: "steps: 10, data: {a: 3, b: 1}"))
    #expect(plan.runs[0].phases[0].data.map(\.percent) == [75, 25])
  }

  @Test("Settings reach into mappings, lists and phases by name")
  func appliesSettings() throws {
    let plan = try Plans.sample(
      "english-to-german",
      settings: [
        "runs.continual.phases.adapt.tokens=8M", "runs.continual.phases.0.schedule.warmup=7",
        "seed=5", "evaluation.tasks=[arc_de]", "data.german.shuffle=false", "baseline=",
        "runs.from-scratch.phases.union.data={english: 30%, german: 70%}",
        "model.init.hidden_size=128", "optimizer.clip_norm=null",
        "runs.continual.phases.adapt.batch.sequences=64",
      ])
    let continual = try #require(plan.run("continual"))
    #expect(continual.phases[1].tokens == 8_000_000 && continual.phases[1].steps == 489)
    #expect(continual.phases[1].batch == Batch(sequences: 64, microSequences: 8))
    #expect(continual.phases[0].schedule.warmup == 7 && plan.seed == 5)
    #expect(plan.evaluation.tasks == ["arc_de"] && plan.dataSet("german")?.shuffle == false)
    #expect(plan.baseline == nil && plan.optimizer.clipNorm == nil)
    #expect(plan.run("from-scratch")?.phases[0].data.map(\.percent) == [30, 70])
  }

  @Test("Names with dots can be reached")
  func reachesDottedNames() throws {
    let text = Plans.text(replacing: [
      "data": "data: {a: {train: [x]}, a.b: {train: [x]}, b: {train: [b.txt]}}"
    ])
    let plan = try Plans.plan(text, settings: ["data.a.b.shuffle=false", "data.a.train=[y]"])
    #expect(plan.dataSet("a.b")?.shuffle == false && plan.dataSet("a")?.shuffle == true)
    #expect(plan.dataSet("a")?.train == ["y"])
  }

  @Test("Paths are relative to the plan's folder")
  func knowsItsFolder() throws {
    #expect(try Plans.document("name: a").folder == "folder")
    for (path, folder) in [("plan.yaml", "."), ("/plan.yaml", "/"), ("/a/b/p.yaml", "/a/b")] {
      #expect(try PlanDocument(bytes: Array("a: 1".utf8), path: path).folder == folder)
    }
  }

  @Test("A plan that is a folder, missing or too large is an error")
  func refusesOddFiles() throws {
    let folder = try Locations.makeTemporaryFolder()
    #expect(throws: (any Error).self) { try PlanDocument(path: folder.path) }
    #expect(throws: (any Error).self) { try PlanDocument(path: folder.path + "/none.yaml") }
    let large = folder.appendingPathComponent("large.yaml")
    try Data(repeating: 0x20, count: 2 << 20).write(to: large)
    #expect(throws: PlanProblems.self) { try PlanDocument(path: large.path) }
  }
}
