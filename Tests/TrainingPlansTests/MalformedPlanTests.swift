import Foundation
import TestSupport
import Testing
import TrainingPlans

@Suite("What is wrong with plans")
struct MalformedPlanTests {
  @Test("The small plan that these tests change is sound")
  func soundPlan() { #expect(Plans.problems(Plans.text()) == []) }

  /// A part of the plan with what replaces it, and a part of the complaint.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let part: String
    let text: String
    let complaint: String
    var testDescription: String { text.isEmpty ? "no \(part)" : text }

    init(_ part: String, _ text: String, _ complaint: String) {
      self.part = part
      self.text = text
      self.complaint = complaint
    }
  }

  @Test(
    "Top-level mistakes are named",
    arguments: [
      Mistake("name", "", "name is missing"),
      Mistake("name", "name: ../x", "cannot be the name of a folder"),
      Mistake("name", "name: .hidden", "cannot be the name of a folder"),
      Mistake("name", "name: no", "in quotes"), Mistake("name", "name: [a]", "found a list"),
      Mistake("name", "name: \"a\\eb\"", "\"a\\u{1b}b\" cannot"),
      Mistake("name", "name: x\nsead: 1", "a plan has no such key. Did you mean seed?"),
      Mistake("name", "name: x\nseed: -1", "0 to 2⁶⁴ − 1"),
      Mistake("name", "name: x\nseed: 18446744073709551616", "0 to 2⁶⁴ − 1"),
      Mistake("name", "name: x\nactivation_recomputation: 1", "true or false is expected"),
      Mistake("name", "name: x\nbaseline: frist", "no run \"frist\". Did you mean first?"),
      Mistake("name", "name: x\ntokenizer: {}", "path of a tokenizer.json, or {train: {on:"),
      Mistake("name", "name: x\ntokenizer: {path: a}", "the tokenizer has no such key"),
      Mistake("name", "name: x\ntokenizer: {train: 8}", "{on: [names of data sets], vocab_size"),
      Mistake("name", "name: x\ntokenizer: {train: {vocab_size: 500}}", "on is missing"),
      Mistake("name", "name: x\ntokenizer: {train: {on: [], vocab_size: 500}}", "no data set"),
      Mistake("name", "name: x\ntokenizer: {train: {on: a}}", "vocab_size is missing"),
      Mistake("name", "name: x\ntokenizer: {train: {on: a, vocab_size: 256}}", "257 to"),
      Mistake("name", "name: x\ntokenizer: {train: {on: [a, a], vocab_size: 500}}", "named twice"),
      Mistake("name", "name: x\ntokenizer: {train: {on: c, vocab_size: 500}}", "no data set \"c\""),
      Mistake(
        "name", "name: x\ntokenizer: {train: {on: a, vocab_size: 500, pattern: gpt3}}", "gpt2"),
      Mistake(
        "name", "name: x\ntokenizer: {train: {on: a, vocab_size: 500}}",
        "the checkpoint knows the tokens of its own tokenizer only"),
      Mistake(
        "data",
        "data: {a: {train: [a.idx]}, b: {train: b.txt}}\n"
          + "tokenizer: {train: {on: a, vocab_size: 500}}", "holds ids"),
      Mistake("name", "name: x\noptimizer: {name: sgd}", "there is adamw"),
      Mistake("name", "name: x\noptimizer: {betas: [0.9, 1]}", "from 0 to below 1"),
      Mistake("name", "name: x\noptimizer: {betas: [0.9, 0.9, 0.9]}", "two numbers"),
      Mistake("name", "name: x\noptimizer: {clip_norm: 0}", "write null for no clipping"),
      Mistake("name", "name: x\noptimizer: {eps: .nan}", "above 0"),
      Mistake("name", "name: x\noptimizer: {lr: 1}", "has no such key; there are name, betas"),
      Mistake("name", "name: x\nevaluation: {every: epoch}", "phase or a number of steps"),
      Mistake("name", "name: x\nevaluation: {every: 0}", "1 to 1000000000"),
      Mistake("name", "name: x\nevaluation: {tasks: [1]}", "a list of texts"),
      Mistake("name", "name: x\n1: y", "the key 1 is no text to YAML"),
      Mistake("model", "", "model is missing"), Mistake("model", "model: path", "{init: …} or"),
      Mistake("model", "model: {}", "exactly one of init and checkpoint"),
      Mistake("model", "model: {checkpoint: a, init: {}}", "exactly one of"),
      Mistake("model", "model: {checkpoint: a, initialization: {}}", "has its weights already"),
      Mistake("model", "model: {chekpoint: a}", "Did you mean checkpoint?"),
      Mistake("model", "model: {init: {model_type: bert}}", "\"bert\" is not supported"),
      Mistake("model", "model: {init: {model_type: gpt_neox, hiden_size: 4}}", "mean hidden_size"),
      Mistake("model", "model: {init: {hidden_size: 4}}", "model_type is missing"),
      Mistake(
        "model", "model: {init: {model_type: gpt2, n_positions: 8}}",
        "the model is for 8 positions, but sequence_length is 10"),
      Mistake(
        "model", "model: {init: {model_type: gpt2, resid_pdrop: 0.1}}", "no dropout in training"),
      Mistake("model", "model: {init: {model_type: gpt2}}", "tokenizer is missing"),
      Mistake(
        "model", "model: {init: {model_type: gpt2}, initialization: {outputs: wong}}",
        "Did you mean wang?"),
      Mistake("length", "", "sequence_length is missing"),
      Mistake("length", "sequence_length: 0", "1 to 16777216"),
      Mistake("length", "sequence_length: 2.5", "a whole number is expected, found 2.5"),
      Mistake("batch", "", "batch is missing, here and at the top"),
      Mistake("batch", "batch: {sequences: 4, micro_sequences: 3}", "divided into parts of 3"),
      Mistake("batch", "batch: {sequences: 0}", "outside of what is possible"),
      Mistake("batch", "batch: {micro_sequences: 3}", "sequences is missing"),
      Mistake("batch", "batch: 4", "a mapping is expected, found 4"),
      Mistake("data", "", "data is missing"), Mistake("data", "data: {}", "at least one data set"),
      Mistake("data", "data: {a: {train: []}, b: {train: x}}", "train is missing"),
      Mistake("data", "data: {a: {}, b: {train: x}}", "data.a: train is missing"),
      Mistake("data", "data: {a/b: {train: x}}", "cannot be the name of a folder"),
      Mistake("data", "data: {no: {train: x}}", "put it in quotes"),
      Mistake("data", "data: {a: {train: x, dtype: int32}, b: {train: x}}", "add format: packed"),
      Mistake("data", "data: {a: {train: x, format: packed}, b: {train: x}}", "dtype is missing"),
      Mistake(
        "data", "data: {a: {train: x.idx, dtype: int32}, b: {train: x}}", "remove it"),
      Mistake(
        "data", "data: {a: {train: x, format: megatron, text_field: t}, b: {train: x}}",
        "packed data holds tokens"),
      Mistake(
        "data", "data: {a: {train: x, format: packed, dtype: int8}, b: {train: x}}",
        "\"int8\" is not possible; there is int32, uint16, int64 or uint32"),
      Mistake(
        "data", "data: {a: {train: x, format: packed, dtype: int32, text_field: t}, b: {train: x}}",
        "packed data holds tokens"),
      Mistake("data", "data: {a: {train: x, end_of_document: -1}, b: {train: x}}", "0 to 2147"),
      Mistake(
        "data", "data: {a: {train: x, end_of_document: eos}, b: {train: x}}", "id of a token"),
      Mistake("runs", "", "runs is missing"), Mistake("runs", "runs: {}", "at least one run"),
      Mistake("runs", "runs: {r: {}}", "phases is missing"),
      Mistake("runs", "runs: {r: {phases: []}}", "at least one phase"),
      Mistake("runs", "runs: {r: {phases: {a: 1}}}", "a list of at least one phase"),
      Mistake("runs", "runs: {r: {phases: [1]}}", "a mapping is expected, found 1"),
    ])
  func namesMistakes(_ mistake: Mistake) {
    let problems = Plans.problems(Plans.text(replacing: [mistake.part: mistake.text]))
    #expect(problems.contains { $0.contains(mistake.complaint) }, "\(problems)")
    #expect(problems.allSatisfy { $0.hasPrefix("folder/plan.yaml") })
  }

