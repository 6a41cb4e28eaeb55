/// The learning rate over a run's steps, drawn with braille dots.
///
/// A character holds 2 × 4 dots, so 60 columns and 10 rows show 120 steps and 40 levels. Every column
/// of dots takes the steps of its stretch together: the curve is drawn from its lowest to its highest
/// rate, so that neither a short warm-up nor a jump is lost.
struct SchedulePlot {
  let run: Run
  /// Columns of the whole plot, axis included.
  let width: Int
  /// Rows of the curve, without the axis below.
  let rows: Int

  private static let labelWidth = 9
  private var columns: Int { max(width - Self.labelWidth - 2, 10) }

  /// The plot.
  ///
  /// - Returns: Lines without a newline at the end: rates on the left, steps and phases below.
  /// - Complexity: O(width · parts): within a part a rate is monotone.
  var text: String {
    let highest = run.phases.reduce(0) { max($0, $1.schedule.range.upperBound) }
    guard run.steps > 0, highest > 0 else { return "" }
    let borders = phaseBorders
    let dots = dots(highest: highest)
    let labels = labels(highest: highest)
    var lines: [String] = []
    for row in 0..<rows {
      var line = (labels[row] ?? "").paddedLeft(to: Self.labelWidth)
      line += labels[row] == nil ? " │" : " ┤"
      for column in 0..<columns {
        let cell = dots[row][column]
        // A border shows where the curve leaves room.
        if cell == 0, borders.contains(column) {
          line += "┊"
        } else {
          line += cell == 0 ? " " : String(Self.braille(cell))
        }
      }
      lines.append(trimmed(line))
    }
    return (lines + axis(borders)).joined(separator: "\n")
  }

  // MARK: The curve

  /// Dots of height.
  private var levels: Int { rows * 4 }

  /// The dot from the bottom for a rate as part of the highest.
  private func level(_ share: Double) -> Int {
    min(levels - 1, max(0, Int((share * Double(levels - 1)).rounded())))
  }

  /// Bits of braille cells, by row from the top and column.
  private func dots(highest: Double) -> [[UInt8]] {
    var cells = [[UInt8]](repeating: [UInt8](repeating: 0, count: columns), count: rows)
    var before: Int?
    for dot in 0..<columns * 2 {
      let steps = self.steps(ofDot: dot)
      let range = rates(steps)
      var low = level(range.lowerBound / highest)
      var high = level(range.upperBound / highest)
      // Neighbouring dots are joined, or a steep line would be dotted.
      if let before {
        if before < low { low = before + 1 }
        if before > high { high = before - 1 }
      }
      before = level((run.rate(atStep: steps.upperBound - 1) ?? 0) / highest)
      for level in min(low, high)...max(low, high) {
        let fromTop = levels - 1 - level
        cells[fromTop / 4][dot / 2] |= Self.bit(x: dot % 2, y: fromTop % 4)
      }
    }
    return cells
  }

  /// The steps that a column of dots stands for, at least one.
  private func steps(ofDot dot: Int) -> Range<Int> {
    let count = columns * 2
    // In Double: steps times dots may leave Int only for absurd runs, but then it would trap.
    let start = Int(Double(dot) * Double(run.steps) / Double(count))
    let end = Int(Double(dot + 1) * Double(run.steps) / Double(count))
    let first = min(start, run.steps - 1)
    return first..<max(min(end, run.steps), first + 1)
  }

  /// The lowest and highest rate of some steps: those at the ends of parts are enough.
  private func rates(_ steps: Range<Int>) -> ClosedRange<Double> {
    var places = [steps.lowerBound, steps.upperBound - 1]
    var start = 0
    for phase in run.phases {
      if start >= steps.upperBound { break }
      if start + phase.steps > steps.lowerBound {
        for part in phase.schedule.parts {
          places += [start + part.steps.lowerBound, start + part.steps.upperBound - 1]
        }
      }
      start += phase.steps
    }
    let rates = places.filter { steps.contains($0) }.compactMap { run.rate(atStep: $0) }
    return (rates.min() ?? 0)...(rates.max() ?? 0)
  }

  private static func bit(x: Int, y: Int) -> UInt8 {
    y == 3 ? (x == 0 ? 0x40 : 0x80) : 1 << UInt8(y + 3 * x)
  }

  private static func braille(_ cell: UInt8) -> Character {
    Character(Unicode.Scalar(0x2800 + UInt32(cell)) ?? " ")
  }

  // MARK: Axes

  /// Columns at which phases after the first begin.
  private var phaseBorders: [Int] {
    var start = 0
    return run.phases.dropLast().map { phase in
      start += phase.steps
      return column(ofStep: start)
    }
  }

  private func column(ofStep step: Int) -> Int {
    min(Int(Double(step) / Double(run.steps) * Double(columns)), columns - 1)
  }

  /// Round parts of the highest rate, each at the row that its dot lies in.
  private func labels(highest: Double) -> [Int: String] {
    var labels: [Int: String] = [:]
    for share in [1, 0.75, 0.5, 0.25, 0] {
      labels[(levels - 1 - level(share)) / 4] = NumberText.rate(highest * share)
    }
    return labels
  }

  private func axis(_ borders: [Int]) -> [String] {
    let margin = String(repeating: " ", count: Self.labelWidth)
    var rule = [Character](repeating: "─", count: columns)
    for border in borders { rule[border] = "┴" }
    var steps = LabelLine(columns: columns)
    steps.place("0", at: 0)
    steps.placeRight(NumberText.grouped(run.steps))
    var start = 0
    for (phase, border) in zip(run.phases, borders) {
      start += phase.steps
      steps.place(NumberText.grouped(start), centredAt: border)
    }
    var names = LabelLine(columns: columns)
    for (index, phase) in run.phases.enumerated() {
      let from = index == 0 ? 0 : borders[index - 1] + 1
      let to = index < borders.count ? borders[index] : columns
      names.place(phase.name, in: from..<max(from, to))
    }
    return ["\(margin) └\(String(rule))"]
      + [steps.text, names.text].filter { !$0.isEmpty }.map { "\(margin)  \($0)" }
  }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// A line of labels that give way to one another.
private struct LabelLine {
  private var cells: [Character]

  init(columns: Int) { cells = [Character](repeating: " ", count: columns) }

  var text: String {
    var end = cells.count
    while end > 0, cells[end - 1] == " " { end -= 1 }
    return String(cells[..<end])
  }

  /// Writes a label if it fits and leaves a blank to its neighbours.
  mutating func place(_ label: String, at start: Int) {
    let end = start + label.count
    guard start >= 0, end <= cells.count,
      cells[max(start - 1, 0)..<min(end + 1, cells.count)].allSatisfy({ $0 == " " })
    else { return }
    cells.replaceSubrange(start..<end, with: Array(label))
  }

  mutating func placeRight(_ label: String) { place(label, at: cells.count - label.count) }

  mutating func place(_ label: String, centredAt column: Int) {
    place(label, at: column - label.count / 2)
  }

  /// Centres a label in some columns, cut short if it must be.
  mutating func place(_ label: String, in columns: Range<Int>) {
    guard columns.count >= 2 else { return }
    let fits = label.count <= columns.count
    let shown = fits ? label : String(label.prefix(columns.count - 1)) + "…"
    let start = columns.lowerBound + (columns.count - shown.count) / 2
    cells.replaceSubrange(start..<start + shown.count, with: Array(shown))
  }
}
