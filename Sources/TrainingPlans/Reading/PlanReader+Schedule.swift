internal import Files
internal import OrderedJSON
internal import YAMLDocuments

/// A schedule's mapping and the phase's length that its percentages are of.
struct ScheduleReader {
  enum Kind: String, CaseIterable {
    case cosine, linear, constant, wsd, infinite

    var keys: [String] {
      switch self {
      case .cosine, .linear: ["kind", "max_lr", "min_lr", "warmup"]
      case .constant: ["kind", "max_lr", "warmup"]
      case .wsd: ["kind", "max_lr", "min_lr", "warmup", "decay"]
      case .infinite:
        [
          "kind", "max_lr", "constant_lr", "min_lr", "warmup", "cooldown", "constant", "annealing",
        ]
      }
    }
  }

  private enum CoolDownShape: String, CaseIterable {
    case cosine, inverseSquareRoot = "inverse_sqrt"
  }

  let reader: MappingReader
  /// Steps of the phase; `nil` where they could not be read, so that fitting is not judged.
  let steps: Int?

  /// Stands for a length that could not be read.
  private var total: Int { steps ?? 1_000_000 }

  /// Reads the schedule.
  ///
  /// - Returns: `nil` if something is wrong, which is noted.
  func schedule() -> LearningRateSchedule? {
    let words = Kind.allCases.map(\.rawValue)
    guard let value = reader.value("kind") else {
      reader.report(nil, "kind is missing: \(MappingReader.alternatives(words))")
      return nil
    }
    // A wrong kind would make all other keys look wrong.
    guard let text = value.text, let kind = Kind.allCases.first(where: { $0.rawValue == text })
    else {
      _ = reader.choice("kind", default: Kind.cosine)
      return nil
    }
    reader.refuseUnknown(kind.keys, "the schedule \(kind.rawValue)")
    switch kind {
    case .cosine, .linear, .constant, .wsd: return finite(kind)
    case .infinite: return infinite()
    }
  }

  private func finite(_ kind: Kind) -> LearningRateSchedule? {
    guard let maximum = maximum(required: true) else { return nil }
    let minimum = kind == .constant ? 0 : minimum(below: maximum, "max_lr")
    let warmup = length("warmup", of: reader) ?? 0
    var decay = 0
    let tail: LearningRateSchedule.Kind
    switch kind {
    case .linear: tail = .linear
    case .constant: tail = .constant
    case .wsd:
      guard let parts = decayPart() else { return nil }
      decay = parts.steps
      tail = .stableThenDecay(parts)
    default: tail = .cosine
    }
    guard fits([("warmup", warmup), ("decay", decay)]) else { return nil }
    return LearningRateSchedule(
      kind: tail, maximum: maximum, minimum: minimum, warmup: warmup, steps: total)
  }

  private func decayPart() -> LearningRateSchedule.Decay? {
    guard let value = reader.value("decay") else {
      reader.report(nil, "decay is missing: {shape: linear, length: 20%}")
      return nil
    }
    guard
      let decay = MappingReader(
        value, path: reader.child("decay"), problems: reader.problems,
        expected: "{shape: linear, length: 20%}")
    else { return nil }
    decay.refuseUnknown(["shape", "length"], "the decay")
    if decay.value("length") == nil { decay.report(nil, "length is missing, such as 20%") }
    let shape: LearningRateSchedule.Decay.Shape = decay.choice("shape", default: .linear)
    return length("length", of: decay).map { .init(shape: shape, steps: $0) }
  }

  // MARK: Infinite schedules

  private func infinite() -> LearningRateSchedule? {
    let warmup = length("warmup", of: reader) ?? 0
    let annealing = length("annealing", of: reader) ?? 0
    guard let (shape, coolDown) = coolDownPart() else { return nil }
    let given = length("constant", of: reader)
    guard let constantRate = positive("constant_lr", required: true),
      let maximum = maximum(required: warmup + coolDown > 0) ?? constantRateAlone(warmup, coolDown)
    else { return nil }
    if constantRate > maximum {
      reader.report("constant_lr", "\(constantRate) is above max_lr, \(maximum)")
      return nil
    }
    let minimum = minimum(below: constantRate, "constant_lr")
    if annealing > 0 && minimum <= 0 {
      reader.report(
        reader.value("min_lr") == nil ? nil : "min_lr",
        "the annealing falls exponentially and so needs a min_lr above 0")
      return nil
    }
    guard
      let constant = constantSteps(
        given, warmup: warmup, coolDown: coolDown, annealing: annealing)
    else { return nil }
    return LearningRateSchedule(
      kind: .infinite(
        .init(
          coolDown: shape, coolDownSteps: coolDown, constantRate: constantRate,
          constantSteps: constant, annealingSteps: annealing)),
      maximum: maximum, minimum: minimum, warmup: warmup, steps: total)
  }