  @Test(
    "Mistakes in a phase are named",
    arguments: [
      ("data: a", "its length is missing"), ("steps: 10", "data is missing"),
      ("data: a, steps: 0", "1 to 1000000000"), ("data: a, steps: 1.5k, tokens: 1k", "steps: 1000"),
      ("data: a, tokens: 10T", "a whole number is expected"),
      ("data: a, tokens: 0.0001k", "a whole number"), ("data: a, tokens: 1e9", "a whole number"),
      ("data: a, tokens: 999999999999999", "more than the 1000000000 possible"),
      ("data: a, tokens: 1000001G", "outside of what is possible"),
      ("data: a, steps: 99999999999999999999", "a whole number"),
      ("data: c, steps: 1", "no data set \"c\""), ("data: [a, b], steps: 1", "found a list"),
      ("data: {a: 50%, b: 49%}, steps: 1", "sum to 99.0 %, not 100 %"),
      ("data: {a: 50%, b: 1}, steps: 1", "all shares have a percent sign or none"),
      ("data: {a: 0, b: 1}, steps: 1", "a share above 0"),
      ("data: {a: x}, steps: 1", "a share above 0"), ("data: {}, steps: 1", "it is empty"),
      ("data: {a: -5%, b: 105%}, steps: 1", "a share above 0"),
      ("data: a, steps: 1, replay: {a: 5%}", "it was not seen before this phase"),
      ("data: a, steps: 1, replay: {b: 100%}", "leaves nothing for new data"),
      ("data: a, steps: 1, replay: {b: 0.25}", "a percentage of the phase's tokens"),
      ("data: a, steps: 1, replay: b", "{name: 25%, …} is expected"),
      ("data: a, steps: 1, batch: {sequences: 3}", "3 sequences cannot be divided into parts of 2"),
      ("data: a, steps: 1, keep_last: 0", "1 to 1000000"),
      ("data: a, steps: 1, chekpoint_every: 5", "Did you mean checkpoint_every?"),
      ("data: a, steps: 1, document_mask: maybe", "true or false"),
      ("data: a, steps: 1, on_start: {optimizer: drop}", "keep or reset"),
      ("data: a, steps: 1, on_start: reset", "{optimizer: keep or reset"),
    ])
  func namesPhaseMistakes(_ keys: String, _ complaint: String) {
    let problems = Plans.problems(Plans.text(phase: keys))
    #expect(problems.contains { $0.contains(complaint) }, "\(problems)")
  }

