import Files
import Foundation
import OrderedJSON
import TestSupport
import Testing
import Training

@Suite("A save on a disk that is full")
struct FullDiskTests {
  @Test("An error at any call ends the save and leaves the old checkpoint as it was")
  func failsCleanly() throws {
    let template = try ProbedStore()
    try template.save(1)
    let whole = try template.copy()
    let calls = try SaveProbe.calls("save", whole.root.path, "2", "3", on: whole.root.path)
    for (index, call) in calls.enumerated() {
      for fault in [
        FaultInjection.Fault.fail(at: index + 1, code: ENOSPC),
        .fill(from: index + 1, code: ENOSPC),
      ] {
        let probed = try template.copy()
        let failed = try SaveProbe.run(
          "save", probed.root.path, "2", "3", faults: [fault], on: probed.root.path)
        #expect(failed.status == 1 && !failed.isKilled, "\(call): \(failed.output)")
        #expect(failed.errors.contains("No space left on device"), "\(failed.errors)")
        #expect(try probed.names().allSatisfy { !$0.hasPrefix(".") }, "\(call)")
        try probed.store.verify(1)
        // An error that came after the rename leaves the new one, whole.
        for step in try probed.store.list() { try probed.store.verify(step) }
      }
    }
  }

  @Test("Too little space is found before a byte is written")
  func checksSpace() throws {
    let root = try Locations.makeTemporaryFolder()
    let store = CheckpointStore(runFolder: root.path)
    // Address space that nobody pays for: more than any disk has.
    let size = 1 << 45
    let start = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    let memory = try #require(start == MAP_FAILED ? nil : start)
    defer { munmap(memory, size) }
    let huge = NamedTensor(
      name: "huge", shape: [size / 4], bytes: UnsafeRawBufferPointer(start: memory, count: size))
    let content = CheckpointContent(step: 1, weights: [huge], optimizer: [], state: [:])
    do throws(FileError) {
      try store.save(content)
      Issue.record("it was saved")
    } catch .tooLittleSpace(_, let required, let free) {
      #expect(required > size && free < size)
    } catch {
      Issue.record(error)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder) == [])
  }
}
