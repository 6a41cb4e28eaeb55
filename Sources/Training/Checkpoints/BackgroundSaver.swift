internal import Dispatch
internal import Synchronization

/// Saves checkpoints on a thread of its own while training goes on.
///
/// At most one save is under way. An error waits for the next call of ``start(_:holding:then:)`` or
/// ``finish()``, which throws it, so a run ends with ``finish()``. For use from one thread.
///
///     try saver.finish()                       // the snapshot is free, the last save went well
///     snapshot.fill(from: parameters, pool: pool)
///     try saver.start(content(of: snapshot), holding: snapshot) { outcome in
///       if outcome == .saved { try store.prune(keepLast: 3) }
///     }
public final class BackgroundSaver: Sendable {
  /// Where the checkpoints go.
  public let store: CheckpointStore
  private let shared = Shared()
  private let group = DispatchGroup()
  private let queue = DispatchQueue(label: "checkpoints")

  /// What the saver has in common with its thread.
  private final class Shared: Sendable {
    let error = Mutex<(any Error)?>(nil)
    let shouldStop = Atomic<Bool>(false)
    let isSaving = Atomic<Bool>(false)
  }

  public init(store: CheckpointStore) { self.store = store }

  deinit { group.wait() }

  /// Whether a save is under way.
  public var isSaving: Bool { shared.isSaving.load(ordering: .acquiring) }

  /// Begins a save, after waiting for the one before.
  ///
  /// - Parameters:
  ///   - content: Its memory stays valid and unchanged until the save has ended.
  ///   - snapshot: Whose memory that is; it is kept alive, and traps when it is filled too early.
  ///   - then: Called on the saver's thread after a save that went well, and may use the store but
  ///     not the saver; what it throws is kept like an error of the save.
  /// - Throws: The error of the save before. Nothing is begun then.
  public func start(
    _ content: CheckpointContent, holding snapshot: TensorSnapshot? = nil,
    then: @escaping @Sendable (CheckpointStore.SaveOutcome) throws -> Void = { _ in }
  ) throws {
    try finish()
    snapshot?.hold()
    shared.shouldStop.store(false, ordering: .releasing)
    shared.isSaving.store(true, ordering: .releasing)
    queue.async(group: group) { [shared, store] in
      do {
        let outcome = try store.save(content) { shared.shouldStop.load(ordering: .acquiring) }
        try then(outcome)
      } catch {
        shared.error.withLock { $0 = error }
      }
      snapshot?.release()
      shared.isSaving.store(false, ordering: .releasing)
    }
  }

  /// Waits until no save is under way.
  ///
  /// - Throws: What went wrong since the last call, once.
  public func finish() throws {
    group.wait()
    let error = shared.error.withLock { error in
      defer { error = nil }
      return error
    }
    if let error { throw error }
  }

  /// Asks the save that is under way to end soon, with nothing saved; returns at once.
  public func stop() { shared.shouldStop.store(true, ordering: .releasing) }
}
