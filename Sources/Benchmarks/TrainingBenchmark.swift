import Compute
import LanguageModel
public import Records
internal import Foundation
internal import OrderedJSON
internal import Training
internal import TrainingPlans

/// Measures the trainer's own step on random tokens.
public struct TrainingBenchmark {
  /// Tokens of a sequence.
  public var sequenceLength: Int
  /// Sequences of a step.
  public var sequences: Int
  /// Sequences that pass through the model together.
  public var microSequences: Int
  /// Whether activations are computed again for the gradient.
  public var recomputes: Bool
  /// Whether saving a checkpoint is measured as well.
  public var saves: Bool

  public init(
    sequenceLength: Int, sequences: Int, microSequences: Int? = nil, recomputes: Bool = false,
    saves: Bool = false
  ) {
    self.sequenceLength = sequenceLength
    self.sequences = sequences
    self.microSequences = microSequences ?? sequences
    self.recomputes = recomputes
    self.saves = saves
  }

  /// Measures.
  ///
  /// - Parameters:
  ///   - model: What is trained; its files are not changed.
  ///   - session: How often, with how many threads.
  /// - Returns: A record, a partial one if the user stopped it.
  /// - Throws: What is wrong with the checkpoint, or `FileError` where a save is measured.
  public func run(_ model: BenchmarkModel, in session: BenchmarkSession) throws -> BenchmarkRecord {
    let checkpoint = try Checkpoint.open(directory: model.folder)
    let configuration = checkpoint.configuration
    try check(configuration)
    let cpu = CPUBackend(threads: session.threads)
    var record = session.begin("train", on: cpu)
    record.settings = settings(model.name, parameters: checkpoint.parameterCount)
    let isCancelled = session.isCancelled
    let backend = TimedBackend(cpu, isCancelled: isCancelled)
    session.progress("preparing the model")
    let parameters = ModelParameters(checkpoint, on: backend)
    let optimizer = try AdamW(parameters, on: backend, settings: OptimizerSettings())
    let pass = GradientPass(
      parameters, on: backend, rows: microSequences * sequenceLength,
      sequenceLength: sequenceLength, recomputes: recomputes)
    var tokens = RandomTokens(vocabularySize: configuration.vocabularySize)
    var step = 0
    func train() throws {
      let batches = batches(&tokens)
      _ = try optimizer.step(on: batches, in: pass, learningRate: 1e-4)
    }

    var totals: [OperationTimes.Key: OperationTimes.Total] = [:]
    let times = try session.measure(&record) { isMeasured in
      step += 1
      session.progress(
        "step \(step) of \(session.repetitions.warmups + session.repetitions.measured)")
      if step == session.repetitions.warmups + 1 { backend.times.reset() }
      try train()
      // Only whole steps count.
      if isMeasured, !isCancelled() { totals = backend.times.totals }
    }
    record.setTotal(
      times, tokens: sequences * sequenceLength,
      operations: WorkCount.training(
        configuration, tokens: sequences * sequenceLength, sequenceLength: sequenceLength))
    record.setBreakdown(totals, seconds: times.reduce(0, +), repetitions: times.count)
    if saves, !isCancelled(), let median = record.seconds?.median {
      session.progress("saving a checkpoint while training goes on")
      let cost = try SaveCost(
        parameters, optimizer, on: backend, folderOf: model, stepSeconds: median,
        isCancelled: isCancelled, train: train)
      cost.add(to: &record, stepSeconds: median)
    }
    session.end(&record)
    return record
  }

  private func settings(_ name: String, parameters: Int) -> [BenchmarkSettingRecord] {
    var settings = [
      BenchmarkSettingRecord("model", name),
      BenchmarkSettingRecord("parameters", "\(parameters)"),
      BenchmarkSettingRecord("sequence-length", "\(sequenceLength)"),
      BenchmarkSettingRecord("sequences", "\(sequences)"),
      BenchmarkSettingRecord("micro-sequences", "\(microSequences)"),
    ]
    if recomputes { settings.append(BenchmarkSettingRecord("activation-recomputation", "true")) }
    return settings
  }

  /// Makes sure that model and sequences fit each other and the machine.
  private func check(_ configuration: ModelConfiguration) throws(BenchmarkProblem) {
    if configuration.family == .gpt2, sequenceLength > configuration.maximumPositions {
      throw .sequenceTooLong(length: sequenceLength, maximum: configuration.maximumPositions)
    }
    let available = ProcessInfo.processInfo.physicalMemory
    guard
      let need = MemoryNeed(
        configuration, sequences: microSequences, sequenceLength: sequenceLength,
        recomputes: recomputes), need.totalBytes <= available
    else { throw .tooMuchMemory(available: Int(clamping: available)) }
  }

  private func batches(_ tokens: inout RandomTokens) -> [TrainingBatch] {
    stride(from: 0, to: sequences, by: microSequences).map { first in
      TrainingBatch(
        (first..<min(first + microSequences, sequences)).map { _ in
          tokens.next(sequenceLength + 1)[...]
        })
    }
  }
}
