public import Corpus
internal import Documents

/// Makes a multiple-choice task out of documents, which asks for the sentence that comes next.
///
/// An item has HellaSwag's form: some sentences of a document, the sentence that follows, and
/// sentences from elsewhere that end alike and are about as long. How the true one compares with the
/// others in length, in words shared with the context, and in the frequency of its words is drawn by
/// lot, so that none of these tells it apart: see ``DistractorSearch``.
public struct TaskMaker: Sendable {
  /// What is asked of a task.
  public struct Options: Equatable, Sendable {
    /// Items at most.
    public var items: Int
    /// Choices per item, the true one included; at least 2.
    public var choices: Int
    public var seed: UInt64
    /// Items from one document at most.
    public var itemsPerDocument: Int

    public init(items: Int = 1000, choices: Int = 4, seed: UInt64 = 0, itemsPerDocument: Int = 20) {
      self.items = items
      self.choices = choices
      self.seed = seed
      self.itemsPerDocument = itemsPerDocument
    }
  }

  public let options: Options

  public init(_ options: Options) {
    precondition(options.items >= 1 && options.choices >= 2 && options.itemsPerDocument >= 1)
    self.options = options
  }

  /// Passages that are looked at; more of them than any task needs.
  private var capacity: Int { max(40_000, 8 * options.items * options.choices) }

  /// Makes the task.
  ///
  /// - Parameters:
  ///   - texts: Documents that no model to be scored was trained on.
  ///   - threads: Most threads to use; the result does not depend on it.
  ///   - isCancelled: Asked often, on several threads.
  ///   - progress: Told how far the reading is.
  /// - Returns: The items and how hard they are.
  /// - Throws: ``TaskMakingError``.
  /// - Complexity: O(bytes), and O(items · ``DistractorSearch/poolSize``); memory for some ten thousand
  ///   passages.
  public func make(
    from texts: CorpusTexts, threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (CorpusTexts.Progress) -> Void = { _ in }
  ) throws(TaskMakingError) -> MadeTask {
    let (seed, capacity) = (options.seed, capacity)
    var sample = PassageSample(limits: PassageLimits(), seed: seed, capacity: capacity)
    do throws(CorpusError) {
      let parts = try texts.forEach(
        threads: threads, isCancelled: isCancelled, progress: progress,
        makeWorker: { PassageSample(limits: PassageLimits(), seed: seed, capacity: capacity) }
      ) { sample, document in
        sample.add(document.text, file: document.file, place: document.place)
      }
      for part in parts { sample.add(part) }
    } catch {
      throw .corpus(error)
    }
    return try make(from: sample)
  }

  func make(from sample: PassageSample) throws(TaskMakingError) -> MadeTask {
    let passages = Self.withoutRepetitions(sample.passages)
    var search = DistractorSearch(passages, choices: options.choices, seed: options.seed)
    var items: [MadeItem] = []
    var asked: [DocumentKey: [Int]] = [:]
    for index in passages.indices where items.count < options.items {
      let passage = passages[index]
      let document = DocumentKey(file: passage.file, place: passage.place)
      let others = asked[document] ?? []
      guard others.count < options.itemsPerDocument,
        others.allSatisfy({ abs($0 - passage.sentence) >= Self.distanceOfItems }),
        let distractors = search.distractors(for: index)
      else { continue }
      asked[document, default: []].append(passage.sentence)
      items.append(search.item(index, distractors: distractors))
    }
    guard !items.isEmpty else {
      throw .tooLittleText(documents: sample.documentCount, passages: passages.count)
    }
    return MadeTask(
      items: items, options: options, documents: sample.documentCount,
      sentences: sample.sentenceCount, passages: sample.passageCount,
      difficulty: TaskDifficulty(items))
  }

  private struct DocumentKey: Hashable {
    let file: Int
    let place: DocumentPlace
  }

  /// Sentences between two items of one document, so that no context tells another item's answer.
  private static let distanceOfItems = 6

  /// Passages whose continuation stands nowhere else: what is said twice is no answer to one question
  /// alone.
  private static func withoutRepetitions(_ passages: [Passage]) -> [Passage] {
    var counts: [String: Int] = [:]
    for passage in passages { counts[passage.continuation, default: 0] += 1 }
    return passages.filter { counts[$0.continuation] == 1 }
  }
}

/// Why no task could be made.
public enum TaskMakingError: Error, Equatable, Sendable, CustomStringConvertible {
  case corpus(CorpusError)
  /// No item was found.
  case tooLittleText(documents: Int, passages: Int)

  public var description: String {
    switch self {
    case .corpus(let error): error.description
    case .tooLittleText(let documents, let passages):
      "No item can be made of \(documents) \(documents == 1 ? "document" : "documents"): of sentences "
        + "with others before them in one paragraph there are \(passages), and each item needs "
        + "several from elsewhere. Give more text, in paragraphs of full sentences."
    }
  }
}
