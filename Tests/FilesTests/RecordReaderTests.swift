import CZstd
import Files
import Foundation
import TestSupport
import Testing

@Suite("Reading records")
struct RecordReaderTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  private func file(_ bytes: [UInt8], _ name: String = "data.jsonl") throws -> String {
    let url = folder.appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url.path
  }

  private func file(_ text: String) throws -> String { try file(Array(text.utf8)) }

  private func records(
    _ path: String, limits: ReadingLimits = ReadingLimits()
  ) throws -> [String] {
    let reader = try RecordReader(path: path, limits: limits)
    var all: [String] = []
    while let record = try reader.next() {
      all.append("\(record.line):\(String(decoding: record.bytes, as: UTF8.self))")
    }
    #expect(try reader.next() == nil)
    return all
  }

  /// Packs bytes as one gzip member with the system's gzip.
  private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let path = try file(bytes, "plain-\(UUID().uuidString)")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-9", "-n", path]
    try process.run()
    process.waitUntilExit()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
  }

  @Test(
    "Lines become records: CRLF, blank lines, no newline at the end, a byte order mark",
    arguments: [
      ("{}\n{\"a\": 1}\n", ["1:{}", "2:{\"a\": 1}"]),
      ("{}\r\n\r\n  \n{}", ["1:{}", "4:{}"]),
      ("\u{FEFF}{}\n", ["1:{}"]),
      ("", []), ("\n\n", []), ("\u{FEFF}", []), (" \n {}", ["2: {}"]),
      ("{\"a\": \"\u{2028}\u{85}\"}\n", ["1:{\"a\": \"\u{2028}\u{85}\"}"]),
    ])
  func readsLines(text: String, expected: [String]) throws {
    // Leading blank lines are skipped with their white space before the form of the file is known.
    let found = try records(try file(text)).map { $0.replacingOccurrences(of: ": {", with: ":{") }
    #expect(found == expected.map { $0.replacingOccurrences(of: ": {", with: ":{") })
  }

  @Test("A byte order mark is told")
  func tellsByteOrderMark() throws {
    let reader = try RecordReader(path: try file("\u{FEFF}{}"))
    _ = try reader.next()
    #expect(reader.hasByteOrderMark)
  }

  @Test(
    "The elements of an array are records with the line on which each begins",
    arguments: [
      (
        "[{\"a\": [1, 2]},\n {\"b\": \"],\\\"}\"}\n]\n",
        ["1:{\"a\": [1, 2]}", "2:{\"b\": \"],\\\"}\"}"]
      ),
      ("[]", []), (" \n[ ]\n", []), ("[\n1 ,\n\n\"x\\\\\" ]", ["2:1", "4:\"x\\\\\""]),
      ("\u{FEFF}[{}]", ["1:{}"]),
    ])
  func readsArrays(text: String, expected: [String]) throws {
    #expect(try records(try file(text)) == expected)
  }

  @Test(
    "A broken array is an error with its line",
    arguments: [
      ("[{}\n{}]", 2, "closed"), ("[{},\n]", 2, "comma"), ("[{}", 1, "closed"), ("[", 1, "closed"),
      ("[{}]\nx", 2, "after the end"), ("[,{}]", 1, "comma"), ("[{}, ", 1, "closed"),
    ])
  func refusesBrokenArrays(text: String, line: Int, word: String) throws {
    let path = try file(text)
    do {
      let found = try records(path)
      // Two values without a comma look like one element to the scanner; the JSON parser refuses it.
      #expect(found == ["1:{}\n{}"])
    } catch FileError.malformedArray(_, let place, let problem) {
      #expect(place == line)
      #expect(problem.contains(word))
    }
  }

  @Test("Records longer than the buffer come whole")
  func readsLongRecords() throws {
    let long = String(repeating: "ä", count: 400_000)
    let path = try file("\"\(long)\"\n\"x\"\n")
    #expect(try records(path) == ["1:\"\(long)\"", "2:\"x\""])
    let array = try file(Array("[\"\(long)\",\n\"x\"]".utf8), "array.json")
    #expect(try records(array) == ["1:\"\(long)\"", "2:\"x\""])
  }

  @Test("A line beyond the limit is an error with its number", arguments: ["", "["])
  func boundsLines(opening: String) throws {
    let path = try file(
      "\(opening)1\(opening.isEmpty ? "" : ",")\n" + String(repeating: "2", count: 5000))
    var limits = ReadingLimits()
    limits.maximumRecordLength = 4096
    #expect(throws: FileError.lineTooLong(path: path, line: 2, limit: 4096)) {
      _ = try records(path, limits: limits)
    }
  }

  @Test(
    "Invalid UTF-8 is an error with its line", arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80]])
  func refusesInvalidUTF8(bytes: [UInt8]) throws {
    let path = try file(Array("{}\n\"".utf8) + bytes + Array("\"\n".utf8))
    #expect(throws: FileError.invalidUTF8(path: path, line: 2)) { _ = try records(path) }
  }

  @Test("A gzip file reads as its content, several members too, whatever its name")
  func readsGzip() throws {
    let one = try gzip(Array("{\"a\": 1}\n".utf8))
    let two = try gzip(Array("{\"b\": 2}\n".utf8))
    let path = try file(one + two + [0, 0, 0], "data.jsonl")
    #expect(try records(path) == ["1:{\"a\": 1}", "2:{\"b\": 2}"])
  }

  /// Packs bytes as one zstd frame.
  private func zstd(_ bytes: [UInt8]) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = ZSTD_compress(&packed, packed.count, bytes, bytes.count, 3)
    return Array(packed[..<count])
  }

  @Test("A zstd file reads as its content, several frames too, whatever its name and size")
  func readsZstd() throws {
    let skippable: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 7, 7, 7]
    let path = try file(
      skippable + zstd(Array("{\"a\": 1}\n".utf8)) + zstd(Array("{\"b\": 2}\n".utf8)), "data.jsonl")
    #expect(try records(path) == ["1:{\"a\": 1}", "2:{\"b\": 2}"])
    // Many times the buffers, compressible and not.
    var mutator = Mutator(seed: 3)
    let lines = (0..<40_000).map { "{\"n\": \($0), \"x\": \"\(mutator.below(1 << 60))\"}" }
    let large = try file(zstd(Array(lines.joined(separator: "\n").utf8)))
    #expect(try records(large).count == lines.count)
  }

  @Test("A damaged or cut zstd file is an error with the byte; bombs are errors too")
  func refusesDamagedZstd() throws {
    let whole = zstd(Array("{\"a\": \"some text, some more text\"}\n".utf8))
    for length in 4..<whole.count {
      let path = try file(Array(whole[..<length]))
      #expect(
        throws: FileError.truncatedCompression(path: path, kind: .zstd, offset: length)
      ) { _ = try records(path) }
    }
    let path = try file(whole + [1, 2, 3, 4, 5])
    let error = try #require(throws: FileError.self) { _ = try records(path) }
    #expect(error.description.contains("byte \(whole.count)"))
    #expect(error.description.contains("not valid zstd data (Unknown frame descriptor)"))
    var limits = ReadingLimits()
    limits.freeExpansion = 1 << 20
    let bomb = try file(zstd([UInt8](repeating: 0x20, count: 64 << 20)))
    #expect(throws: FileError.self) { _ = try records(bomb, limits: limits) }
  }

  @Test("A gzip file cut anywhere is an error")
  func refusesTruncatedGzip() throws {
    let whole = try gzip(Array("{\"a\": \"some text, some more text\"}\n".utf8))
    for length in 2..<whole.count {
      let path = try file(Array(whole[..<length]))
      #expect(throws: FileError.self, "\(length) bytes") { _ = try records(path) }
    }
  }

  @Test("A gzip file with a wrong byte in its data or checksum is an error")
  func refusesDamagedGzip() throws {
    let whole = try gzip(Array("{\"a\": \"some text, some more text\"}\n".utf8))
    for index in 10..<whole.count {
      var damaged = whole
      damaged[index] ^= 0x55
      let path = try file(damaged)
      #expect(throws: FileError.self, "byte \(index)") { _ = try records(path) }
    }
    let path = try file(whole + [1, 2, 3])
    #expect(throws: FileError.self) { _ = try records(path) }
  }

  @Test("A gzip bomb is an error before it fills the memory")
  func refusesBombs() throws {
    let path = try file(try gzip([UInt8](repeating: 0x20, count: 4 << 20)))
    var limits = ReadingLimits()
    limits.freeExpansion = 1 << 20
    #expect(throws: FileError.self) { _ = try records(path, limits: limits) }
    #expect(try records(path) == [])
  }

  @Test("A missing file and a folder are errors")
  func refusesOtherThings() throws {
    #expect(throws: FileError.notAPlainFile(path: folder.path, kind: "a folder")) {
      _ = try RecordReader(path: folder.path)
    }
    let missing = folder.path + "/missing"
    #expect(throws: FileError.notFound(path: missing)) { _ = try RecordReader(path: missing) }
  }

  @Test("Mutated files are refused or read to their end")
  func survivesMutations() throws {
    let lines = Array("{\"a\": \"ä\"}\r\n\n{\"b\": [1, {\"c\": \"]\"}]}\n".utf8)
    let array = Array("[{\"a\": \"ä\\\"\"},\n {\"b\": [1, {}]}\n]".utf8)
    var mutator = Mutator(seed: 1)
    for original in [lines, array, try gzip(lines), try gzip(array), zstd(lines)] {
      for _ in 0..<200 {
        let path = try file(mutator.mutated(original))
        do {
          _ = try records(path)
        } catch let error as FileError {
          #expect(error.description.contains("data.jsonl"))
        }
      }
    }
  }
}
