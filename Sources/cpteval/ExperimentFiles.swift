import Files
import OrderedJSON
import Records
import Reports

/// The files in a plan's output folder that tell how its runs compare.
enum ExperimentFiles {
  /// Writes `report.html`, `comparison.md` and `comparison.json`, each whole or not at all.
  ///
  /// - Parameters:
  ///   - record: What the files tell.
  ///   - report: Made of it.
  ///   - folder: `<output path>/<plan name>`.
  /// - Returns: The report's path.
  /// - Throws: `FileError`.
  static func write(
    _ record: ExperimentRecord, _ report: ExperimentReport, in folder: String
  ) throws -> (html: String, json: String) {
    let html = "\(folder)/report.html"
    let json = "\(folder)/comparison.json"
    try AtomicFile.write(report.html, to: html)
    try AtomicFile.write(report.markdown, to: "\(folder)/comparison.md")
    // Curves lie in the runs' logs; this file holds what was derived from them.
    var short = record
    for index in short.runs.indices { short.runs[index].steps = [] }
    try AtomicFile.write(
      try JSONValueEncoder().encode(short).serialized(indent: 2) + "\n", to: json)
    return (html, json)
  }
}
