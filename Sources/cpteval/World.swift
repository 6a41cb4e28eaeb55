import ArgumentParser
import Communication
import Compute
import Files
import Foundation
import Glibc
import Synchronization

/// The ranks that this process works with: itself alone, unless an MPI launcher has started several.
///
/// Rank 0 speaks for all. What others have to say is kept back, and told with the rank's number if that
/// rank fails alone.
enum World {
  private struct State {
    var ranks: any Communicator = SingleProcess.shared
    var withheld: [String] = []
    /// By rank, of those on this machine that can be seen from here.
    var peers: [Int: pid_t] = [:]
    /// Ranks on this machine that may run on just the cores of this one, itself included.
    var sharers = 1
    var lastGood: (@Sendable () -> String?)?
  }
  private static let state = Mutex(State())
  private static let isSilent = Atomic<Bool>(false)
  private static let isEnding = Atomic<Bool>(false)

  /// Lines of a rank that are kept back at most.
  private static let withheldLimit = 50

  static var ranks: any Communicator { state.withLock { $0.ranks } }

  /// Whether another rank tells the news.
  static var isQuiet: Bool { isSilent.load(ordering: .relaxed) }

  /// Leaves the talking to rank 0; called before anything is said.
  static func keepQuietUnlessFirst() {
    guard let rank = Launch.rank, rank > 0 else { return }
    isSilent.store(true, ordering: .relaxed)
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    guard nowhere >= 0 else { return }
    dup2(nowhere, STDOUT_FILENO)
    close(nowhere)
  }

  /// Joins the ranks that were started together.
  ///
  /// - Returns: All ranks.
  /// - Throws: ``RequestError`` if they cannot work together.
  static func join() throws -> any Communicator {
    let ranks = try checkingRequest { try Launch.join() }
    guard ranks.size > 1 else { return ranks }
    state.withLock { $0.ranks = ranks }
    try findPeers()
    let program = try SHA256Digest.digest(ofFile: Bundle.main.executablePath ?? "/proc/self/exe")
    try check("program file", program?.bytes ?? [])
    return ranks
  }

  /// Threads for this rank.
  static var threads: Int {
    Launch.threads(cores: WorkerPool.availableCores, sharers: state.withLock { $0.sharers })
  }

  /// Makes sure that all ranks have the same.
  ///
  /// - Parameters:
  ///   - what: For the message.
  ///   - bytes: What they should have in common; not asked for where there is one rank.
  /// - Throws: ``RequestError`` naming a rank that has something else, or what `bytes` throws.
  static func check(_ what: @autoclosure () -> String, _ bytes: @autoclosure () throws -> [UInt8])
    throws
  {
    let ranks = ranks
    guard ranks.size > 1, let other = try ranks.firstRankThatDiffers(in: bytes()) else { return }
    throw RequestError(
      """
      Rank \(other) of \(ranks.size) has another \(what()) than rank 0. All ranks need the same: give \
      every machine the same files, best on a file system that they share.
      """)
  }

  /// How ranks and threads are spread, for the log.
  static func summary(threads: Int) -> String {
    let ranks = ranks
    let machines = max(1, (ranks.size + ranks.localSize - 1) / ranks.localSize)
    let place = machines == 1 ? "this machine" : "\(machines) machines"
    var text =
      "\(ranks.size) ranks on \(place), \(threads) \(threads == 1 ? "thread" : "threads") each"
    let cores = ProcessInfo.processInfo.processorCount
    if ranks.localSize * threads < cores {
      text += """
        ; \(cores - ranks.localSize * threads) of \(cores) cores are idle, as the launcher binds ranks \
        to cores (mpirun --bind-to none does not)
        """
    }
    return text
  }

  // MARK: Messages

  /// Keeps a line back.
  static func withhold(_ line: String) {
    state.withLock { state in
      if state.withheld.count == withheldLimit { state.withheld.removeFirst() }
      state.withheld.append(line)
    }
  }

  private static func sayWithheld() {
    isSilent.store(false, ordering: .relaxed)
    let (ranks, lines) = state.withLock { ($0.ranks, $0.withheld) }
    let host = ProcessInfo.processInfo.hostName
    let rank = ranks.size > 1 ? "\(ranks.rank) of \(ranks.size)" : "\(Launch.rank ?? 0)"
    for line in lines.suffix(5) { printError("rank \(rank), \(host): \(line)") }
  }

