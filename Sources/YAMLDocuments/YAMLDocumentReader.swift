internal import HarnessCompatibility
internal import Yams

/// Reads one YAML file into nodes, within bounds: the file is not trusted.
package enum YAMLDocumentReader {
  /// Largest file, in bytes.
  package static let maximumSize = 1 << 20
  /// Collections inside one another.
  static let maximumDepth = 64
  /// Values in a file, those that aliases repeat included.
  static let maximumNodes = 200_000
  /// Keys in one mapping.
  static let maximumKeys = 5000
  /// Aliases in a file.
  ///
  /// The library hashes keys that are collections, aliases in them unfolded, so
  /// their number is bounded before it reads.
  static let maximumAliases = 20

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: Its content.
  ///   - file: Where it lies, for the nodes.
  /// - Returns: The single document.
  /// - Throws: ``YAMLProblem`` with the line.
  /// - Complexity: O(size) for a file without aliases.
  package static func read<Source>(
    _ bytes: [UInt8], file: Source
  ) throws(YAMLProblem) -> YAMLDocumentNode<Source> {
    guard bytes.count <= maximumSize else {
      throw YAMLProblem(
        nil, "\(bytes.count) bytes, more than the \(maximumSize) that a YAML file may have here")
    }
    // The mark that editors on Windows put first is no part of the document.
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw YAMLProblem(invalidUTF8Line(bytes), "not valid UTF-8; convert the file to UTF-8")
    }
    if let line = lineOfExcessAlias(text) {
      throw YAMLProblem(
        line, "more than \(maximumAliases) aliases; write repeated values out")
    }
    var keys = RepeatedKeys(text)
    let root = try compose(&keys)
    var reader = NodeReader(file: file, keys: keys)
    return try reader.convert(root, depth: 0)
  }

  /// Lets the library read the text, again and again while keys are repeated.
  private static func compose(_ keys: inout RepeatedKeys) throws(YAMLProblem) -> Node {
    while true {
      do {
        // No resolver: plain scalars keep their text, and `YAMLScalar` resolves them.
        let parser = try Parser(yaml: keys.text, resolver: .basic, encoding: .utf8)
        if let root = try parser.singleRoot() { return root }
        throw YAMLProblem(nil, "an empty file, where keys should stand")
      } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
        let mark = context.mark
        if let key = duplicates.first, keys.rename(key, line: mark.line, column: mark.column) {
          continue
        }
        throw YAMLProblem(
          mark.line, "the key stands twice in one mapping", key: duplicates.first)
      } catch let error as YamlError {
        throw problem(from: error)
      } catch let problem as YAMLProblem {
        throw problem
      } catch {
        throw YAMLProblem(nil, "cannot be read as YAML")
      }
    }
  }

  // MARK: Errors and bounds

  private static func problem(from error: YamlError) -> YAMLProblem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return YAMLProblem(mark.line, "not valid YAML: \(problem)")
    case .reader(let problem, _, _, _):
      return YAMLProblem(nil, "not valid YAML: \(problem)")
    default: return YAMLProblem(nil, "cannot be read as YAML")
    }
  }

  private static func invalidUTF8Line(_ bytes: [UInt8]) -> Int {
    var line = 1
    for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if String(validating: part, as: UTF8.self) == nil { return line }
      line += 1
    }
    return line
  }

  /// The line of the first alias beyond the limit.
  ///
  /// Stars in running text count only if an anchor of
  /// that name stands in the file.
  private static func lineOfExcessAlias(_ text: String) -> Int? {
    guard text.utf8.contains(UInt8(ascii: "*")), text.utf8.contains(UInt8(ascii: "&")) else {
      return nil
    }
    let bytes = Array(text.utf8)
    let anchors = Set(names(after: UInt8(ascii: "&"), in: bytes).map(\.name))
    let aliases = names(after: UInt8(ascii: "*"), in: bytes).filter { anchors.contains($0.name) }
    return aliases.count > maximumAliases ? aliases[maximumAliases].line : nil
  }

  private static func names(
    after mark: UInt8, in bytes: [UInt8]
  ) -> [(name: ArraySlice<UInt8>, line: Int)] {
    var found: [(name: ArraySlice<UInt8>, line: Int)] = []
    var line = 1
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0A { line += 1 }
      guard byte == mark else { continue }
      let name = bytes[(index + 1)...].prefix { byte in
        48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || byte == 45 || byte == 95
      }
      if !name.isEmpty { found.append((name, line)) }
    }
    return found
  }
}
