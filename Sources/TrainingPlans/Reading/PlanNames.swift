internal import OrderedJSON
internal import YAMLDocuments

extension MappingReader {
  static let maximumNameLength = 100

  /// Notes a name that cannot be that of a folder.
  ///
  /// - Parameters:
  ///   - name: Of the plan, a run, a phase or a data set.
  ///   - key: Where to say so.
  ///   - node: The place.
  /// - Returns: Whether it is sound.
  func checkName(_ name: String, _ key: String?, at node: PlanNode) -> Bool {
    let isSafe = name.utf8.allSatisfy { byte in
      48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || ".-_".utf8.contains(byte)
    }
    guard isSafe, !name.isEmpty, name.utf8.first != UInt8(ascii: "."),
      name.utf8.count <= Self.maximumNameLength
    else {
      report(
        key,
        "\"\(name.unicodeScalars.prefix(120).map { String($0) }.joined())\" cannot be the name of a "
          + "folder; use up to \(Self.maximumNameLength) of A-Z a-z 0-9 . _ -, not beginning with a "
          + "dot", at: node)
      return false
    }
    return true
  }

  /// Notes a run's name that the plan's folder needs for something else.
  ///
  /// - Parameters:
  ///   - name: A sound name.
  ///   - node: The place.
  /// - Returns: Whether it is free.
  func checkRunName(_ name: String, at node: PlanNode) -> Bool {
    let taken = [
      "tokens", "evaluation", "baseline", "report.html", "comparison.json", "comparison.md",
      "references.json",
    ]
    guard
      taken.contains(name) || name.hasPrefix("plan") && name.contains(".")
        || name.hasPrefix("initial-") || name.hasPrefix("evaluation-")
        || name.hasPrefix("plan-changes")
    else { return true }
    report(
      nil, "the output folder has something else of the name \(name); choose another", at: node)
    return false
  }

  /// The text of a key as a name; `nil` if it is absent or unsafe, which is noted.
  func name(_ key: String) -> String? {
    guard let value = value(key) else {
      report(nil, "\(key) is missing")
      return nil
    }
    guard let text = value.text else {
      // YAML reads 2024 as a number and no as false.
      expect("a name, in quotes where YAML takes it for something else,", key, value)
      return nil
    }
    return checkName(text, key, at: value) ? text : nil
  }
}
