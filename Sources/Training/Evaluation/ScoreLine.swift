internal import OrderedJSON
public import Records

/// A task's score on a checkpoint, as a line of `evaluations.jsonl`.
public struct ScoreLine: Sendable, Equatable {
  public var task: String
  public var metric: String
  /// Whether it is the metric that decides about the task.
  public var isDeciding: Bool
  public var higherIsBetter: Bool
  public var value: Double
  public var standardError: Double?
  /// 95 %.
  public var interval: IntervalRecord?
  /// What guessing reaches, where that is known.
  public var chance: Double?
  /// Documents.
  public var count: Int

  public init(
    task: String, metric: String, isDeciding: Bool, higherIsBetter: Bool, value: Double,
    standardError: Double? = nil, interval: IntervalRecord? = nil, chance: Double? = nil,
    count: Int
  ) {
    self.task = task
    self.metric = metric
    self.isDeciding = isDeciding
    self.higherIsBetter = higherIsBetter
    self.value = value
    self.standardError = standardError
    self.interval = interval
    self.chance = chance
    self.count = count
  }

  /// The line.
  ///
  /// - Parameters:
  ///   - step: Of the checkpoint.
  ///   - phase: That the step belongs to.
  ///   - tokens: Trained on by then.
  ///   - time: Seconds since 1970.
  /// - Returns: Numbers that are not finite are null.
  func json(step: Int, phase: String, tokens: Int, time: JSONValue) -> JSONValue {
    func number(_ value: Double?) -> JSONValue {
      value.flatMap { $0.isFinite ? .double($0) : nil } ?? .null
    }
    return [
      "step": .integer(step), "phase": .string(phase), "tokens": .integer(tokens),
      "task": .string(task), "metric": .string(metric), "deciding": .bool(isDeciding),
      "higher_is_better": .bool(higherIsBetter), "value": number(value),
      "stderr": number(standardError),
      "interval_95": interval.map { [number($0.low), number($0.high)] } ?? .null,
      "chance": number(chance), "n": .integer(count), "time": time,
    ]
  }
}
