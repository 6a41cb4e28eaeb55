public import Communication
internal import Foundation
public import LanguageModel
public import TrainingPlans

/// Memory that a run takes, counted before anything is allocated.
public struct MemoryNeed: Sendable, Equatable {
  /// Weights, gradients and both moments; with several ranks, a rank's part of the moments and of the
  /// summed gradients.
  public var parameterBytes: Int
  /// The copy of weights and moments that rank 0 writes a save from.
  public var saveBytes: Int
  /// What layers keep for their gradients.
  public var activationBytes: Int
  /// Everything else: one layer's working memory, packed weights, logits of some rows.
  public var workingBytes: Int

  /// Of a rank that writes.
  public var totalBytes: Int { parameterBytes + saveBytes + activationBytes + workingBytes }

  /// Of a machine with several ranks, one of which writes.
  func totalBytes(ofRanks count: Int) -> Int {
    let (all, overflow) = (totalBytes - saveBytes).multipliedReportingOverflow(by: count)
    let (sum, tooMuch) = all.addingReportingOverflow(saveBytes)
    return overflow || tooMuch ? .max : sum
  }

  /// Counts; `nil` if the numbers do not fit `Int`, which no memory does then.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - sequences: Sequences that pass through the model together.
  ///   - sequenceLength: Tokens of each.
  ///   - recomputes: Whether activations are computed again.
  ///   - ranks: How many share the moments.
  public init?(
    _ configuration: ModelConfiguration, sequences: Int, sequenceLength: Int, recomputes: Bool,
    ranks: Int = 1
  ) {
    guard let parameters = ParameterLayout(configuration).parameterCount else { return nil }
    func sum(_ terms: [[Int]]) -> Int? {
      var total = 0
      for factors in terms {
        var product = 1
        for factor in factors {
          let (next, overflow) = product.multipliedReportingOverflow(by: factor)
          if overflow { return nil }
          product = next
        }
        let (next, overflow) = total.addingReportingOverflow(product)
        if overflow { return nil }
        total = next
      }
      return total
    }
    let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    let attended = configuration.headCount * configuration.headSize
    let projection = attended + 2 * configuration.keyValueHeadCount * configuration.headSize
    let record = configuration.recordColumns(projectionWidth: projection)
    let layers = configuration.layerCount
    let layerParameters =
      hidden * (projection + attended) + hidden * inner * (configuration.isGated ? 3 : 2)
    guard let rows = sum([[sequences, sequenceLength]]),
      let allLogits = sum([[rows, configuration.vocabularySize]]),
      // With one rank the sums are the gradients themselves.
      let parameterBytes = sum(
        ranks == 1 ? [[4, 4, parameters]] : [[4, 2, parameters], [4, 3, parameters / ranks + 1]]),
      let saveBytes = sum([[4, 3, parameters]]),
      let activations = sum(
        recomputes
          ? [[4, rows, record], [4, rows, hidden, layers]] : [[4, rows, record, layers]]),
      let working = sum([
        [4, rows, 6 * hidden + projection + attended + inner],
        // The hidden states again, packed.
        [4, rows, hidden],
        [8, layerParameters], [8, configuration.vocabularySize, hidden],
        [4, min(allLogits, max(48 << 20, 24 * configuration.vocabularySize))],
      ])
    else { return nil }
    self.parameterBytes = parameterBytes
    self.saveBytes = saveBytes
    activationBytes = activations
    workingBytes = working
  }

  /// Refuses a plan whose runs cannot fit, before anything is allocated or written.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - runs: Those of its runs that are trained.
  ///   - configuration: Of the model.
  ///   - ranks: Who trains together.
  ///   - available: Bytes that there are on this machine; `nil` if nobody knows.
  /// - Throws: ``TrainingError/tooLittleMemory(needed:available:advice:)``.
  public static func check(
    _ plan: TrainingPlan, runs: [Run], _ configuration: ModelConfiguration,
    ranks: any Communicator = SingleProcess.shared, available: Int? = availableBytes()
  ) throws(TrainingError) {
    guard let available else { return }
    for batch in runs.flatMap(\.phases).map(\.batch) {
      let need = MemoryNeed(
        configuration, sequences: batch.microSequences, sequenceLength: plan.sequenceLength,
        recomputes: plan.activationRecomputation, ranks: ranks.size)
      let total = need?.totalBytes(ofRanks: ranks.localSize) ?? .max
      guard total <= available else {
        throw .tooLittleMemory(
          needed: total, available: available,
          advice: need?.advice(
            available: available, batch: batch, recomputes: plan.activationRecomputation)
            ?? "Train a smaller model.")
      }
    }
  }

  /// Bytes that can be had without swapping: the system's word, and the bound of a container.
  public static func availableBytes() -> Int? {
    func number(_ path: String, _ prefix: String = "") -> Int? {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      for line in text.split(separator: "\n") where line.hasPrefix(prefix) {
        let digits = line.dropFirst(prefix.count).drop { !$0.isNumber }.prefix { $0.isNumber }
        return Int(digits)
      }
      return nil
    }
    let free = number("/proc/meminfo", "MemAvailable:").map { $0 * 1024 }
    guard let bound = number("/sys/fs/cgroup/memory.max"),
      let used = number("/sys/fs/cgroup/memory.current")
    else { return free }
    return min(free ?? .max, max(bound - used, 0))
  }

  /// How to need less, in one or two sentences.
  ///
  /// - Parameters:
  ///   - available: Bytes that there are.
  ///   - batch: Of the phase.
  ///   - recomputes: Whether activations are computed again already.
  /// - Returns: Whole sentences.
  func advice(available: Int, batch: Batch, recomputes: Bool) -> String {
    let parameters = parameterBytes + saveBytes
    if parameters > available {
      return "The parameters with gradients, moments and a copy for saving take "
        + "\(parameters / 1_000_000) MB alone; train a smaller model."
    }
    var ways: [String] = []
    if batch.microSequences > 1 {
      let fitting = max(
        1,
        batch.microSequences * max(available - parameters, 0)
          / max(activationBytes + workingBytes, 1))
      let divisor = stride(from: fitting, through: 1, by: -1).first {
        batch.sequences.isMultiple(of: $0)
      }
      ways.append("set batch.micro_sequences to \(divisor ?? 1)")
    }
    if !recomputes { ways.append("set activation_recomputation to true") }
    ways.append("shorten sequence_length")
    let text = ways.joined(separator: ", or ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }
}
