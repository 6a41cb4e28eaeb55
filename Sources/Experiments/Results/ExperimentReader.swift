internal import Comparison
internal import Files
internal import Foundation
internal import LanguageModel
internal import OrderedJSON
public import Records
internal import Training
internal import TrainingPlans

/// Gathers what a plan's output folder tells: runs, scores, comparisons, cost.
///
/// Everything is read from files, so that a report made while training and one made a year later say
/// the same.
public struct ExperimentReader {
  /// What a comparison of checkpoints of the plan is made with, besides the plan's margins.
  public struct Options: Sendable {
    /// Program and version, for the record.
    public var program: String
    /// That draw a bootstrap's replicates.
    public var threads: Int
    /// Documents to leave out in rows of their own.
    public var excluded: ExcludedDocuments?
    /// The file that lists them, for the commands that derive comparisons again.
    public var excludedPath: String?

    public init(program: String, threads: Int) {
      self.program = program
      self.threads = threads
    }
  }

  /// `<output path>/<plan name>`.
  let folder: String
  let plan: TrainingPlan
  let options: Options
  let outside: OutsideModels
  var problems: [String] = []
  /// Comparisons that the plan asks for and that cannot be made, as sentences; ``read()`` finds them.
  public internal(set) var failedComparisons: [String] = []

  /// Opens a plan's output folder.
  ///
  /// - Parameters:
  ///   - folder: `<output path>/<plan name>`.
  ///   - options: See ``Options``.
  /// - Throws: ``ExperimentError`` if it holds no plan's output.
  public init(folder: String, options: Options) throws {
    self.folder = folder
    self.options = options
    guard (try? Folder.names(in: folder).contains("plan.yaml")) == true else {
      throw ExperimentError.noExperiment(path: folder)
    }
    do {
      plan = try PlanDocument(path: folder + "/plan.yaml").plan()
    } catch let problems as PlanProblems {
      throw ExperimentError.brokenRecord(path: folder + "/plan.yaml", problem: "\(problems)")
    }
    outside = OutsideModels.read(in: folder)
  }

  /// Reads and compares everything.
  ///
  /// - Returns: The record; what could not be read stands in its problems.
  /// - Complexity: O(size of logs and samples of compared checkpoints).
  public mutating func read() -> ExperimentRecord {
    let runs = plan.runs.map { record(of: $0) }
    let comparisons = plan.runs.flatMap { compare($0) }
    return ExperimentRecord(
      name: plan.name, program: options.program, date: Date().timeIntervalSince1970,
      baseline: baselineLabel, runs: runs, comparisons: comparisons,
      costs: plan.runs.compactMap { cost(of: $0) },
      seeds: seedSummaries(comparisons), problems: problems,
      provenance: provenance())
  }

  /// The baseline in words.
  var baselineLabel: String? {
    switch plan.baseline {
    case nil: nil
    case .run(let name): name
    case .checkpoint(let path), .results(let path): path
    }
  }

  // MARK: Runs

  private mutating func record(of run: Run) -> RunRecord {
    let place = "\(folder)/\(run.name)"
    var isBaseline = false
    if case .run(let name) = plan.baseline {
      isBaseline = plan.runs(named: name).contains { $0.name == run.name }
    }
    var record = RunRecord(name: run.name, isBaseline: isBaseline)
    LogReader.read("\(place)/metrics.jsonl", problems: &problems) { line in
      guard let step = line["step"]?.integerValue, let tokens = line["tokens"]?.integerValue,
        let rate = line["lr"]?.doubleValue
      else { return false }
      record.steps.append(
        StepPointRecord(
          step: step, tokens: tokens, learningRate: rate, loss: line["loss"]?.doubleValue,
          gradientNorm: line["grad_norm"]?.doubleValue,
          tokensPerSecond: line["tokens_per_second"]?.doubleValue,
          time: line["time"]?.doubleValue))
      return true
    }
    let origin = origin(of: run, steps: record.steps)
    record.phases = phases(of: run, after: origin)
    readEvaluations(of: run, into: &record)
    addOutsideScores(of: run, after: origin, to: &record)
    record.scores.sort { ($0.step, $0.task, $0.metric) < ($1.step, $1.task, $1.metric) }
    return record
  }

  private mutating func readEvaluations(of run: Run, into record: inout RunRecord) {
    LogReader.read(
      "\(folder)/\(run.name)/evaluations.jsonl", problems: &problems
    ) { line in
      guard let step = line["step"]?.integerValue, let tokens = line["tokens"]?.integerValue,
        let metric = line["metric"]?.stringValue
      else { return false }
      let value = line["value"]?.doubleValue
      let time = line["time"]?.doubleValue
      if let dataSet = line["data_set"]?.stringValue {
        if metric == "validation_loss" {
          record.losses.append(
            LossPointRecord(
              dataSet: dataSet, step: step, tokens: tokens,
              isSeen: line["seen"]?.boolValue ?? true, loss: value, time: time))
        } else if metric == "bits_per_byte",
          let index = record.losses.lastIndex(where: { $0.dataSet == dataSet && $0.step == step })
        {
          record.losses[index].bitsPerByte = value
        }
        return true
      }
      guard let task = line["task"]?.stringValue, let value else { return false }
      let bounds = line["interval_95"]?.arrayValue?.compactMap(\.doubleValue) ?? []
      record.scores.append(
        ScorePointRecord(
          task: task, metric: metric, isDeciding: line["deciding"]?.boolValue ?? false,
          higherIsBetter: line["higher_is_better"]?.boolValue ?? true, step: step,
          tokens: tokens, value: value, standardError: line["stderr"]?.doubleValue,
          interval: bounds.count == 2 ? IntervalRecord(low: bounds[0], high: bounds[1]) : nil,
          chance: line["chance"]?.doubleValue, count: line["n"]?.integerValue ?? 0, time: time))
      return true
    }
  }

