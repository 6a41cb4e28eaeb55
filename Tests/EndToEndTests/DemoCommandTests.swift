import Foundation
import TestSupport
import Testing

@Suite("cpteval demo")
struct DemoCommandTests {
  @Test("It makes a world, trains by the plan in it, and tells what came out")
  func wholeDemonstration() throws {
    let folder = try Locations.makeTemporaryFolder()
    let arguments = ["demo", "--phase-tokens", "5000", "--seed", "3", "--output-path", "out"]
    let first = try BuiltBinary.run(arguments, in: folder)
    #expect(first.status == 0, "\(first.errors)")
    for row in [
      "3,200 questions per language", "(guessing)", "then German, no replay",
      "then German, 25 % replay", "both from scratch",
      "Without replay, learning German changed English by",
      "With 25 % replay against both from scratch:", "50 % of the compute",
    ] {
      #expect(first.output.contains(row), "\(row) in \(first.output)")
    }
    #expect(FileManager.default.fileExists(atPath: folder.path + "/out/demo-3/report.html"))
    // Nothing is left to be done, and what was made is made again with the same bytes.
    let world = folder.appendingPathComponent("out/world-3")
    let texts = try Data(contentsOf: world.appendingPathComponent("german.jsonl"))
    let again = try BuiltBinary.run(arguments, in: folder)
    #expect(again.status == 0 && again.output == first.output, "\(again.errors)")
    #expect(again.errors.contains("was finished at step"))
    #expect(try Data(contentsOf: world.appendingPathComponent("german.jsonl")) == texts)
    // All of it can be used as a user's own files can.
    let plan = try BuiltBinary.run(["plan", "check", "out/world-3/plan.yaml"], in: folder)
    #expect(plan.status == 0, "\(plan.errors)")
    for task in ["endings_en", "questions_de", "aims_de"] {
      let path = "out/world-3/tasks/\(task).yaml"
      let checked = try BuiltBinary.run(["tasks", "check", path], in: folder)
      #expect(checked.status == 0, "\(checked.errors)")
    }
    // Another length is another plan.
    let other = try BuiltBinary.run(
      ["demo", "--phase-tokens", "6000", "--seed", "3", "--output-path", "out"], in: folder)
    #expect(other.status == 2, "\(other.errors)")
    #expect(other.errors.contains("6000"), "\(other.errors)")
  }

  @Test(
    "Wrong requests are refused before anything is written",
    arguments: [
      ["--phase-tokens", "10"], ["--threads", "0"], ["--output-path", ""], ["--seed", "-1"],
    ])
  func wrongRequests(options: [String]) throws {
    let folder = try Locations.makeTemporaryFolder()
    let outcome = try BuiltBinary.run(["demo"] + options, in: folder)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
