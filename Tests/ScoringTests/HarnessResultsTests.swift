import Foundation
import HarnessCompatibility
import OrderedJSON
import Records
import TestSupport
import Testing
import Tokenization

@testable import EvaluationTasks
@testable import Scoring

/// lm-eval's own results and samples files, and the same run as our types hold it.
struct HarnessReference {
  let results: JSONValue
  let outcomes: [TaskOutcome]
  let groups: [TaskGroup]

  init() throws {
    results = try Fixture.json("results/results.json")
    var outcomes: [TaskOutcome] = []
    for name in ["hellaswag_ours", "last_word", "text_ours"] {
      outcomes.append(try Self.outcome(name, results: results))
    }
    self.outcomes = outcomes
    let inner = TaskGroup(
      name: "ours::inner", alias: "ours::inner", version: nil, members: [.task("last_word")],
      aggregates: [])
    groups = [
      TaskGroup(
        name: "ours", alias: "Ours", version: 3, members: [.task("hellaswag_ours"), .group(inner)],
        aggregates: [GroupAggregate(metric: "acc", filters: nil, weightBySize: false)])
    ]
  }

  static func lines(_ task: String) throws -> [String] {
    let url = Locations.fixtures.appendingPathComponent("results/samples_\(task).jsonl")
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// Reads documents and answers back from a samples file.
  private static func outcome(_ name: String, results: JSONValue) throws -> TaskOutcome {
    let configuration = try #require(results["configs"]?[name])
    let type = try #require(
      configuration["output_type"]?.stringValue.flatMap(OutputType.init(rawValue:)))
    var documents: [EvaluationDocument] = []
    var responses: [[RequestResponse]] = []
    for line in try lines(name) {
      let sample = try JSONValue(parsing: line)
      let arguments = try #require(sample["arguments"]?.objectValue).members.map(\.value)
      let target = try #require(sample["target"]?.stringValue)
      let texts = try arguments.map { argument in
        try #require(argument.objectValue).members.map { $0.value.stringValue ?? "" }
      }
      documents.append(
        EvaluationDocument(
          id: try #require(sample["doc_id"]?.integerValue), fields: try #require(sample["doc"]),
          requests: texts.enumerated().map { index, texts in
            switch type {
            case .multipleChoice:
              LogLikelihoodRequest(
                role: .choice(index), context: texts[0], continuation: texts[1])
            case .logLikelihood:
              LogLikelihoodRequest(role: .target, context: texts[0], continuation: texts[1])
            case .rollingLogLikelihood:
              LogLikelihoodRequest(role: .rolling, context: "", continuation: texts[0])
            }
          },
          choices: type == .multipleChoice ? texts.map { String($0[1].dropFirst()) } : [],
          gold: type == .multipleChoice ? [try #require(Int(target))] : [],
          hasMultipleTargets: false, target: target))
      responses.append(
        try #require(sample["filtered_resps"]?.arrayValue).map { response in
          let parts = response.arrayValue ?? [response]
          return RequestResponse(
            logLikelihood: try #require(parts[0].stringValue.flatMap(Double.init)),
            isGreedy: parts.count > 1 && parts[1].stringValue == "True", tokenCount: 1)
        })
    }
    let metrics = try #require(results["higher_is_better"]?[name]?.objectValue).members.map {
      MetricSpecification(
        name: $0.name, aggregation: GoldenFile.specification($0.name).aggregation,
        higherIsBetter: $0.value.boolValue ?? false)
    }
    let task = ScoringTask(
      name: name, alias: configuration["task_alias"]?.stringValue ?? name,
      version: try #require(results["versions"]?[name]), outputType: type,
      plan: try MetricPlan(
        taskName: name, outputType: type, specifications: metrics, resultProcessor: .standard),
      documents: documents,
      originalCount: try #require(results["n-samples"]?[name]?["original"]?.integerValue),
      shots: 0, configuration: configuration)
    return TaskOutcome(
      task: task,
      encoded: documents.map { EncodedDocument(id: $0.id, content: .requests([])) },
      responses: responses, cost: CostRecord())
  }
}

@Suite("Results and samples in lm-eval's format")
struct HarnessResultsTests {
  let reference: HarnessReference

  init() throws { reference = try HarnessReference() }

  private func ours() throws -> JSONValue {
    let token = SpecialTokens.Token(text: "<|endoftext|>", id: 0)
    let context = HarnessContext(
      modelName: "checkpoints/tiny-neox", modelPath: "checkpoints/tiny-neox",
      parameterCount: 285_248, limit: 6, batchTokens: nil, bootstrapIterations: 100_000,
      window: 512, specialTokens: SpecialTokens(bos: token, eos: token, pad: token),
      date: 1_795_416_212.6, totalSeconds: 13.5, environment: "left out here",
      program: "cpteval")
    let record = EvaluationRecord(
      program: "cpteval", date: 0,
      settings: SettingsRecord(
        compatibility: "lm-eval-0.4.9.2", beginningOfSequence: "tokenizer", window: 512, limit: 6,
        fewshot: nil, threads: 1, batchTokens: nil, memoryLimit: nil,
        bootstrapIterations: 100_000),
      checkpoint: CheckpointRecord(
        name: "tiny-neox", path: "tiny-neox", architecture: "gpt_neox", parameters: 285_248,
        dtypes: ["F32"]),
      tasks: reference.outcomes.map { $0.record() }, cost: CostRecord(),
      machine: MachineRecord(system: "", processor: "", cores: 1, memory: 0))
    let groups = GroupOutcome.all(
      in: reference.groups, outcomes: reference.outcomes, version: .v0_4_9_2)
    return try HarnessResults(outcomes: reference.outcomes, groups: groups).json(
      context: context,
      taskHashes: reference.outcomes.map { ($0.task.name, HarnessSamples($0).taskHash) },
      record: record)
  }

