import Testing

@testable import Communication

@Suite("What an MPI launcher tells")
struct LaunchTests {
  /// Some ranks of a machine.
  private final class Ranks: Communicator {
    let (rank, size, localSize): (Int, Int, Int)
    init(local: Int) { (rank, size, localSize) = (0, local, local) }
    func start(_ collective: Collective) {}
    func wait(for collective: Collective) {}
    func end(within seconds: Double?) -> Bool { true }
    func abort(status: Int32) -> Never { preconditionFailure() }
  }

  @Test("Open MPI, MPICH and Slurm say how many processes they have started")
  func sizes() {
    #expect(Launch.size([:]) == nil)
    #expect(Launch.size(["OMPI_COMM_WORLD_SIZE": "4"]) == 4)
    #expect(Launch.size(["PMI_SIZE": "2", "PMI_RANK": "1"]) == 2)
    #expect(Launch.size(["PMIX_RANK": "0", "SLURM_STEP_NUM_TASKS": "8"]) == 8)
    // A shell in a Slurm job is not a task of a step.
    #expect(Launch.size(["SLURM_STEP_NUM_TASKS": "8"]) == nil)
    #expect(!Launch.isLaunched(["SLURM_JOB_ID": "1"]))
    #expect(Launch.isLaunched(["PMIX_RANK": "0"]))
  }

  @Test(
    "The ranks of a machine share its cores, or keep those that they are bound to",
    arguments: [
      // Ranks, cores that a rank may run on, cores of the machine: threads.
      (1, 8, 8, 8), (2, 8, 8, 4), (3, 8, 8, 2), (16, 8, 8, 1), (2, 1, 8, 1), (2, 4, 8, 4),
    ])
  func threads(ranks: Int, allowed: Int, online: Int, threads: Int) {
    #expect(Launch.threads(of: Ranks(local: ranks), allowed: allowed, online: online) == threads)
  }
}