  // MARK: The end

  /// Ends the work of this rank, and that of all others if it has failed alone.
  ///
  /// - Parameter status: What the process is about to exit with.
  /// - Returns: What to exit with.
  static func end(_ status: Int32) -> Int32 {
    let ranks = ranks
    if ranks.size == 1 {
      guard isQuiet, status != 0 else { return status }
      // Rank 0 has most likely said the same, and then the launcher ends this process meanwhile.
      sleep(2)
      sayWithheld()
      return status
    }
    isEnding.store(true, ordering: .relaxed)
    // Whoever has failed waits only as long as it takes the others to fail likewise.
    if ranks.end(within: status == 0 ? nil : 3) { return status }
    if ranks.isRoot {
      printError("cpteval: rank 0 of \(ranks.size) has failed; all ranks end.")
    } else {
      sayWithheld()
    }
    if let lastGood = state.withLock({ $0.lastGood })?() { printError(lastGood) }
    ranks.abort(status: status)
  }

  /// Tells how to say what is left if ranks are lost.
  ///
  /// - Parameter sentence: Asked on any thread.
  static func ifLost(say sentence: @escaping @Sendable () -> String?) {
    state.withLock { $0.lastGood = sentence }
  }

  // MARK: Ranks that are gone

  /// Learns the processes of the ranks on this machine, and begins to watch them.
  private static func findPeers() throws {
    let ranks = ranks
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let machine = number(of: Array((ProcessInfo.processInfo.hostName + (boot ?? "")).utf8))
    // The cores that this rank may run on, as the kernel spells them.
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let cores = status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") } ?? ""
    let own = [Double(getpid()), machine, number(of: Array(cores.utf8))]
    var table = [Double](repeating: 0, count: own.count * ranks.size)
    table.replaceSubrange(own.count * ranks.rank..<own.count * (ranks.rank + 1), with: own)
    try ranks.allReduce(&table, .sum)
    var (peers, sharers): ([Int: pid_t], Int) = ([:], 1)
    for rank in 0..<ranks.size where rank != ranks.rank {
      let other = table[own.count * rank..<own.count * (rank + 1)]
      guard other[other.startIndex + 1] == machine else { continue }
      if other[other.startIndex + 2] == own[2] { sharers += 1 }
      // Containers may have process numbers of their own.
      let process = pid_t(other[other.startIndex])
      if isAlive(process) { peers[rank] = process }
    }
    // Nobody ends before all have looked.
    try ranks.meet()
    let (seen, sharing) = (peers, sharers)
    state.withLock { state in
      state.peers = seen
      state.sharers = sharing
    }
    Thread.detachNewThread { watch(seen, rank: ranks.rank, size: ranks.size) }
  }

  /// A number that other bytes hardly have, and that a double holds.
  private static func number(of bytes: [UInt8]) -> Double {
    SHA256Digest(of: bytes).bytes.prefix(6).reduce(0) { 256 * $0 + Double($1) }
  }

  private static func isAlive(_ process: pid_t) -> Bool {
    guard kill(process, 0) == 0 || errno == EPERM else { return false }
    // A process that has ended keeps its number until its parent asks for its status.
    guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = line.lastIndex(of: ")")
    else { return true }
    return !line[end...].dropFirst(2).hasPrefix("Z")
  }

  /// Says which rank is gone, and ends this one, if a launcher does not do it first.
  private static func watch(_ peers: [Int: pid_t], rank: Int, size: Int) {
    while true {
      usleep(100_000)
      if isEnding.load(ordering: .relaxed) { return }
      let gone = peers.filter { !isAlive($0.value) }.keys.sorted()
      guard let first = gone.first, !isEnding.load(ordering: .relaxed) else { continue }
      let alive = ([rank] + peers.keys.filter { !gone.contains($0) }).min()
      if alive == rank {
        isSilent.store(false, ordering: .relaxed)
        printError(
          "cpteval: rank \(first) of \(size) (process \(peers[first] ?? 0)) is gone; all ranks end."
        )
        if let lastGood = state.withLock({ $0.lastGood })?() { printError(lastGood) }
      }
      // A launcher ends all ranks now; without one this rank would wait for ever.
      sleep(5)
      if isEnding.load(ordering: .relaxed) { return }
      _exit(ExitStatus.failed.rawValue)
    }
  }
}
