import TestSupport
import Testing

@Suite("Text files")
struct PlainTextTests {
  let scene: DocumentScene
  init() throws { scene = try DocumentScene() }

  @Test("A mark tells UTF-8 and UTF-16; without one it has to be UTF-8")
  func readsEncodings() throws {
    let text = "Wälder und Bäume"
    let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    for bytes in [
      Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), [0xFF, 0xFE] + little,
      [0xFE, 0xFF] + big,
    ] {
      try scene.write(bytes, to: "a.txt")
      #expect(scene.read(["a.txt"]) == [text])
    }
    try scene.write(little, to: "a.txt")
    #expect(scene.read(["a.txt"])[0].contains("not valid UTF-8"))
  }
}
