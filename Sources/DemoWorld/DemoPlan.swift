/// The demonstration's plan: English, then German with and without replay, and both from scratch.
public struct DemoPlan: Sendable {
  public let seed: UInt64
  /// Tokens of a phase; the union has twice as many.
  public let phaseTokens: Int
  /// Enough for the models to converge.
  public static let defaultPhaseTokens = 1_400_000

  /// - Parameters:
  ///   - seed: The plan's.
  ///   - phaseTokens: Tokens of a phase.
  public init(seed: UInt64, phaseTokens: Int) {
    self.seed = seed
    self.phaseTokens = phaseTokens
  }

  /// The plan's name, and that of its output folder.
  public var name: String { "demo-\(seed)" }

  /// The runs, in the order of training.
  public enum Run: String, CaseIterable, Sendable {
    case english
    case withoutReplay = "without-replay"
    case withReplay = "with-replay"
    case fromScratch = "from-scratch"
  }

  /// The plan file.
  ///
  /// The model is small and the learning rate high, so that it converges within a minute; a wider one needs
  /// more time per token and not much fewer tokens. Initial weights are larger than in wide models, where
  /// 0.02 is the custom.
  public var yaml: String {
    let tokens = phaseTokens
    let schedule = "{kind: cosine, max_lr: 5.0e-3, min_lr: 1.0e-4, warmup: 5%}"
    return """
      # English first, then German with and without replay, against both from scratch.
      # `cpteval demo` wrote it and trains by it; `cpteval train` on it does the same.
      name: \(name)
      seed: \(seed)
      model:
        init:
          model_type: gpt_neox
          hidden_size: 96
          num_hidden_layers: 2
          num_attention_heads: 6
          intermediate_size: 384
          rotary_pct: 1.0
          initializer_range: 0.06
      tokenizer: {train: {on: [english, german], vocab_size: 1536}}
      sequence_length: 256
      batch: {sequences: 4}
      optimizer: {name: adamw, betas: [0.9, 0.99], eps: 1.0e-8, weight_decay: 0.15, clip_norm: 1.0}
      data:
        english: {train: [english.jsonl], validation: [english-held-out.jsonl]}
        german: {train: [german.jsonl], validation: [german-held-out.jsonl]}
      runs:
        \(Run.english.rawValue):
          phases:
            - {name: english, data: english, tokens: \(tokens), schedule: \(schedule)}
        \(Run.withoutReplay.rawValue):
          from: {run: \(Run.english.rawValue), phase: english}
          phases:
            - {name: german, data: german, tokens: \(tokens), schedule: \(schedule)}
        \(Run.withReplay.rawValue):
          from: {run: \(Run.english.rawValue), phase: english}
          phases:
            - {name: german, data: german, replay: {english: 25%}, tokens: \(tokens), schedule: \(schedule)}
        \(Run.fromScratch.rawValue):
          phases:
            - {name: union, data: {english: 50%, german: 50%}, tokens: \(2 * phaseTokens), schedule: \(schedule)}
      baseline: \(Run.fromScratch.rawValue)
      # Two points: one combination that is not learned costs 0.6 to 0.8 of a point, and 2.8 among the aims.
      evaluation: {tasks: [\(Self.groups.joined(separator: ", "))], include_path: tasks, every: phase, margin: 0.02}

      """
  }

  private static let groups = WorldLanguage.allCases.map { DemoTask.group($0).name }
}
