import Foundation
import TestSupport
import Testing

@Suite("The built binary on the command line")
struct CommandLineTests {
  @Test("It was built beside the tests and knows its version")
  func hasVersion() throws {
    let run = try BuiltBinary.run(["--version"])
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("0."))
  }

  @Test("An unknown command or option is a wrong request, with usage on standard error")
  func refusesUnknownWords() throws {
    for arguments in [["rnu"], ["--no-such-option"]] {
      let run = try BuiltBinary.run(arguments)
      #expect(run.status == 2, "\(arguments)")
      #expect(run.output.isEmpty)
      #expect(run.errors.contains("Usage:"), "\(arguments): \(run.errors)")
    }
  }
}
