import Files
import Foundation
import OrderedJSON
import TestSupport
import Testing
import Training

@Suite("The log of a run's steps")
struct StepLogTests {
  let file: URL
  init() throws {
    file = try Locations.makeTemporaryFolder().appendingPathComponent("metrics.jsonl")
  }

  private func content() throws -> String { try String(contentsOf: file, encoding: .utf8) }

  private func write(_ text: String) throws { try Data(text.utf8).write(to: file) }

  @Test("Lines are appended, also to what an earlier process wrote")
  func appends() throws {
    do {
      let log = try StepLog(path: file.path)
      try log.append(["step": 1, "loss": 4.5])
      try log.append(["step": 2, "text": "a\nb"], isFlushed: true)
    }
    let log = try StepLog(path: file.path)
    try log.append(["step": 3])
    #expect(
      try content() == """
        {"step": 1, "loss": 4.5}
        {"step": 2, "text": "a\\nb"}
        {"step": 3}

        """)
  }

  @Test(
    "Opening removes a torn line, and ends a whole one that lacks its line break",
    arguments: [
      ("", ""), ("{\"step\": 1}\n", "{\"step\": 1}\n"), ("{\"step\": 1", ""), ("\n", "\n"),
      ("{\"step\": 1}\n{\"st", "{\"step\": 1}\n"), ("{\"step\": 1}", "{\"step\": 1}\n"),
      ("{\"step\": 1}\n{\"step\": 2}", "{\"step\": 1}\n{\"step\": 2}\n"), ("17", ""),
      ("{\"step\": 1}\n\u{0}\u{0}\u{0}", "{\"step\": 1}\n"),
    ])
  func mends(before: String, after: String) throws {
    try write(before)
    _ = try StepLog(path: file.path)
    #expect(try content() == after)
  }

  @Test(
    "Cutting keeps everything up to the last line whose step is not beyond",
    arguments: [
      (0, ""), (1, "1"), (2, "1 2 2"), (3, "1 2 2"), (4, "1 2 2 x 4 y"), (5, "1 2 2 x 4 y 5"),
      (9, "1 2 2 x 4 y 5"),
    ])
  func cuts(step: Int, kept: String) throws {
    func text(_ words: String) -> String {
      words.split(separator: " ").map { word in
        switch word {
        case "x": "{\"no\": \"step\"}\n"
        case "y": "garbage } \u{1} \n"
        default: "{\"step\": \(word), \"loss\": NaN}\n"
        }
      }.joined()
    }
    try write(text("1 2 2 x 4 y 5 x y") + "{\"step\": 6, \"lo")
    // A line without a step belongs to the lines before it only if one with a step follows.
    let expected = step == 4 ? text("1 2 2 x 4") : text(kept)
    let log = try StepLog(path: file.path)
    let removed = try log.cut(afterStep: step)
    #expect(try content() == expected)
    #expect(removed == text("1 2 2 x 4 y 5 x y").utf8.count - expected.utf8.count)
    try log.append(["step": .integer(step + 1)])
    #expect(try content() == expected + "{\"step\": \(step + 1)}\n")
  }

  @Test("Windows and long lines make no difference")
  func cutsLongFiles() throws {
    var lines: [String] = []
    var generator = Mutator(seed: 3)
    for step in 1...400 {
      let padding = String(repeating: "x", count: step % 50 == 0 ? 150_000 : generator.below(900))
      lines.append("{\"step\": \(step), \"text\": \"\(padding)\"}\n")
    }
    // Longer than what is looked into.
    let bloated = "{\"step\": 1, \"text\": \"" + String(repeating: "y", count: 3 << 20) + "\"}\n"
    for step in [1, 49, 50, 51, 250, 399, 400] {
      try write((lines + [bloated]).joined())
      try StepLog(path: file.path).cut(afterStep: step)
      #expect(try content() == lines[..<step].joined(), "\(step)")
    }
  }

  @Test("Deep or hostile lines are passed over", arguments: ["[", "{\"step\":", "{\"a\":{"])
  func passesOver(pattern: String) throws {
    let deep = String(repeating: pattern, count: 100_000)
    try write("{\"step\": 1}\n\(deep)\n{\"step\": 9223372036854775808}\n{\"step\": -5.0}\n")
    try StepLog(path: file.path).cut(afterStep: 5)
    #expect(try content() == "{\"step\": 1}\n")
  }

  @Test("A line that cannot be written is taken back")
  func takesBack() throws {
    for number in 1...20 {
      try? FileManager.default.removeItem(at: file)
      let fault: FaultInjection.Fault =
        number.isMultiple(of: 2)
        ? .fail(at: number, code: ENOSPC) : .fill(from: number, code: ENOSPC)
      let outcome = try SaveProbe.run(
        "log", file.path, "1", "19", faults: [fault], on: "metrics.jsonl")
      #expect(outcome.status == 1)
      // The first call opens the file.
      let written = (try? content()) ?? ""
      #expect(written.split(separator: "\n").count == max(0, number - 2))
      #expect(written.isEmpty || written.hasSuffix("\n"))
    }
  }

  @Test("A line torn by a kill is gone when the file is opened again")
  func survivesAKill() throws {
    let killed = try SaveProbe.run(
      "log", file.path, "1", "9", faults: [.tear(at: 4)], on: "metrics.jsonl")
    #expect(killed.isKilled)
    #expect(try !content().hasSuffix("\n"))
    let outcome = try SaveProbe.run("log", file.path, "3", "3")
    #expect(outcome.status == 0)
    #expect(try content().split(separator: "\n").count == 3)
  }

  @Test("A folder or a pipe is refused")
  func refusesOthers() throws {
    mkfifo(file.path, 0o600)
    #expect(throws: FileError.self) { try StepLog(path: file.path) }
    #expect(throws: FileError.self) {
      try StepLog(path: file.deletingLastPathComponent().path)
    }
    #expect(throws: FileError.self) { try StepLog(path: file.path + "/missing") }
  }
}
