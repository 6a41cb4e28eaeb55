import Records

extension ExperimentSamples {
  /// Records that a real plan may leave in odd circumstances, and some that only an attacker makes.
  static var unusual: [(name: String, record: ExperimentRecord)] {
    [
      ("empty", empty), ("hostile", hostile), ("numbers", extremeNumbers), ("large", large),
      ("checkpoint", oneCheckpoint), ("unscored", unscored), ("alone", withoutBaseline),
    ]
  }

  static var empty: ExperimentRecord { ExperimentRecord(name: "", program: "", date: 0) }

  /// Nothing but a baseline.
  static var withoutBaseline: ExperimentRecord {
    var record = typical
    record.baseline = nil
    record.runs[0].phases.removeLast()
    record.runs.removeLast()
    record.comparisons = []
    record.costs = []
    record.seeds = []
    return record
  }

  static var oneCheckpoint: ExperimentRecord {
    var record = typical
    for index in record.runs.indices {
      record.runs[index].steps = Array(record.runs[index].steps.prefix(1))
      record.runs[index].losses = Array(record.runs[index].losses.prefix(2))
      record.runs[index].scores = Array(record.runs[index].scores.prefix(2))
    }
    return record
  }

  static var unscored: ExperimentRecord {
    var record = typical
    for index in record.runs.indices {
      record.runs[index].losses = []
      record.runs[index].scores = []
    }
    for index in record.comparisons.indices { record.comparisons[index].comparison.rows = [] }
    return record
  }

  /// Every text is an attack and longer than any line.
  static var hostile: ExperimentRecord {
    let attack =
      "=</script></style></title><img src=x onerror=\"document.title='hacked'\">'\"&amp;\u{202E}\u{1B}["
      + String(repeating: "x", count: 300)
    func name(_ text: String) -> String { attack + text }
    var record = typical
    record.name = attack
    record.program = attack
    record.baseline = name("from-scratch")
    record.problems = [attack]
    record.provenance = [ProvenanceRecord(label: attack, value: attack)]
    for run in record.runs.indices {
      record.runs[run].name = name(record.runs[run].name)
      for phase in record.runs[run].phases.indices {
        record.runs[run].phases[phase].name = attack
        record.runs[run].phases[phase].mixture = attack
        record.runs[run].phases[phase].schedule = attack
        record.runs[run].phases[phase].parts[0].name = attack
      }
      for index in record.runs[run].losses.indices {
        record.runs[run].losses[index].dataSet = name(record.runs[run].losses[index].dataSet)
      }
      for index in record.runs[run].scores.indices {
        record.runs[run].scores[index].task = name(record.runs[run].scores[index].task)
        record.runs[run].scores[index].metric = name(record.runs[run].scores[index].metric)
      }
    }
    for index in record.comparisons.indices {
      record.comparisons[index].run = name(record.comparisons[index].run)
      record.comparisons[index].phase = attack
      record.comparisons[index].command = attack
      var comparison = record.comparisons[index].comparison
      comparison.reference.label = attack
      comparison.reference.path = attack
      comparison.candidate.weightsDigest = attack
      comparison.reasons = [attack]
      comparison.notes = [attack]
      for row in comparison.rows.indices {
        comparison.rows[row].name = name(comparison.rows[row].name)
        comparison.rows[row].metric = attack
        comparison.rows[row].test = attack
        comparison.rows[row].intervalMethod = attack
      }
      record.comparisons[index].comparison = comparison
    }
    for index in record.seeds.indices {
      record.seeds[index].run = attack
      record.seeds[index].name = attack
      record.seeds[index].metric = attack
    }
    for index in record.costs.indices {
      record.costs[index].run = name("continual")
      record.costs[index].baseline = attack
    }
    return record
  }

  /// Numbers that are none, and such as no float can hold.
  static var extremeNumbers: ExperimentRecord {
    let numbers: [Double] = [.nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, 0]
    var record = typical
    record.date = .nan
    for run in record.runs.indices {
      for index in record.runs[run].steps.indices {
        record.runs[run].steps[index].learningRate = numbers[index % numbers.count]
        record.runs[run].steps[index].loss = numbers[(index / 7) % numbers.count]
        record.runs[run].steps[index].tokensPerSecond = numbers[index % numbers.count]
        record.runs[run].steps[index].time = numbers[index % numbers.count]
      }
      record.runs[run].steps[3].tokens = .max
      record.runs[run].steps[4].tokens = .min
      for index in record.runs[run].scores.indices {
        record.runs[run].scores[index].value = numbers[index % numbers.count]
        record.runs[run].scores[index].interval = IntervalRecord(low: .nan, high: .infinity)
        record.runs[run].scores[index].chance = numbers[index % numbers.count]
      }
      record.runs[run].phases[0].firstToken = .min
      record.runs[run].phases[0].lastToken = .max
      record.runs[run].phases[0].parts[0].epochs = .nan
    }
    for index in record.comparisons.indices {
      for row in record.comparisons[index].comparison.rows.indices {
        let number = numbers[row % numbers.count]
        record.comparisons[index].comparison.rows[row].difference = number
        record.comparisons[index].comparison.rows[row].interval = IntervalRecord(
          low: -number, high: number)
        record.comparisons[index].comparison.rows[row].margin = number
        record.comparisons[index].comparison.rows[row].pValue = number
      }
      record.comparisons[index].comparison.lossMargin = .infinity
    }
    record.costs[0].update = .init(tokens: .max, operations: .infinity)
    record.costs[0].path = .init(tokens: .min, operations: -1)
    return record
  }

  /// Twenty runs and sixty tasks.
  static var large: ExperimentRecord {
    var record = typical
    let run = record.runs[0]
    let scores = run.scores.filter { $0.task == "arc_de" && $0.isDeciding }
    record.runs =
      (0..<19).map { number in
        var copy = run
        copy.name = "continual-\(number)"
        copy.phases[1].name = "adapt-\(number)"
        copy.steps = run.steps.filter { $0.step % 20 == 0 }
        copy.scores = (0..<60).flatMap { task in
          scores.map { score in
            var score = score
            score.task = "task_\(task)"
            return score
          }
        }
        return copy
      } + [record.runs[1]]
    let final = record.comparisons[2]
    record.comparisons = (0..<19).map { number in
      var copy = final
      copy.run = "continual-\(number)"
      copy.comparison.rows = (0..<60).map { task in
        var row = final.comparison.rows[task % 5]
        row.name = "task_\(task)"
        return row
      }
      return copy
    }
    return record
  }
}