  /// Without a warm-up and a cool-down, as in an annealing branch, nothing uses the maximum.
  private func constantRateAlone(_ warmup: Int, _ coolDown: Int) -> Double? {
    warmup + coolDown == 0 && reader.value("max_lr") == nil
      ? reader.value("constant_lr")?.number : nil
  }

  private func coolDownPart() -> (LearningRateSchedule.Infinite.CoolDown, Int)? {
    guard let value = reader.value("cooldown") else { return (.cosine, 0) }
    guard
      let part = MappingReader(
        value, path: reader.child("cooldown"), problems: reader.problems,
        expected: "{shape: cosine, length: 20%}")
    else { return nil }
    part.refuseUnknown(["shape", "length", "alpha"], "the cool-down")
    let shape: CoolDownShape = part.choice("shape", default: .cosine)
    let steepness = part.number("alpha", "above 0", default: 10) { $0 > 0 } ?? 10
    guard part.value("length") != nil else {
      part.report(nil, "length is missing, such as 20%")
      return nil
    }
    guard let steps = length("length", of: part) else { return nil }
    return (shape == .cosine ? .cosine : .inverseSquareRoot(steepness: steepness), steps)
  }

  /// Steps of the constant part, which takes what the others leave.
  ///
  /// Percentages are often counted without the warm-up (20 + 60 + 20), and each is rounded by itself:
  /// up to the warm-up and two steps, the constant part gives way. It takes a rounding's rest too.
  private func constantSteps(
    _ given: Int?, warmup: Int, coolDown: Int, annealing: Int
  ) -> Int? {
    guard fits([("warmup", warmup), ("cooldown", coolDown), ("annealing", annealing)]) else {
      return nil
    }
    let left = total - warmup - coolDown - annealing
    guard let given else { return left }
    if given > left {
      guard given - left <= warmup + 2 || steps == nil else {
        reader.report(
          "constant",
          "\(given) steps do not fit: warm-up, cool-down and annealing leave \(left) of \(total)")
        return nil
      }
      return left
    }
    let isRounding = left - given <= 2 && reader.value("constant")?.text?.utf8.last == 0x25
    return isRounding ? left : given
  }

  // MARK: Rates and lengths

  private func positive(_ key: String, required: Bool) -> Double? {
    if required && reader.value(key) == nil { reader.report(nil, "\(key) is missing") }
    return reader.number(key, "above 0 and at most 1000", default: nil) { $0 > 0 && $0 <= 1000 }
  }

  private func maximum(required: Bool) -> Double? { positive("max_lr", required: required) }

  private func minimum(below ceiling: Double, _ name: String) -> Double {
    let minimum = reader.number("min_lr", "0 or above", default: 0) { $0 >= 0 } ?? 0
    guard minimum <= ceiling else {
      reader.report("min_lr", "\(minimum) is above \(name), \(ceiling)")
      return ceiling
    }
    return minimum
  }

  /// A length in steps or in percent of the phase; `nil` if it is absent or wrong, which is noted.
  private func length(_ key: String, of reader: MappingReader) -> Int? {
    guard let value = reader.value(key) else { return nil }
    if let text = value.text, text.utf8.last == UInt8(ascii: "%") {
      guard let percent = PlanAmount.percent(text), percent <= 100 else {
        reader.expect("steps or a percentage from 0% to 100%", key, value)
        return nil
      }
      return PlanAmount.Length.percent(percent).steps(of: total)
    }
    guard value.integer != nil || value.text.flatMap(PlanAmount.count) != nil else {
      reader.expect("steps or a percentage such as 1%", key, value)
      return nil
    }
    return reader.count(key, in: 0...PlanReader.maximumSteps, default: nil)
  }

  /// Whether parts leave room in the phase, which is noted if they do not.
  private func fits(_ parts: [(name: String, steps: Int)]) -> Bool {
    let sum = parts.reduce(0) { $0 + $1.steps }
    guard let steps, sum > steps else { return true }
    let shown = parts.filter { $0.steps > 0 }.map { "\($0.name) \($0.steps)" }
    reader.report(
      nil, "\(shown.joined(separator: " + ")) steps do not fit into the phase's \(steps)")
    return false
  }
}
