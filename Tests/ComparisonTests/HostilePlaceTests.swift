import Comparison
import Files
import Foundation
import TestSupport
import Testing

@Suite("Files of results that are no plain files")
struct HostilePlaceTests {
  private let results = ModelResults(TaskAnswers("task", "acc", [1, 0, 1]))

  private func message(_ path: String) -> String {
    let error = #expect(throws: ResultsError.self) { try ScoredResults(path: path) }
    return error.map { "\($0)" } ?? ""
  }

  private func replace(_ path: String, _ make: (String) -> Int32) throws {
    try FileManager.default.removeItem(atPath: path)
    #expect(make(path) == 0)
  }

  @Test("A results file of 600 MB is refused by its size, unread")
  func huge() throws {
    let folder = try Locations.makeTemporaryFolder()
    for name in ["results_1.json", "validation.json"] {
      let path = folder.appendingPathComponent(name).path
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      #expect(truncate(path, 600 << 20) == 0)
      #expect(message(folder.path).contains("it has 629145600 bytes, more than any results file"))
      try FileManager.default.removeItem(atPath: path)
    }
  }

  @Test("Samples whose line has no end are refused, not read into memory")
  func endlessLine() throws {
    let folder = try results.write()
    #expect(truncate("\(folder)/samples_task_\(results.date).jsonl", 1 << 40) == 0)
    let scored = try ScoredResults(path: folder)
    let error = #expect(throws: ResultsError.self) {
      try ModelComparison.compare(reference: scored, candidate: scored)
    }
    #expect(error.map { "\($0)" }?.contains("line 4: longer than") == true)
  }

  @Test("Pipes are refused at once, wherever they stand", .timeLimit(.minutes(1)))
  func pipes() throws {
    let folder = try results.write()
    let file = "\(folder)/results_\(results.date).json"
    let samples = "\(folder)/samples_task_\(results.date).jsonl"
    try replace(samples) { mkfifo($0, 0o600) }
    let scored = try ScoredResults(path: folder)
    #expect(throws: ResultsError.self) {
      try ModelComparison.compare(reference: scored, candidate: scored)
    }
    try replace(file) { mkfifo($0, 0o600) }
    for path in [folder, file] { #expect(message(path).contains("not a plain file")) }
    try FileManager.default.removeItem(atPath: file)
    #expect(mkfifo("\(folder)/validation.json", 0o600) == 0)
    #expect(message(folder).contains("not a plain file"))
  }

  @Test("Symbolic links are followed, dangling and circular ones refused")
  func links() throws {
    let folder = try results.write()
    let other = try Locations.makeTemporaryFolder().path
    #expect(symlink(folder, "\(other)/model") == 0)
    #expect(try ScoredResults(path: other).task("task") != nil)
    #expect(symlink("\(other)/circle", "\(other)/circle") == 0)
    #expect(try ScoredResults(path: other).task("task") != nil)
    #expect(message("\(other)/circle").count > 0)
    let file = "\(folder)/results_\(results.date).json"
    try replace(file) { symlink("/nothing/at/all", $0) }
    #expect(message(folder).contains("no such file or folder"))
    // A folder that holds itself.
    let loop = try Locations.makeTemporaryFolder().path
    #expect(symlink(loop, "\(loop)/evaluation") == 0)
    #expect(message(loop).contains("no results here"))
  }

  @Test("A folder in place of a file is refused")
  func folders() throws {
    let folder = try results.write()
    let file = "\(folder)/results_\(results.date).json"
    try replace(file) { mkdir($0, 0o700) }
    #expect(message(folder).contains("is a folder, not a plain file"))
    #expect(message(file).contains("no results here"))
  }

  @Test(
    "What may not be read is told",
    .enabled(if: geteuid() != 0, "root may read everything"))
  func permissions() throws {
    let folder = try results.write()
    let file = "\(folder)/results_\(results.date).json"
    #expect(chmod(file, 0) == 0)
    for path in [folder, file] { #expect(message(path).contains("check the permissions")) }
    #expect(chmod(folder, 0) == 0)
    #expect(message(folder).contains("check the permissions"))
    #expect(chmod(folder, 0o700) == 0)
  }
}
