/// Counts broken rows and keeps the first ten.
struct ErrorCollector {
  static let limit = 10

  /// In the order of their lines within each file.
  var first: [RowError] {
    let files = kept.reduce(into: [String]()) { files, error in
      if !files.contains(error.file) { files.append(error.file) }
    }
    return files.flatMap { file in
      kept.filter { $0.file == file }.sorted { $0.line < $1.line }
    }
  }
  private var kept: [RowError] = []
  private(set) var count = 0
  private var rendered = Set<Place>()

  private struct Place: Hashable {
    let file: String
    let line: Int
    let field: String?
  }

  var isEmpty: Bool { count == 0 }

  mutating func add(_ error: RowError) {
    count += 1
    if kept.count < Self.limit { kept.append(error) }
  }

  mutating func add(_ others: ErrorCollector) {
    count += others.count
    kept += others.kept.prefix(Self.limit - kept.count)
  }

  /// Adds an error of rendering.
  ///
  /// A broken example comes up once for every document that draws it, and counts once.
  mutating func addRendering(_ error: RowError) {
    let place = Place(file: error.file, line: error.line, field: error.field)
    if rendered.insert(place).inserted { add(error) }
  }
}
