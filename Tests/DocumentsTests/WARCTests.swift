import Documents
import Foundation
import TestSupport
import Testing

@Suite("WARC and WET files")
struct WARCTests {
  let scene: DocumentScene
  init() throws { scene = try DocumentScene() }

  private static func record(
    _ type: String, _ content: [UInt8], contentType: String = "application/http; msgtype=response",
    length: Int? = nil, address: String = "http://x.org/"
  ) -> [UInt8] {
    let header =
      "WARC/1.0\r\nWARC-Type: \(type)\r\nWARC-Target-URI: \(address)\r\n"
      + "Content-Type: \(contentType)\r\nContent-Length: \(length ?? content.count)\r\n\r\n"
    return Array(header.utf8) + content + Array("\r\n\r\n".utf8)
  }

  private static func answer(
    _ body: [UInt8], type: String = "text/html; charset=utf-8", status: String = "200 OK",
    extra: String = ""
  ) -> [UInt8] {
    Array("HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\n\(extra)\r\n".utf8) + body
  }

  private static func page(_ words: String) -> [UInt8] {
    record("response", answer(Array("<p>\(words)</p>".utf8)))
  }

  @Test("Pages of answers and texts of conversions are documents, all else is not")
  func readsRecords() throws {
    let latin: [UInt8] = Array("<p>W".utf8) + [0xE4] + Array("lder".utf8)
    let parts: [[UInt8]] = [
      Self.record(
        "warcinfo", Array("software: x\r\n".utf8), contentType: "application/warc-fields"),
      Self.record("request", Array("GET / HTTP/1.1\r\n\r\n".utf8)),
      Self.page("One"), Self.record("response", Self.answer([1, 2], type: "image/png")),
      Self.record("response", Self.answer(Array("<p>Not found".utf8), status: "404 Not Found")),
      Self.record("response", Self.answer(latin, type: "text/html; charset=ISO-8859-1")),
      Self.record("metadata", Array("a: b".utf8), contentType: "application/warc-fields"),
      Self.record(
        "response",
        Self.answer(
          Array("5\r\n<p>Ch\r\n4\r\nunks\r\n0\r\n\r\n".utf8),
          extra: "Transfer-Encoding: chunked\r\n")),
      Self.record("conversion", Array("Plain\ntext".utf8), contentType: "text/plain"),
      // What wget says of itself.
      Self.record(
        "resource", Array("\"-r\"".utf8), contentType: "text/plain",
        address: "<metadata://gnu.org/software/wget/warc/wget_arguments.txt>"),
      Self.record("resource", Array("A file".utf8), contentType: "text/plain"),
    ]
    try scene.write(parts.flatMap { $0 }, to: "a.warc")
    let expected = ["One", "Wälder", "Chunks", "Plain\ntext", "A file"]
    #expect(scene.read(["a.warc"]) == expected)
    #expect(scene.read([try scene.compress("a.warc")]) == expected)
  }

  @Test("Of a file that is cut short or no archive the rest is lost, and that is said")
  func tellsCutFiles() throws {
    func ends(_ bytes: [UInt8]) throws -> [Bool] {
      let reader = DocumentReader(files: [try scene.write(bytes, to: "a.warc")])
      var found: [Bool] = []
      while let portion = reader.nextPortion() {
        for document in portion.documents {
          if case .problem(_, let endsFile) = document.content { found.append(endsFile) }
        }
      }
      return found
    }
    let page = Self.page("One")
    let noise = Array("noise\r\nand more\r\n".utf8)
    #expect(try ends(page + page).isEmpty)
    #expect(try ends(page + noise + page) == [false])
    #expect(try ends(noise + page) == [false])
    #expect(try ends(page + noise) == [true])
    #expect(try ends(noise) == [true])
    #expect(try ends(page + page.dropLast(12)) == [true])
    #expect(try ends(page + page.prefix(20)) == [true])
    let lying = Self.record("response", Self.answer(Array("x".utf8)), length: 10_000)
    #expect(try ends(lying) == [true])
    let image = Self.record("response", Self.answer([1]), contentType: "image/png", length: 100)
    #expect(try ends(image) == [true])
  }

