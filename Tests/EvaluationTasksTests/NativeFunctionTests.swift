import EvaluationTasks
import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("Native functions against lm-eval's Python")
struct NativeFunctionTests {
  /// A task's `!function` entries, with those of the file it includes.
  static func functions(family: String, task: String) throws -> [String: String] {
    let bytes = try #require(EmbeddedTasks.bytes("\(family)/\(task)"))
    var functions: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard parts.count == 2 else { continue }
      if parts[0] == "include" {
        functions.merge(try Self.functions(family: family, task: parts[1])) { own, _ in own }
      } else if parts[1].hasPrefix("!function ") {
        functions[parts[0]] = String(parts[1].dropFirst("!function ".count))
      }
    }
    return functions
  }

  /// The fixtures whose task names a Python function.
  static let tasks: [String] = {
    let names = EmbeddedTasks.paths.filter { path in
      guard let family = path.split(separator: "/").first,
        let file = path.split(separator: "/").last
      else { return false }
      return (try? functions(family: String(family), task: String(file)))?.isEmpty == false
    }
    return names.compactMap { $0.split(separator: "/").last?.split(separator: ".").first }
      .map(String.init)
  }()

  struct Golden {
    let family: String
    let rows: [JSONValue]
    let documents: [JSONValue]
    let functions: [String: String]

    init(_ task: String) throws {
      let json = try Fixture.json("requests/\(task).json")
      family = try #require(json["family"]?.stringValue)
      let split = try #require(json["evaluated_split"]?.stringValue)
      rows = try #require(json["splits"]?[split]?.arrayValue)
      documents = try #require(json["cases"]?.arrayValue?.first?["documents"]?.arrayValue)
      functions = try NativeFunctionTests.functions(family: family, task: "\(task).yaml")
    }

    func function(_ key: String) throws -> NativeFunctions.Function? {
      try functions[key].map { reference in
        try #require(
          NativeFunctions.resolve(family: family, reference: reference, key: key),
          "\(family): \(reference) for \(key)")
      }
    }
  }

  @Test("Every function of the shipped tasks is there", arguments: tasks)
  func resolved(task: String) throws {
    let golden = try Golden(task)
    for key in golden.functions.keys { #expect(try golden.function(key) != nil) }
  }

  @Test("process_docs makes the same documents, field by field", arguments: tasks)
  func documents(task: String) throws {
    let golden = try Golden(task)
    guard case .processDocuments(let processor)? = try golden.function("process_docs")?.kind
    else { return }
    let processed = processor.process(golden.rows)
    #expect(processed.errors == [])
    #expect(processed.documents.count == golden.documents.count)
    for (document, expected) in zip(processed.documents, golden.documents) {
      #expect(document == expected["doc"])
    }
    #expect(processed.sourceRows == processed.sourceRows.sorted())
  }

  @Test("doc_to_choice and doc_to_target give the same values", arguments: tasks)
  func choicesAndTargets(task: String) throws {
    let golden = try Golden(task)
    for (key, name) in [("doc_to_choice", "choices"), ("doc_to_target", "target")] {
      guard case .documentField(let field)? = try golden.function(key)?.kind else { continue }
      for document in golden.documents {
        #expect(try field(#require(document["doc"])) == document[name])
      }
    }
  }

  @Test("doc_to_text gives the contexts, or the right one's position", arguments: tasks)
  func texts(task: String) throws {
    let golden = try Golden(task)
    guard case .documentField(let field)? = try golden.function("doc_to_text")?.kind
    else { return }
    for document in golden.documents {
      switch try field(#require(document["doc"])) {
      case .string(let text):
        let context = try #require(document["requests"]?.arrayValue?.first?.arrayValue?.first)
        #expect(context == .string(text))
      case let position: #expect(document["gold"] == [position])
      }
    }
  }

  @Test("PAWS-X leaves out rows without a sentence and tells which are left")
  func droppedRows() throws {
    let golden = try Golden("paws_de")
    guard case .processDocuments(let processor)? = try golden.function("process_docs")?.kind
    else { return }
    let empty = golden.rows.indices.filter { index in
      let row = golden.rows[index]
      return [row["sentence1"], row["sentence2"]].contains { $0 == "" || $0?.isNull == true }
    }
    #expect(!empty.isEmpty)
    #expect(
      processor.process(golden.rows).sourceRows
        == golden.rows.indices.filter { !empty.contains($0) })
  }

  @Test("Families are found under lm-eval's own folders and under longer paths")
  func families() {
    for family in [
      "hellaswag_multilingual", "okapi/hellaswag_multilingual",
      "/home/me/lm_eval/tasks/okapi/hellaswag_multilingual", "hellaswag/my-variants",
    ] {
      let function = NativeFunctions.resolve(
        family: family, reference: "utils.process_docs", key: "process_docs")
      #expect(function != nil, "\(family)")
    }
    let nearest = NativeFunctions.resolve(
      family: "winogrande/okapi/arc_multilingual", reference: "utils.process_docs",
      key: "fewshot_config.process_docs")
    #expect(nearest?.name == "arc_multilingual: utils.process_docs")
  }

  @Test("A function is refused under a key of another kind and in another family")
  func refused() {
    let tries = [
      ("hellaswag", "utils.process_docs", "doc_to_text"),
      ("copa", "utils.doc_to_text", "process_docs"),
      ("piqa", "utils.process_docs", "process_docs"),
      ("hellaswag", "utils.process_docs_keep_nouns", "process_docs"),
      ("truthfulqa", "utils.process_results_mc2", "process_docs"),
    ]
    for (family, reference, key) in tries {
      #expect(NativeFunctions.resolve(family: family, reference: reference, key: key) == nil)
    }
  }

  @Test("The functions that exist are listed, those of a similar family first")
  func available() {
    #expect(
      NativeFunctions.available(family: "helaswag", key: "process_docs")
        == ["hellaswag: utils.process_docs"])
    #expect(
      NativeFunctions.available(family: "my/own", key: "doc_to_target")
        .contains("winogrande: preprocess_winogrande.doc_to_target"))
  }
}
