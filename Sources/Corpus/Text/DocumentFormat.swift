/// How documents lie in a file, told by its name.
enum DocumentFormat: Sendable {
  /// One JSON object per line, or one array of them; plain or gzip.
  case records
  /// The whole file is one document.
  case plainText

  /// The format of a file; `nil` if its name tells none.
  ///
  /// - Parameter path: Its path; case does not matter.
  init?(path: String) {
    var name = path.lowercased()
    let isCompressed = name.hasSuffix(".gz")
    if isCompressed { name.removeLast(3) }
    if [".jsonl", ".ndjson", ".json"].contains(where: name.hasSuffix) {
      self = .records
    } else if name.hasSuffix(".txt"), !isCompressed {
      self = .plainText
    } else {
      return nil
    }
  }
}
