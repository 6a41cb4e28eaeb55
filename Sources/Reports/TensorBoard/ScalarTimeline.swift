import Records

/// The scalars of a run in the order of an event file, each with a time.
///
/// Times of one curve never go back, nor do those of the file: readers take a step back for a run
/// that was started again. Where a record has no time, it is taken from its neighbours.
enum ScalarTimeline {
  /// Collects all curves of a run.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - fallback: The time of a run that has recorded none, in seconds since 1970.
  /// - Returns: Points ascending in time.
  /// - Complexity: O(n log n).
  static func points(of run: RunRecord, fallback: Double) -> [ScalarPoint] {
    let clock = RunClock(run, fallback: fallback)
    var curves = Curves(clock: clock)
    for point in run.steps {
      curves.add("train/loss", point.step, point.time, point.loss)
      curves.add("train/lr", point.step, point.time, point.learningRate)
      curves.add("train/grad_norm", point.step, point.time, point.gradientNorm)
      curves.add("train/tokens_per_second", point.step, point.time, point.tokensPerSecond)
    }
    for point in run.losses {
      curves.add("validation_loss/\(point.dataSet)", point.step, point.time, point.loss)
      curves.add("bits_per_byte/\(point.dataSet)", point.step, point.time, point.bitsPerByte)
    }
    for point in run.scores {
      curves.add("score/\(point.task)/\(point.metric)", point.step, point.time, point.value)
    }
    // Swift's sort is stable, so equal times keep the order of the record.
    return curves.points.sorted { $0.time < $1.time }
  }

  private struct Curves {
    let clock: RunClock
    var points: [ScalarPoint] = []
    private var latest: [[UInt8]: Double] = [:]

    init(clock: RunClock) { self.clock = clock }

    mutating func add(_ tag: String, _ step: Int, _ time: Double?, _ value: Double?) {
      guard let value else { return }
      // By bytes: names that look alike are different curves.
      let key = Array(tag.utf8)
      let time = max(RunClock.sound(time) ?? clock.time(of: step), latest[key] ?? 0)
      latest[key] = time
      points.append(ScalarPoint(tag: tag, step: step, time: time, value: value))
    }
  }
}

/// When a run was at which step.
struct RunClock {
  /// Ascending in both.
  private var marks: [(step: Int, time: Double)] = []
  private let fallback: Double

  /// Learns from all times that the run has recorded.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - fallback: For a run without any.
  init(_ run: RunRecord, fallback: Double) {
    self.fallback = Self.sound(fallback) ?? 0
    // Training's own times tell where a step was; scores may have been taken days later.
    var known = run.steps.compactMap { point in Self.sound(point.time).map { (point.step, $0) } }
    if known.isEmpty {
      known =
        run.losses.compactMap { point in Self.sound(point.time).map { (point.step, $0) } }
        + run.scores.compactMap { point in Self.sound(point.time).map { (point.step, $0) } }
    }
    for mark in known.sorted(by: { $0.0 < $1.0 }) {
      let time = max(mark.1, marks.last?.time ?? 0)
      if marks.last?.step == mark.0 { continue }
      marks.append((mark.0, time))
    }
  }

  /// A time that can be meant: finite, not before 1970, in this millennium or so.
  static func sound(_ time: Double?) -> Double? {
    time.flatMap { $0 >= 0 && $0 < 1e11 ? $0 : nil }
  }

  /// The time of a step: as recorded, between its neighbours, or that of the nearest one.
  ///
  /// - Complexity: O(log n).
  func time(of step: Int) -> Double {
    guard let first = marks.first, let last = marks.last else { return fallback }
    if step <= first.step { return first.time }
    if step >= last.step { return last.time }
    var low = 0
    var high = marks.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if marks[middle].step <= step { low = middle } else { high = middle }
    }
    let (a, b) = (marks[low], marks[high])
    let share = (Double(step) - Double(a.step)) / (Double(b.step) - Double(a.step))
    return a.time + share * (b.time - a.time)
  }
}
