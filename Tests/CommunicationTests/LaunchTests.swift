import Testing

@testable import Communication

@Suite("What an MPI launcher tells")
struct LaunchTests {
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

  @Test("Who starts ranks with Open MPI is told how to give them time to save, unless he has")
  func graceTime() throws {
    let launched = ["OMPI_COMM_WORLD_SIZE": "2"]
    #expect(try #require(Launch.warning(launched)).contains("odls_base_sigkill_timeout 120"))
    let told = launched.merging(["OMPI_MCA_odls_base_sigkill_timeout": "60"]) { $1 }
    #expect(Launch.warning(told) == nil)
    #expect(Launch.warning([:]) == nil)
    #expect(Launch.warning(["PMI_SIZE": "2"]) == nil)
  }

  @Test(
    "Ranks share the cores that they may run on, and each has at least one thread",
    arguments: [(8, 1, 8), (8, 2, 4), (8, 3, 2), (8, 16, 1), (1, 1, 1)])
  func threads(cores: Int, sharers: Int, threads: Int) {
    #expect(Launch.threads(cores: cores, sharers: sharers) == threads)
  }
}
