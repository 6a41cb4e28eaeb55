import Glibc
import Synchronization

/// Ctrl-C as a flag that long work asks for.
enum Interruption {
  private static let wasRequested = Atomic<Bool>(false)

  /// Whether the user has asked to stop.
  static var isRequested: Bool { wasRequested.load(ordering: .relaxed) }

  /// From now on the first Ctrl-C sets the flag; a second one ends the process at once.
  static func install() {
    // The flag is touched here, so that the handler never has to create it.
    wasRequested.store(false, ordering: .relaxed)
    // A parent may have left the signal blocked, which a child inherits.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    signal(SIGINT) { _ in
      Interruption.wasRequested.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
  }
}
