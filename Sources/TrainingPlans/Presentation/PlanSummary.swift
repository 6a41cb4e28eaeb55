internal import Files

/// The text of `cpteval plan show`: what each run trains on, and its learning rate as a plot.
public struct PlanSummary: Sendable {
  public let plan: TrainingPlan
  /// Sizes of the model, for the count of operations; `nil` to leave that out.
  public var counts: ModelCounts?
  /// Columns of the terminal.
  public var width = 80
  /// Further lines for each run by its name, such as memory and time, in front of its plot.
  public var notes: [String: [String]] = [:]

  public init(_ plan: TrainingPlan) { self.plan = plan }

  /// All runs.
  ///
  /// - Returns: Lines without a newline at the end.
  public var text: String {
    // Repetitions differ by their seeds alone, so one of them tells all.
    var told = Set<String>()
    let runs = plan.runs.filter { run in
      guard let name = run.repeatOf, plan.canGroup(name) else { return true }
      return told.insert(name).inserted
    }
    return ([header] + runs.map(text(of:))).joined(separator: "\n\n")
  }

  private var header: String {
    let names = plan.data.map(\.name).joined(separator: ", ")
    return
      "\(plan.name): seed \(plan.seed), sequences of \(NumberText.grouped(plan.sequenceLength)) "
      + "tokens, data \(names)" + evaluation
  }

  private var evaluation: String {
    var lines = ""
    let settings = plan.evaluation
    if !settings.tasks.isEmpty {
      lines +=
        "\nscored on \(settings.tasks.map(\.escapedForTerminal).joined(separator: ", ")) at the end of each phase"
      if case .steps(let steps) = settings.every {
        lines += " and every \(NumberText.grouped(steps)) steps of it"
      }
    }
    switch plan.baseline {
    case .checkpoint(let path): lines += "\ncompared with the checkpoint \(path.escapedForTerminal)"
    case .results(let path): lines += "\ncompared with the results in \(path.escapedForTerminal)"
    case .run, nil: break
    }
    return lines
  }

  /// One run.
  ///
  /// - Parameter run: A run of the plan.
  /// - Returns: Lines without a newline at the end.
  public func text(of run: Run) -> String {
    var lines = [title(of: run), ""]
    lines += table(of: run)
    lines.append("")
    let tokens = run.phases.reduce(0) { $0 + self.tokens($1) }
    var total = "\(NumberText.grouped(run.steps)) steps, \(NumberText.grouped(tokens)) tokens"
    if let counts {
      let operations = counts.operations(tokens: tokens, sequenceLength: plan.sequenceLength)
      total += ", \(NumberText.scientific(operations)) FLOPs"
    }
    lines.append(total)
    lines += notes[run.name] ?? []
    lines.append("")
    lines.append(SchedulePlot(run: run, width: width, rows: 12).text)
    return lines.joined(separator: "\n")
  }

  private func title(of run: Run) -> String {
    var title = "run \(run.name)"
    var origin = run.from?.run
    if let name = run.repeatOf, plan.canGroup(name) {
      let seeds = plan.runs(named: name).compactMap(\.seed).map { String($0) }
      title = "run \(name), once with each of the seeds \(seeds.joined(separator: ", "))"
      if let trunk = origin.flatMap(plan.run), trunk.seed == run.seed {
        origin = trunk.repeatOf ?? trunk.name
      }
    } else if let seed = run.seed {
      title += ", seed \(seed)"
    }
    if let origin, let from = run.from {
      title += ", from the end of \(origin)'s phase \(from.phase)"
    }
    if case .run(let name) = plan.baseline, name == run.name || name == run.repeatOf {
      title += " (baseline)"
    }
    return title
  }

  // MARK: The table

  private func tokens(_ phase: Phase) -> Int {
    // A reader has bounded the product.
    phase.steps * phase.batch.sequences * plan.sequenceLength
  }

  private func table(of run: Run) -> [String] {
    var rows = [["phase", "steps", "tokens", "data", "learning rate"]]
    for phase in run.phases {
      let sources = sources(phase)
      let range = phase.schedule.range
      let rates = "\(NumberText.rate(range.lowerBound)) … \(NumberText.rate(range.upperBound))"
      let parts = phase.schedule.parts.map { "\($0.name) \(NumberText.grouped($0.steps.count))" }
      let schedules = ["\(phase.schedule.kindName), \(rates)"] + parts
      for line in 0..<max(sources.count, schedules.count) {
        rows.append([
          line == 0 ? phase.name : "", line == 0 ? NumberText.grouped(phase.steps) : "",
          line == 0 ? NumberText.grouped(tokens(phase)) : "",
          line < sources.count ? sources[line] : "",
          line < schedules.count ? schedules[line] : "",
        ])
      }
    }
    let widths = (0..<5).map { column in rows.reduce(0) { max($0, $1[column].count) } }
    let leansRight = [false, true, true, false, false]
    func line(_ cells: [String]) -> String {
      var text = zip(cells, zip(widths, leansRight)).map { cell, layout in
        layout.1 ? cell.paddedLeft(to: layout.0) : cell.paddedRight(to: layout.0)
      }.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return [line(rows[0]), rule] + rows.dropFirst().map(line)
  }

  /// Tokens by data set; the blend keeps each within one sample of its share.
  private func sources(_ phase: Phase) -> [String] {
    let samples = Double(phase.steps) * Double(phase.batch.sequences)
    let sources = phase.sources
    let counts = sources.map { source in
      NumberText.grouped(Int((samples * source.weight).rounded()) * plan.sequenceLength)
    }
    let width = counts.reduce(0) { max($0, $1.count) }
    return zip(sources, counts).map { source, count in
      let share = source.weight < 1 ? " \(NumberText.percent(100 * source.weight))" : ""
      return
        "\(count.paddedLeft(to: width)) \(source.name)\(source.isReplay ? " replayed" : "")\(share)"
    }
  }
}

extension TrainingPlan {
  /// The learning rate of every step of every run as CSV: `run,step,phase,lr`.
  ///
  /// Steps count from 1 as in metrics.jsonl, and rates have all their digits.
  /// - Parameter write: Takes one line at a time, without its newline.
  /// - Complexity: O(steps).
  public func writeRates(to write: (String) -> Void) {
    write("run,step,phase,lr")
    for run in runs {
      var step = 0
      for phase in run.phases {
        for index in 0..<phase.steps {
          step += 1
          write("\(run.name),\(step),\(phase.name),\(phase.schedule.rate(atStep: index))")
        }
      }
    }
  }
}
