public import Documents
internal import OrderedJSON

/// Which items of benchmarks stand in a corpus, and where.
public struct ContaminationFindings: Sendable, Equatable {
  /// A task in numbers.
  public struct Task: Sendable, Equatable {
    public let name: String
    public internal(set) var items = 0
    public internal(set) var contaminated = 0
    /// Items of too few words, of which nothing can be said.
    public internal(set) var tooShort = 0
  }

  /// A contaminated item.
  public struct Item: Sendable, Equatable {
    public let task: String
    /// lm-eval's `doc_id`, and its `doc_hash`.
    public let document: Int
    public let hash: String
    /// Runs of words of the item, and how many of them were found.
    public let phrases: Int
    public let found: Int
    /// Documents of the corpus with one of them.
    public let corpusDocuments: Int
    /// The first of all places: the file, where in it (in a text file the line of the first word, else
    /// where the document begins), byte in the document's text from 0, and the words.
    public let path: String
    public let place: DocumentPlace
    public let offset: Int
    public let words: String
  }

  /// Words in a row.
  public let wordCount: Int
  public let files: [String]
  /// Documents of the corpus, and bytes of their texts.
  public let documents: Int
  public let textBytes: Int
  public let tasks: [Task]
  /// In the order of tasks and documents.
  public let items: [Item]

  /// The findings as JSON Lines: a line about the search, then one per contaminated item.
  public var jsonl: String {
    var header = JSONObject()
    header["cpteval_contamination"] = 1
    header["words"] = .integer(wordCount)
    header["files"] = .array(files.map { .string($0) })
    header["documents"] = .integer(documents)
    header["text_bytes"] = .integer(textBytes)
    header["tasks"] = .array(
      tasks.map { task in
        var object = JSONObject()
        object["task"] = .string(task.name)
        object["items"] = .integer(task.items)
        object["contaminated"] = .integer(task.contaminated)
        object["too_short"] = .integer(task.tooShort)
        return .object(object)
      })
    var text = JSONValue.object(header).serialized() + "\n"
    for item in items {
      var line = JSONObject()
      line["task"] = .string(item.task)
      line["doc_id"] = .integer(item.document)
      line["doc_hash"] = .string(item.hash)
      line["ngrams"] = .integer(item.phrases)
      line["found"] = .integer(item.found)
      line["corpus_documents"] = .integer(item.corpusDocuments)
      line["file"] = .string(item.path)
      switch item.place {
      case .line(let number): line["line"] = .integer(number)
      case .byte(let number): line["byte"] = .integer(number)
      case .page(let number): line["page"] = .integer(number)
      case .document(let number): line["document"] = .integer(number)
      }
      line["offset"] = .integer(item.offset)
      line["words"] = .string(item.words)
      text += JSONValue.object(line).serialized() + "\n"
    }
    return text
  }
}