  @Test(
    "Mistakes in a schedule are named",
    arguments: [
      ("{max_lr: 0.1}", "kind is missing"), ("{kind: cosin, max_lr: 0.1}", "Did you mean cosine?"),
      ("cosine", "a mapping such as"), ("{kind: cosine}", "max_lr is missing"),
      ("{kind: cosine, max_lr: 0}", "above 0"), ("{kind: cosine, max_lr: .inf}", "above 0"),
      ("{kind: cosine, max_lr: a}", "a number is expected"),
      ("{kind: cosine, max_lr: 1e4}", "above 0 and at most"),
      ("{kind: cosine, max_lr: 1e-3, min_lr: 1e-2}", "0.01 is above max_lr, 0.001"),
      ("{kind: cosine, max_lr: 1e-3, min_lr: -1.0}", "0 or above"),
      ("{kind: cosine, max_lr: 1e-3, warmup: 101}", "warmup 101 steps do not fit"),
      ("{kind: cosine, max_lr: 1e-3, warmup: 101%}", "from 0% to 100%"),
      ("{kind: cosine, max_lr: 1e-3, warmup: -1%}", "from 0% to 100%"),
      ("{kind: cosine, max_lr: 1e-3, warmup: 1.5}", "steps or a percentage"),
      (
        "{kind: cosine, max_lr: 1e-3, warmp: 1%}",
        "the schedule cosine has no such key. Did you mea"
      ),
      ("{kind: constant, max_lr: 1e-3, min_lr: 0}", "the schedule constant has no such key"),
      ("{kind: wsd, max_lr: 1e-3}", "decay is missing"),
      ("{kind: wsd, max_lr: 1e-3, decay: {shape: linear}}", "length is missing"),
      ("{kind: wsd, max_lr: 1e-3, decay: {shape: round, length: 5}}", "linear, sqrt or cosine"),
      (
        "{kind: wsd, max_lr: 1e-3, warmup: 60%, decay: {length: 50%}}", "warmup 60 + decay 50 steps"
      ),
      ("{kind: infinite, max_lr: 1e-3, warmup: 1}", "constant_lr is missing"),
      ("{kind: infinite, constant_lr: 1e-3, warmup: 1}", "max_lr is missing"),
      ("{kind: infinite, max_lr: 1e-3, constant_lr: 1e-2}", "0.01 is above max_lr"),
      ("{kind: infinite, constant_lr: 1e-3, annealing: 5}", "needs a min_lr above 0"),
      ("{kind: infinite, constant_lr: 1e-3, min_lr: 1e-2}", "0.01 is above constant_lr"),
      ("{kind: infinite, constant_lr: 1e-3, cooldown: {shape: sine, length: 1}}", "cosine or inv"),
      (
        "{kind: infinite, max_lr: 1.0, constant_lr: 1e-3, cooldown: {alpha: 1}}",
        "length is missing"
      ),
      (
        "{kind: infinite, max_lr: 1.0, constant_lr: 1e-3, cooldown: {length: 5, alpha: 0}}",
        "above 0"
      ),
      (
        "{kind: infinite, max_lr: 1.0, min_lr: 1e-4, constant_lr: 1e-3, warmup: 5, "
          + "cooldown: {length: 50}, annealing: 50}", "warmup 5 + cooldown 50 + annealing 50"
      ),
      (
        "{kind: infinite, max_lr: 1.0, min_lr: 1e-4, constant_lr: 1e-3, constant: 80%, annealing: 50%}",
        "80 steps do not fit"
      ),
    ])
  func namesScheduleMistakes(_ schedule: String, _ complaint: String) {
    let problems = Plans.problems(Plans.text(schedule: schedule))
    #expect(problems.contains { $0.contains(complaint) }, "\(problems)")
  }

