internal import Synchronization

/// Hands out encoder states, so that threads share no cache and calls keep theirs.
final class EncoderPool: Sendable {
  private let states = Mutex<[EncoderState]>([])
  /// States kept for later; more than run at once on any machine we know are made and dropped.
  private static let capacity = 64

  /// Runs a function with a state of its own.
  func withState<Result>(
    _ body: (EncoderState) throws(TokenizerError) -> Result
  ) throws(TokenizerError) -> Result {
    let state = states.withLock { $0.popLast() } ?? EncoderState()
    state.reset()
    defer { states.withLock { if $0.count < Self.capacity { $0.append(state) } } }
    return try body(state)
  }
}
