import Files
public import Records

/// The documents that two models answer differently, with the log-likelihoods of both.
public struct ItemReport {
  private let items: [ItemDifferenceRecord]
  private let limit: Int

  /// Prepares the text.
  ///
  /// - Parameters:
  ///   - items: In the order in which they are shown.
  ///   - limit: Most documents per task.
  public init(_ items: [ItemDifferenceRecord], limit: Int = .max) {
    self.items = items
    self.limit = limit
  }

  /// The whole text, for a terminal.
  public var plain: String {
    guard !items.isEmpty else { return "No document is answered rightly by one model alone." }
    var names: [String] = []
    for item in items where !names.contains(item.task) { names.append(item.task) }
    return names.map { name in
      let found = items.filter { $0.task == name }
      var parts = [
        "\(name.escapedForTerminal): \(found.count) \(found.count == 1 ? "document" : "documents") on "
          + "which the models differ (\(Self.rule(found[0].metric))); log-likelihoods are sums in "
          + "nats, ◀ the right choice"
      ]
      parts += found.prefix(limit).map(text)
      if found.count > limit { parts.append("… and \(found.count - limit) more") }
      return parts.joined(separator: "\n\n")
    }.joined(separator: "\n\n")
  }

  /// What a metric compares choices by, where it is not the sum that is shown.
  private static func rule(_ metric: String) -> String {
    switch metric {
    case "acc_norm": "acc_norm, which compares them per character"
    case "acc_bytes": "acc_bytes, which compares them per byte"
    case "acc_mutual_info": "acc_mutual_info, which subtracts those without context"
    default: metric.escapedForTerminal
    }
  }

  private func text(of item: ItemDifferenceRecord) -> String {
    var table = TextTable(columns: [
      .init("  Choice", leansRight: true), .init("Text"), .init(""),
      .init("A", leansRight: true), .init("B", leansRight: true),
      .init("B − A", leansRight: true),
    ])
    let count = max(
      item.choices.count, item.referenceLogLikelihoods.count,
      item.candidateLogLikelihoods.count)
    for index in 0..<count {
      func number(_ values: [Double]) -> Double? {
        values.indices.contains(index) ? values[index] : nil
      }
      let a = number(item.referenceLogLikelihoods)
      let b = number(item.candidateLogLikelihoods)
      var difference = ""
      if let a, let b { difference = NumberText.fixed(b - a) }
      table.rows.append([
        "\(index)",
        item.choices.indices.contains(index)
          ? item.choices[index].abbreviatedForTerminal(limit: 60) : "",
        item.target == "\(index)" ? "◀" : "", a.map(NumberText.fixed) ?? "",
        b.map(NumberText.fixed) ?? "", difference,
      ])
    }
    let sides = item.reference > item.candidate ? "A is right, B is not" : "B is right, A is not"
    let verdict =
      item.reference + item.candidate == 1
      ? sides
      : "A \(NumberText.fixed(item.reference)), "
        + "B \(NumberText.fixed(item.candidate))"
    let target =
      Int(item.target) == nil ? "\n  right: \(item.target.abbreviatedForTerminal(limit: 100))" : ""
    return """
      Document \(item.document): \(verdict)
        \(tail(of: item.context))\(target)
      \(table.plain)
      """
  }

  /// The end of a prompt, which is what a continuation follows.
  private func tail(of context: String) -> String {
    let scalars = context.unicodeScalars
    guard scalars.count > 160 else { return context.escapedForTerminal }
    return "…" + String(String.UnicodeScalarView(scalars.suffix(160))).escapedForTerminal
  }
}
