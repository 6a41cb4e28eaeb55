internal import Files

/// How documents lie in a file; each also packed with gzip or zstd.
public enum DocumentFormat: String, CaseIterable, Sendable {
  /// One JSON object per line, or one array of them.
  case records = "jsonl"
  /// The whole file is one document.
  case plainText = "text"
  /// The whole file is one page, of which the main content counts.
  case html
  /// The whole file is one document; or a MediaWiki export, of which each article is one.
  case xml
  /// Records of a crawl: pages as they were sent (WARC), or their texts (WET).
  case warc

  /// Endings of names by format, in lower case.
  public static let endings: [(ending: String, format: DocumentFormat)] = [
    (".jsonl", .records), (".ndjson", .records), (".json", .records), (".txt", .plainText),
    (".html", .html), (".htm", .html), (".xhtml", .html), (".xml", .xml), (".warc", .warc),
    (".wet", .warc),
  ]

  /// The format of a file; `nil` if its name tells none.
  ///
  /// - Parameter path: Its path; case does not matter.
  public init?(path: String) {
    var name = path.lowercased()
    if let packed = Compression.endings.first(where: name.hasSuffix) {
      name.removeLast(packed.count)
    }
    guard let known = Self.endings.first(where: { name.hasSuffix($0.ending) }) else { return nil }
    self = known.format
  }
}
