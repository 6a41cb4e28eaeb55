import Foundation
import TestSupport
import Testing

@testable import TrainingPlans

@Suite("Files behind globs")
struct DataFilesTests {
  /// A folder with these files, empty ones.
  private static func folder(_ files: [String]) throws -> String {
    let folder = try Locations.makeTemporaryFolder()
    for file in files {
      let url = folder.appendingPathComponent(file)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: url)
    }
    return folder.path
  }

  private static func names(_ glob: String, in folder: String) throws -> [String] {
    try GlobSearch.files(glob, in: folder).map { String($0.dropFirst(folder.count + 1)) }
  }

  @Test(
    "Stars stay within a folder, two of them span folders, and results are sorted by bytes",
    arguments: [
      ("*.txt", ["B.txt", "a.txt", "ä.txt"]), ("a.txt", ["a.txt"]),
      ("?.txt", ["B.txt", "a.txt", "ä.txt"]),
      ("[a-c].txt", ["a.txt"]), ("[!a].txt", ["B.txt"]),
      ("**/*.txt", ["B.txt", "a.txt", "d/c.txt", "d/e/f.txt", "ä.txt"]),
      ("**", ["B.txt", "a.txt", "d/c.txt", "d/e/f.txt", "d/x.jsonl", "d/y[1].txt.gz", "ä.txt"]),
      ("d/**/*.txt", ["d/c.txt", "d/e/f.txt"]), ("*/*.txt", ["d/c.txt"]),
      ("**/e/**", ["d/e/f.txt"]), ("d/y[1].txt.gz", ["d/y[1].txt.gz"]), ("d/y[1].*", []),
      ("d/../a.txt", ["d/../a.txt"]), ("./*.txt", ["./B.txt", "./a.txt", "./ä.txt"]),
      ("d", []), ("x", []), (".*", [".hidden"]), ("*en", []), ("**/**/f.txt", ["d/e/f.txt"]),
    ])
  func expands(_ glob: String, _ expected: [String]) throws {
    let folder = try Self.folder([
      "a.txt", "B.txt", "ä.txt", "d/c.txt", "d/x.jsonl", "d/e/f.txt", "d/y[1].txt.gz", ".hidden",
      ".git/g.txt",
    ])
    #expect(try Self.names(glob, in: folder) == expected)
  }

  @Test("Links to folders are followed, and loops of them end")
  func survivesLoops() throws {
    let folder = try Self.folder(["a/b.txt", "a/c/d.txt"])
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder + "/a/up", withDestinationPath: "..")
    try manager.createSymbolicLink(atPath: folder + "/a/c/self", withDestinationPath: ".")
    try manager.createSymbolicLink(atPath: folder + "/gone", withDestinationPath: "nowhere")
    try manager.createSymbolicLink(atPath: folder + "/data", withDestinationPath: "a")
    #expect(try Self.names("data/*.txt", in: folder) == ["data/b.txt"])
    #expect(try Self.names("**/d.txt", in: folder).count == 1)
    #expect(try Self.names("**/*.txt", in: folder).count == 2)
    #expect(try Self.names("gone", in: folder).isEmpty)
  }

  @Test("Pipes and folders are no files")
  func ignoresSpecialFiles() throws {
    let folder = try Self.folder(["a.txt"])
    mkfifo(folder + "/b.txt", 0o600)
    try FileManager.default.createDirectory(
      atPath: folder + "/c.txt", withIntermediateDirectories: false)
    #expect(try Self.names("*.txt", in: folder) == ["a.txt"])
    #expect(try Self.names("b.txt", in: folder).isEmpty)
  }

  private static func problems(_ data: String, in folder: String) throws -> [String] {
    let plan = try Plans.plan(Plans.text(replacing: ["data": data]))
    do throws(DataFilesProblems) {
      _ = try plan.dataFiles(in: folder)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test("A glob without files, and files of other kinds, are errors that say what can be read")
  func namesProblems() throws {
    let folder = try Self.folder([
      "a.txt", "b.jsonl.gz", "c.html", "d.warc.gz", "e.bin", "f.TXT", "g.pdf", "h.pdf",
    ])
    #expect(
      try Self.problems("data: {a: {train: ['*.txt', 'c*', 'd*']}, b: {train: b.*}}", in: folder)
        == [])
    let missing = try Self.problems(
      "data: {a: {train: [x, a.txt], validation: y*}, b: {train: '*.bin'}}", in: folder)
    #expect(missing.count == 3)
    #expect(missing[0].hasPrefix("data.a.train: no file matches \"x\" in \(folder)"))
    #expect(missing[1].hasPrefix("data.a.validation: no file matches \"y*\""))
    #expect(missing[2].contains("e.bin: the ending tells of no text"))
    #expect(missing[2].contains(".jsonl, .ndjson, .json, .txt, .html"))
    let others = try Self.problems("data: {a: {train: '*.pdf'}, b: {train: a.txt}}", in: folder)
    #expect(others.count == 1)
    #expect(others[0].contains("g.pdf and 1 more files: the ending tells of no text"))
  }

  @Test("Indexed data sets are known by .idx, or by the format's name, and opened by their index")
  func findsIndexedDataSets() throws {
    let folder = try Self.folder(["a.idx", "a.bin", "b.txt", "c.idx", "c.bin"])
    func files(_ data: String) throws -> [String] {
      let plan = try Plans.plan(Plans.text(replacing: ["data": data]))
      #expect(plan.data[0].format == .megatron)
      return try plan.dataFiles(in: folder)[0].files.train
    }
    let expected = ["a.idx", "c.idx"].map { "\(folder)/\($0)" }
    #expect(try files("data: {a: {train: '*.idx'}, b: {train: b.txt}}") == expected)
    #expect(
      try files("data: {a: {train: '[ac].*', format: megatron}, b: {train: b.txt}}") == expected)
    #expect(
      try Self.problems("data: {a: {train: '*', format: megatron}, b: {train: b.txt}}", in: folder)
        == [
          "data.a.train: \(folder)/b.txt: the ending is neither .idx nor .bin; remove format: "
            + "megatron if these are texts."
        ])
    let mixed = try Self.problems(
      "data: {a: {train: ['*.txt', 'a.idx']}, b: {train: b.txt}}", in: folder)
    #expect(mixed.count == 1 && mixed[0].contains("a.idx: an indexed data set among texts"))
  }

  @Test("Packed files that are no whole number of rows are errors")
  func checksRows() throws {
    let folder = try Self.folder(["a.txt", "empty.bin"])
    // The small plan's sequences have 10 tokens, so its rows have 11.
    for (name, size) in [("one.bin", 44), ("two.bin", 88), ("odd.bin", 80)] {
      try Data(count: size).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    func problems(_ glob: String, _ type: String = "int32") throws -> [String] {
      try Self.problems(
        "data: {a: {train: '\(glob)', format: packed, dtype: \(type)}, b: {train: a.txt}}",
        in: folder)
    }
    #expect(try problems("[ot][nw][eo].bin") == [])
    #expect(try problems("one.bin", "uint16") == [])
    #expect(try problems("odd.bin").first?.contains("80 bytes are no whole number of rows") == true)
    #expect(try problems("one.bin", "int64").count == 1)
    #expect(try problems("empty.bin").count == 1)
  }

  @Test("Globs that overlap give each file once, and shared files are found")
  func joinsGlobs() throws {
    let folder = try Self.folder(["a.txt", "b.txt"])
    let plan = try Plans.plan(
      Plans.text(replacing: [
        "data": "data: {a: {train: [b.txt, '*.txt'], validation: [b.txt]}, b: {train: a.txt}}"
      ]))
    let files = try plan.dataFiles(in: folder)[0].files
    #expect(files.train == [folder + "/b.txt", folder + "/a.txt"])
    #expect(files.overlap == [folder + "/b.txt"])
  }

  @Test("A pattern of many stars ends soon")
  func matchesInBoundedTime() {
    let pattern = GlobPattern(String(repeating: "*a", count: 100) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 250)))
    #expect(pattern.matches(String(repeating: "a", count: 250) + "b"))
    for text in ["[", "[]", "[!]", "[a", "[z-a]", "]", "**a"] {
      _ = GlobPattern(text).matches("a")
    }
  }
}