  @Test("A packed body is unpacked")
  func unpacksBodies() throws {
    try scene.write("<p>Packed words</p>", to: "body")
    let packed = [UInt8](
      try Data(contentsOf: scene.root.appendingPathComponent(try scene.compress("body"))))
    let record = Self.record(
      "response", Self.answer(packed, extra: "Content-Encoding: gzip\r\n"))
    let left = Self.record(
      "response", Self.answer(Array("<p>Plain".utf8), extra: "Content-Encoding: gzip\r\n"))
    let cut = Self.record(
      "response", Self.answer(Array(packed.dropLast(9)), extra: "Content-Encoding: gzip\r\n"))
    try scene.write(record + cut + left, to: "a.warc")
    let texts = scene.read(["a.warc"])
    try #require(texts.count == 3)
    #expect(texts[0] == "Packed words" && texts[2] == "Plain")
    #expect(texts[1].contains("cannot be unpacked"))
  }

  @Test("Behind a broken record reading goes on with the next one")
  func goesOnBehindBrokenRecords() throws {
    let good = Self.page("Good")
    for (bad, words) in [
      (Array("GARBAGE\r\nmore garbage\r\n\r\n".utf8), "a record should begin here"),
      (Array("WARC/1.0\r\nWARC-Type: response\r\n\r\n".utf8), "no Content-Length"),
      (Array("WARC/1.0\r\nContent-Length: -5\r\n\r\n".utf8), "Content-Length is \"-5\""),
      (Array("WARC/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n".utf8), "Content-Length is"),
      (
        Array("WARC/1.0\r\n".utf8) + Array(String(repeating: "a: b\r\n", count: 300).utf8),
        "more than 200 lines"
      ),
      (Self.record("response", Array("no http".utf8)), "no HTTP"),
      // Too short a length leaves the rest of the page where a record should begin.
      (Self.record("response", Self.answer(Array("<p>abc".utf8)), length: 40), "begin"),
    ] {
      try scene.write(good + bad + good, to: "a.warc")
      let texts = scene.read(["a.warc"])
      #expect(texts.first == "Good" && texts.last == "Good", "\(texts)")
      let problem = texts.first { $0.hasPrefix("PROBLEM") } ?? ""
      #expect(problem.contains(words) || words == "begin", "\(problem)")
    }
  }

  @Test("A file that is cut short, packed or not, gives what stood before, and the byte")
  func keepsTheGoodPart() throws {
    let good = Self.page("Good")
    try scene.write(good + good.dropLast(20), to: "cut.warc")
    let texts = scene.read(["cut.warc"])
    try #require(texts.count == 2)
    #expect(texts[0] == "Good")
    #expect(texts[1].contains("cut.warc, byte \(good.count): the record ends after"))
    try scene.write(good + Self.page("More of it"), to: "b.warc")
    let name = try scene.compress("b.warc")
    let packed = [UInt8](try Data(contentsOf: scene.root.appendingPathComponent(name)))
    try scene.write(Array(packed.dropLast(12)), to: "c.warc.gz")
    let rest = scene.read(["c.warc.gz"])
    #expect(rest.last?.contains("the gzip data ends early") == true)
    var options = DocumentOptions()
    options.maximumMarkupSize = 64
    try scene.write(good + Self.page(String(repeating: "x", count: 100)) + good, to: "large.warc")
    #expect(
      scene.read(["large.warc"], options: options).filter { $0.contains("more than 64") }.count == 3
    )
  }

  @Test("Mutated files never crash the reader")
  func survivesMutation() throws {
    let sample =
      Self.page("One")
      + Self.record(
        "conversion", Array("Plain".utf8), contentType: "text/plain")
    var mutator = Mutator(seed: 5)
    for _ in 0..<300 {
      try scene.write(mutator.mutated(sample), to: "m.warc")
      _ = scene.read(["m.warc"])
    }
  }
}
