import Files
import Foundation
import TestSupport
import Testing

@Suite("Folders that appear whole")
struct AtomicFolderTests {
  let root: URL
  init() throws { root = try Locations.makeTemporaryFolder() }

  private func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  private func names(_ folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
  }

  @Test("A folder appears at the commit, with missing parents, and leaves nothing beside it")
  func appears() throws {
    let folder = try AtomicFolder(path: path("a/b/new/"))
    try AtomicFile.write("x", to: folder.temporaryPath + "/file")
    #expect(try names("a/b").allSatisfy { $0.hasPrefix(".new.") })
    try folder.commit()
    #expect(try names("a/b") == ["new"])
    #expect(try names("a/b/new") == ["file"])
  }

  @Test("An empty folder, through a link too, is replaced")
  func replacesEmptyFolders() throws {
    try FileManager.default.createDirectory(atPath: path("real"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: path("link"), withDestinationPath: path("real"))
    #expect(AtomicFolder.occupant(of: path("link")) == .emptyFolder)
    let folder = try AtomicFolder(path: path("link"))
    try AtomicFile.write("x", to: folder.temporaryPath + "/file")
    try folder.commit()
    #expect(try names("real") == ["file"])
    #expect(AtomicFolder.occupant(of: path("link")) == .folder)
  }

  @Test("A folder that has been filled meanwhile is left alone")
  func keepsFullFolders() throws {
    do {
      let folder = try AtomicFolder(path: path("new"))
      try AtomicFile.write("mine", to: folder.temporaryPath + "/file")
      try FileManager.default.createDirectory(
        atPath: path("new"), withIntermediateDirectories: true)
      try AtomicFile.write("theirs", to: path("new/other"))
      #expect(throws: FileError.self) { try folder.commit() }
    }
    #expect(try names() == ["new"])
    #expect(try names("new") == ["other"])
  }

  @Test("Whatever is in the way changes places and goes, if that is asked for")
  func replaces() throws {
    try OutputFolder.makeFolders(path("full/sub"))
    try AtomicFile.write("old", to: path("full/sub/old"))
    try AtomicFile.write("old", to: path("file"))
    try OutputFolder.makeFolders(path("elsewhere"))
    try AtomicFile.write("kept", to: path("elsewhere/kept"))
    try FileManager.default.createSymbolicLink(
      atPath: path("link"), withDestinationPath: path("elsewhere"))
    for name in ["full", "file", "link", "nothing"] {
      let folder = try AtomicFolder(path: path(name), followsLinks: false)
      try AtomicFile.write("new", to: folder.temporaryPath + "/new")
      try folder.commit(replacing: true)
      #expect(try names(name) == ["new"])
    }
    #expect(try names() == ["elsewhere", "file", "full", "link", "nothing"])
    #expect(try names("elsewhere") == ["kept"])
  }

  @Test("A file tells the length and digest of what was written, in pieces of any size")
  func hashes() throws {
    for sizes in [
      [], [0], [1, 3_000_001, 5], [1 << 20, 1 << 20], Array(repeating: 999, count: 3000),
    ] {
      let file = try AtomicFile(path: path("hashed"), isHashed: true)
      for (index, size) in sizes.enumerated() {
        try file.write([UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size))
      }
      try file.commit()
      let digest = try #require(try SHA256Digest.digest(ofFile: path("hashed")))
      let expected = FileFingerprint(byteCount: sizes.reduce(0, +), digest: digest)
      #expect(file.fingerprint == expected)
    }
    #expect(try AtomicFile(path: path("plain")).fingerprint == nil)
  }

  @Test("Discarding a link leaves what it points to")
  func discards() throws {
    try OutputFolder.makeFolders(path("full/sub"))
    try AtomicFile.write("x", to: path("full/sub/file"))
    try FileManager.default.createSymbolicLink(
      atPath: path("link"), withDestinationPath: path("full"))
    try Folder.discard(path("link"))
    #expect(try names() == ["full"])
    #expect(try names("full/sub") == ["file"])
    try Folder.discard(path("full"))
    #expect(try names() == [])
    #expect(throws: FileError.notFound(path: path("full"))) { try Folder.discard(path("full")) }
  }

  @Test("Without a commit everything goes")
  func vanishes() throws {
    do {
      let folder = try AtomicFolder(path: path("new"))
      try AtomicFile.write("x", to: folder.temporaryPath + "/file")
      try OutputFolder.makeFolders(folder.temporaryPath + "/sub/sub")
      try AtomicFile.write("x", to: folder.temporaryPath + "/sub/sub/file")
    }
    #expect(try names() == [])
  }

  @Test("What is in the way is told apart")
  func tellsOccupants() throws {
    #expect(AtomicFolder.occupant(of: path("nothing")) == .nothing)
    try AtomicFile.write("x", to: path("file"))
    #expect(AtomicFolder.occupant(of: path("file")) == .other)
    #expect(AtomicFolder.occupant(of: root.path) == .folder)
  }
}
