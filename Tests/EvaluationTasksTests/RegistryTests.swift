import EvaluationTasks
import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("Task registry")
struct RegistryTests {
  private static let files = Locations.fixtures.appendingPathComponent("registry/files")

  private static func golden() throws -> JSONValue {
    let url = Locations.fixtures.appendingPathComponent("registry/golden.json")
    return try JSONValue(parsing: Array(Data(contentsOf: url)))
  }

  private static func texts(_ value: JSONValue?) -> [String] {
    (value?.arrayValue ?? []).compactMap(\.stringValue)
  }

  @Test("Names, groups and tags are those that lm-eval finds in the same folder")
  func indexesAsHarness() throws {
    let registry = try TaskRegistry(includePaths: [Self.files], includesBuiltIn: false)
    let index = try #require(Self.golden()["index"])
    #expect(registry.names.map(\.name) == Self.texts(index["all"]))
    let groups = registry.names.filter { $0.kind == .group }.map(\.name)
    #expect(groups == Self.texts(index["groups"]))
    #expect(registry.names.filter { $0.kind == .tag }.map(\.name) == Self.texts(index["tags"]))
    // lm-eval passes over the broken file too, but says nothing.
    #expect(registry.unreadableFiles.count == 1)
    #expect(registry.unreadableFiles.first?.key == "include")
  }

  @Test("Tasks, overrides, groups and configurations are those that lm-eval makes of the names")
  func resolvesAsHarness() throws {
    let registry = try TaskRegistry(includePaths: [Self.files], includesBuiltIn: false)
    for request in try #require(Self.golden()["requests"]?.arrayValue) {
      let names = Self.texts(request["names"])
      let selection = try registry.resolve(names: names)
      let tasks = try #require(request["tasks"]?.arrayValue)
      #expect(selection.tasks.map(\.name) == tasks.compactMap { $0["name"]?.stringValue })
      for (task, golden) in zip(selection.tasks, tasks) { try compare(task, golden) }
      let groups = try #require(request["groups"]?.arrayValue)
      #expect(selection.allGroups.map(\.name) == groups.compactMap { $0["name"]?.stringValue })
      for (group, golden) in zip(selection.allGroups, groups) {
        #expect(group.alias == golden["alias"]?.stringValue)
        #expect(group.leafTasks == Self.texts(golden["leaves"]))
        #expect((group.version ?? .null) == golden["version"])
        let members = group.members.map { member in
          switch member {
          case .task(let name): name
          case .group(let inner): inner.name
          }
        }
        #expect(members == Self.texts(golden["members"]))
        let aggregates = group.aggregates.map { aggregate -> JSONValue in
          let filters = aggregate.filters.map { JSONValue.array($0.map { .string($0) }) }
          return [.string(aggregate.metric), filters ?? .null, .bool(aggregate.weightBySize)]
        }
        #expect(JSONValue.array(aggregates) == golden["aggregates"])
      }
    }
  }

  private func compare(_ task: EvaluationTask, _ golden: JSONValue) throws {
    let label = Comment(rawValue: task.name)
    #expect(task.alias == golden["alias"]?.stringValue ?? task.name, label)
    #expect(task.version == golden["version"], label)
    #expect(task.outputType.rawValue == golden["output_type"]?.stringValue, label)
    #expect(task.numFewshot == golden["num_fewshot"]?.integerValue, label)
    let metrics = task.metrics.map { metric -> JSONValue in
      [.string(metric.name), .string(metric.aggregation), .bool(metric.higherIsBetter)]
    }
    #expect(JSONValue.array(metrics) == golden["metrics"], label)
    // lm-eval fills in the number of examples later.
    var configuration = try #require(task.configurationJSON(numFewshot: 0).objectValue)
    configuration["num_fewshot"] = nil
    var expected = try #require(golden["config"]?.objectValue)
    expected["num_fewshot"] = nil
    var metadata = configuration["metadata"]?.objectValue
    let source = metadata?["config_source"]?.stringValue
    let folder = Self.files.path + "/"
    if let source, source.hasPrefix(folder) {
      metadata?["config_source"] = .string("files/" + source.dropFirst(folder.count))
    }
    configuration["metadata"] = metadata.map { .object($0) }
    #expect(JSONValue.object(configuration) == .object(expected), label)
  }

  @Test("A folder given later replaces names of an earlier one, and of the binary")
  func laterFoldersWin() throws {
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = """
      task: piqa
      task_alias: mine
      test_split: test
      output_type: multiple_choice
      doc_to_text: q
      doc_to_target: 0
      doc_to_choice: [a, b]
      """
    try Data(text.utf8).write(to: folder.appendingPathComponent("any.yaml"))
    let registry = try TaskRegistry(includePaths: [folder])
    #expect(try registry.resolve(names: ["piqa"]).tasks.first?.alias == "mine")
    let path = folder.appendingPathComponent("any.yaml").path
    let byPath = try TaskRegistry().resolve(names: [path, "sciq"])
    #expect(byPath.tasks.map(\.alias) == ["mine", "sciq"])
  }

  @Test("Unknown names are listed together, each with near ones")
  func suggestsNames() throws {
    let registry = try TaskRegistry()
    let error = try #require(throws: TaskError.self) {
      try registry.resolve(names: ["hellswag", "piqa", "zzzzzzzzzz", "none_*"])
    }
    guard case .unknownNames(let names) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(names.map(\.name) == ["hellswag", "zzzzzzzzzz", "none_*"])
    #expect(names[0].near.first == "hellaswag")
    #expect(throws: TaskError.includePathNotFound("/no/such/folder")) {
      try TaskRegistry(includePaths: [URL(fileURLWithPath: "/no/such/folder")])
    }
  }

  @Test("Groups that contain themselves or grow without end are errors")
  func boundsGroups() throws {
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var files = ["a": "group: a\ntask: [b]\n", "b": "group: b\ntask: [a]\n"]
    for level in 0..<20 {
      let inner = Array(repeating: "{group: g\(level + 1), x\(level): 1}", count: 10)
      files["g\(level)"] = "group: g\(level)\ntask: [\(inner.joined(separator: ", "))]\n"
    }
    files["g20"] = "group: g20\ntask: []\n"
    files["i1"] = "task: i1\ninclude: i2.yaml\n"
    files["i2"] = "task: i2\ninclude: i1.yaml\n"
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appendingPathComponent("\(name).yaml"))
    }
    let registry = try TaskRegistry(includePaths: [folder], includesBuiltIn: false)
    #expect(throws: TaskError.groupCycle("a")) { try registry.resolve(names: ["a"]) }
    #expect(throws: TaskError.tooManyTasks(group: "g0", limit: 20_000)) {
      try registry.resolve(names: ["g0"])
    }
    #expect(registry.unreadableFiles.count == 2)
  }
}
