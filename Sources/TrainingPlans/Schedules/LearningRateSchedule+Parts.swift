extension LearningRateSchedule {
  /// A stretch of steps with one law.
  public struct Part: Sendable, Hashable {
    /// Such as `warm-up`, `cool-down`, `constant`, `annealing`.
    public let name: String
    /// Steps since the phase began.
    public let steps: Range<Int>
  }

  /// The word of a plan for this kind of schedule.
  public var kindName: String {
    switch kind {
    case .cosine: "cosine"
    case .linear: "linear"
    case .constant: "constant"
    case .stableThenDecay: "wsd"
    case .infinite: "infinite"
    }
  }

  /// The parts that have steps, in order; together they are the phase.
  public var parts: [Part] {
    var lengths = [("warm-up", warmup)]
    switch kind {
    case .cosine: lengths.append(("cosine decay", steps - warmup))
    case .linear: lengths.append(("linear decay", steps - warmup))
    case .constant: lengths.append(("constant", steps - warmup))
    case .stableThenDecay(let decay):
      lengths += [("stable", steps - warmup - decay.steps), ("decay", decay.steps)]
    case .infinite(let parts):
      let planned = warmup + parts.coolDownSteps + parts.constantSteps + parts.annealingSteps
      let rest = max(steps - planned, 0)
      lengths += [
        ("cool-down", parts.coolDownSteps),
        ("constant", parts.constantSteps + (parts.annealingSteps == 0 ? rest : 0)),
        ("annealing", parts.annealingSteps),
        ("minimum", parts.annealingSteps == 0 ? 0 : rest),
      ]
    }
    var start = 0
    var parts: [Part] = []
    for (name, length) in lengths where length > 0 {
      parts.append(Part(name: name, steps: start..<start + length))
      start += length
    }
    return parts
  }

  /// The lowest and the highest rate of all steps.
  ///
  /// - Complexity: O(parts): within a part the rate only rises or only falls.
  public var range: ClosedRange<Double> {
    var lowest = rate(atStep: 0)
    var highest = lowest
    for part in parts {
      for step in [part.steps.lowerBound, part.steps.upperBound - 1] {
        lowest = min(lowest, rate(atStep: step))
        highest = max(highest, rate(atStep: step))
      }
    }
    return lowest...highest
  }
}
