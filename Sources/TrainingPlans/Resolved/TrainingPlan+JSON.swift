public import OrderedJSON
internal import Tokenization

extension TrainingPlan {
  /// The plan in the keys and the order of a plan file, with every default spelled out.
  ///
  /// Lengths are in steps and shares in percent; ``PlanDifference`` compares this form, and
  /// ``resolvedYAML`` writes it.
  public var json: JSONValue { json(grouping: []) }

  /// The same with repetitions as one run with `seeds`, as people write it.
  ///
  /// - Parameter names: Of repeated runs that ``canGroup(_:)``.
  /// - Returns: The plan.
  func json(grouping names: Set<String>) -> JSONValue {
    var object = ObjectBuilder()
    object["name"] = .string(name)
    object["seed"] = .unsigned(seed)
    object["model"] = model.json
    object["tokenizer"] = tokenizer?.json
    object["sequence_length"] = .integer(sequenceLength)
    object["batch"] = batch?.json
    object["activation_recomputation"] = .bool(activationRecomputation)
    object["optimizer"] = optimizer.json
    object["data"] = .named(data.map { ($0.name, $0.json) })
    object["runs"] = .named(namedRuns(grouping: names))
    object["baseline"] = baseline?.json
    object["evaluation"] = evaluation.json
    return object.json
  }
}

extension TokenizerSource {
  fileprivate var json: JSONValue {
    switch self {
    case .file(let path): return .string(path)
    case .trained(let training):
      var object = ObjectBuilder()
      object["on"] = .texts(training.dataSets)
      object["vocab_size"] = .integer(training.vocabularySize)
      object["pattern"] = .string(training.pattern.rawValue)
      return ["train": object.json]
    }
  }
}

// MARK: Repeated runs

extension TrainingPlan {
  /// The names that stand for several runs.
  var repeatedNames: Set<String> { Set(runs.compactMap(\.repeatOf)) }

  /// Whether the repetitions of a run differ by their seeds alone, as those do that were written as
  /// one; runs that are not there differ in nothing.
  ///
  /// - Parameter name: Without the seed.
  /// - Returns: Whether one entry with `seeds` says all of them.
  /// - Complexity: O(runs · phases).
  func canGroup(_ name: String) -> Bool {
    let repetitions = runs.filter { $0.repeatOf == name }
    guard repetitions.count != 1 else { return false }
    let bodies = repetitions.map(body)
    return bodies.allSatisfy { $0 == bodies[0] }
  }

  private func namedRuns(grouping names: Set<String>) -> [(String, JSONValue)] {
    var entries: [(String, JSONValue)] = []
    for run in runs {
      guard let name = run.repeatOf, names.contains(name) else {
        entries.append((run.name, run.json))
        continue
      }
      if entries.contains(where: { $0.0 == name }) { continue }
      let seeds = runs.filter { $0.repeatOf == name }.compactMap(\.seed)
      var object = JSONObject([
        .init(name: "seeds", value: .array(seeds.map(JSONValue.unsigned)))
      ])
      for member in body(of: run).objectValue?.members ?? [] {
        object[member.name] = member.value
      }
      entries.append((name, .object(object)))
    }
    return entries
  }

  /// What a run has in common with its repetitions.
  private func body(of run: Run) -> JSONValue {
    var from = run.from
    if let origin = from, let trunk = self.run(origin.run), trunk.seed == run.seed,
      let name = trunk.repeatOf
    {
      from = Run.Origin(run: name, phase: origin.phase)
    }
    return Run(name: "", seed: nil, repeatOf: nil, from: from, phases: run.phases).json
  }
}

/// Members in the order in which they are set.
private struct ObjectBuilder {
  private var object = JSONObject()

  subscript(name: String) -> JSONValue? {
    get { object[name] }
    set { object[name] = newValue }
  }

  var json: JSONValue { .object(object) }
}

extension JSONValue {
  fileprivate static func named(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(JSONObject(members.map { JSONObject.Member(name: $0.0, value: $0.1) }))
  }

  fileprivate static func unsigned(_ number: UInt64) -> JSONValue {
    Int(exactly: number).map { .integer($0) } ?? .bigInteger(String(number))
  }

  fileprivate static func texts(_ texts: [String]) -> JSONValue {
    .array(texts.map { .string($0) })
  }
}

extension ModelSource {
  fileprivate var json: JSONValue {
    switch self {
    case .checkpoint(let path): ["checkpoint": .string(path)]
    case .initialize(let keys, let initialization):
      [
        "init": .object(keys),
        "initialization": [
          "weights": .string(initialization.weights.rawValue),
          "outputs": .string(initialization.outputs.rawValue),
          "deviation": .double(initialization.deviation),
        ],
      ]
    }
  }
}

