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

  @Test("What a killed maker left is swept, what one at work has is not")
  func sweeps() throws {
    let atWork = try AtomicFolder(path: path("new"))
    try OutputFolder.makeFolders(path(".old.1.abc.partial/sub"))
    try AtomicFile.write("x", to: path(".old.1.abc.partial/sub/file"))
    for name in [".hidden", "visible.partial"] { try OutputFolder.makeFolders(path(name)) }
    try AtomicFile.write("x", to: path(".file.partial"))
    try FileManager.default.createSymbolicLink(
      atPath: path(".link.partial"), withDestinationPath: path("visible.partial"))
    #expect(AtomicFolder.removeAbandoned(in: root.path) == [".old.1.abc.partial"])
    #expect(try names().count == 5)
    try atWork.commit()
    #expect(AtomicFolder.removeAbandoned(in: root.path) == [])
    #expect(try names().contains("new"))
  }

  @Test("What is in the way is told apart")
  func tellsOccupants() throws {
    #expect(AtomicFolder.occupant(of: path("nothing")) == .nothing)
    try AtomicFile.write("x", to: path("file"))
    #expect(AtomicFolder.occupant(of: path("file")) == .other)
    #expect(AtomicFolder.occupant(of: root.path) == .folder)
  }
}
