import EvaluationTasks
import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("Fields that a task names")
struct FieldNameTests {
  private func load(_ yaml: String, _ rows: String) throws -> LoadedTask {
    let folder = try DataFolder()
    defer { folder.remove() }
    try folder.write("task: own\ntest_split: test\n" + yaml, to: "tasks/own/own.yaml")
    try folder.write(rows, to: "data/own.jsonl")
    let registry = try TaskRegistry(includePaths: [folder.url.appendingPathComponent("tasks")])
    let task = try #require(try registry.resolve(names: ["own"]).tasks.first)
    return try task.loadDocuments(dataPath: folder.url.appendingPathComponent("data"))
  }

  @Test(
    "A field that no row has is an error, not the text of every document",
    arguments: [
      (
        "output_type: loglikelihood_rolling\ndoc_to_text: \"\"\ndoc_to_target: body\n", "body"
      ),
      (
        """
        output_type: multiple_choice
        doc_to_text: stem
        doc_to_choice: ["a", "b"]
        doc_to_target: 0

        """, "stem"
      ),
      (
        """
        output_type: multiple_choice
        doc_to_text: "{{text}}"
        doc_to_choice: options
        doc_to_target: 0

        """, "options"
      ),
    ])
  func missing(yaml: String, field: String) throws {
    let loaded = try load(yaml, "{\"text\": \"one\"}\n{\"text\": \"two\"}\n")
    #expect(loaded.documents.isEmpty)
    #expect(loaded.errors.map(\.line) == [1, 2])
    #expect(loaded.errors.allSatisfy { $0.field == field })
  }

  @Test("A target may be one of the choices, spelled out")
  func constantTarget() throws {
    let yaml = """
      output_type: multiple_choice
      doc_to_text: "{{text}}"
      doc_to_choice: ["no", "yes"]
      doc_to_target: "yes"

      """
    let loaded = try load(yaml, "{\"text\": \"one\"}\n")
    #expect(loaded.errors == [])
    #expect(loaded.documents.map(\.gold) == [[1]])
  }

  @Test("Text that looks like a Python list stays text in text_perplexity")
  func listLookalike() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    try folder.write("{\"text\": \"[1, 2, 3]\"}\n", to: "text_perplexity.jsonl")
    let task = try #require(try TaskRegistry().resolve(names: ["text_perplexity"]).tasks.first)
    let loaded = try task.loadDocuments(dataPath: folder.url)
    #expect(loaded.errors == [])
    #expect(loaded.documents.first?.requests.map(\.continuation) == ["[1, 2, 3]"])
  }
}
