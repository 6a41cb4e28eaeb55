internal import Foundation

/// The learning rate of a phase as a pure function of the step; all lengths are in steps.
///
/// Every schedule begins with a linear warm-up over W steps. A step counts optimizer updates from 0
/// since the phase began, so nothing about a schedule has to be saved for a run to resume.
/// - SeeAlso: Ibrahim et al. 2024, arXiv:2403.08763; the infinite schedules as in GPT-NeoX's pull
///   request 1194, with its warm-up replaced by (s + 1)/W and its cool-downs never below the minimum.
public struct LearningRateSchedule: Sendable, Hashable {
  /// What follows the warm-up.
  public enum Kind: Sendable, Hashable {
    /// Half a cosine from the maximum to the minimum.
    case cosine
    /// A straight line from the maximum to the minimum.
    case linear
    /// The maximum to the end.
    case constant
    /// Warm-up, stable, decay: the maximum until a decay to the minimum ends the phase.
    case stableThenDecay(Decay)
    /// Cool-down to a constant rate, and an annealing that may be left out.
    case infinite(Infinite)
  }

  /// The end of a ``Kind/stableThenDecay(_:)`` schedule.
  public struct Decay: Sendable, Hashable {
    /// What the rate above the minimum is multiplied by, x going from 0 to 1.
    public enum Shape: String, Sendable, Hashable, CaseIterable {
      /// 1 − x
      case linear
      /// 1 − √x
      case squareRoot = "sqrt"
      /// (1 + cos πx) / 2
      case cosine
    }

    public let shape: Shape
    public let steps: Int

    public init(shape: Shape, steps: Int) {
      self.shape = shape
      self.steps = steps
    }
  }

  /// What an infinite schedule does after its warm-up.
  public struct Infinite: Sendable, Hashable {
    /// The way from the maximum to the constant rate.
    public enum CoolDown: Sendable, Hashable {
      case cosine
      /// Along 1/√(1 + αx) with this α, above 0.
      case inverseSquareRoot(steepness: Double)
    }

    public let coolDown: CoolDown
    public let coolDownSteps: Int
    public let constantRate: Double
    public let constantSteps: Int
    /// Steps of the exponential decay to the minimum; 0 leaves the constant part open, so that a run
    /// can be extended and annealed from a branch.
    public let annealingSteps: Int

    public init(
      coolDown: CoolDown, coolDownSteps: Int, constantRate: Double, constantSteps: Int,
      annealingSteps: Int
    ) {
      self.coolDown = coolDown
      self.coolDownSteps = coolDownSteps
      self.constantRate = constantRate
      self.constantSteps = constantSteps
      self.annealingSteps = annealingSteps
    }
  }

  public let kind: Kind
  /// The rate at the end of the warm-up.
  public let maximum: Double
  /// What the rate falls to; above 0 where an infinite schedule anneals.
  public let minimum: Double
  /// W, from 0 to ``steps``.
  public let warmup: Int
  /// Length of the phase, at least 1.
  public let steps: Int

  /// A schedule whose parts fit; ``PlanReader`` checks what people write.
  ///
  /// - Parameters:
  ///   - kind: What follows the warm-up, its parts no longer than what the warm-up leaves.
  ///   - maximum: The rate at the end of the warm-up.
  ///   - minimum: What the rate falls to.
  ///   - warmup: Steps of the warm-up.
  ///   - steps: Length of the phase.
  public init(kind: Kind, maximum: Double, minimum: Double, warmup: Int, steps: Int) {
    self.kind = kind
    self.maximum = maximum
    self.minimum = minimum
    self.warmup = warmup
    self.steps = steps
  }
}

extension LearningRateSchedule {
  /// The learning rate of one optimizer update.
  ///
  /// - Parameter step: Zero-based update index since the phase began; below 0 counts as 0.
  /// - Returns: The factor on the update. A schedule that has run out stays at its last value.
  /// - Complexity: O(1).
  public func rate(atStep step: Int) -> Double {
    let step = max(step, 0)
    if step < warmup { return maximum * Double(step + 1) / Double(warmup) }
    switch kind {
    case .constant: return maximum
    case .cosine:
      let x = progress(step, from: warmup, steps: steps - warmup)
      return minimum + (maximum - minimum) / 2 * (cos(.pi * x) + 1)
    case .linear:
      return maximum - (maximum - minimum) * progress(step, from: warmup, steps: steps - warmup)
    case .stableThenDecay(let decay):
      let start = steps - decay.steps
      if step < start { return maximum }
      let x = progress(step, from: start, steps: decay.steps)
      return minimum + (maximum - minimum) * decay.shape.factor(x)
    case .infinite(let parts): return rate(atStep: step, parts)
    }
  }

  private func rate(atStep step: Int, _ parts: Infinite) -> Double {
    let constantStart = warmup + parts.coolDownSteps
    if step < constantStart {
      let x = progress(step, from: warmup, steps: parts.coolDownSteps)
      let fall = maximum - parts.constantRate
      let rate =
        switch parts.coolDown {
        case .cosine: parts.constantRate + fall / 2 * (cos(.pi * x) + 1)
        case .inverseSquareRoot(let steepness):
          maximum - fall * Self.inverseSquareRoot(x, steepness)
            / Self.inverseSquareRoot(1, steepness)
        }
      return max(rate, minimum)
    }
    let annealingStart = constantStart + parts.constantSteps
    guard parts.annealingSteps > 0, step >= annealingStart, minimum > 0 else {
      return parts.constantRate
    }
    let x = progress(step, from: annealingStart, steps: parts.annealingSteps)
    return parts.constantRate * pow(minimum / parts.constantRate, x)
  }

  /// h of the paper: 1/√(1 + αx) − 1.
  private static func inverseSquareRoot(_ x: Double, _ steepness: Double) -> Double {
    1 / (1 + steepness * x).squareRoot() - 1
  }

  /// How far into a part a step lies, from 0 to 1; a part without steps is over at once.
  private func progress(_ step: Int, from start: Int, steps: Int) -> Double {
    steps > 0 ? min(Double(step - start) / Double(steps), 1) : 1
  }
}

extension LearningRateSchedule.Decay.Shape {
  func factor(_ x: Double) -> Double {
    switch self {
    case .linear: 1 - x
    case .squareRoot: 1 - x.squareRoot()
    case .cosine: (1 + cos(.pi * x)) / 2
    }
  }
}
