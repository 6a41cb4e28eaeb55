import Records

/// How each run looks in all plots: baselines neutral, the others in colours by their order.
struct RunLooks {
  private var styles: [String: PlotStyle] = [:]

  init(_ runs: [RunRecord]) {
    var plain = 0
    var baselines = 0
    for run in runs where styles[run.name] == nil {
      if run.isBaseline {
        styles[run.name] = .baseline(baselines)
        baselines += 1
      } else {
        styles[run.name] = .series(plain)
        plain += 1
      }
    }
  }

  /// The look of a run.
  ///
  /// - Parameter run: Its name.
  /// - Returns: The first look for a name that is not among the runs.
  func style(of run: String) -> PlotStyle { styles[run] ?? .series(0) }
}
