internal import OrderedJSON
internal import YAMLDocuments

extension PlanReader {
  /// The new data of a phase: one name, or names with percentages or weights.
  func dataShares(_ phase: MappingReader, _ dataSets: [String]) -> [Share] {
    guard let value = phase.value("data") else {
      phase.report(nil, "data is missing: a data set's name or {name: 50%, …}")
      return []
    }
    if let name = value.text {
      guard dataSets.contains(where: { $0.hasSameBytes(as: name) }) else {
        phase.report("data", unknown("data set", name, dataSets))
        return []
      }
      return [Share(name: name, percent: 100)]
    }
    guard
      let reader = MappingReader(
        value, path: phase.child("data"), problems: problems,
        expected: "a data set's name or {name: 50%, …}")
    else { return [] }
    guard let amounts = amounts(reader, dataSets), !amounts.isEmpty else { return [] }
    let total = amounts.reduce(0) { $0 + $1.amount }
    if amounts.allSatisfy(\.isPercent) {
      guard abs(total - 100) <= 1e-6 else {
        reader.report(
          nil,
          "the shares sum to \(rounded(total)) %, not 100 %; weights without a percent sign are "
            + "scaled to fit")
        return []
      }
      return amounts.map { Share(name: $0.name, percent: $0.amount) }
    }
    guard amounts.allSatisfy({ !$0.isPercent }) else {
      reader.report(nil, "either all shares have a percent sign or none")
      return []
    }
    return amounts.map { Share(name: $0.name, percent: 100 * $0.amount / total) }
  }

  /// The replayed data of a phase, in percent of all its samples.
  func replayShares(_ phase: MappingReader, _ dataSets: [String]) -> [Share] {
    guard let value = phase.value("replay") else { return [] }
    guard
      let reader = MappingReader(
        value, path: phase.child("replay"), problems: problems, expected: "{name: 25%, …}"),
      let amounts = amounts(reader, dataSets)
    else { return [] }
    for amount in amounts where !amount.isPercent {
      reader.report(
        amount.name, "a percentage of the phase's tokens is expected, such as 25%")
      return []
    }
    let total = amounts.reduce(0) { $0 + $1.amount }
    guard total < 100 else {
      reader.report(
        nil, "\(rounded(total)) % are replayed, which leaves nothing for new data")
      return []
    }
    return amounts.map { Share(name: $0.name, percent: $0.amount) }
  }

  private struct Amount {
    let name: String
    let amount: Double
    let isPercent: Bool
  }

  /// The entries of a mixture; `nil` if one is wrong, so that sums are judged of sound ones only.
  private func amounts(_ reader: MappingReader, _ dataSets: [String]) -> [Amount]? {
    if reader.entries.isEmpty { reader.report(nil, "it is empty; name a data set") }
    var isSound = true
    var amounts: [Amount] = []
    for entry in reader.entries {
      if !dataSets.contains(where: { $0.hasSameBytes(as: entry.key) }) {
        reader.report(entry.key, unknown("data set", entry.key, dataSets))
        isSound = false
        continue
      }
      let percent = entry.value.text.flatMap(PlanAmount.percent)
      guard let amount = percent ?? entry.value.number, amount.isFinite, amount > 0, amount < 1e12
      else {
        reader.expect("a share above 0, such as 25%,", entry.key, entry.value)
        isSound = false
        continue
      }
      amounts.append(Amount(name: entry.key, amount: amount, isPercent: percent != nil))
    }
    return isSound ? amounts : nil
  }

  private func rounded(_ percent: Double) -> Double { (percent * 1e6).rounded() / 1e6 }
}
