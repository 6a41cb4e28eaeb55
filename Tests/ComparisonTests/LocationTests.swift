import Comparison
import Foundation
import OrderedJSON
import Records
import TestSupport
import Testing

@Suite("Where results are found")
struct LocationTests {
  private func task(_ name: String = "task") -> TaskAnswers {
    TaskAnswers(name, "acc", [1, 0, 1])
  }

  /// Whether results and samples are read from a path.
  private func isWhole(_ path: String) throws -> Bool {
    let results = try ScoredResults(path: path)
    let record = try ModelComparison.compare(reference: results, candidate: results)
    return record.verdict == .matches
  }

  private func message(_ path: String) -> String {
    let error = #expect(throws: ResultsError.self) { try ScoredResults(path: path) }
    return error.map { "\($0)" } ?? ""
  }

  @Test("A folder, a results file in it, a checkpoint's folder evaluation, and an output path do")
  func places() throws {
    let root = try Locations.makeTemporaryFolder()
    let checkpoint = root.appendingPathComponent("run/checkpoints/step-00000007")
    let folder = checkpoint.appendingPathComponent("evaluation")
    let results = ModelResults(task())
    try results.write(to: folder)
    try Data("{}".utf8).write(to: checkpoint.appendingPathComponent("config.json"))
    for path in [
      folder.path, folder.path + "/", "\(folder.path)/results_\(results.date).json",
      checkpoint.path, checkpoint.path + "/",
    ] {
      #expect(try isWhole(path), "\(path)")
    }
    #expect(try ScoredResults(path: checkpoint.path).model.label == "run/step-00000007")
    #expect(try ScoredResults(path: folder.path).model.label == "a model")
    #expect(try ScoredResults(path: folder.path, label: "mine").model.label == "mine")
    let output = root.appendingPathComponent("output")
    try results.write(to: output.appendingPathComponent("org__model"))
    try FileManager.default.createDirectory(
      at: output.appendingPathComponent("empty"), withIntermediateDirectories: true)
    #expect(try isWhole(output.path))
    #expect(try ScoredResults(path: output.path).folder == output.path + "/org__model")
  }

  @Test("Results of two models are refused with both names")
  func severalModels() throws {
    let root = try Locations.makeTemporaryFolder()
    for name in ["one", "two\u{1B}[2J", ".hidden"] {
      try ModelResults(task()).write(to: root.appendingPathComponent(name))
    }
    #expect(
      message(root.path)
        == "\(root.path) holds results of several models: one, two\\u{1b}[2J. Name one of these "
        + "folders.")
  }

  @Test("Of several results files the newest counts, with the samples of its date")
  func newest() throws {
    let root = try Locations.makeTemporaryFolder()
    for (year, values) in [(2025, [0.0, 0, 0]), (2027, [1, 1, 1]), (2026, [1, 0, 0])] {
      var results = ModelResults(TaskAnswers("task", "acc", values))
      results.date = "\(year)-01-01T00-00-00.000000"
      try results.write(to: root)
    }
    let newest = try ScoredResults(path: root.path)
    #expect(newest.task("task")?.metrics[0].value == 1)
    #expect(try isWhole(root.path))
    let older = try ScoredResults(path: "\(root.path)/results_2026-01-01T00-00-00.000000.json")
    #expect(older.task("task")?.metrics[0].value == 1.0 / 3)
    let record = try ModelComparison.compare(reference: older, candidate: newest)
    #expect(try first(record.rows).onlyCandidate == 2)
  }

  @Test("A results file by another name has its samples beside it, as lm-eval writes them")
  func otherName() throws {
    let results = ModelResults(task())
    let folder = try results.write()
    try FileManager.default.moveItem(
      atPath: "\(folder)/results_\(results.date).json",
      toPath: "\(folder)/scores_\(results.date).json")
    #expect(try isWhole("\(folder)/scores_\(results.date).json"))
    #expect(message(folder).contains("no results here"))
  }

  @Test("Validation losses alone are results")
  func lossesAlone() throws {
    let folder = try Locations.makeTemporaryFolder()
    try Data(validation([lossSet("set", [1, 2, 3])]).serialized().utf8)
      .write(to: folder.appendingPathComponent("validation.json"))
    #expect(try isWhole(folder.path))
  }

  @Test("A checkpoint that nobody scored tells how to score it")
  func notScored() throws {
    let folder = try Locations.makeTemporaryFolder()
    try Data("{}".utf8).write(to: folder.appendingPathComponent("config.json"))
    let text = message(folder.path)
    #expect(text.contains("is a checkpoint that has no results yet"))
    #expect(text.contains("cpteval run --checkpoint \(folder.path) --tasks NAMES"))
    // An evaluation that died before it wrote anything.
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("evaluation"), withIntermediateDirectories: true)
    #expect(message(folder.path).contains("has no results yet"))
  }

  @Test("Empty folders and paths without anything are told with what is expected")
  func nothing() throws {
    let folder = try Locations.makeTemporaryFolder()
    for path in [folder.path, "/dev/null"] {
      #expect(message(path).contains("no results here"), "\(path)")
    }
    for path in [folder.path + "/missing", folder.path + "/missing.json", ""] {
      #expect(message(path).contains("no such file or folder"), "\(path)")
    }
    #expect(message("\(folder.path)/\u{1B}[31m").hasPrefix("\(folder.path)/\\u{1b}[31m:"))
    try Data("a file".utf8).write(to: folder.appendingPathComponent("file"))
    #expect(message("\(folder.path)/file").contains("no results here"))
  }

  @Test(
    "Names of tasks lend no paths",
    arguments: ["a/b", "..", "../escape", "/etc/passwd", String(repeating: "long", count: 90), ""])
  func taskNames(name: String) throws {
    let root = try Locations.makeTemporaryFolder()
    let folder = root.appendingPathComponent("results")
    var results = ModelResults(task(name))
    try results.write(to: folder)
    #expect(try isWhole(folder.path))
    // The same name with samples that lie where the path would lead.
    results.tasks[0].hasSamples = false
    let other = root.appendingPathComponent("samples_..")
    try results.write(to: other)
    let lines = results.tasks[0].lines.map { $0.serialized() }.joined(separator: "\n")
    try Data(lines.utf8).write(
      to: root.appendingPathComponent("escape_\(results.date).jsonl"))
    let scored = try ScoredResults(path: other.path)
    let error = #expect(throws: ComparisonError.self) {
      try ModelComparison.compare(reference: scored, candidate: scored)
    }
    #expect(error?.problems.first?.contains("has no samples file of it") == true)
  }

  @Test("lm-eval's own file names, which keep a task's characters, are found")
  func unsanitized() throws {
    let results = ModelResults(task("a:b"))
    let folder = try results.write()
    try FileManager.default.moveItem(
      atPath: "\(folder)/samples_a__b_\(results.date).jsonl",
      toPath: "\(folder)/samples_a:b_\(results.date).jsonl")
    #expect(try isWhole(folder))
  }
}