extension Batch {
  fileprivate var json: JSONValue {
    ["sequences": .integer(sequences), "micro_sequences": .integer(microSequences)]
  }
}

extension OptimizerSettings {
  fileprivate var json: JSONValue {
    [
      "name": "adamw", "betas": [.double(beta1), .double(beta2)], "eps": .double(epsilon),
      "weight_decay": .double(weightDecay), "clip_norm": clipNorm.map { .double($0) } ?? .null,
    ]
  }
}

extension DataSet {
  fileprivate var json: JSONValue {
    var object = ObjectBuilder()
    switch format {
    case .text: object["format"] = "text"
    case .packed(let type):
      object["format"] = "packed"
      object["dtype"] = .string(type.rawValue)
    case .megatron: object["format"] = "megatron"
    }
    object["train"] = .texts(train)
    object["validation"] = .texts(validation)
    object["shuffle"] = .bool(shuffle)
    if format == .text { object["text_field"] = .string(textField) }
    switch endOfDocument {
    case .tokenizer: object["end_of_document"] = "tokenizer"
    case .token(let id): object["end_of_document"] = .integer(id)
    }
    return object.json
  }
}

extension EvaluationSettings {
  fileprivate var json: JSONValue {
    let every: JSONValue =
      switch self.every {
      case .phase: "phase"
      case .steps(let steps): .integer(steps)
      }
    return [
      "tasks": .texts(tasks), "every": every, "validation_tokens": .integer(validationTokens),
      "data_path": dataPath.map { .string($0) } ?? .null, "include_path": .texts(includePaths),
      "limit": limit.map { .integer($0) } ?? .null,
      "num_fewshot": fewshotCount.map { .integer($0) } ?? .null, "margin": .double(margin),
      "loss_margin": .double(lossMargin), "bos": bos.map { .string($0) } ?? .null,
      "compat": .string(compat),
    ]
  }
}

extension Baseline {
  fileprivate var json: JSONValue {
    switch self {
    case .run(let name): .string(name)
    case .checkpoint(let path): ["checkpoint": .string(path)]
    case .results(let path): ["results": .string(path)]
    }
  }
}

extension Run {
  fileprivate var json: JSONValue {
    var object = ObjectBuilder()
    object["seed"] = seed.map(JSONValue.unsigned)
    object["repeat_of"] = repeatOf.map { .string($0) }
    object["from"] = from.map { ["run": .string($0.run), "phase": .string($0.phase)] }
    object["phases"] = .array(phases.map(\.json))
    return object.json
  }
}

extension Phase {
  fileprivate var json: JSONValue {
    func shares(_ shares: [Share]) -> JSONValue {
      .named(shares.map { ($0.name, .string(YAMLText.percent($0.percent))) })
    }
    var object = ObjectBuilder()
    object["name"] = .string(name)
    object["data"] = shares(data)
    if !replay.isEmpty { object["replay"] = shares(replay) }
    object["batch"] = batch.json
    object["tokens"] = tokens.map { .integer($0) }
    object["steps"] = .integer(steps)
    object["schedule"] = schedule.json
    object["checkpoint_every"] = checkpointEvery.map { .integer($0) } ?? .null
    object["validate_every"] = validateEvery.map { .integer($0) } ?? .null
    object["keep_last"] = .integer(keepLast)
    object["document_mask"] = .bool(documentMask)
    object["on_start"] = [
      "optimizer": .string(onStart.optimizer.rawValue), "step": .string(onStart.step.rawValue),
      "rng": .string(onStart.rng.rawValue), "data": .string(onStart.data.rawValue),
    ]
    return object.json
  }
}

extension LearningRateSchedule {
  fileprivate var json: JSONValue {
    var object = ObjectBuilder()
    object["kind"] = .string(kindName)
    object["max_lr"] = .double(maximum)
    if case .infinite(let parts) = kind { object["constant_lr"] = .double(parts.constantRate) }
    if kind != .constant { object["min_lr"] = .double(minimum) }
    object["warmup"] = .integer(warmup)
    switch kind {
    case .cosine, .linear, .constant: break
    case .stableThenDecay(let decay):
      object["decay"] = ["shape": .string(decay.shape.rawValue), "length": .integer(decay.steps)]
    case .infinite(let parts):
      let length = JSONValue.integer(parts.coolDownSteps)
      switch parts.coolDown {
      case .cosine: object["cooldown"] = ["shape": "cosine", "length": length]
      case .inverseSquareRoot(let steepness):
        object["cooldown"] = [
          "shape": "inverse_sqrt", "length": length, "alpha": .double(steepness),
        ]
      }
      object["constant"] = .integer(parts.constantSteps)
      object["annealing"] = .integer(parts.annealingSteps)
    }
    return object.json
  }
}
