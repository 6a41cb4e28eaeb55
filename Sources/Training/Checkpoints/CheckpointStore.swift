public import Files
internal import Synchronization

/// The checkpoints of one run: `<run folder>/checkpoints/step-00000200/`.
///
/// Whatever kills the process or the machine, and wherever, what lies under a step's name is a whole
/// checkpoint or is recognised as broken, and a good one that was there stays until its successor
/// is on the disk. One process at a time writes (``FolderLock``); within it every method may be called
/// from any thread, but saving, pruning and sweeping not at once.
public final class CheckpointStore: Sendable {
  /// The folder of the run.
  public let runFolder: String
  /// The folder of its checkpoints; it appears with the first of them.
  public let folder: String

  /// A checkpoint whose content this object has seen to be what the manifest says.
  struct Known: Sendable {
    let manifest: CheckpointManifest
    /// The files as they were then, in the manifest's order.
    let identities: [FileIdentity]
  }
  let known = Mutex<[Int: Known]>([:])

  /// Names the folders; nothing is read or made.
  ///
  /// - Parameter runFolder: The folder of one run, such as `results/plan/continual`.
  public init(runFolder: String) {
    self.runFolder = runFolder
    folder = runFolder + "/checkpoints"
  }

  /// Where a step's checkpoint lies or would lie.
  ///
  /// - Parameter step: Optimizer updates.
  /// - Returns: A path; its last part has at least eight digits, so that names sort by step.
  public func path(ofStep step: Int) -> String { "\(folder)/\(Self.name(ofStep: step))" }

  static func name(ofStep step: Int) -> String {
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
  }

  /// The step that a folder's name tells; `nil` for every name that ``name(ofStep:)`` never gives.
  static func step(ofName name: String) -> Int? {
    guard name.hasPrefix("step-"), let step = Int(name.dropFirst(5)), step >= 0,
      Self.name(ofStep: step).utf8.elementsEqual(name.utf8)
    else { return nil }
    return step
  }

  /// The steps that have a checkpoint, good or not, in ascending order.
  ///
  /// - Returns: None if there is no folder yet.
  /// - Throws: `FileError` if the folder cannot be listed.
  public func list() throws(FileError) -> [Int] {
    let names: [String]
    do throws(FileError) {
      names = try Folder.names(in: folder)
    } catch .notFound {
      return []
    }
    return names.compactMap(Self.step(ofName:)).sorted()
  }

  /// Removes what a dead process has left half written, and puts back what it had moved aside.
  ///
  /// Called when a run starts, before anything else is asked of the store.
  /// - Returns: The hidden names that were found.
  /// - Throws: `FileError`.
  /// - Precondition: The caller holds the run's lock and no save is under way.
  @discardableResult
  public func sweep() throws(FileError) -> [String] {
    var found = try Folder.sweep(runFolder)
    found += try Folder.sweep(folder)
    for step in try list() {
      // What is no folder is found out when the checkpoint is verified. Scores are written beside
      // the weights later.
      for folder in [path(ofStep: step), path(ofStep: step) + "/evaluation"] {
        found += (try? Folder.sweep(folder)) ?? []
      }
    }
    return found
  }
}
