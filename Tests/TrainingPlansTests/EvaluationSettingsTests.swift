import TestSupport
import Testing
import TrainingPlans

@Suite("What a plan says of evaluation and baseline")
struct EvaluationSettingsTests {
  private static func plan(_ extra: String) throws -> TrainingPlan {
    try Plans.plan(Plans.text(adding: extra))
  }

  private static func problems(_ extra: String) -> [String] {
    Plans.problems(Plans.text(adding: extra))
  }

  @Test("Every key of the evaluation is read, and reads back from the resolved plan")
  func readsKeys() throws {
    let plan = try Self.plan(
      """
      evaluation: {tasks: [hellaswag, arc_easy], every: 2k, validation_tokens: 1M, data_path: ../data,
        include_path: [tasks, more], limit: 1k, num_fewshot: 5, margin: 2 %, loss_margin: 0.05,
        bos: always, compat: lm-eval-0.4.9.1}
      """)
    let expected = EvaluationSettings(
      tasks: ["hellaswag", "arc_easy"], every: .steps(2000), validationTokens: 1_000_000,
      dataPath: "../data", includePaths: ["tasks", "more"], limit: 1000, fewshotCount: 5,
      margin: 0.02, lossMargin: 0.05, bos: "always", compat: "lm-eval-0.4.9.1")
    #expect(plan.evaluation == expected)
    #expect(try Plans.plan(plan.resolvedYAML) == plan)
    #expect(try Plans.plan(Plans.text()).evaluation == EvaluationSettings())
    #expect(try Self.plan("evaluation: {include_path: one}").evaluation.includePaths == ["one"])
  }

  @Test(
    "A margin is a share or a percentage",
    arguments: [("0.01", 0.01), ("1%", 0.01), ("1 %", 0.01), ("0.5 %", 0.005), ("2e-2", 0.02)])
  func readsMargins(_ text: String, _ margin: Double) throws {
    #expect(try Self.plan("evaluation: {margin: \(text)}").evaluation.margin == margin)
  }

  @Test(
    "Mistakes in the evaluation are named",
    arguments: [
      ("margin: 1", "1.0 is not between 0 and 1"), ("margin: 0", "not between 0 and 1"),
      ("margin: 100%", "not between"), ("margin: wide", "a share such as 0.01 or 1 %"),
      ("margin: .nan", "not between"), ("loss_margin: 0", "not a number of nats above 0"),
      ("loss_margin: .inf", "above 0"), ("limit: 0", "outside of what is possible"),
      ("num_fewshot: -1", "0 to 10000"), ("bos: sometimes", "tokenizer, always or never"),
      ("compat: lm-eval-0.4.9.3", "Did you mean lm-eval-0.4.9"), ("data_path: 3", "a text"),
      ("include_path: [1]", "a list of texts"), ("taks: [a]", "Did you mean tasks?"),
    ])
  func namesMistakes(_ keys: String, _ complaint: String) {
    let problems = Self.problems("evaluation: {\(keys)}")
    #expect(problems.count == 1 && problems[0].contains(complaint), "\(problems)")
  }

  @Test("A baseline is a run, somebody's checkpoint or a folder with results")
  func readsBaselines() throws {
    let cases: [(String, Baseline)] = [
      ("first", .run("first")), ("{run: first}", .run("first")),
      ("{checkpoint: pythia-70m}", .checkpoint(path: "pythia-70m")),
      ("{results: ../results/a b}", .results(path: "../results/a b")),
    ]
    for (text, baseline) in cases {
      let plan = try Self.plan("baseline: \(text)")
      #expect(plan.baseline == baseline)
      #expect(try Plans.plan(plan.resolvedYAML) == plan)
    }
    // As one value, so that one setting changes one for the other.
    let plans = try cases.map { try Self.plan("baseline: \($0.0)") }
    #expect(PlanDifference.between(plans[2], plans[3]).map(\.path) == ["baseline"])
    #expect(PlanDifference.between(plans[0], plans[1]).isEmpty)
  }

  @Test(
    "Mistakes in the baseline are named",
    arguments: [
      ("{run: frist}", "no run \"frist\". Did you mean first?"), ("{}", "exactly one of run"),
      ("{run: first, results: x}", "exactly one of run, checkpoint or results"),
      ("{chekpoint: x, run: first}", "Did you mean checkpoint?"), ("[first]", "a run's name, {"),
      ("7", "a run's name, {checkpoint: path}"), ("{results: 7}", "a text is expected"),
    ])
  func namesBaselineMistakes(_ text: String, _ complaint: String) {
    let problems = Self.problems("baseline: \(text)")
    #expect(problems.count == 1 && problems[0].contains(complaint), "\(problems)")
  }

  @Test(
    "Runs cannot have the names of what else lies in the output",
    arguments: ["tokens", "evaluation", "baseline", "initial-x", "plan.yaml", "comparison.md"])
  func refusesTakenNames(_ name: String) {
    let problems = Plans.problems(
      Plans.text(schedule: "{kind: constant, max_lr: 0.1}").replacing("{r:", with: "{\(name):"))
    #expect(problems.count == 1 && problems[0].contains("choose another"), "\(problems)")
  }

  @Test("The text of plan show says what is scored and what a foreign baseline is")
  func showsEvaluation() throws {
    let plan = try Self.plan(
      "evaluation: {tasks: [piqa], every: 500}\nbaseline: {results: \"a\\eb\"}")
    let text = PlanSummary(plan).text
    #expect(text.contains("scored on piqa at the end of each phase and every 500 steps"))
    #expect(
      text.contains("compared with the results in a\\u{1B}b") || text.contains("in a\\u{1b}b"))
    #expect(!text.contains("\u{1B}"))
  }
}