  /// Adds what stands beside weights: losses and scores of the model that a run begins with, and scores
  /// of phases' ends, where evaluations may have been made up for after the log was written, or made
  /// again with other settings.
  private mutating func addOutsideScores(
    of run: Run, after origin: Origin, to record: inout RunRecord
  ) {
    var points = phaseEnds(of: run).map { end in
      let logged = record.steps.last { $0.step == end.step }?.tokens
      return (step: end.step, tokens: logged ?? origin.tokens + end.tokens, path: end.path)
    }
    if let beginning = beginning(of: run) {
      points.append((step: origin.step, tokens: origin.tokens, path: beginning.path))
      let seen = run.phases.first.map { earlier(run, $0.name) } ?? []
      let losses = (try? ScoredResults(path: beginning.path))?.losses ?? []
      record.losses.insert(
        contentsOf: losses.map { loss in
          LossPointRecord(
            dataSet: loss.name, step: origin.step, tokens: origin.tokens,
            isSeen: seen.contains(loss.name), loss: loss.loss.isFinite ? loss.loss : nil)
        }, at: 0)
    }
    for point in points {
      guard let results = try? ScoredResults(path: point.path) else { continue }
      record.scores.removeAll { $0.step == point.step && results.task($0.task) != nil }
      record.scores += results.scores.map { score in
        ScorePointRecord(
          task: score.task, metric: score.metric, isDeciding: score.isDeciding,
          higherIsBetter: score.higherIsBetter, step: point.step, tokens: point.tokens,
          value: score.value, standardError: score.standardError, interval: score.interval,
          chance: score.chance, count: score.count, time: results.model.date)
      }
    }
  }

  /// Where a run begins: branches go on counting where they branch off, and so does a run from
  /// a checkpoint that has the trainer's state beside it.
  struct Origin {
    var step = 0
    var tokens = 0
  }

  /// Finds where a run begins.
  ///
  /// - Parameters:
  ///   - run: Of the plan.
  ///   - steps: Its log; where that is empty, the plan tells.
  /// - Returns: What was done before its first step.
  private func origin(of run: Run, steps: [StepPointRecord]) -> Origin {
    if let first = steps.first, let phase = run.phases.first {
      return Origin(
        step: first.step - 1,
        tokens: first.tokens - phase.batch.sequences * plan.sequenceLength)
    }
    var origin = Origin()
    var next = run.from
    for _ in plan.runs {
      guard let from = next, let trunk = plan.run(from.run),
        let last = trunk.phases.firstIndex(where: { $0.name == from.phase })
      else { break }
      for phase in trunk.phases[...last] {
        origin.step += phase.steps
        origin.tokens += phase.steps * phase.batch.sequences * plan.sequenceLength
      }
      next = trunk.from
    }
    return origin
  }

  private mutating func phases(of run: Run, after origin: Origin) -> [PhaseRecord] {
    var parts: [String: [PhaseRecord.Part]] = [:]
    LogReader.read("\(folder)/\(run.name)/phases.jsonl", problems: &problems) { line in
      guard let phase = line["phase"]?.stringValue, let items = line["parts"]?.arrayValue else {
        return false
      }
      parts[phase] = items.compactMap { item in
        guard let name = item["name"]?.stringValue, let tokens = item["tokens"]?.integerValue
        else { return nil }
        return PhaseRecord.Part(
          name: name, isReplay: item["replayed"]?.boolValue ?? false, tokens: tokens,
          distinctTokens: item["distinct_tokens"]?.integerValue ?? tokens,
          epochs: item["epochs"]?.doubleValue ?? 0)
      }
      return true
    }
    var step = origin.step
    var tokens = origin.tokens
    return run.phases.map { phase in
      let first = (step: step, tokens: tokens)
      step += phase.steps
      tokens += phase.steps * phase.batch.sequences * plan.sequenceLength
      return PhaseRecord(
        name: phase.name, firstStep: first.step + 1, lastStep: step, firstToken: first.tokens,
        lastToken: tokens, mixture: Self.mixture(of: phase),
        schedule: "\(phase.schedule.kindName), learning rate up to "
          + Self.rate(phase.schedule.range.upperBound),
        parts: parts[phase.name] ?? [])
    }
  }

  private static func mixture(of phase: Phase) -> String {
    phase.sources.map { source in
      let percent = (source.weight * 10_000).rounded() / 100
      let share = percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
      return "\(source.name)\(source.isReplay ? " replayed" : "") \(share) %"
    }.joined(separator: ", ")
  }

  private static func rate(_ value: Double) -> String { String(format: "%.3g", value) }
}
