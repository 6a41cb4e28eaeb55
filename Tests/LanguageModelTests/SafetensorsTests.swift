import Compute
import Files
import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import LanguageModel

/// Bytes of a safetensors file from its parts, right or wrong.
func safetensorsBytes(header: [UInt8], length: UInt64? = nil, data: Int = 0) -> [UInt8] {
  let length = length ?? UInt64(header.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header
    + [UInt8](repeating: 0x3C, count: data)
}

@Suite("Safetensors files")
struct SafetensorsTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    let url = folder.appendingPathComponent("model.safetensors")
    try Data(bytes).write(to: url)
    return try SafetensorsFile(path: url.path)
  }

  private func open(_ header: String, data: Int = 0) throws -> SafetensorsFile {
    try open(safetensorsBytes(header: Array(header.utf8), data: data))
  }

  /// One tensor of four bytes with other values for some members.
  private static func entry(
    _ name: String = "a", dtype: String = "\"F32\"", shape: String = "[1]",
    offsets: String = "[0,4]"
  ) -> String {
    "\"\(name)\":{\"dtype\":\(dtype),\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  @Test(
    "Headers that the format allows are read",
    arguments: [
      ("{}", 0, 0), ("{}      ", 0, 0), ("{\(entry())}", 4, 1),
      ("{\"__metadata__\":{},\(entry())}", 4, 1),
      ("{\"__metadata__\":{\"format\":\"pt\"},\(entry())}", 4, 1),
      // Unordered in the header, in order in the data.
      ("{\(entry("b", offsets: "[4,8]")),\(entry())}", 8, 2),
      ("{\(entry(shape: "[]"))}", 4, 1),
      ("{\(entry(shape: "[3,0]", offsets: "[0,0]")),\(entry("b"))}", 4, 2),
      ("{\(entry(shape: "[4294967296,4294967296,0]", offsets: "[0,0]"))}", 0, 1),
      ("{\(entry(dtype: "\"F8_E4M3\"", shape: "[4]"))}", 4, 1),
      ("{\(entry(dtype: "\"F4\"", shape: "[8]"))}", 4, 1),
      ("{\(entry(dtype: "\"X9\"", shape: "[8]"))}", 4, 1),
      // Composed and decomposed spellings are two names.
      ("{\(entry("\u{E4}")),\(entry("a\u{308}", offsets: "[4,8]"))}", 8, 2),
      ("{\(entry(""))}", 4, 1), ("{\(entry("../../x"))}", 4, 1),
      ("{\(entry(String(repeating: "n", count: 1 << 20)))}", 4, 1),
      ("{\(entry(shape: "[\(Array(repeating: "1", count: 64).joined(separator: ","))]"))}", 4, 1),
    ] as [(String, Int, Int)])
  func reads(header: String, data: Int, tensors: Int) throws {
    let file = try open(header, data: data)
    #expect(file.entries.count == tensors)
    var covered = 8 + header.utf8.count
    for entry in file.entries {
      #expect(entry.range.lowerBound == covered)
      covered = entry.range.upperBound
    }
    #expect(covered == file.file.size)
  }

  typealias Problem = SafetensorsError.Problem

  @Test(
    "A header's length that lies is refused",
    arguments: [
      ([], .shorterThanEightBytes(size: 0)),
      ([1, 2, 3, 4, 5, 6, 7], .shorterThanEightBytes(size: 7)),
      (safetensorsBytes(header: []), .headerNotAnObject),
      (safetensorsBytes(header: [0x7B, 0x7D], length: 0), .headerNotAnObject),
      (
        safetensorsBytes(header: Array("{}".utf8), length: 3),
        .headerBeyondFile(length: 3, size: 10)
      ),
      (
        safetensorsBytes(header: Array("{}".utf8), length: 100_000_000),
        .headerBeyondFile(length: 100_000_000, size: 10)
      ),
      (
        safetensorsBytes(header: Array("{}".utf8), length: 100_000_001),
        .headerTooLong(length: 100_000_001)
      ),
      (safetensorsBytes(header: [], length: 1 << 63), .headerTooLong(length: 1 << 63)),
      (safetensorsBytes(header: [], length: .max), .headerTooLong(length: .max)),
    ] as [([UInt8], Problem)])
  func refusesLengths(bytes: [UInt8], problem: Problem) {
    let error = #expect(throws: SafetensorsError.self) { try open(bytes) }
    #expect(error?.problem == problem)
  }

  @Test(
    "A header that is not plain JSON of one object is refused",
    arguments: [
      " {}", "\u{FEFF}{}", "[]", "null", "{", "{}x", "{}\u{0}", "{}{}", "{\"a\":\u{0}}",
      "{\(entry()),}", "{\"a\":" + String(repeating: "[", count: 100_000),
      "{\"a\":" + String(repeating: "{\"a\":", count: 100_000),
    ])
  func refusesOtherHeaders(header: String) {
    #expect(throws: SafetensorsError.self) { try open(header, data: 4) }
  }

  @Test("A header that is not UTF-8 is refused")
  func refusesInvalidUTF8() {
    let header = Array("{\"a".utf8) + [0xFF] + Array("\":{}}".utf8)
    #expect(throws: SafetensorsError.self) { try open(safetensorsBytes(header: header)) }
  }

  @Test(
    "An entry that lies or breaks the format is refused with the tensor's name",
    arguments: [
      ("\(entry()),\(entry(offsets: "[4,8]"))", 8, "occurs twice"),
      ("\"__metadata__\":{\"a\":1},\(entry())", 4, "__metadata__"),
      ("\"__metadata__\":[],\(entry())", 4, "__metadata__"),
      ("\"__metadata__\":{},\"__metadata__\":{},\(entry())", 4, "occurs twice"),
      ("\"a\":[]", 0, "an array, not an object"),
      ("\"a\":{\"dtype\":\"F32\",\"shape\":[1]}", 4, "data_offsets is missing"),
      (
        "\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}", 4,
        "twice"
      ),
      (entry(dtype: "3"), 4, "dtype"),
      (entry(offsets: "[-4,0]"), 4, "integers from 0"),
      (entry(offsets: "[4,0]"), 4, "reversed"),
      (entry(offsets: "[0,5]"), 4, "ends at byte 5"),
      (entry(offsets: "[0,4.0]"), 4, "integers from 0"),
      (entry(offsets: "[0,\"4\"]"), 4, "integers from 0"),
      (entry(offsets: "[0,2,4]"), 4, "3 numbers"),
      (entry(offsets: "\"0,4\""), 4, "not a list"),
      (entry(offsets: "[0,9007199254740993]"), 4, "9007199254740993"),
      (entry(offsets: "[0,18446744073709551616]"), 4, "integers from 0"),
      ("\(entry()),\(entry("b", offsets: "[2,6]"))", 6, "overlap"),
      ("\(entry()),\(entry("b", offsets: "[0,4]"))", 4, "overlap"),
      ("\(entry()),\(entry("b", offsets: "[8,12]"))", 12, "holes"),
      (entry(offsets: "[4,8]"), 8, "holes"),
      (entry(), 8, "cover 4 bytes"),
      (entry(shape: "[4294967296,4294967296]"), 4, "larger than any file"),
      (entry(shape: "[9223372036854775807,2]"), 4, "larger than any file"),
      (entry(shape: "[-1]"), 4, "integers from 0"),
      (entry(shape: "[1.0]"), 4, "integers from 0"),
      (entry(shape: "[2]"), 4, "does not take the 4 bytes"),
      (entry(shape: "[0]"), 4, "does not take the 4 bytes"),
      (entry(dtype: "\"F6_E2M3\"", shape: "[5]"), 4, "does not take the 4 bytes"),
      (
        entry(shape: "[\(Array(repeating: "1", count: 1000).joined(separator: ","))]"), 4,
        "1000 numbers"
      ),
      (entry("e\u{1B}[2J", offsets: "[4,0]"), 4, "valid JSON"),
      (entry("e\\u001b[2J", offsets: "[4,0]"), 4, "e\\u{1b}[2J"),
    ] as [(String, Int, String)])
  func refusesEntries(members: String, data: Int, word: String) {
    let error = #expect(throws: SafetensorsError.self) { try open("{\(members)}", data: data) }
    #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
  }

  @Test("A hundred thousand tensors are read, and 10 MB of metadata")
  func readsManyTensors() throws {
    var header = "{\"__metadata__\":{\"k\":\"\(String(repeating: "m", count: 10 << 20))\"}"
    for index in 0..<100_000 {
      header += ",\(Self.entry("t\(index)", shape: "[0]", offsets: "[0,0]"))"
    }
    #expect(try open(header + "}").entries.count == 100_000)
  }

  @Test("A file cut anywhere is refused")
  func refusesTruncatedFiles() throws {
    let header = Array("{\(Self.entry()),\(Self.entry("b", offsets: "[4,8]"))}".utf8)
    let whole = safetensorsBytes(header: header, data: 8)
    for length in 0..<whole.count {
      #expect(throws: SafetensorsError.self) { try open(Array(whole[..<length])) }
    }
  }

  // MARK: Writing

  @Test("A written file reads back, aligned by dtype, with its metadata")
  func readsBack() throws {
    let path = folder.appendingPathComponent("out.safetensors").path
    let writer = try SafetensorsWriter(
      path: path,
      tensors: [
        .init(name: "half", dtype: .float16, shape: [3]),
        .init(name: "z", dtype: .float32, shape: [2, 2]),
        .init(name: "a", dtype: .float32, shape: []),
        .init(name: "brain \"quoted\"", dtype: .bfloat16, shape: [1, 1]),
      ])
    #expect(writer.tensors.map(\.name) == ["a", "z", "brain \"quoted\"", "half"])
    var next: UInt8 = 0
    for tensor in writer.tensors {
      let bytes = (0..<tensor.byteCount).map { _ in
        next += 1
        return next
      }
      try bytes.withUnsafeBytes { try writer.write($0) }
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    try writer.finish()
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata.map(\.key) == ["format"])
    #expect(file.entries.map(\.name) == ["a", "z", "brain \"quoted\"", "half"])
    #expect(file.entries.map(\.dtype) == ["F32", "F32", "BF16", "F16"])
    let start = try #require(file.entries.first?.range.lowerBound)
    #expect(start.isMultiple(of: 8))
    #expect(Array(file.file.bytes[start...]) == Array(1...28))
  }
}
