import TestSupport
import Testing

@Suite("Several processes of a program without MPI")
struct LauncherTests {
  @Test("A launcher's processes refuse to do the same work each, and rank 0 says how to build")
  func refusal() throws {
    let folder = try TrainingFolder()
    let first = try folder.train(
      environment: ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0"])
    #expect(first.status == 2)
    #expect(first.errors.contains("--traits MPI"), "\(first.errors)")
    #expect(!folder.exists("out"))
    let alone = try folder.train(environment: ["OMPI_COMM_WORLD_SIZE": "1"])
    #expect(alone.status == 0, "\(alone.errors)")
  }
}
