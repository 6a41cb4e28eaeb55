import TestSupport
import Testing
import Tokenization
import TrainingPlans

@Suite("Resolved plans")
struct ResolvedPlanTests {
  @Test(
    "A resolved plan reads back as the same plan, and is its own resolved plan",
    arguments: ["english-to-german", "parity", "infinite"])
  func roundTrips(_ name: String) throws {
    let plan = try Plans.sample(name)
    let text = plan.resolvedYAML
    let again = try Plans.plan(text)
    #expect(again == plan)
    #expect(again.resolvedYAML == text)
    #expect(again.json == plan.json)
  }

  @Test("A tokenizer to be trained is written down as it was asked for")
  func keepsTokenizerTraining() throws {
    let plan = try Plans.plan(
      Plans.text(replacing: [
        "model": """
        model: {init: {model_type: gpt2, n_embd: 8, n_layer: 1, n_head: 1, n_positions: 16}}
        tokenizer: {train: {on: [b, a], vocab_size: 8k, pattern: gpt-neox}}
        """
      ]))
    guard case .trained(let training) = plan.tokenizer else {
      Issue.record("\(String(describing: plan.tokenizer))")
      return
    }
    #expect(training.dataSets == ["b", "a"] && training.vocabularySize == 8000)
    #expect(training.pattern == .gptNeoX)
    #expect(try Plans.plan(plan.resolvedYAML) == plan)
    let changed = try PlanDocument(bytes: Array(plan.resolvedYAML.utf8), path: "plan.yaml")
      .plan(settings: ["tokenizer.train.vocab_size=500", "tokenizer.train.on=a"])
    #expect(
      PlanDifference.between(plan, changed) == [
        PlanDifference(path: "tokenizer.train.on", old: "[b, a]", new: "[a]"),
        PlanDifference(path: "tokenizer.train.vocab_size", old: "8000", new: "500"),
      ])
  }

  @Test("Every default is spelled out")
  func spellsDefaultsOut() throws {
    let text = try Plans.sample("parity").resolvedYAML
    for line in [
      "seed: 0", "activation_recomputation: false", "eps: 1.0e-08", "clip_norm: 1.0",
      "validation: []", "micro_sequences: 4", "steps: 40", "warmup: 5", "keep_last: 3",
      "document_mask: false", "checkpoint_every: null", "optimizer: keep",
      "validation_tokens: 100000", "data: {parity: 100%}",
    ] {
      #expect(text.contains(line), "\(line) in\n\(text)")
    }
  }

  @Test("Awkward texts, shares and rates keep their bits")
  func keepsAwkwardValues() throws {
    let globs = [
      "a b", "#x", "*.txt", "- x", "no", "1e5", "1.5", "0x10", "~", "a: b", "ü\u{301}\u{1F600}",
      "\"'\\", "a\tb", "[x]", "{a}", "!t", "&a", "%x", "@x", "`x", "x\u{2028}y",
      "x\u{85}y", "\u{7F}\u{1B}",
    ]
    let quoted = globs.map(Self.escaped).joined(separator: ", ")
    let text = Plans.text(replacing: [
      "data": "data: {a: {train: [\(quoted)]}, b: {train: [b.txt]}, \"2024\": {train: x}}",
      "runs": """
      runs:
        r:
          phases:
            - name: "1"
              data: {a: 1, b: 3, "2024": 7}
              steps: 7
              schedule: {kind: wsd, max_lr: 0.1234567890123456789, min_lr: 1e-300, decay: {length: 3}}
            - {name: p, data: a, replay: {b: 33.33%, a: 0.1%, "2024": 12.3456789012345678%}, tokens: 1k, schedule: {kind: linear, max_lr: 3}}
      """,
    ])
    let plan = try Plans.plan(text)
    #expect(plan.data[0].train.map { Array($0.utf8) } == globs.map { Array($0.utf8) })
    let again = try Plans.plan(plan.resolvedYAML)
    #expect(again == plan && again.json == plan.json, "\(plan.resolvedYAML)")
  }

  /// A text in quotes, of ASCII letters and escapes alone.
  private static func escaped(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      let digits = String(scalar.value, radix: 16)
      return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }
    return "\"\(scalars.joined())\""
  }

  @Test("No line is so long that it is hard to read")
  func wrapsLines() throws {
    for name in ["english-to-german", "infinite"] {
      let lines = try Plans.sample(name).resolvedYAML.split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= 100 })
    }
  }
}
