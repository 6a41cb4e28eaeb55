import EvaluationTasks
import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("The text that perplexities count")
struct CountedTextTests {
  @Test("WikiText is scored without its tokenization and counted with it")
  func wikitext() throws {
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let family = folder.appendingPathComponent("wikitext")
    try FileManager.default.createDirectory(at: family, withIntermediateDirectories: true)
    let yaml = """
      task: own_pages
      dataset_path: json
      dataset_kwargs: {data_files: {test: pages.jsonl}}
      test_split: test
      output_type: loglikelihood_rolling
      doc_to_text: ""
      doc_to_target: !function preprocess_wikitext.wikitext_detokenizer
      process_results: !function preprocess_wikitext.process_results
      """
    try Data(yaml.utf8).write(to: family.appendingPathComponent("own_pages.yaml"))
    let rows = "{\"page\": \"It cost 1 @,@ 200 , or so .\"}\n{\"page\": 3}\n{\"pages\": \"x\"}\n"
    try Data(rows.utf8).write(to: family.appendingPathComponent("pages.jsonl"))

    let registry = try TaskRegistry(includePaths: [folder])
    let task = try #require(try registry.resolve(names: ["own_pages"]).tasks.first)
    #expect(task.resolvedFunctions.map(\.key) == ["doc_to_target", "process_results"])
    let loaded = try task.loadDocuments()
    let document = try #require(loaded.documents.first)
    #expect(document.requests.map(\.continuation) == ["It cost 1,200, or so ."])
    #expect(document.countedText == "It cost 1 @,@ 200 , or so .")
    #expect(loaded.errorCount == 2)
    #expect(loaded.errors.map(\.field) == ["page", "page"])
    #expect(loaded.errors.map(\.line) == [2, 3])
  }
}
