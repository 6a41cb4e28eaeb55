import Files
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Mapped files")
struct MappedFileTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  @Test("A file is mapped, through a symbolic link too, and an empty one has no bytes")
  func mapsPlainFiles() throws {
    try Data("hello".utf8).write(to: URL(fileURLWithPath: path("a")))
    try Data().write(to: URL(fileURLWithPath: path("empty")))
    try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: path("a"))
    let file = try MappedFile(path: path("link"))
    #expect(Array(file.bytes) == Array("hello".utf8))
    file.advise(0..<5, .willNeed)
    file.advise(0..<99, .dontNeed)
    #expect(Array(file.bytes) == Array("hello".utf8))
    #expect(try MappedFile(path: path("empty")).size == 0)
  }

  @Test("A pipe, a folder, a device and a missing file are refused without waiting")
  func refusesSpecialFiles() throws {
    #expect(mkfifo(path("pipe"), 0o600) == 0)
    #expect(throws: FileError.notAPlainFile(path: path("pipe"), kind: "a pipe")) {
      _ = try MappedFile(path: path("pipe"))
    }
    #expect(throws: FileError.notAPlainFile(path: folder.path, kind: "a folder")) {
      _ = try MappedFile(path: folder.path)
    }
    #expect(throws: FileError.notAPlainFile(path: "/dev/zero", kind: "a device")) {
      _ = try MappedFile(path: "/dev/zero")
    }
    #expect(throws: FileError.notFound(path: path("absent"))) {
      _ = try MappedFile(path: path("absent"))
    }
    #expect(throws: FileError.notFound(path: "a\0b")) { _ = try MappedFile(path: "a\0b") }
  }

  @Test("A file that shrinks under the mapping is an error, not a signal")
  func noticesShrinking() throws {
    try Data(repeating: 7, count: 100_000).write(to: URL(fileURLWithPath: path("a")))
    let file = try MappedFile(path: path("a"))
    try file.verifyUnchanged()
    #expect(truncate(path("a"), 10) == 0)
    #expect(throws: FileError.changed(path: path("a"))) { try file.verifyUnchanged() }
    #expect(throws: FileError.endsEarly(path: path("a"), offset: 10)) {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
      defer { buffer.deallocate() }
      try file.copyBytes(into: buffer, from: 0)
    }
  }
}

@Suite("Writing files")
struct AtomicFileTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("A file appears at the commit with all its bytes and leaves nothing beside it")
  func appearsAtCommit() throws {
    let path = folder.appendingPathComponent("out.bin").path
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    let file = try AtomicFile(path: path)
    var expected: [UInt8] = []
    for size in [1, 700_000, 5, 1 << 20, 3_000_000, 0, 17] {
      let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ size) }
      try file.write(piece)
      expected += piece
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("old".utf8))
    try file.commit()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(expected))
    #expect(try names() == ["out.bin"])
  }

  @Test("Without a commit the old file stays and the temporary one, named with a dot, goes")
  func vanishesWithoutCommit() throws {
    let path = folder.appendingPathComponent("out.bin").path
    do {
      let file = try AtomicFile(path: path)
      try file.write("half")
      #expect(try names().allSatisfy { $0.hasPrefix(".out.bin.") && $0.hasSuffix(".partial") })
    }
    #expect(try names() == [])
  }

  @Test("A failed call says what failed and how to mend it")
  func reportsSystemErrors() throws {
    #expect(
      FileError.system(operation: "write", path: "/x", code: ENOSPC).description
        == "/x: cannot write: No space left on device; free some space or choose another folder.")
    #expect(throws: FileError.self) { try AtomicFile.write("x", to: "/proc/cpteval.txt") }
  }

  @Test("A missing folder is an error that names it")
  func reportsMissingFolder() throws {
    let missing = folder.appendingPathComponent("missing").path
    #expect(throws: FileError.notFound(path: missing)) {
      try AtomicFile.write("x", to: missing + "/file")
    }
  }

  @Test("An output folder is made with its parents, and stays empty")
  func preparesFolder() throws {
    let path = folder.appendingPathComponent("a/b/c").path
    _ = try OutputFolder(preparing: path + "/", requiredBytes: 1000)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
    _ = try OutputFolder(preparing: path)
  }

  @Test("A folder without the space, below a file, or where nothing can be made is refused")
  func refusesUselessFolders() throws {
    #expect(throws: FileError.self) {
      try OutputFolder(preparing: folder.path, requiredBytes: .max)
    }
    let file = folder.appendingPathComponent("file").path
    try Data().write(to: URL(fileURLWithPath: file))
    #expect(throws: FileError.notAFolder(path: file)) { try OutputFolder(preparing: file) }
    #expect(throws: FileError.notAFolder(path: file)) { try OutputFolder(preparing: file + "/x") }
    #expect(throws: FileError.self) { try OutputFolder(preparing: "/proc/cpteval") }
    #expect(throws: FileError.self) { try OutputFolder(preparing: "") }
  }
}

@Suite("Names")
struct NameTests {
  @Test(
    "A mistyped name suggests what was meant",
    arguments: [
      ("helaswag", ["hellaswag"]), ("HellaSwag", ["hellaswag"]), ("arc_esay", ["arc_easy"]),
      ("zzzzzz", []), ("", []),
    ])
  func suggestsNearNames(name: String, expected: [String]) {
    let names = ["hellaswag", "arc_easy", "piqa", "winogrande"]
    #expect(suggestions(for: name, among: names) == expected)
  }

  @Test("Escape sequences and bidirectional marks in a name cannot reach the terminal")
  func escapesControls() {
    #expect("a\u{1B}[31mb\nc".escapedForTerminal == "a\\u{1b}[31mb\\u{a}c")
    #expect("\u{202E}x\u{9B}".escapedForTerminal == "\\u{202e}x\\u{9b}")
    #expect("größe".escapedForTerminal == "größe")
    #expect(String(repeating: "x", count: 500).abbreviatedForTerminal(limit: 20).count == 20)
  }
}
