internal import Files
internal import OrderedJSON

/// One value that two plans differ in.
public struct PlanDifference: Sendable, Equatable {
  /// In the spelling of `--set`.
  public let path: String
  /// The value as YAML on one line; `nil` where the first plan has none.
  public let old: String?
  /// The value as YAML on one line; `nil` where the second plan has none.
  public let new: String?

  public init(path: String, old: String?, new: String?) {
    self.path = path
    self.old = old
    self.new = new
  }

  /// Everything that two plans differ in, every default and every length in steps included.
  ///
  /// Phases, runs and data sets are told apart by their names; mixtures and lists of values count as
  /// wholes. Another order of phases is a difference of the whole list.
  /// - Parameters:
  ///   - old: The first plan.
  ///   - new: The second plan.
  /// - Returns: In the order of the first plan; what only the second one has comes behind it.
  /// - Complexity: O(size of the plans), quadratic in the entries of one list.
  public static func between(_ old: TrainingPlan, _ new: TrainingPlan) -> [PlanDifference] {
    var found: [PlanDifference] = []
    // A run with seeds is one to people, and --set reaches it under the name that they gave it.
    let repeated = old.repeatedNames.union(new.repeatedNames)
      .filter { old.canGroup($0) && new.canGroup($0) }
    compare(
      old.json(grouping: repeated), new.json(grouping: repeated), path: "", into: &found)
    return found
  }

  /// The differences as aligned lines `path: old → new`, two spaces in front.
  ///
  /// - Parameter differences: What to show.
  /// - Returns: Lines without a newline at the end.
  public static func lines(_ differences: [PlanDifference]) -> String {
    let width = differences.reduce(0) { max($0, $1.path.unicodeScalars.count) }
    return differences.map { difference in
      let padding = String(repeating: " ", count: width - difference.path.unicodeScalars.count)
      let old = (difference.old ?? "(not there)").abbreviatedForTerminal(limit: 100)
      let new = (difference.new ?? "(not there)").abbreviatedForTerminal(limit: 100)
      return "  \(difference.path.escapedForTerminal): \(padding)\(old) → \(new)"
    }.joined(separator: "\n")
  }

  private static func compare(
    _ old: JSONValue?, _ new: JSONValue?, path: String, into found: inout [PlanDifference]
  ) {
    if old == new { return }
    switch (old, new) {
    case (.object(let a), .object(let b)) where !isWhole(path):
      let names = a.members.map(\.name)
      let added = b.members.map(\.name).filter { a[$0] == nil }
      for name in names + added {
        compare(a[name], b[name], path: path.isEmpty ? name : "\(path).\(name)", into: &found)
      }
    case (.array(let a), .array(let b)) where names(a) != nil && names(a) == names(b):
      for (index, name) in (names(a) ?? []).enumerated() {
        compare(a[index], b[index], path: "\(path).\(name)", into: &found)
      }
    default:
      found.append(
        PlanDifference(path: path, old: old.map(YAMLText.flow), new: new.map(YAMLText.flow)))
    }
  }

  /// The names of a list of phases.
  private static func names(_ elements: [JSONValue]) -> [String]? {
    let names = elements.compactMap { $0["name"]?.stringValue }
    return names.count == elements.count && !names.isEmpty ? names : nil
  }

  /// Whether an object is one value to people: shares that sum to a hundred make sense together only.
  private static func isWhole(_ path: String) -> Bool {
    path == "baseline"
      || path.contains(".phases.") && (path.hasSuffix(".data") || path.hasSuffix(".replay"))
  }
}
