internal import Foundation
internal import LanguageModel
internal import Training
public import TrainingPlans

/// What a plan's runs will take on this machine, before they begin.
public struct PlanEstimate: Sendable {
  /// Part of the rate of matrix products that whole steps are taken to reach; on quiet cores a model
  /// of 5 million parameters was seen at 0.77.
  public static let efficiency = 0.75

  private let plan: TrainingPlan
  private let model: PlanModel

  public init(_ plan: TrainingPlan, model: PlanModel) {
    self.plan = plan
    self.model = model
  }

  /// Sizes for the count of operations.
  public var counts: ModelCounts? { ModelCounts(model.configuration) }

  /// Memory and time of a run in words.
  ///
  /// - Parameters:
  ///   - run: A run of the plan.
  ///   - productRate: Operations per second in matrix products.
  /// - Returns: Lines for ``PlanSummary/notes``.
  public func notes(of run: Run, productRate: Double) -> [String] {
    var lines: [String] = []
    let needs = run.phases.compactMap { phase in
      MemoryNeed(
        model.configuration, sequences: phase.batch.microSequences,
        sequenceLength: plan.sequenceLength, recomputes: plan.activationRecomputation)
    }
    if let most = needs.max(by: { $0.totalBytes < $1.totalBytes }) {
      var line =
        "memory about \(Self.bytes(most.totalBytes)): parameters, gradients, moments and a copy for "
        + "saving \(Self.bytes(most.parameterBytes)), activations "
        + "\(Self.bytes(most.activationBytes)), the rest \(Self.bytes(most.workingBytes))"
      if let available = MemoryNeed.availableBytes() {
        line += "; \(Self.bytes(available)) are free"
      }
      lines.append(line)
    }
    if let counts, productRate > 0 {
      let operations = run.phases.reduce(0.0) { sum, phase in
        sum
          + counts.operations(
            tokens: phase.steps * phase.batch.sequences * plan.sequenceLength,
            sequenceLength: plan.sequenceLength)
      }
      let again = plan.activationRecomputation ? 4.0 / 3 : 1
      lines.append(
        "time about \(Self.duration(operations * again / (Self.efficiency * productRate))) here, at "
          + "\(Int(100 * Self.efficiency)) % of the \(Int(productRate / 1e9)) GFLOP/s of matrix products"
      )
    }
    return lines
  }

  private static func bytes(_ count: Int) -> String {
    let text =
      count >= 1_000_000_000
      ? String(format: "%.1f GB", Double(count) / 1e9)
      : String(format: "%.0f MB", (Double(count) / 1e6).rounded(.up))
    return text
  }

  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(seconds.rounded(.up))) s"
    case ..<5400: "\(Int((seconds / 60).rounded())) min"
    case ..<172_800: String(format: "%.1f h", seconds / 3600)
    default: String(format: "%.1f days", seconds / 86400)
    }
  }
}
