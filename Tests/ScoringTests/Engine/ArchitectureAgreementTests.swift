import Compute
import Foundation
import LanguageModel
import OrderedJSON
import Scoring
import TestSupport
import Testing

/// Log-likelihoods that transformers computed for a tiny random checkpoint of each architecture.
struct ArchitectureReference: Sendable {
  struct Sequence: Sendable {
    let tokens: [Int32]
    let logLikelihoods: [Double]
    let greedy: [Bool]

    init(_ value: JSONValue) throws {
      tokens = try #require(value["tokens"]?.arrayValue).map { Int32($0.integerValue ?? -1) }
      logLikelihoods = try #require(value["log_likelihoods"]?.arrayValue)
        .map { $0.doubleValue ?? .nan }
      greedy = try #require(value["greedy"]?.stringValue).utf8.map { $0 == UInt8(ascii: "1") }
    }

    /// The whole text scored: each token given all before it.
    var scored: ScoredSequence {
      ScoredSequence(input: Array(tokens.dropLast()), targets: Array(tokens.dropFirst()))
    }
  }

  static let folder = Locations.fixtures.appendingPathComponent("architectures")

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { !$0.contains(".") }.sorted()

  static func sequences(_ name: String) throws -> [Sequence] {
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name)/reference.json"))
    let value = try JSONValue(parsing: Array(data))
    return try #require(value["sequences"]?.arrayValue).map(Sequence.init)
  }

  /// An engine over a checkpoint of this folder or of another place.
  static func engine(
    _ directory: URL, threads: Int = 2, batchTokens: Int? = nil, memoryLimit: Int? = nil,
    instructionSet: CPUBackend.InstructionSet? = nil
  ) throws -> CheckpointEngine<CPUBackend> {
    let checkpoint = try Checkpoint.open(directory: directory.path)
    return CheckpointEngine(
      checkpoint: checkpoint,
      backend: CPUBackend(threads: threads, instructionSet: instructionSet), threads: threads,
      maximumLength: checkpoint.configuration.maximumLength, batchTokens: batchTokens,
      memoryLimit: memoryLimit)
  }
}

@Suite("Every architecture scores as transformers does")
struct ArchitectureAgreementTests {
  /// Both sides compute in float32 but sum in different orders.
  static let tolerance = 5e-5  // nats per token

  @Test("There are fixtures of all six model types")
  func fixturesArePresent() throws {
    var families = Set<String>()
    for name in ArchitectureReference.names {
      let path = ArchitectureReference.folder.appendingPathComponent(name).path
      families.insert(try Checkpoint.open(directory: path).configuration.family.rawValue)
    }
    #expect(families == ["gpt_neox", "llama", "mistral", "qwen2", "qwen3", "gpt2"])
  }

  @Test(
    "Each token's log-likelihood and greedy flag agree",
    arguments: ArchitectureReference.names, CPUBackend.InstructionSet.allCases)
  func agrees(_ name: String, _ instructionSet: CPUBackend.InstructionSet) throws {
    let reference = try ArchitectureReference.sequences(name)
    let folder = ArchitectureReference.folder.appendingPathComponent(name)
    let engine = try ArchitectureReference.engine(folder, instructionSet: instructionSet)
    let scores = try engine.score(reference.map(\.scored), progress: { _ in })
    for (expected, score) in zip(reference, scores) {
      for (index, value) in expected.logLikelihoods.enumerated() {
        let difference = abs(score.tokenLogLikelihoods[index] - value)
        #expect(
          difference < Self.tolerance,
          "token \(index) of \(expected.tokens.count): \(difference) nats apart")
      }
      #expect(score.isGreedy == expected.greedy.allSatisfy { $0 })
      #expect(
        abs(score.logLikelihood - expected.logLikelihoods.reduce(0, +))
          < Self.tolerance * Double(expected.tokens.count))
    }
  }

  @Test("Every spelling of an activation computes what transformers computes")
  func activationsAgree() throws {
    let source = ArchitectureReference.folder.appendingPathComponent("neox-parallel")
    let data = try Data(contentsOf: source.appendingPathComponent("activations.json"))
    let cases = try #require(try JSONValue(parsing: Array(data))["by_activation"]?.objectValue)
    #expect(cases.members.count >= 10)
    for member in cases.members {
      let folder = try Locations.makeTemporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      var configuration = try JSONValue(
        parsing: Array(Data(contentsOf: source.appendingPathComponent("config.json")))
      ).objectValue
      configuration?["hidden_act"] = .string(member.name)
      let text = JSONValue.object(try #require(configuration)).serialized(indent: 2)
      try Data(text.utf8).write(to: folder.appendingPathComponent("config.json"))
      try FileManager.default.copyItem(
        at: source.appendingPathComponent("model.safetensors"),
        to: folder.appendingPathComponent("model.safetensors"))
      let expected = try ArchitectureReference.Sequence(
        #require(member.value.arrayValue?.first))
      let score = try ArchitectureReference.engine(folder)
        .score([expected.scored], progress: { _ in })[0]
      for (a, b) in zip(score.tokenLogLikelihoods, expected.logLikelihoods) {
        #expect(abs(a - b) < Self.tolerance, "\(member.name)")
      }
    }
  }
}
