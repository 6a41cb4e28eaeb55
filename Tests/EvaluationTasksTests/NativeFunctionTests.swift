import Foundation
import HarnessCompatibility
import OrderedJSON
import TestSupport
import Testing

@testable import EvaluationTasks

@Suite("Native functions against lm-eval's Python")
struct NativeFunctionTests {
  /// One function with rows and what lm-eval's Python makes of them; see Fixtures/natives.
  struct Case: CustomTestStringConvertible, Sendable {
    let folder: String
    let reference: String
    let key: String
    let rows: [PythonDictionary]
    /// Documents, or one value per row.
    let results: [PythonValue]

    var testDescription: String { "\(folder): \(reference)" }

    init(_ json: JSONValue) throws {
      folder = try #require(json["folder"]?.stringValue)
      reference = try #require(json["reference"]?.stringValue)
      key = try #require(json["key"]?.stringValue)
      rows = try #require(json["rows"]?.arrayValue).map { row in
        try #require(PythonValue(row).dictionaryValue)
      }
      results = try #require((json["documents"] ?? json["values"])?.arrayValue)
        .map { PythonValue($0) }
    }

    func function() throws -> NativeFunction {
      try #require(NativeFunction.find(reference, in: .embedded("\(folder)/task.yaml")))
    }
  }

  static let cases: [Case] = {
    let json = try? Fixture.json("natives/reference.json").arrayValue
    return (json ?? []).compactMap { try? Case($0) }
  }()

  @Test("The reference is read whole")
  func referenceIsRead() throws {
    let count = try Fixture.json("natives/reference.json").arrayValue?.count
    #expect(Self.cases.count == count)
    #expect(Self.cases.count > 100)
  }

  @Test("Documents and values are those of the Python function", arguments: cases)
  func agrees(_ test: Case) throws {
    switch try test.function().work {
    case .documents(let process):
      #expect(test.key == "process_docs")
      let documents = try test.rows.compactMap { try process($0) }
      #expect(documents.map { PythonValue.dictionary($0).json } == test.results.map(\.json))
    case .value(let make):
      #expect(test.key.hasPrefix("doc_to_"))
      #expect(try test.rows.map { try make($0).json } == test.results.map(\.json))
    case .results, .countedField: Issue.record("\(test.reference) processes no rows")
    }
  }

  @Test("Every function of rows is tested, here or with the shipped tasks")
  func everyFunctionIsTested() throws {
    var tested = Set(
      try Self.cases.map { test in try test.function().reference + " " + test.function().family })
    let registry = try TaskRegistry()
    let shipped = registry.names.filter { $0.kind == .task }.map(\.name)
    for task in try registry.resolve(names: shipped).tasks {
      for function in task.resolvedFunctions {
        tested.insert("\(function.reference) \(function.processor.prefix { $0 != ":" })")
      }
    }
    let same = SubsetProcessors.functions.map(\.reference)
    for function in NativeFunction.all {
      switch function.work {
      case .results, .countedField: continue
      case .documents, .value: break
      }
      // Of the parts of one table, which differ in a word, some are tested.
      if same.contains(function.reference), function.reference.contains("process_") { continue }
      #expect(
        tested.contains("\(function.reference) \(function.family)"), "\(function.name) has no test")
    }
  }

  @Test("A family is the innermost folder that has such a function")
  func families() {
    let folder = URL(fileURLWithPath: "/home/me/lm_eval/tasks")
    for path in [
      "hellaswag_multilingual/x.yaml", "okapi/hellaswag_multilingual/x.yaml",
      "hellaswag/variants/mine/x.yaml",
    ] {
      let file = TaskFile.onDisk(folder.appendingPathComponent(path))
      #expect(NativeFunction.find("utils.process_docs", in: file) != nil, "\(path)")
    }
    let nested = NativeFunction.find(
      "utils.process_docs", in: .embedded("hellaswag/okapi/arc_multilingual/x.yaml"))
    #expect(nested?.family == "arc_multilingual")
    let imported = NativeFunction.find(
      "lm_eval.tasks.super_glue.copa.utils.doc_to_text", in: .embedded("mine/x.yaml"))
    #expect(imported?.name == "copa: utils.doc_to_text")
    #expect(NativeFunction.find("utils.process_docs", in: .embedded("piqa/x.yaml")) == nil)
    #expect(NativeFunction.find("utils.process_docs", in: .embedded("x.yaml")) == nil)
    #expect(
      NativeFunction.find("lm_eval.tasks.utils.process_docs", in: .embedded("hellaswag/x.yaml"))
        == nil)
  }

  @Test("An unknown function's message names those of the family, or of one with a similar name")
  func known() {
    #expect(
      NativeFunction.known(near: .embedded("helaswag/x.yaml"))
        .contains("hellaswag: utils.process_docs"))
    #expect(
      NativeFunction.known(near: .embedded("okapi/arc_multilingual/x.yaml"))
        == "there are arc_multilingual: utils.process_docs")
    #expect(NativeFunction.known(near: .embedded("my/own/x.yaml")).contains("winogrande"))
  }

  @Test("Hostile texts take no longer than their length allows", .timeLimit(.minutes(1)))
  func hostileTexts() throws {
    let many = String(repeating: "a ) e ) [ ", count: 200_000)
    let options = try #require(
      NativeFunction.find("utils.doc_to_choice", in: .embedded("mathqa/x.yaml")))
    if case .value(let make) = options.work {
      _ = try? make(PythonDictionary([(.string("options"), .string(many))]))
      _ = try? make(PythonDictionary([(.string("options"), .string(many + "\n\n"))]))
    }
    #expect(WikiHowText.withoutBrackets(many) == many)
  }
}
