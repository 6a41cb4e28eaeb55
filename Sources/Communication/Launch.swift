internal import Foundation

/// Finds out whether this process is one of several, and joins the others.
public enum Launch {
  /// Joins the ranks that an MPI launcher has started beside this process.
  ///
  /// Not before the command line is understood and nothing else is about to end the process.
  /// - Returns: All ranks; a single process where no launcher is at work.
  /// - Throws: ``LaunchError``.
  public static func join() throws -> any Communicator {
    let environment = ProcessInfo.processInfo.environment
    #if MPI
      guard isLaunched(environment) else { return SingleProcess.shared }
      let ranks = try MPICommunicator()
      return ranks.size == 1 ? SingleProcess.shared : ranks
    #else
      if let size = size(environment), size > 1 { throw LaunchError.builtWithoutMPI(size: size) }
      return SingleProcess.shared
    #endif
  }

  /// The rank that a launcher says this process is, before it has joined the others; `nil` without one.
  public static var rank: Int? {
    let environment = ProcessInfo.processInfo.environment
    return ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"].lazy
      .compactMap { environment[$0].flatMap { Int($0) } }.first
  }

  /// What a launcher does that a long training had better be protected from; `nil` if nothing is known.
  public static var warning: String? { warning(ProcessInfo.processInfo.environment) }

  static func warning(_ environment: [String: String]) -> String? {
    // Open MPI hands its own settings on to the ranks.
    guard environment["OMPI_COMM_WORLD_SIZE"] != nil, environment["SLURM_STEP_ID"] == nil,
      environment["OMPI_MCA_odls_base_sigkill_timeout"] == nil
    else { return nil }
    return """
      Open MPI's mpirun kills ranks a second after Ctrl-C or SIGTERM, which may be too short to finish a \
      step and save; mpirun --mca odls_base_sigkill_timeout 120 gives them two minutes.
      """
  }

  /// Processes that a launcher says it has started; `nil` if none says so.
  static func size(_ environment: [String: String]) -> Int? {
    for name in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"] {
      if let size = environment[name].flatMap({ Int($0) }) { return size }
    }
    // srun starts what it is given once per task; PMIX_RANK tells that it did so for MPI.
    if environment["PMIX_RANK"] != nil || environment["PMI_RANK"] != nil {
      return environment["SLURM_STEP_NUM_TASKS"].flatMap { Int($0) }
    }
    return nil
  }

  /// Whether an MPI launcher has started this process.
  static func isLaunched(_ environment: [String: String]) -> Bool {
    ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_RANK", "PMIX_RANK"].contains {
      environment[$0] != nil
    }
  }

  /// Threads for this rank, so that the ranks of a machine share its cores.
  ///
  /// - Parameters:
  ///   - cores: Cores that this rank may run on.
  ///   - sharers: Ranks that may run on just these, this one included: all of a machine, or one where the
  ///     launcher binds each to its own.
  /// - Returns: At least 1.
  public static func threads(cores: Int, sharers: Int) -> Int { max(1, cores / max(1, sharers)) }
}

/// Why ranks could not be joined.
public enum LaunchError: Error, Equatable, Sendable, CustomStringConvertible {
  case builtWithoutMPI(size: Int)
  case library(message: String)

  public var description: String {
    switch self {
    case .builtWithoutMPI(let size):
      """
      An MPI launcher has started \(size) processes of this program, but it was built without MPI, so \
      each of them would do the same work alone. Build it with MPI (apt-get install libopenmpi-dev; \
      swift build -c release --traits MPI --scratch-path .build-mpi) and start .build-mpi/release/cpteval.
      """
    case .library(let message): "MPI could not be started: \(message)"
    }
  }
}
