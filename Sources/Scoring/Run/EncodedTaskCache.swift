import Synchronization

/// Tasks in tokens, kept for the next checkpoint that has the same tokenizer and window.
///
/// A sweep over the checkpoints of a run tokenizes every task once.
public final class EncodedTaskCache: Sendable {
  private struct Key: Hashable {
    let encoding: String
    let task: String
  }

  private struct State {
    var tasks: [Key: [EncodedDocument]] = [:]
    var tokens = 0
    var hits = 0
  }

  private let state = Mutex(State())
  private let tokenLimit: Int

  /// Makes an empty cache.
  ///
  /// - Parameter tokenLimit: Tokens that are kept at most, of four bytes each; what comes later is
  ///   encoded anew each time.
  public init(tokenLimit: Int = 1 << 28) { self.tokenLimit = tokenLimit }

  /// Tasks that did not have to be encoded again.
  public var hits: Int { state.withLock { $0.hits } }

  /// A task in tokens.
  ///
  /// - Parameters:
  ///   - task: Its name; one cache serves one selection of tasks.
  ///   - encoding: Tells encoders apart that give different tokens.
  ///   - encode: Called unless the tokens are known.
  /// - Returns: The documents, in the task's order.
  /// - Throws: What `encode` throws.
  func documents(
    of task: String, encoding: String, encode: () throws -> [EncodedDocument]
  ) rethrows -> [EncodedDocument] {
    let key = Key(encoding: encoding, task: task)
    let known = state.withLock { state in
      let known = state.tasks[key]
      if known != nil { state.hits += 1 }
      return known
    }
    if let known { return known }
    let documents = try encode()
    let tokens = documents.reduce(0) { $0 + $1.tokenCount }
    state.withLock { state in
      guard state.tokens + tokens <= tokenLimit else { return }
      state.tokens += tokens
      state.tasks[key] = documents
    }
    return documents
  }
}

extension EncodedDocument {
  /// Tokens of all sequences.
  var tokenCount: Int { sequences.reduce(0) { $0 + $1.input.count } }
}
