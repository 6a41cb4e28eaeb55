import EvaluationTasks
import Foundation
import TestSupport
import Testing

@Suite("The tasks that the binary carries")
struct EmbeddedTasksTests {
  private static let folder = Locations.repository.appendingPathComponent("tasks")

  private static func pathsInFolder() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { path in
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(path)")
      let name = path.split(separator: "/").last ?? ""
      return attributes[.type] as? FileAttributeType == .typeRegular && !name.hasSuffix(".md")
        && !name.hasPrefix(".")
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  @Test("They are the files of tasks/, sorted by path")
  func list() throws {
    #expect(
      try EmbeddedTasks.paths == Self.pathsInFolder(),
      "Run .ci/embed-tasks, which rewrites Sources/CEmbeddedTasks/embedded_tasks.c.")
  }

  @Test("Each has the bytes of its file")
  func bytes() throws {
    for path in EmbeddedTasks.paths {
      let file = try Data(contentsOf: Self.folder.appendingPathComponent(path))
      let embedded = try #require(EmbeddedTasks.bytes(path))
      #expect(
        Array(file) == Array(embedded),
        "\(path) differs. Build again; if that does not help, run .ci/embed-tasks.")
    }
  }

  @Test("Another path has none")
  func unknownPath() {
    #expect(EmbeddedTasks.bytes("piqa/../piqa/piqa.yaml") == nil)
    #expect(EmbeddedTasks.bytes("") == nil)
  }
}
