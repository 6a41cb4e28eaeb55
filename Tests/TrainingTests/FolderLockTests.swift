import Files
import Foundation
import TestSupport
import Testing

@Suite("The lock of a folder")
struct FolderLockTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  @Test("A second taker is refused and told who has it; letting go frees it")
  func refusesTheSecond() throws {
    let lock = try FolderLock(folder: folder.path)
    let error = #expect(throws: FolderLockError.self) { try FolderLock(folder: folder.path) }
    #expect(error?.holder?.process == getpid())
    #expect(error?.description.contains("\(folder.path) is being written by process") == true)
    lock.release()
    lock.release()
    let second = try FolderLock(folder: folder.path)
    second.release()
  }

  @Test("The lock of a process that is killed is free")
  func diesWithItsProcess() throws {
    let process = Process()
    process.executableURL = BuiltBinary.folder.appendingPathComponent("SaveProbe")
    process.arguments = ["lock", folder.path]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    defer { process.terminate() }
    let answer = output.fileHandleForReading.availableData
    #expect(String(decoding: answer, as: UTF8.self) == "locked\n")
    let error = #expect(throws: FolderLockError.self) { try FolderLock(folder: folder.path) }
    #expect(error?.holder?.process == process.processIdentifier)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let lock = try FolderLock(folder: folder.path)
    lock.release()
  }

  @Test(
    "What was in the file before does not matter", arguments: ["", "17", "-1 x y", "1 h\n\n\n"])
  func survivesGarbage(text: String) throws {
    let file = folder.appendingPathComponent(".lock")
    try Data(text.utf8).write(to: file)
    let lock = try FolderLock(folder: folder.path)
    let content = try String(contentsOf: file, encoding: .utf8)
    #expect(content.hasPrefix("\(getpid()) ") && content.hasSuffix("\n"))
    lock.release()
  }

  @Test("A link, a pipe or a folder in the lock's place is an error")
  func refusesOthers() throws {
    let path = folder.appendingPathComponent(".lock").path
    #expect(mkfifo(path, 0o600) == 0)
    #expect(throws: (any Error).self) { try FolderLock(folder: folder.path) }
    unlink(path)
    symlink("/etc/hostname", path)
    #expect(throws: (any Error).self) { try FolderLock(folder: folder.path) }
    unlink(path)
    mkdir(path, 0o700)
    #expect(throws: (any Error).self) { try FolderLock(folder: folder.path) }
    #expect(throws: (any Error).self) { try FolderLock(folder: folder.path + "/missing") }
  }
}
