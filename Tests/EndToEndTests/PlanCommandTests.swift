import Foundation
import TestSupport
import Testing

@Suite("cpteval plan")
struct PlanCommandTests {
  private static let plans = Locations.fixtures.path + "/plans"

  /// A folder with the packed sample plan beside its checkpoint's place and data of whole rows.
  private static func folder() throws -> URL {
    let folder = try Locations.makeTemporaryFolder()
    let text = try String(
      contentsOf: URL(fileURLWithPath: plans + "/parity.yaml"), encoding: .utf8)
    let checkpoint = Locations.fixtures.path + "/checkpoints/tiny-neox"
    let moved = text.replacingOccurrences(of: "../checkpoints/tiny-neox", with: checkpoint)
      .replacingOccurrences(of: "../training/tiny-neox/", with: "")
    try Data(moved.utf8)
      .write(to: folder.appendingPathComponent("plan.yaml"))
    try Data(count: 4 * 65 * 160).write(to: folder.appendingPathComponent("tokens.i32.bin"))
    return folder
  }

  @Test("A sound plan is called sound, from another folder as well")
  func checksSoundPlan() throws {
    let folder = try Self.folder()
    let outcome = try BuiltBinary.run(["plan", "check", folder.path + "/plan.yaml"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "parity: nothing is wrong. Steps by run: reference 40.\n")
  }

  @Test("Every mistake is told at once, on standard error, with status 2")
  func tellsMistakes() throws {
    let folder = try Self.folder()
    let wrong = try BuiltBinary.run([
      "plan", "check", folder.path + "/plan.yaml", "--set", "sead=1", "--set",
      "runs.reference.phases.all.steps=x",
    ])
    #expect(wrong.status == 2 && wrong.output.isEmpty)
    #expect(wrong.errors.contains("Did you mean seed?"))
    #expect(wrong.errors.contains("a whole number is expected"))
    let files = try BuiltBinary.run([
      "plan", "check", folder.path + "/plan.yaml", "--set", "data.parity.train=[none.bin]",
      "--set", "model.checkpoint=nowhere", "--set", "evaluation.tasks=[no_such_task]",
    ])
    #expect(files.status == 2)
    for part in ["none.bin", "nowhere", "no_such_task"] {
      #expect(files.errors.contains(part), "\(files.errors)")
    }
    let missing = try BuiltBinary.run(["plan", "show", "no-such-plan.yaml"])
    #expect(missing.status == 2 && missing.errors.contains("no-such-plan.yaml"))
  }

  @Test("Show prints tables and curves, the rates as CSV, or the resolved plan, which reads back")
  func showsPlan() throws {
    let path = Self.plans + "/english-to-german.yaml"
    let shown = try BuiltBinary.run(["plan", "show", path])
    #expect(shown.status == 0 && shown.output.contains("english replayed 25 %"))
    #expect(shown.output.contains("FLOPs") && shown.output.contains("┤⡏"))
    let rates = try BuiltBinary.run(["plan", "show", path, "--csv"])
    #expect(rates.output.split(separator: "\n").count == 1 + 489 + 489 + 977)
    let resolved = try BuiltBinary.run(["plan", "show", path, "--resolved"])
    let file = try Locations.makeTemporaryFolder().appendingPathComponent("plan.yaml")
    try Data(resolved.output.utf8).write(to: file)
    let again = try BuiltBinary.run(["plan", "show", file.path, "--resolved"])
    #expect(again.output == resolved.output && again.status == 0)
  }
}
