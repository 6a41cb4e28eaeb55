import Corpus
import Files
import Foundation
import TestSupport
import Testing

@Suite("Packed ids")
struct PackedSourceTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
  }

  private func open(
    _ names: [String], type: TokenType = .int32, length: Int = 3, vocabularySize: Int = 100
  ) throws -> PackedSource {
    try PackedSource(
      name: "parity", files: names.map(scratch.path), type: type, sequenceLength: length,
      vocabularySize: vocabularySize)
  }

  private func problem(
    type: TokenType = .int32, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    try #require(throws: CorpusError.self, sourceLocation: sourceLocation) {
      try open(["a.bin"], type: type)
    }.description
  }

  @Test("Rows come back as written, over all files in order")
  func readsRows() throws {
    try scratch.write(bytes((0..<8).map { Int32($0) }), to: "a.bin")
    try scratch.write(bytes((8..<12).map { Int32($0) }), to: "b.bin")
    try scratch.write(bytes((12..<20).map { Int32($0) }), to: "c.bin")
    let source = try open(["a.bin", "b.bin", "c.bin"])
    #expect(source.sampleCount == 5)
    for row in 0..<5 {
      #expect(try source.sample(row) == (0..<4).map { Int32(row * 4 + $0) })
    }
    try source.checkIDs(threads: 2)
    try source.verifyUnchanged()
  }

  @Test("Every type is read", arguments: TokenType.allCases)
  func readsTypes(_ type: TokenType) throws {
    var ids = [0, 1, 99, 65_535, 40_000, 7, 8, 9]
    if type == .uint8 || type == .int8 { ids = ids.map { min($0, 127) } }
    if type == .int16 { ids = ids.map { min($0, 32_767) } }
    let stored: [UInt8] =
      switch type {
      case .uint8: bytes(ids.map { UInt8($0) })
      case .int8: bytes(ids.map { Int8($0) })
      case .int16: bytes(ids.map { Int16($0) })
      case .uint16: bytes(ids.map { UInt16($0) })
      case .uint32: bytes(ids.map { UInt32($0) })
      case .int32: bytes(ids.map { Int32($0) })
      case .int64: bytes(ids.map { Int64($0) })
      }
    try scratch.write(stored, to: "a.bin")
    let source = try open(["a.bin"], type: type, vocabularySize: 65_536)
    #expect(try source.sample(0) + source.sample(1) == ids.map { Int32($0) })
  }

  @Test("The digest tells content, type and length apart, and nothing else")
  func digests() throws {
    try scratch.write(bytes((0..<12).map { Int32($0) }), to: "a.bin")
    try scratch.write(bytes((0..<12).map { Int32($0) }), to: "copy.bin")
    try scratch.write(bytes((1..<13).map { Int32($0) }), to: "b.bin")
    let digest = try open(["a.bin"]).digest
    #expect(try open(["copy.bin"]).digest == digest)
    let others = [
      try open(["b.bin"]), try open(["a.bin"], length: 2), try open(["a.bin"], type: .uint32),
      try open(["a.bin", "b.bin"]), try open(["b.bin", "a.bin"]),
    ].map(\.digest)
    #expect(Set(others + [digest]).count == 6)
  }

  @Test("Ids outside the vocabulary are named by file, row and column, and never copied")
  func refusesIDs() throws {
    for (index, id) in [(0, -1), (5, 100), (7, Int(Int32.max)), (6, Int(Int32.min))] {
      var ids = [Int32](repeating: 5, count: 8)
      ids[index] = Int32(id)
      try scratch.write(bytes(ids), to: "a.bin")
      let source = try open(["a.bin"])
      let expected = CorpusError.idOutOfRange(
        path: scratch.path("a.bin"), row: index / 4, column: index % 4, id: Int64(id),
        vocabularySize: 100)
      #expect(throws: expected) { try source.checkIDs(threads: 2) }
      #expect(throws: expected) { try source.sample(index / 4) }
      #expect(throws: Never.self) { try source.sample(1 - index / 4) }
    }
    try scratch.write(bytes([1, 2, 3, Int64.max]), to: "a.bin")
    let source = try open(["a.bin"], type: .int64)
    #expect(throws: CorpusError.self) { try source.sample(0) }
    try scratch.write(bytes([1, 2, 3, UInt32.max]), to: "a.bin")
    let unsigned = try open(["a.bin"], type: .uint32)
    #expect(throws: CorpusError.self) { try unsigned.sample(0) }
  }

  @Test("The first bad id of a large file is named whatever the threads", arguments: [1, 3])
  func findsTheFirst(_ threads: Int) throws {
    // Blocks of 2^18 ids: the first one's bad id is its last, the others' are their first.
    var ids = [UInt16](repeating: 3, count: 4 << 18)
    for index in [(1 << 18) - 1, 1 << 18, 2 << 18, 3 << 18] { ids[index] = 777 }
    try scratch.write(bytes(ids), to: "a.bin")
    let source = try open(["a.bin"], type: .uint16)
    for _ in 0..<10 {
      let error = try #require(throws: CorpusError.self) { try source.checkIDs(threads: threads) }
      #expect(
        error
          == .idOutOfRange(
            path: scratch.path("a.bin"), row: (1 << 16) - 1, column: 3, id: 777,
            vocabularySize: 100))
    }
    #expect(throws: CorpusError.cancelled) {
      try source.checkIDs(threads: threads, isCancelled: { true })
    }
  }

  @Test("Files that are none of ours are refused with the fix")
  func refusesFiles() throws {
    try scratch.write([1, 2, 3], to: "a.bin")
    #expect(try problem().contains("not a whole number of rows of 4 ids with 4 bytes"))
    try scratch.write([], to: "a.bin")
    #expect(try problem().contains("is empty"))
    try FileManager.default.removeItem(atPath: scratch.path("a.bin"))
    #expect(try problem().contains("no such file"))
    #expect(mkfifo(scratch.path("a.bin"), 0o600) == 0)
    #expect(try problem().contains("a pipe"))
    #expect(throws: CorpusError.noFiles(source: "parity")) { try open([]) }
  }

  @Test("A file that is cut short while in use is an error, not a signal")
  func survivesTruncation() throws {
    try scratch.write(bytes((0..<100_000).map { Int32($0 % 100) }), to: "a.bin")
    let source = try open(["a.bin"])
    try source.verifyUnchanged()
    #expect(truncate(scratch.path("a.bin"), 16) == 0)
    #expect(throws: Never.self) { try source.sample(0) }
    #expect(throws: CorpusError.self) { try source.sample(20_000) }
    #expect(throws: CorpusError.file(.changed(path: scratch.path("a.bin")))) {
      try source.verifyUnchanged()
    }
  }
}
