import Files
import Testing

@Suite("Names as parts of file names")
struct FileNameTextTests {
  @Test("Names of models and tasks cannot lead out of the folder")
  func sanitized() throws {
    // The first four as lm_eval.utils.sanitize_model_name has them.
    #expect("/a/b c".sanitizedForFileName == "__a__b c")
    #expect("x<>:\"y".sanitizedForFileName == "x__y")
    #expect("a/../b".sanitizedForFileName == "a__..__b")
    #expect("[m]?*|\\".sanitizedForFileName == "__m__")
    #expect("..".sanitizedForFileName == "__")
    #expect("".sanitizedForFileName == "__")
    #expect("a\u{1B}[2J".sanitizedForFileName == "a__2J")
    let long = String(repeating: "ü", count: 300).sanitizedForFileName
    #expect(long.utf8.count <= 150 && long.hasPrefix("üü"))
    #expect(long != String(repeating: "ü", count: 301).sanitizedForFileName)
  }
}
