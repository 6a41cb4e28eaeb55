import Foundation
import TestSupport
import Testing

@Suite("cpteval data")
struct DataCommandTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  private func write(_ text: String, to name: String) throws {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func prepare(_ arguments: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["data", "prepare"] + arguments, in: folder)
  }

  private static let tokenizer =
    Locations.fixtures.appendingPathComponent("checkpoints/tiny-neox").path
  private static let sentence = "A sentence that is long enough to stay in the corpus"

  @Test("Files become a corpus, and the corpus tokens that inspect shows again")
  func preparesAndInspects() throws {
    for number in 0..<3 {
      try write(
        "<nav>Menu</nav><p>\(Self.sentence), page \(number).</p><footer>Imprint</footer>",
        to: "pages/sub/\(number).html")
    }
    try write("{\"body\": \"\(Self.sentence), record.\"}\nnonsense\n", to: "more.jsonl")
    try write("none of a format", to: "pages/readme.unknown")
    let first = try prepare(
      "pages", "more.jsonl", "--text-field", "body", "--output", "corpus/english")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("left out: no JSON object") && first.output.contains("written"))
    #expect(first.errors.contains("more.jsonl, line 2"))
    let lines = try String(
      contentsOf: folder.appendingPathComponent("corpus/english.jsonl"), encoding: .utf8)
    #expect(
      lines
        == (["page 0", "page 1", "page 2", "record"].map {
          "{\"text\": \"\(Self.sentence), \($0).\"}\n"
        }).joined())
    #expect(
      try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent("corpus").path
      ).sorted() == ["english.jsonl", "english.report.json", "english.skipped.jsonl"])
    let second = try prepare(
      "corpus/*.jsonl", "--output", "ids", "--tokenizer", Self.tokenizer, "--format", "jsonl")
    #expect(second.status == 0 && second.output.contains("tokens"), "\(second.errors)")
    let shown = try BuiltBinary.run(["data", "inspect", "ids.idx"], in: folder)
    #expect(shown.output.contains("documents") && shown.output.contains("uint16"))
    let text = try BuiltBinary.run(
      ["data", "inspect", "ids", "--document", "1", "--tokenizer", Self.tokenizer], in: folder)
    #expect(text.output.hasPrefix("\(Self.sentence), page 1."))
    let again = try prepare(
      "corpus/*.jsonl", "--output", "ids", "--tokenizer", Self.tokenizer, "--format", "jsonl")
    #expect(again.status == 0 && again.errors.contains("nothing to do"))
  }

  @Test("Wrong requests end with 2 and the fix, broken files with 1 and what stood before")
  func tellsStatuses() throws {
    try write("{\"text\": \"\(Self.sentence).\"}\n", to: "a.jsonl")
    try write("\(Self.sentence).", to: "folder/readme.unknown")
    for (arguments, words) in [
      (["folder", "--output", "x"], "the folder holds no file that is read by its name: .jsonl"),
      (["folder/readme.unknown", "--output", "x"], "name the format of all files with --format"),
      (["a.jsonl", "--output", "a.jsonl/x"], "a.jsonl is not a folder"),
      (["missing.jsonl", "--output", "x"], "no file is there"),
      (["a.jsonl", "--output", "x/"], "--output is what names begin with"),
      (["a.jsonl", "--output", "x", "--tokenizer", "gone"], "gone"),
      (["a.jsonl", "--output", "x", "--format", "pdf"], "pdf"),
      (["a.jsonl", "--output", "x", "--minimum-length=-1"], "0 or more"), (["a.jsonl"], "--output"),
    ] {
      let outcome = try BuiltBinary.run(["data", "prepare"] + arguments, in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    }
    let shell = try BuiltBinary.shell(
      "gzip -k a.jsonl && head -c 40 a.jsonl.gz > cut.jsonl.gz && "
        + "cpteval data prepare a.jsonl cut.jsonl.gz --output cut", in: folder)
    #expect(shell.status == 1 && shell.errors.contains("the gzip data ends early"))
    #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("cut.jsonl").path))
    try write("nonsense\n", to: "bad.jsonl")
    let unread = try prepare("bad.jsonl", "--output", "unread")
    #expect(unread.status == 1 && unread.errors.contains("no document could be read; unread.skip"))
    try write("MMIDIDX", to: "bad.idx")
    try write("", to: "bad.bin")
    let inspected = try BuiltBinary.run(["data", "inspect", "bad.idx"], in: folder)
    #expect(inspected.status == 2 && inspected.errors.contains("bad.idx, byte 0"))
  }

  @Test("A full disk is an error, and the same command goes on from what was saved")
  func survivesFullDisks() throws {
    let lines = (0..<20_000).map { "{\"text\": \"\(Self.sentence), number \($0).\"}" }
    try write(lines.joined(separator: "\n"), to: "a.jsonl")
    // Every file may have this many blocks of 1024 bytes.
    let full = try BuiltBinary.shell(
      "ulimit -f 256; cpteval data prepare a.jsonl --output out", in: folder)
    #expect(full.status == 1 && full.errors.contains("free some space"), "\(full.errors)")
    let outcome = try prepare("a.jsonl", "--output", "out")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let written = try String(
      contentsOf: folder.appendingPathComponent("out.jsonl"), encoding: .utf8)
    #expect(written == lines.joined(separator: "\n") + "\n")
  }
}