  @Test(
    "Mistakes in what runs say of one another are named",
    arguments: [
      ("from: {run: x, phase: p}", "no run \"x\""),
      ("from: {run: first, phase: three}", "no phase \"three\""),
      ("from: {run: other}", "break the cycle"), ("from: first", "{run: name, phase: name}"),
      ("from: {phase: one}", "run is missing"), ("form: {run: first}", "Did you mean from?"),
    ])
  func namesOriginMistakes(_ from: String, _ complaint: String) {
    let text = Plans.text(
      adding: """
          other:
            \(from)
            phases: [{name: p, data: a, steps: 5, schedule: {kind: constant, max_lr: 0.1}}]
        """)
    let problems = Plans.problems(text)
    #expect(problems.contains { $0.contains(complaint) }, "\(problems)")
  }

  @Test("Replay of what a branch's origin saw only later, or only replayed, is an error")
  func checksReplayThroughBranches() throws {
    func branch(_ phase: String, _ replayed: String) -> [String] {
      Plans.problems(
        Plans.text(
          adding: """
              other:
                from: {run: first, phase: \(phase)}
                phases: [{name: p, data: a, replay: {\(replayed): 5%}, steps: 5, schedule: {kind: constant, max_lr: 0.1}}]
            """))
    }
    #expect(branch("one", "a") == [])
    #expect(branch("two", "b") == [])
    let problems = branch("one", "b")
    #expect(problems.count == 1 && problems[0].contains("replay.b") == true, "\(problems)")
    #expect(problems[0].contains("seen was a"))
  }

  @Test("Two phases of one name, and steps reset in the middle, are errors")
  func checksPhaseOrder() {
    let schedule = "schedule: {kind: constant, max_lr: 0.1}"
    let problems = Plans.problems(
      Plans.text(replacing: [
        "runs": """
        runs:
          r:
            phases:
              - {name: p, data: a, steps: 5, \(schedule), on_start: {step: reset}}
              - {name: p, data: a, steps: 5, \(schedule), on_start: {step: reset}}
        """
      ]))
    #expect(problems.count == 2, "\(problems)")
    #expect(problems.contains { $0.contains("line 10") && $0.contains("stands before it") })
    #expect(problems.contains { $0.contains("only the first phase can reset") })
  }

  @Test("All mistakes are told at once, in the order of lines, and one mistake once")
  func tellsAll() {
    let problems = Plans.problems(
      """
      name: a b
      sequence_length: x
      model: {checkpoint: base}
      batch: {sequences: 4}
      data: {a: {train: [a.txt], shufle: true}}
      runs:
        r:
          phases:
            - name: p
              data: aa
              steps: 10
              schedule: {kind: cosine, max_lr: -1}
      """)
    let lines = ["line 1,", "line 2,", "line 5,", "line 10,", "line 12,"]
    #expect(problems.count == lines.count, "\(problems)")
    for (problem, line) in zip(problems, lines) { #expect(problem.contains(line)) }
    #expect(
      problems[2].hasPrefix("folder/plan.yaml, line 5, data.a.shufle: a data set has no such"))
    #expect(problems[4].contains("runs.r.phases.p.schedule.max_lr"))
  }

