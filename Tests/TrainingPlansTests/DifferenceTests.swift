import TestSupport
import Testing
import TrainingPlans

@Suite("Changed plans")
struct DifferenceTests {
  private static func paths(_ settings: [String]) throws -> [String] {
    let old = try Plans.sample("english-to-german")
    let new = try Plans.sample("english-to-german", settings: settings)
    return PlanDifference.between(old, new).map(\.path)
  }

  @Test("A plan does not differ from itself, and neither from its resolved form")
  func equalPlansDoNotDiffer() throws {
    for name in ["english-to-german", "parity", "infinite"] {
      let plan = try Plans.sample(name)
      #expect(PlanDifference.between(plan, try Plans.plan(plan.resolvedYAML)).isEmpty)
    }
  }

  @Test("Differences have the paths that --set takes, and say old and new")
  func namesPaths() throws {
    #expect(try Self.paths(["seed=1"]) == ["seed"])
    let adapt = "runs.continual.phases.adapt"
    #expect(
      try Self.paths(["\(adapt).tokens=8M"]) == [
        "\(adapt).tokens", "\(adapt).steps", "\(adapt).schedule.warmup",
      ])
    #expect(try Self.paths(["\(adapt).replay={english: 5%}"]) == ["\(adapt).replay"])
    #expect(
      try Self.paths(["\(adapt).data={german: 50%, english: 50%}"]) == ["\(adapt).data"])
    #expect(try Self.paths(["\(adapt).on_start.data=reset"]) == ["\(adapt).on_start.data"])
    #expect(try Self.paths(["data.german.train=[x]"]) == ["data.german.train"])
    #expect(try Self.paths(["model.init.hidden_size=128"]) == ["model.init.hidden_size"])
    #expect(try Self.paths(["baseline=null"]) == ["baseline"])
    let old = try Plans.sample("english-to-german")
    let new = try Plans.sample("english-to-german", settings: ["\(adapt).replay=", "seed=7"])
    let differences = PlanDifference.between(old, new)
    #expect(
      differences == [
        PlanDifference(path: "seed", old: "1234", new: "7"),
        PlanDifference(path: "\(adapt).replay", old: "{english: 25%}", new: nil),
      ])
    let lines = PlanDifference.lines(differences).split(separator: "\n")
    #expect(lines.first?.hasPrefix("  seed:      ") == true)
    #expect(lines.first?.hasSuffix("  1234 → 7") == true)
    #expect(lines.last == "  \(adapt).replay: {english: 25%} → (not there)")
  }

  // MARK: Resuming

  private static let first = "runs.first.phases"

  private static func check(
    _ text: String, settings: [String] = [], recorded: [String] = []
  ) throws -> ResumeCheck {
    try ResumeCheck(
      recorded: try Plans.plan(Plans.text(), settings: recorded),
      document: try Plans.document(text), settings: settings)
  }

  private static func refused(_ check: ResumeCheck) -> [String] {
    if case .refused(let differences) = check { differences.map(\.path) } else { [] }
  }

  @Test("The same plan goes on, spelled otherwise as well")
  func samePlanGoesOn() throws {
    #expect(try Self.check(Plans.text()) == .unchanged)
    #expect(try Self.check(Plans.plan(Plans.text()).resolvedYAML) == .unchanged)
  }

  @Test("A change of the file is refused until --set names it")
  func changedFileIsRefused() throws {
    let changed = Plans.text(replacing: ["name": "name: small\nseed: 5"])
    let check = try Self.check(changed)
    #expect(Self.refused(check) == ["seed"])
    let message = try #require(check.refusal(place: "out/small/first"))
    #expect(message.contains("seed: 0 → 5") && message.contains("--set 'seed=5'"))
    guard case .changedBySettings(let differences) = try Self.check(changed, settings: ["seed=5"])
    else {
      Issue.record("refused")
      return
    }
    #expect(differences.map(\.path) == ["seed"])
  }

  @Test("What follows from a setting needs none of its own")
  func consequencesAreFree() throws {
    let two = "\(Self.first).two"
    guard
      case .changedBySettings(let differences) = try Self.check(
        Plans.text(), settings: ["\(two).steps=1000"])
    else {
      Issue.record("refused")
      return
    }
    #expect(differences.map(\.path) == ["\(two).steps", "\(two).schedule.warmup"])
    // Settings of a whole, of a default, and by index.
    for setting in [
      "\(two).schedule={kind: linear, max_lr: 0.5}", "batch={sequences: 8}", "sequence_length=20",
      "\(Self.first).1.steps=50",
    ] {
      let check = try Self.check(Plans.text(), settings: [setting])
      #expect(check.refusal(place: "x") == nil, "\(setting): \(check)")
    }
  }

  @Test("A setting does not cover what the file changes beside it")
  func settingsCoverThemselvesOnly() throws {
    let changed = Plans.text(replacing: [
      "runs": """
      runs:
        first:
          phases:
            - {name: one, data: a, steps: 100, schedule: {kind: constant, max_lr: 1.0e-3}}
            - {name: two, data: b, replay: {a: 25%}, steps: 100, schedule: {kind: cosine, max_lr: 1.0e-3, warmup: 3%}}
      """
    ])
    let two = "\(Self.first).two"
    let check = try Self.check(changed, settings: ["\(two).steps=1000"])
    #expect(Self.refused(check) == ["\(two).schedule.warmup"])
    #expect(
      try Self.check(
        changed, settings: ["\(two).steps=1000", "\(two).schedule.warmup=3%"]
      ).refusal(place: "x") == nil)
  }

  @Test("A refusal names causes, not what follows from them")
  func refusalNamesCauses() throws {
    let changed = Plans.text(replacing: [
      "length": "sequence_length: 20", "name": "name: small\nseed: 5",
      "runs": """
      runs:
        first:
          phases:
            - {name: one, data: a, tokens: 4k, schedule: {kind: constant, max_lr: 1.0e-3}}
            - {name: two, data: b, replay: {a: 25%}, steps: 200, schedule: {kind: cosine, max_lr: 1.0e-3, warmup: 1%}}
      """,
    ])
    let check = try Self.check(changed)
    // 4k tokens were 100 steps at the old length: the length is the cause of their being 50.
    #expect(
      Self.refused(check) == [
        "seed", "sequence_length", "\(Self.first).one.tokens", "\(Self.first).two.steps",
      ])
  }

  @Test("A setting given before must be given again")
  func settingsAreNotRemembered() throws {
    let check = try Self.check(Plans.text(), recorded: ["seed=9"])
    #expect(Self.refused(check) == ["seed"])
    #expect(try Self.check(Plans.text(), settings: ["seed=9"], recorded: ["seed=9"]) == .unchanged)
  }

  @Test("New runs and data sets are free; a removed run is not")
  func newRunsAreFree() throws {
    let more = Plans.text(
      replacing: ["data": "data: {a: {train: [a.txt]}, b: {train: [b.txt]}, c: {train: [c.txt]}}"],
      adding: """
          annealed:
            from: {run: first, phase: one}
            phases: [{name: p, data: c, steps: 5, schedule: {kind: constant, max_lr: 0.1}}]
        """)
    #expect(try Self.check(more) == .unchanged)
    let back = try ResumeCheck(
      recorded: try Plans.plan(more), document: try Plans.document(Plans.text()), settings: [])
    #expect(Self.refused(back) == ["data.c", "runs.annealed"])
  }

  @Test("A plan that is wrong now is an error, not a refusal")
  func wrongPlanThrows() {
    #expect(throws: PlanProblems.self) { try Self.check("name: small") }
  }

  // MARK: The past

  @Test("A change that rewrites learning rates of the past is found, with its first step")
  func findsRewrittenPast() throws {
    let old = try Plans.plan(Plans.text())
    func change(_ settings: [String], phase: String, step: Int) throws -> RateChange? {
      RateChange.inPast(
        from: old, to: try Plans.plan(Plans.text(), settings: settings), run: "first",
        phase: phase, step: step)
    }
    let one = "\(Self.first).one"
    let two = "\(Self.first).two"
    #expect(try change(["seed=2"], phase: "two", step: 100) == nil)
    // The future is free.
    #expect(try change(["\(two).schedule.max_lr=0.5"], phase: "one", step: 100) == nil)
    #expect(try change(["\(two).schedule.max_lr=0.5"], phase: "two", step: 0) == nil)
    let raised = try #require(
      try change(["\(two).schedule.max_lr=2.0e-3"], phase: "two", step: 1))
    #expect(raised.firstStep == 101 && raised.phase == "two" && raised.old == 0.001)
    #expect(raised.new == 0.002 && raised.largestRelativeDifference == 1)
    // A longer first phase moves the second one.
    let longer = try #require(try change(["\(one).steps=110"], phase: "two", step: 50))
    #expect(longer.firstStep > 100 && longer.largestRelativeDifference > 0)
    let shorter = try #require(
      try change(["\(two).steps=10"], phase: "two", step: 50))
    #expect(shorter.largestRelativeDifference == .infinity)
  }
}
