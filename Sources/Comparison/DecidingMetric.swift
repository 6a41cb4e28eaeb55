/// Which of a task's metrics decides about it.
public enum DecidingMetric {
  /// `acc_norm` if the task lists it, else `acc`, else the first that it lists.
  ///
  /// - Parameters:
  ///   - listed: Metrics of the task's own list that have a value.
  ///   - all: All that have one; they count where the list has none of them.
  /// - Returns: `nil` if there is no metric.
  public static func name(listed: [String], all: [String]) -> String? {
    let candidates = listed.isEmpty ? all : listed
    for name in ["acc_norm", "acc"] where candidates.contains(name) { return name }
    return candidates.first
  }
}