  @Test(
    "Settings that name nothing are errors",
    arguments: [
      ("seed", "key.path=value is expected"), ("=1", "the key is not complete"),
      ("a..b=1", "the key is not complete"), ("sead=1", "Did you mean seed?"),
      ("runs.frist.phases.one.steps=1", "no run \"frist\". Did you mean first?"),
      ("data.c.shuffle=true", "no data set \"c\""),
      ("runs.first.phases.tow.steps=1", "no entry \"tow\". Did you mean two?"),
      ("runs.first.phases.2.steps=1", "there is no entry \"2\""),
      ("runs.first.phases.one.data.a=1", "it is a text, so there is no \"a\" in it"),
      ("runs.first.phases.one.stepps=1", "Did you mean steps?"),
      ("seed=[", "not valid YAML"), ("seed=!!python/object x", "not allowed"),
      ("runs.first.phases.one.steps=many", "a whole number is expected"),
    ])
  func namesBadSettings(_ setting: String, _ complaint: String) {
    let problems = Plans.problems(Plans.text(), settings: [setting])
    #expect(problems.count == 1 && problems[0].contains(complaint), "\(problems)")
    #expect(problems[0].hasPrefix("--set \(setting)"))
  }

  @Test("Hostile plans end soon, in errors")
  func boundsHostilePlans() throws {
    let phase = "{name: p, data: a, steps: 1, schedule: {kind: constant, max_lr: 1.0}}"
    let runs = (0..<101).map { "r\($0): {phases: [\(phase)]}" }.joined(separator: ", ")
    let phases = (0..<1001).map { index in
      "{name: p\(index), data: a, steps: 1, schedule: {kind: constant, max_lr: 1.0}}"
    }.joined(separator: ", ")
    let sets = (0..<1001).map { "d\($0): {train: x}" }.joined(separator: ", ")
    let cases: [(part: String, text: String, complaint: String)] = [
      ("runs", "runs: {\(runs)}", "101 runs"), ("data", "data: {\(sets)}", "1001 data sets"),
      ("runs", "runs: {r: {phases: [\(phases)]}}", "1000 phases"),
      ("name", "name: \(String(repeating: "x", count: 101))", "cannot be the name"),
    ]
    for (part, text, complaint) in cases {
      let problems = Plans.problems(Plans.text(replacing: [part: text]))
      #expect(problems.contains { $0.contains(complaint) }, "\(problems.prefix(3))")
      #expect(problems.count <= 100)
    }
    let bomb = "a: &a [x, x, x]\n" + (0..<30).map { "b\($0): *a\n" }.joined()
    #expect(throws: PlanProblems.self) { try Plans.document(bomb) }
    #expect(throws: PlanProblems.self) { try Plans.document(String(repeating: "[", count: 9999)) }
    #expect(throws: PlanProblems.self) { try Plans.document("") }
    #expect(Plans.problems("[1]").first?.contains("a plan's keys") == true)
    // The longest phase of the largest batches is counted without overflow.
    let large = Plans.text(replacing: [
      "length": "sequence_length: 16777216", "batch": "batch: {sequences: 1048576}",
      "runs":
        "runs: {r: {phases: [{name: p, data: a, steps: 1G, schedule: {kind: constant, max_lr: 1.0}}]}}",
    ])
    #expect(Plans.problems(large).first?.contains("too many to count") == true)
    // Nor do the sums over all phases overflow.
    let long = (0..<1000).map { index in
      "{name: p\(index), data: a, tokens: 1000000G, batch: {sequences: 1048576}, "
        + "schedule: {kind: constant, max_lr: 1.0}}"
    }.joined(separator: ", ")
    let plan = try Plans.plan(Plans.text(replacing: ["runs": "runs: {r: {phases: [\(long)]}}"]))
    #expect(PlanSummary(plan).text.contains(",000 tokens"))
  }

  @Test("Mutated plans are read or refused, never crash")
  func survivesMutations() throws {
    let names = ["english-to-german", "parity", "infinite"]
    var mutator = Mutator(seed: 7)
    for name in names {
      let path = Locations.fixtures.path + "/plans/\(name).yaml"
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      for _ in 0..<150 {
        let plan = try? PlanDocument(bytes: mutator.mutated(bytes), path: path).plan()
        if let plan {
          _ = PlanSummary(plan).text
          #expect(try Plans.plan(plan.resolvedYAML) == plan)
        }
      }
    }
  }
}
