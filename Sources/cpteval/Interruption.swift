import Glibc
import Synchronization
import Training

/// Signals as flags that long work asks for.
enum Interruption {
  private static let wasRequested = Atomic<Bool>(false)
  private static let saveWasRequested = Atomic<Bool>(false)

  /// Whether the user has asked to stop.
  static var isRequested: Bool { wasRequested.load(ordering: .relaxed) }

  /// What training is asked to do after the step at hand; a wish to save is told once.
  static func trainingRequest() -> LoopMachine.Request? {
    if isRequested { return .stop }
    return saveWasRequested.exchange(false, ordering: .relaxed) ? .save : nil
  }

  /// From now on the first Ctrl-C or SIGTERM sets the flag; a second one ends the process at once.
  ///
  /// - Parameter savesOnUserSignal: Whether SIGUSR1 asks for a save.
  static func install(savesOnUserSignal: Bool = false) {
    // The flag is touched here, so that the handler never has to create it.
    wasRequested.store(false, ordering: .relaxed)
    // A parent may have left the signal blocked, which a child inherits.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGUSR1] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.wasRequested.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
    if savesOnUserSignal {
      saveWasRequested.store(false, ordering: .relaxed)
      signal(SIGUSR1) { _ in Interruption.saveWasRequested.store(true, ordering: .relaxed) }
    }
  }
}
