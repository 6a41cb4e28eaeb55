import TestSupport
import Testing
import TrainingPlans

@Suite("Runs repeated with other seeds")
struct SeedTests {
  private static let phase =
    "{name: p, data: a, steps: 5, schedule: {kind: constant, max_lr: 0.1}}"

  /// A plan whose runs are given, a line each.
  private static func text(_ runs: String..., extra: String = "") -> String {
    let lines = runs.map { run in
      let (name, keys) = (run.prefix { $0 != ":" }, run.drop { $0 != ":" }.dropFirst())
      return "  \(name): {\(keys.isEmpty ? "" : "\(keys), ")phases: [\(phase)]}"
    }
    return Plans.text(
      replacing: ["runs": "runs:\n" + lines.joined(separator: "\n")], adding: extra)
  }

  @Test("A run with seeds stands for one run per seed")
  func expands() throws {
    let plan = try Plans.plan(
      Self.text("r: seeds: [3, 1, 18446744073709551615]", "s: seed: 9", "t:", extra: "seed: 5"))
    #expect(
      plan.runs.map(\.name) == ["r-seed-3", "r-seed-1", "r-seed-18446744073709551615", "s", "t"])
    #expect(plan.runs.map(\.seed) == [3, 1, .max, 9, nil])
    #expect(plan.runs.map(\.repeatOf) == ["r", "r", "r", nil, nil])
    #expect(plan.runs.map(plan.seed(of:)) == [3, 1, .max, 9, 5])
    #expect(plan.runs(named: "r").count == 3 && plan.runs(named: "s").map(\.name) == ["s"])
    #expect(plan.runs(named: "r-seed-1").map(\.seed) == [1] && plan.runs(named: "x").isEmpty)
  }

  @Test("A resolved plan lists the repetitions, and reads back as the same plan")
  func resolves() throws {
    let plan = try Plans.plan(
      Self.text(
        "trunk: seeds: [1, 2]", "r: from: {run: trunk}, seeds: [2, 1]", "s: seed: 2",
        extra: "baseline: trunk"))
    let text = plan.resolvedYAML
    #expect(text.contains("repeat_of: trunk") && text.contains("trunk-seed-1:"))
    let again = try Plans.plan(text)
    #expect(again == plan && again.resolvedYAML == text)
    #expect(PlanDifference.between(plan, again).isEmpty)
  }

  @Test("Runs with seeds branch off from the trunk of the same seed, or all from one trunk")
  func branches() throws {
    let plan = try Plans.plan(
      Self.text(
        "trunk: seeds: [1, 2, 3]", "r: from: {run: trunk, phase: p}, seeds: [3, 1]",
        "single:", "q: from: {run: single}, seeds: [4, 5]", "s: from: {run: trunk}, seed: 2",
        "t: from: {run: trunk-seed-2}"))
    func trunks(_ name: String) -> [String?] { plan.runs(named: name).map(\.from?.run) }
    #expect(trunks("r") == ["trunk-seed-3", "trunk-seed-1"])
    #expect(trunks("q") == ["single", "single"])
    #expect(trunks("s") == ["trunk-seed-2"] && trunks("t") == ["trunk-seed-2"])
    #expect(plan.dataSetsSeen(inRun: "r-seed-3") == ["a"])
  }

  @Test("A repeated baseline is compared with seed by seed")
  func comparesBySeed() throws {
    func partners(_ baseline: String) throws -> [String?] {
      let plan = try Plans.plan(
        Self.text(
          "b: seeds: [1, 2]", "r: seeds: [2, 3]", "s: seed: 1", "one:",
          extra: "baseline: \(baseline)"))
      return plan.runs.map { plan.baselineRun(of: $0)?.name }
    }
    #expect(try partners("b") == [nil, nil, "b-seed-2", nil, "b-seed-1", nil])
    #expect(try partners("b-seed-2") == ["b-seed-2", nil] + Array(repeating: "b-seed-2", count: 4))
    #expect(try partners("{run: one}") == Array(repeating: "one", count: 5) + [nil])
    #expect(try partners("{results: there}") == Array(repeating: nil, count: 6))
  }

  @Test(
    "Mistakes with seeds are named",
    arguments: [
      ("r: seeds: [1]", "a list of 2 to 100 seeds"), ("r: seeds: 3", "a list of 2 to 100 seeds"),
      ("r: seeds: [1, 1]", "1 stands in it twice"), ("r: seeds: [1, -1]", "found -1 in it"),
      ("r: seeds: [1, x]", "found \"x\" in it"), ("r: seed: 1.5", "a whole number from 0"),
      ("r: seeds: [1, 2], seed: 3", "remove one of the two"),
      ("r: repeat_of: q", "a repetition has a seed"),
      ("r: repeat_of: q, seed: 1", "and the name q-seed-<seed>"),
      ("q-seed-1: repeat_of: q, seed: 2", "and the name q-seed-<seed>"),
      ("r: from: {run: two}, seeds: [1, 3]", "two is trained with the seeds 1, 2;"),
      ("r: from: {run: two}", "such as two-seed-1"),
      ("two-seed-1:", "another run and a seed make the same name"),
      ("two-seed-3: repeat_of: two-seed-2, seed: 3", "and the name two-seed-2-seed-<seed>"),
      ("two-seed-2-seed-3: repeat_of: two-seed-2, seed: 3", "runs with seeds have this name"),
      ("r: from: {run: twoo}, seeds: [1, 2]", "no run \"twoo\". Did you mean two?"),
    ])
  func namesMistakes(_ run: String, _ complaint: String) {
    let problems = Plans.problems(Self.text("two: seeds: [1, 2]", run))
    #expect(problems.count == 1 && problems[0].contains(complaint), "\(problems)")
    #expect(problems[0].hasPrefix("folder/plan.yaml, line"))
  }

  @Test("A mistake in a repeated run is told once, under the name that it has in the file")
  func tellsOnce() {
    let text = Plans.text(
      adding: """
          r:
            seeds: [1, 2, 3]
            phases: [{name: p, data: b, replay: {a: 5%}, steps: 5, schedule: {kind: constant, max_lr: 0.1}}]
        """)
    let problems = Plans.problems(text)
    #expect(problems.count == 1 && problems[0].contains("runs.r.phases.p.replay.a"), "\(problems)")
  }

  @Test("Seeds do not multiply beyond the bounds of runs and phases, nor make names too long")
  func boundsRepetitions() {
    let seeds = "[\((0..<60).map { "\($0)" }.joined(separator: ", "))]"
    let runs = Plans.problems(Self.text("a: seeds: \(seeds)", "b: seeds: \(seeds)"))
    #expect(runs.count == 1 && runs[0].contains("more than the 100 runs"), "\(runs)")
    let phases = (0..<30).map { Self.phase.replacing("name: p", with: "name: p\($0)") }
    let many = Plans.problems(
      Plans.text(replacing: [
        "runs": "runs: {r: {seeds: \(seeds), phases: [\(phases.joined(separator: ", "))]}}"
      ]))
    #expect(many.count == 1 && many[0].contains("1000 phases"), "\(many)")
    let long = Plans.problems(Self.text("\(String(repeating: "x", count: 95)): seeds: [1, 2]"))
    #expect(long.contains { $0.contains("cannot be the name of a folder") }, "\(long)")
  }

  @Test("The text of plan show tells a repeated run once")
  func showsOnce() throws {
    let plan = try Plans.plan(
      Self.text(
        "trunk: seeds: [1, 2]", "r: from: {run: trunk}, seeds: [1, 2]", "s: seed: 3",
        extra: "baseline: trunk"))
    let lines = PlanSummary(plan).text.split(separator: "\n").filter { $0.hasPrefix("run ") }
    #expect(
      lines == [
        "run trunk, once with each of the seeds 1, 2 (baseline)",
        "run r, once with each of the seeds 1, 2, from the end of trunk's phase p",
        "run s, seed 3",
      ])
  }

  // MARK: Changed plans

  private static func check(
    _ old: String, _ new: String, settings: [String] = []
  ) throws -> ResumeCheck {
    try ResumeCheck(
      recorded: try Plans.plan(try Plans.plan(old).resolvedYAML),
      document: try Plans.document(new), settings: settings)
  }

  private static func refused(_ check: ResumeCheck) -> [String] {
    if case .refused(let differences) = check { differences.map(\.path) } else { [] }
  }

  @Test("A repeated run is changed by --set under the name that it has in the file")
  func changesBySetting() throws {
    let text = Self.text("trunk: seeds: [1, 2]", "r: from: {run: trunk}, seeds: [1, 2]")
    #expect(try Self.check(text, text) == .unchanged)
    let longer = text.replacing("steps: 5", with: "steps: 7")
    #expect(
      Self.refused(try Self.check(text, longer)) == [
        "runs.trunk.phases.p.steps", "runs.r.phases.p.steps",
      ])
    let settings = ["runs.trunk.phases.p.steps=7", "runs.r.phases.p.steps=7"]
    for plan in [text, longer] {
      guard
        case .changedBySettings(let differences) = try Self.check(text, plan, settings: settings)
      else {
        Issue.record("refused")
        return
      }
      #expect(differences.map(\.path) == ["runs.trunk.phases.p.steps", "runs.r.phases.p.steps"])
    }
  }

  @Test("Further seeds are new runs; fewer are a change, and so are seeds where none were")
  func changesSeeds() throws {
    let two = Self.text("r: seeds: [1, 2]")
    let three = Self.text("r: seeds: [1, 2, 3]")
    #expect(try Self.check(two, three) == .unchanged)
    #expect(try Self.check(two, Self.text("r: seeds: [2, 1]", "q: seeds: [1, 2]")) == .unchanged)
    #expect(Self.refused(try Self.check(three, two)) == ["runs.r.seeds"])
    #expect(
      try Self.check(three, two, settings: ["runs.r.seeds=[1, 2]"]).refusal(place: "x") == nil)
    #expect(!Self.refused(try Self.check(Self.text("r:"), two)).isEmpty)
    #expect(
      Self.refused(try Self.check(Self.text("r:"), Self.text("r: seed: 3"))) == ["runs.r.seed"])
  }

  @Test("Repetitions that were made to differ are compared one by one")
  func comparesOneByOne() throws {
    let plan = try Plans.plan(Self.text("r: seeds: [1, 2]"))
    let resolved = plan.resolvedYAML
    let check = try Self.check(
      Self.text("r: seeds: [1, 2]"), resolved, settings: ["runs.r-seed-2.phases.p.steps=9"])
    guard case .changedBySettings(let differences) = check else {
      Issue.record("\(check)")
      return
    }
    #expect(differences.map(\.path) == ["runs.r-seed-2.phases.p.steps"])
  }
}