  /// Compares values, names and order; numbers to 1e-9 relative.
  private func expectSame(_ ours: JSONValue?, _ theirs: JSONValue?, _ place: String) {
    switch (ours, theirs) {
    case (.object(let a), .object(let b)):
      #expect(a.members.map(\.name) == b.members.map(\.name), "names at \(place)")
      for member in b.members {
        expectSame(a[member.name], member.value, "\(place).\(member.name)")
      }
    case (.array(let a), .array(let b)) where a.count == b.count:
      for (index, pair) in zip(a, b).enumerated() {
        expectSame(pair.0, pair.1, "\(place)[\(index)]")
      }
    case (.double(let a), .double(let b)):
      #expect(abs(a - b) <= 1e-9 * max(1, abs(b)), "\(place)")
    default: #expect(ours == theirs, "\(place)")
    }
  }

  @Test("All keys are lm-eval's in lm-eval's order, with cpteval last")
  func keys() throws {
    let names = try #require(ours().objectValue).members.map(\.name)
    let expected = try #require(reference.results.objectValue).members.map(\.name)
    #expect(names == expected + ["cpteval"])
  }

  @Test("Everything about tasks and groups is as lm-eval writes it")
  func values() throws {
    let ours = try ours()
    // lm-eval's own sums and ours agree to rounding; nothing else may differ.
    for key in [
      "results", "groups", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better",
      "n-samples", "tokenizer_pad_token", "tokenizer_bos_token", "eot_token_id", "max_length",
      "task_hashes", "model_name", "model_name_sanitized", "system_instruction",
    ] {
      expectSame(ours[key], reference.results[key], key)
    }
    let config = try #require(ours["config"]?.objectValue).members.map(\.name)
    #expect(
      config == reference.results["config"]?.objectValue?.members.map(\.name))
  }

  @Test(
    "Sample lines are lm-eval's, byte for byte",
    arguments: ["hellaswag_ours", "last_word", "text_ours"])
  func samples(_ task: String) throws {
    let outcome = try #require(reference.outcomes.first { $0.task.name == task })
    var lines: [String] = []
    let hash = HarnessSamples(outcome).lines { lines.append($0) }
    #expect(hash == reference.results["task_hashes"]?[task]?.stringValue)
    let expected = try HarnessReference.lines(task)
    #expect(lines.count == expected.count)
    for (ours, theirs) in zip(lines, expected) {
      // Probabilities are text in NumPy's layout there and numbers here; they stand last.
      let cut = { (line: String) in
        line.components(separatedBy: ", \"brier_score\": [")[0]
      }
      #expect(cut(ours) == cut(theirs))
      if task == "hellaswag_ours" { #expect(cut(ours) != ours) }
    }
  }

  @Test("A document that is left out has no line and counts nowhere")
  func leftOut() throws {
    let whole = try #require(reference.outcomes.first)
    let outcome = TaskOutcome(
      task: whole.task,
      encoded: whole.task.documents.map {
        EncodedDocument(
          id: $0.id, content: $0.id == 2 ? .leftOut(.emptyContinuation) : .requests([]),
          lostTokens: $0.id == 1 ? 7 : 0, isMerged: $0.id == 4, isComposed: $0.id != 3)
      },
      responses: whole.documents.enumerated().map { $0 == 2 ? [] : $1.responses },
      cost: CostRecord())
    #expect(outcome.sampleCount == 5)
    #expect(outcome.summaries.allSatisfy { $0.count == 5 })
    #expect(
      outcome.boundary.leftOut == [.init(document: 2, reason: "empty_continuation")])
    #expect(outcome.boundary.truncated == [.init(document: 1, lostTokens: 7)])
    #expect(outcome.boundary.merged == [4] && outcome.boundary.notComposed == [3])
    var ids: [Int] = []
    _ = try HarnessSamples(outcome).lines { line in
      ids.append(try JSONValue(parsing: line)["doc_id"]?.integerValue ?? -1)
    }
    #expect(ids == [0, 1, 3, 4, 5])
  }

  @Test("A NaN is written as Python writes it, and its document is named")
  func notANumber() throws {
    let whole = try #require(reference.outcomes.first)
    var responses = whole.documents.map(\.responses)
    responses[3][2] = RequestResponse(logLikelihood: .nan, isGreedy: false, tokenCount: 1)
    let outcome = TaskOutcome(
      task: whole.task,
      encoded: whole.task.documents.map { EncodedDocument(id: $0.id, content: .requests([])) },
      responses: responses, cost: CostRecord())
    #expect(outcome.boundary.notANumber == [3])
    var lines: [String] = []
    _ = HarnessSamples(outcome).lines { lines.append($0) }
    #expect(lines[3].contains("[\"nan\", \"False\"]"))
    let text = try JSONValueEncoder().encode(outcome.record()).serialized()
    #expect(text.contains("\"nan\": [3]"))
    let brier = try #require(outcome.summaries.first { $0.metric.name == "brier_score" })
    #expect(brier.value.isNaN)
    #expect(text.contains("\"name\": \"brier_score\", \"filter\": \"none\", \"value\": NaN"))
  }
}
