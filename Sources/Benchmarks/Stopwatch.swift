/// Wall time of a piece of work.
enum Stopwatch {
  /// - Returns: Seconds that `body` took.
  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let begin = clock.now
    try body()
    return (clock.now - begin).inSeconds
  }
}

/// How often something is measured.
public struct Repetitions: Sendable, Equatable {
  /// Rounds that are not counted.
  public var warmups: Int
  /// Rounds that are.
  public var measured: Int

  public init(warmups: Int = 1, measured: Int = 5) {
    self.warmups = warmups
    self.measured = measured
  }

  /// Does something again and again.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked after each round; a round during which it became true is not counted.
  ///   - between: Called before, between and after the rounds that count.
  ///   - body: A round, which is told whether it counts.
  /// - Returns: Seconds of the rounds that count, fewer than asked for if it was cancelled.
  /// - Throws: What `body` throws.
  func run(
    isCancelled: () -> Bool, between: () -> Void = {},
    _ body: (_ isMeasured: Bool) throws -> Void
  ) rethrows -> [Double] {
    var seconds: [Double] = []
    for round in 0..<warmups + measured {
      if isCancelled() { break }
      if round == warmups { between() }
      let time = try Stopwatch.seconds { try body(round >= warmups) }
      if round >= warmups, !isCancelled() {
        seconds.append(time)
        between()
      }
    }
    return seconds
  }
}

extension Duration {
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
