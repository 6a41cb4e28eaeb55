public import OrderedJSON

extension NativeFunctions {
  /// What a `!function` of a task file stands for here.
  public struct Function: Sendable {
    /// What the function takes and gives.
    public enum Kind: Sendable {
      /// `process_docs`: the rows of a split to the documents of a task.
      case processDocuments(DocumentProcessor)
      /// `doc_to_text`, `doc_to_choice` or `doc_to_target`: a document to a text, list or number.
      case documentField(@Sendable (JSONValue) throws(NativeFunctionError) -> JSONValue)
      /// `process_results`: log-likelihoods to metrics.
      case resultProcessor(ResultProcessor)
    }

    /// Family and Python's name, for example `hellaswag: utils.process_docs`.
    public let name: String
    public let kind: Kind
  }
}

/// Turns the rows of a split into documents, one row at a time.
public struct DocumentProcessor: Sendable {
  /// The documents of one row: one in most tasks, none where the row is left out.
  let documents: @Sendable (JSONObject) throws(NativeFunctionError) -> [JSONObject]

  /// Processes a split; a row that cannot be processed is reported and left out.
  ///
  /// - Parameters:
  ///   - rows: The split, in order.
  ///   - errorLimit: Most errors to keep.
  /// - Returns: The documents with the rows that they come from.
  /// - Complexity: O(rows).
  public func process(_ rows: [JSONValue], keepingErrors errorLimit: Int = 10) -> ProcessedDocuments
  {
    var result = ProcessedDocuments()
    result.documents.reserveCapacity(rows.count)
    result.sourceRows.reserveCapacity(rows.count)
    for (index, row) in rows.enumerated() {
      do {
        for document in try documents(DocumentFields(row).object) {
          result.documents.append(.object(document))
          result.sourceRows.append(index)
        }
      } catch {
        result.errorCount += 1
        if result.errors.count < errorLimit {
          result.errors.append(ProcessedDocuments.Failure(row: index, error: error))
        }
      }
    }
    return result
  }
}

/// A split after `process_docs`.
public struct ProcessedDocuments: Sendable {
  /// A row that could not be processed.
  public struct Failure: Sendable, Equatable {
    /// Its position among the rows, from 0.
    public let row: Int
    public let error: NativeFunctionError
  }

  public internal(set) var documents: [JSONValue] = []
  /// For each document the position of its row.
  public internal(set) var sourceRows: [Int] = []
  /// The first of the rows that could not be processed.
  public internal(set) var errors: [Failure] = []
  /// How many such rows there are.
  public internal(set) var errorCount = 0
}
