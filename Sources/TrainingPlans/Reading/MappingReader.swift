internal import Files
internal import HarnessCompatibility
internal import OrderedJSON
internal import YAMLDocuments

/// A value of a plan, which knows where it was written.
typealias PlanNode = YAMLDocumentNode<PlanSource>

/// Typed, bounded access to one mapping of a plan; what does not fit is noted, and reading goes on.
struct MappingReader {
  /// A key with its value.
  struct Entry {
    let key: String
    let line: Int
    let value: PlanNode
  }

  /// In the spelling of `--set`, empty for the plan itself.
  let path: String
  let node: PlanNode
  let entries: [Entry]
  let problems: ProblemList

  /// Opens a mapping.
  ///
  /// - Parameters:
  ///   - node: Something else than a mapping is a problem.
  ///   - path: Where it stands.
  ///   - problems: Where problems go.
  ///   - expected: What is said to be expected in place of something else.
  ///   - trueKey: The key that is meant where YAML 1.1 takes a word such as `on` for true.
  init?(
    _ node: PlanNode, path: String, problems: ProblemList, expected: String = "a mapping",
    trueKey: String? = nil
  ) {
    self.path = path
    self.node = node
    self.problems = problems
    guard let mapping = node.mapping else {
      problems.add(
        PlanProblem(node.file, node.line, path, "\(expected) is expected, found \(node.shown)"))
      return nil
    }
    var entries: [Entry] = []
    for entry in mapping {
      if case .string(let key) = entry.key {
        entries.append(Entry(key: key, line: entry.line, value: entry.value))
      } else if let trueKey, entry.key == .bool(true) {
        entries.append(Entry(key: trueKey, line: entry.line, value: entry.value))
      } else {
        problems.add(
          PlanProblem(
            entry.value.file, entry.line, path,
            "the key \(entry.key.pythonText) is no text to YAML; put it in quotes"))
      }
    }
    self.entries = entries
  }

  func child(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// The value of a key, `nil` if it is absent.
  subscript(key: String) -> PlanNode? {
    entries.last { $0.key.hasSameBytes(as: key) }?.value
  }

  /// The value of a key, `nil` if it is absent or null.
  func value(_ key: String) -> PlanNode? {
    guard let value = self[key], !value.isNull else { return nil }
    return value
  }

  func report(_ key: String?, _ message: String, at node: PlanNode? = nil) {
    let place = node ?? key.flatMap { self[$0] } ?? self.node
    problems.add(PlanProblem(place.file, place.line, key.map(child) ?? path, message))
  }

  func expect(_ expected: String, _ key: String, _ value: PlanNode) {
    report(key, "\(expected) is expected, found \(value.shown)", at: value)
  }

  /// Notes keys that the plan has no place for.
  ///
  /// - Parameters:
  ///   - known: All keys of this mapping.
  ///   - what: What the mapping is, for the message.
  func refuseUnknown(_ known: [String], _ what: String) {
    for entry in entries where !known.contains(where: { $0.hasSameBytes(as: entry.key) }) {
      let near = suggestions(for: entry.key, among: known, limit: 1).first
      let hint =
        near.map { ". Did you mean \($0)?" } ?? "; there are \(known.joined(separator: ", "))"
      problems.add(
        PlanProblem(
          entry.value.file, entry.line, child(entry.key), "\(what) has no such key\(hint)"))
    }
  }
}

extension MappingReader {
  /// A whole number that may be written as `4M`.
  ///
  /// - Parameters:
  ///   - key: Absent or null gives the default.
  ///   - range: What is allowed.
  ///   - fallback: The default; `nil` if the key may be absent.
  /// - Returns: The default in place of a wrong value, which is noted.
  func count(_ key: String, in range: ClosedRange<Int>, default fallback: Int?) -> Int? {
    guard let value = value(key) else { return fallback }
    guard let number = value.integer ?? value.text.flatMap(PlanAmount.count) else {
      expect("a whole number", key, value)
      return fallback
    }
    guard range.contains(number) else {
      report(
        key, "\(number) is outside of what is possible, \(range.lowerBound) to \(range.upperBound)")
      return fallback
    }
    return number
  }

  /// A number that must be there.
  func requiredCount(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard value(key) != nil else {
      report(nil, "\(key) is missing")
      return nil
    }
    return count(key, in: range, default: nil)
  }

  /// A finite number.
  ///
  /// - Parameters:
  ///   - key: Absent or null gives the default.
  ///   - allowed: In words, such as "above 0".
  ///   - fallback: The default.
  ///   - isAllowed: Whether a number makes sense.
  /// - Returns: The default in place of a wrong value, which is noted.
  func number(
    _ key: String, _ allowed: String, default fallback: Double?, where isAllowed: (Double) -> Bool
  ) -> Double? {
    guard let value = value(key) else { return fallback }
    guard let number = value.number else {
      expect("a number", key, value)
      return fallback
    }
    guard number.isFinite, isAllowed(number) else {
      report(key, "\(number) is not \(allowed)")
      return fallback
    }
    return number
  }

  func flag(_ key: String, default fallback: Bool) -> Bool {
    guard let value = value(key) else { return fallback }
    guard case .scalar(.bool(let flag)) = value.content else {
      expect("true or false", key, value)
      return fallback
    }
    return flag
  }

  /// A text that is not empty; `nil` if the key is absent, null or wrong.
  func text(_ key: String) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.text, !text.isEmpty, text.utf8.count <= 4096, !text.utf8.contains(0)
    else {
      expect("a text", key, value)
      return nil
    }
    return text
  }

  /// One of several words.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: Choice
  ) -> Choice where Choice.RawValue == String {
    guard let value = value(key) else { return fallback }
    let words = Choice.allCases.map(\.rawValue)
    guard let text = value.text else {
      expect(Self.alternatives(words), key, value)
      return fallback
    }
    guard let choice = Choice.allCases.first(where: { $0.rawValue.hasSameBytes(as: text) }) else {
      let near = suggestions(for: text, among: words, limit: 1).first
      report(
        key,
        "\"\(text)\" is not possible; there is \(Self.alternatives(words))"
          + (near.map { ". Did you mean \($0)?" } ?? ""))
      return fallback
    }
    return choice
  }

  /// Texts in a list, or one text alone.
  func texts(_ key: String, limit: Int) -> [String] {
    guard let value = value(key) else { return [] }
    let nodes = value.sequence ?? [value]
    guard nodes.count <= limit else {
      report(key, "\(nodes.count) entries, more than the \(limit) that are possible")
      return []
    }
    var texts: [String] = []
    for node in nodes {
      guard let text = node.text, !text.isEmpty, text.utf8.count <= 4096, !text.utf8.contains(0)
      else {
        report(key, "a list of texts is expected, found \(node.shown) in it", at: node)
        continue
      }
      texts.append(text)
    }
    return texts
  }

  static func alternatives(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}

extension YAMLDocumentNode<PlanSource> {
  /// The value of any number, those included that YAML 1.1 takes for texts.
  var number: Double? {
    guard case .scalar(let value) = content else { return nil }
    switch value {
    case .integer(let number): return Double(number)
    case .float(let number): return number
    case .string(let text): return PlanAmount.number(text)
    default: return nil
    }
  }

  /// The kind of value, with the value itself where it is short.
  var shown: String {
    switch content {
    case .scalar(.integer(let value)): "\(value)"
    case .scalar(.bigInteger(let digits)) where digits.utf8.count <= 60: digits
    case .scalar(.float(let value)): "\(value)"
    case .scalar(.string(let text)) where text.utf8.count <= 60: "\"\(text)\""
    default: kind
    }
  }
}
