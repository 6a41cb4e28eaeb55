import Compute
import Files
import Foundation
import LanguageModel
import OrderedJSON
import Synchronization
import TestSupport
import Testing
import Training

@Suite("Saving in the background")
struct BackgroundSaverTests {
  let root: URL
  let store: CheckpointStore
  init() throws {
    root = try Locations.makeTemporaryFolder()
    store = CheckpointStore(runFolder: root.path)
  }

  /// A copy of `count` numbers from `first` on.
  private func fill(_ snapshot: TensorSnapshot, first: Float, count: Int, pool: WorkerPool) {
    let numbers = (0..<count).map { first + Float($0) }
    numbers.withUnsafeBytes { bytes in
      snapshot.fill(
        from: [
          NamedTensor(name: "w", shape: [count], bytes: bytes),
          NamedTensor(
            name: "m", shape: [1], bytes: UnsafeRawBufferPointer(rebasing: bytes[..<4])),
        ], pool: pool)
    }
  }

  private func content(_ step: Int, of snapshot: TensorSnapshot) -> CheckpointContent {
    CheckpointContent(
      step: step, weights: Array(snapshot.tensors[..<1]), optimizer: Array(snapshot.tensors[1...]),
      state: ["step": .integer(step)])
  }

  @Test("A snapshot is a copy, in parallel pieces, and its block is used again")
  func copies() throws {
    let snapshot = TensorSnapshot()
    for threads in 1...3 {
      let pool = WorkerPool(threadCount: threads)
      fill(snapshot, first: Float(threads), count: 3_000_001, pool: pool)
      let copy = snapshot.tensors[0].bytes.bindMemory(to: Float.self)
      #expect(copy.count == 3_000_001)
      #expect(copy.indices.allSatisfy { copy[$0] == Float(threads) + Float($0) })
      #expect(snapshot.tensors[1].bytes.loadUnaligned(as: Float.self) == Float(threads))
    }
    let capacity = snapshot.capacity
    fill(snapshot, first: 0, count: 10, pool: WorkerPool(threadCount: 1))
    #expect(snapshot.capacity == capacity)
    #expect(snapshot.tensors.map(\.shape) == [[10], [1]])
  }

  @Test("Saves follow one another, each with what the tensors were")
  func saves() throws {
    let pool = WorkerPool(threadCount: 2)
    let (saver, snapshot) = (BackgroundSaver(store: store), TensorSnapshot())
    let outcomes = Mutex<[CheckpointStore.SaveOutcome]>([])
    let store = store
    for step in 1...4 {
      try saver.finish()
      fill(snapshot, first: Float(step), count: 1000, pool: pool)
      try saver.start(content(step, of: snapshot), holding: snapshot) { outcome in
        // The store may be asked from here.
        try store.prune(keepLast: 2)
        outcomes.withLock { $0.append(outcome) }
      }
    }
    try saver.finish()
    #expect(!saver.isSaving)
    #expect(outcomes.withLock { $0 } == Array(repeating: .saved, count: 4))
    #expect(try store.list() == [3, 4])
    let file = try SafetensorsFile(path: store.path(ofStep: 4) + "/model.safetensors")
    let entry = try #require(file.entries.first)
    #expect(
      file.file.bytes.loadUnaligned(fromByteOffset: entry.range.lowerBound, as: Float.self) == 4)
  }

  @Test("An error is thrown once, by the next call, which begins nothing")
  func keepsErrors() throws {
    struct Broken: Error {}
    let (saver, snapshot) = (BackgroundSaver(store: store), TensorSnapshot())
    fill(snapshot, first: 0, count: 10, pool: WorkerPool(threadCount: 1))
    try saver.start(content(1, of: snapshot), holding: snapshot) { _ in throw Broken() }
    #expect(throws: Broken.self) { try saver.start(content(2, of: snapshot), holding: snapshot) }
    try saver.finish()
    #expect(try store.list() == [1])
    try AtomicFile.write("in the way", to: root.path + "/file")
    let blocked = BackgroundSaver(store: CheckpointStore(runFolder: root.path + "/file"))
    try blocked.start(content(1, of: snapshot), holding: snapshot)
    #expect(throws: FileError.self) { try blocked.finish() }
    try blocked.finish()
  }

  @Test("A save that is asked to stop leaves nothing")
  func stops() throws {
    let snapshot = TensorSnapshot()
    fill(snapshot, first: 0, count: 10, pool: WorkerPool(threadCount: 1))
    var questions = 0
    while true {
      var left = questions
      let outcome = try store.save(content(1, of: snapshot)) {
        left -= 1
        return left < 0
      }
      if outcome == .saved { break }
      #expect(outcome == .stopped)
      #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder) == [])
      questions += 1
    }
    #expect(questions > 3)
  }
}
