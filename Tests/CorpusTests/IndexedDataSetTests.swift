import Corpus
import Files
import Foundation
import TestSupport
import Testing

@Suite("Megatron's indexed data sets")
struct IndexedDataSetTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
  }

  private static let documents: [[Int32]] = [[3, 1, 4, 1], [5], [9, 2, 6, 5, 3, 5]]

  /// The index of ``documents`` in two-byte ids, byte by byte as published.
  private static let index: [UInt8] =
    Array("MMIDIDX".utf8) + [0, 0]  // magic
    + [1, 0, 0, 0, 0, 0, 0, 0]  // version
    + [8]  // uint16
    + [3, 0, 0, 0, 0, 0, 0, 0] + [4, 0, 0, 0, 0, 0, 0, 0]  // sequences, boundaries
    + [4, 0, 0, 0] + [1, 0, 0, 0] + [6, 0, 0, 0]  // lengths
    + [0, 0, 0, 0, 0, 0, 0, 0] + [8, 0, 0, 0, 0, 0, 0, 0] + [10, 0, 0, 0, 0, 0, 0, 0]  // offsets
    + [0, 0, 0, 0, 0, 0, 0, 0] + [1, 0, 0, 0, 0, 0, 0, 0]
    + [2, 0, 0, 0, 0, 0, 0, 0] + [3, 0, 0, 0, 0, 0, 0, 0]  // boundaries

  private static let ids: [UInt8] =
    [3, 0, 1, 0, 4, 0, 1, 0] + [5, 0] + [9, 0, 2, 0, 6, 0, 5, 0, 3, 0, 5, 0]

  private func content(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: scratch.root.appendingPathComponent(name)))
  }

  private func write(
    _ documents: [[Int32]], type: TokenType = .uint16, to name: String = "a"
  ) throws {
    let writer = try IndexedDataSetWriter(
      prefix: scratch.path(name), workingIn: scratch.root.path, type: type)
    for document in documents { try writer.append(document) }
    try writer.finish()
  }

  @Test("What is written is the published layout, byte by byte")
  func writesTheLayout() throws {
    try write(Self.documents)
    #expect(try content("a.idx") == Self.index)
    #expect(try content("a.bin") == Self.ids)
    #expect(try scratch.names(in: ".") == ["a.bin", "a.idx"])
  }

  @Test("Every integer type comes back, by the .idx, the .bin or neither ending")
  func readsTypes() throws {
    for type in TokenType.allCases where type != .uint32 {
      try write(Self.documents, type: type)
      for name in ["a", "a.idx", "a.bin"] {
        let data = try IndexedDataSet(path: scratch.path(name))
        #expect(data.type == type && data.tokenCount == 11)
        #expect(data.sequenceCount == 3 && data.documentCount == 3)
        #expect(try (0..<3).map { try data.sequence($0) } == Self.documents)
      }
    }
  }

  @Test("Megatron's own files are read: several sequences per document, and documents without any")
  func readsMegatronsFiles() throws {
    // Written by Megatron-LM core 0.9.0, see Fixtures/README.md.
    let folder = Locations.fixtures.appendingPathComponent("indexed")
    let data = try IndexedDataSet(path: folder.appendingPathComponent("megatron").path)
    #expect(data.type == .int32 && data.sequenceCount == 4 && data.documentCount == 3)
    #expect(
      try (0..<4).map { try data.sequence($0) } == [[1, 2, 3], [70_000], [4, 5], [6, 7, 8, 9]])
    #expect(try (0..<3).map { try data.sequences(ofDocument: $0) } == [0..<2, 2..<3, 3..<4])
    let small = try IndexedDataSet(path: folder.appendingPathComponent("megatron-uint16").path)
    #expect(small.type == .uint16)
    #expect(try (0..<3).map { try small.sequence($0) } == Self.documents)
    #expect(
      try Data(contentsOf: folder.appendingPathComponent("megatron-uint16.idx"))
        == Data(Self.index))
  }

  @Test("Work that was stopped goes on from the last position that was synced")
  func goesOn() throws {
    let folder = scratch.root.path
    var writer = try IndexedDataSetWriter(
      prefix: scratch.path("a"), workingIn: folder, type: .uint16)
    try writer.append(Self.documents[0])
    let position = try writer.sync()
    try writer.append([7, 7, 7])
    try writer.sync()
    writer = try IndexedDataSetWriter(
      prefix: scratch.path("a"), workingIn: folder, type: .uint16, from: position)
    for document in Self.documents.dropFirst() { try writer.append(document) }
    try writer.finish()
    #expect(try content("a.idx") == Self.index)
    #expect(try content("a.bin") == Self.ids)
    #expect(throws: CorpusError.self) {
      try IndexedDataSetWriter(
        prefix: scratch.path("b"), workingIn: folder, type: .uint16, from: position)
    }
  }

  @Test("Samples are windows of the stream, per data set, and ids are checked")
  func cutsSamples() throws {
    try write(Self.documents)
    try write([[1, 2], [3, 4, 5]], type: .int32, to: "b")
    let source = try IndexedSource(
      name: "english", files: [scratch.path("a.idx"), scratch.path("b")], sequenceLength: 3,
      vocabularySize: 10)
    #expect(source.sampleCount == 4)
    #expect(
      try (0..<4).map { try source.sample($0) }
        == [[3, 1, 4, 1], [1, 5, 9, 2], [2, 6, 5, 3], [1, 2, 3, 4]])
    try source.checkIDs(threads: 2)
    try source.verifyUnchanged()
    let narrow = try IndexedSource(
      name: "english", files: [scratch.path("a.idx")], sequenceLength: 3, vocabularySize: 9)
    let expected = CorpusError.idOutsideVocabulary(
      path: scratch.path("a.bin"), index: 5, id: 9, vocabularySize: 9)
    #expect(throws: expected) { try narrow.checkIDs(threads: 2) }
    #expect(throws: expected) { try narrow.sample(1) }
    #expect(expected.description.contains("a.bin, id 5 (from 0): 9 is outside 0..<9"))
    #expect(throws: CorpusError.tooFewTokens(source: "x", tokens: 5, sequenceLength: 5)) {
      try IndexedSource(
        name: "x", files: [scratch.path("b")], sequenceLength: 5, vocabularySize: 10)
    }
  }

  @Test("The digest tells index, ids and length apart, and nothing else")
  func digests() throws {
    func digest(_ name: String, length: Int = 2) throws -> SHA256Digest {
      try IndexedSource(
        name: "x", files: [scratch.path(name)], sequenceLength: length, vocabularySize: 10
      ).digest
    }
    try write(Self.documents)
    try write(Self.documents, to: "copy")
    try write(Self.documents.reversed(), to: "b")
    try write([Self.documents[0] + Self.documents[1], Self.documents[2]], to: "c")
    #expect(try digest("a") == digest("copy"))
    let others = try [digest("a"), digest("b"), digest("c"), digest("a", length: 3)]
    #expect(Set(others).count == 4)
  }

  private func problem(_ index: [UInt8], ids: [UInt8] = Self.ids) throws -> String {
    try scratch.write(index, to: "bad.idx")
    try scratch.write(ids, to: "bad.bin")
    return try #require(throws: CorpusError.self) {
      try IndexedDataSet(path: scratch.path("bad"))
    }.description
  }

  @Test("An index that lies is an error with the byte where it does")
  func refusesLies() throws {
    func changed(_ offset: Int, _ new: [UInt8]) -> [UInt8] {
      var index = Self.index
      index.replaceSubrange(offset..<offset + new.count, with: new)
      return index
    }
    let huge: [UInt8] = bytes([UInt64.max])
    for (index, words) in [
      ([], "byte 0: 0 bytes are less"), (Array(Self.index.prefix(33)), "byte 0: 33 bytes"),
      (changed(0, [0]), "byte 0: it does not begin with MMIDIDX"),
      (changed(9, [2]), "byte 9: its version is 2"), (changed(17, [7]), "byte 17"),
      (changed(17, [0]), "byte 17"), (changed(18, huge), "byte 18"), (changed(26, huge), "byte 18"),
      (changed(18, bytes([UInt64(1) << 62])), "byte 18"), (changed(18, [2]), "byte 18"),
      (Self.index + [0], "byte 18"), (Array(Self.index.dropLast()), "byte 18"),
      (changed(34, [0xFF, 0xFF, 0xFF, 0xFF]), "byte 34: sequence 0 has a length of -1"),
      (changed(38, [2]), "byte 62: sequence 2 is said to begin at byte 10"),
      (changed(46, [2]), "byte 46: sequence 0"), (changed(54, huge), "byte 54: sequence 1"),
      (changed(42, [7]), "byte 34: its sequences take 24 bytes, but"),
      (changed(70, [1]), "byte 70: document boundary 0 is 1"),
      (changed(86, [0]), "byte 86: document boundary 2 is 0, after 1"),
      (changed(86, [4]), "byte 86"), (changed(94, [2]), "byte 94: the last document ends"),
      (changed(94, huge), "byte 94"),
    ] {
      let text = try problem(index)
      #expect(text.contains(words), "\(text)")
      #expect(text.contains("bad.idx") && text.hasSuffix("."))
    }
    #expect(try problem(Self.index, ids: Array(Self.ids.dropLast())).contains("has 21"))
    #expect(try problem(Self.index, ids: Self.ids + [0]).contains("has 23"))
    // No boundary at all is impossible, one alone is an empty data set.
    let empty = Array(Self.index.prefix(18)) + bytes([UInt64(0), 1, 0])
    try scratch.write(empty, to: "none.idx")
    try scratch.write([] as [UInt8], to: "none.bin")
    #expect(try IndexedDataSet(path: scratch.path("none")).documentCount == 0)
    #expect(try problem(Array(empty.prefix(26)) + bytes([UInt64(0)])).contains("byte 26"))
    #expect(throws: CorpusError.file(.notFound(path: scratch.path("gone.idx")))) {
      try IndexedDataSet(path: scratch.path("gone"))
    }
  }

  @Test("Nothing that happens to an index crashes the reader")
  func survivesMutation() throws {
    var mutator = Mutator(seed: 6)
    for _ in 0..<300 {
      try scratch.write(mutator.mutated(Self.index), to: "m.idx")
      try scratch.write(Self.ids, to: "m.bin")
      guard let data = try? IndexedDataSet(path: scratch.path("m")) else { continue }
      for number in 0..<data.sequenceCount { _ = try? data.sequence(number) }
      for number in 0..<data.documentCount { _ = try? data.sequences(ofDocument: number) }
    }
  }

  @Test("A file that is cut short while in use is an error, not a signal")
  func survivesTruncation() throws {
    try write((0..<2000).map { _ in [1, 2, 3, 4, 5, 6, 7, 8] })
    let source = try IndexedSource(
      name: "x", files: [scratch.path("a")], sequenceLength: 4, vocabularySize: 10)
    #expect(truncate(scratch.path("a.bin"), 100) == 0)
    #expect(throws: CorpusError.self) { try source.sample(3000) }
    #expect(throws: CorpusError.self) { try source.verifyUnchanged() }
    #expect(truncate(scratch.path("a.idx"), 100) == 0)
    #expect(throws: CorpusError.self) { try source.dataSets[0].sequence(100) }
  }
}
