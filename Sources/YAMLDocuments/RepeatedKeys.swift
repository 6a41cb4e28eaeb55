internal import HarnessCompatibility

/// Repeated keys of a YAML text, renamed so that the library, which refuses them, reads the text.
///
/// PyYAML lets the last one count. lm-eval ships files in which a key stands twice with the same value;
/// those are read, and different values are an error that names both lines.
struct RepeatedKeys {
  /// The text, in which all occurrences of a key but the last have names of their own.
  private(set) var text: String
  private var originals: [String: String] = [:]

  /// Repetitions in one file; more are no slip.
  private static let maximum = 20

  init(_ text: String) { self.text = text }

  /// Renames one occurrence.
  ///
  /// - Parameters:
  ///   - key: The key as read.
  ///   - line: Line of the occurrence, from 1.
  ///   - column: Scalars into the line, from 1.
  /// - Returns: Whether the key was found there and renamed.
  mutating func rename(_ key: String, line: Int, column: Int) -> Bool {
    guard originals.count < Self.maximum, !key.isEmpty else { return false }
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard line >= 1, line <= lines.count else { return false }
    let scalars = Array(lines[line - 1])
    var start = column - 1
    guard start >= 0, start < scalars.count else { return false }
    if scalars[start] == "\"" || scalars[start] == "'" { start += 1 }
    let wanted = Array(key.unicodeScalars)
    guard scalars[start...].starts(with: wanted) else { return false }
    // A private character keeps the new name apart from all that people write.
    let name = "\u{E000}\(originals.count)"
    originals[name] = key
    var renamed = String.UnicodeScalarView()
    renamed.append(contentsOf: scalars[..<start])
    renamed.append(contentsOf: name.unicodeScalars)
    renamed.append(contentsOf: scalars[(start + wanted.count)...])
    lines[line - 1] = Substring(String(renamed)).unicodeScalars
    text = lines.map { String($0) }.joined(separator: "\n")
    return true
  }

  /// Takes renamed entries out again.
  ///
  /// - Parameter entries: The entries of one mapping.
  /// - Returns: Those that count.
  /// - Throws: ``YAMLProblem`` where a key has two different values.
  func resolved<Source>(
    _ entries: [YAMLDocumentNode<Source>.Entry]
  ) throws(YAMLProblem) -> [YAMLDocumentNode<Source>.Entry] {
    if originals.isEmpty { return entries }
    var kept: [YAMLDocumentNode<Source>.Entry] = []
    var earlier: [(key: String, entry: YAMLDocumentNode<Source>.Entry)] = []
    for entry in entries {
      if let name = entry.key.stringValue, let key = originals[name] {
        earlier.append((key, entry))
      } else {
        kept.append(entry)
      }
    }
    for (key, first) in earlier {
      let value = YAMLScalar.resolve(key)
      guard let last = kept.first(where: { $0.key == value || $0.key == .string(key) }) else {
        continue
      }
      guard last.value.json == first.value.json else {
        throw YAMLProblem(
          last.line,
          "the key stands a second time with another value; it stood in line \(first.line) already",
          key: key)
      }
    }
    return kept
  }
}
