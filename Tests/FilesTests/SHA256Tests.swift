import CKernels
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Files

@Suite("SHA-256")
struct SHA256Tests {
  // FIPS 180-4 examples, and those of NIST's test vectors for byte-oriented messages.
  static let vectors: [(message: String, repetitions: Int, hex: String)] = [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
        + "lmnopqrsmnopqrstnopqrstu", 1,
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ]

  @Test("NIST's messages have NIST's digests", arguments: vectors)
  func agreesWithNIST(message: String, repetitions: Int, hex: String) {
    let text = String(repeating: message, count: repetitions)
    #expect(SHA256Digest(of: text).hex == hex)
    #expect(SHA256Digest(hex: hex) == SHA256Digest(of: text))
  }

  @Test("A message in pieces of any size has the digest of the whole")
  func takesPieces() {
    let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 3)) }
    let whole = SHA256Digest(of: message)
    for size in [1, 3, 55, 56, 63, 64, 65, 127, 128, 129, 999] {
      var hasher = SHA256Hasher()
      for start in stride(from: 0, to: message.count, by: size) {
        hasher.update(Array(message[start..<min(start + size, message.count)]))
      }
      #expect(hasher.finalize() == whole, "pieces of \(size)")
    }
  }

  @Test(
    "The processor's instructions compress as plain C does",
    .enabled(if: cpteval_sha256_has_instructions() != 0))
  func pathsAgree() {
    var generator = SystemRandomNumberGenerator()
    for blocks in [1, 2, 7, 64] {
      let bytes = (0..<blocks * 64).map { _ in UInt8.random(in: 0...255, using: &generator) }
      var portable = (0..<8).map { _ in UInt32.random(in: 0 ... .max, using: &generator) }
      var instructions = portable
      cpteval_sha256_compress_portable(&portable, bytes, blocks)
      cpteval_sha256_compress_instructions(&instructions, bytes, blocks)
      #expect(portable == instructions)
    }
  }

  @Test("A text that is not 64 hexadecimal digits is no digest")
  func refusesOtherText() {
    #expect(SHA256Digest(hex: "abc") == nil)
    #expect(SHA256Digest(hex: String(repeating: "g", count: 64)) == nil)
  }
}

@Suite("Digest cache")
struct DigestCacheTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  private func makeFile(_ name: String, _ text: String, age: Double = 100) throws -> String {
    let path = folder.appendingPathComponent(name).path
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
    return path
  }

  /// Plants a cache entry with a digest that is not the file's, so that reuse shows.
  private func plant(_ digest: SHA256Digest, for path: String, in cache: String) throws {
    let id = try MappedFile(path: path).identity
    try Data(
      """
      cpteval digests 1
      \(digest.hex) \(id.device) \(id.inode) \(id.size) \(id.modified) \(id.statusChanged) \(path)

      """.utf8
    ).write(to: URL(fileURLWithPath: cache))
  }

  @Test("A digest is reused while the file is unchanged, and computed anew after a change")
  func reusesWhileUnchanged() throws {
    let path = try makeFile("weights", "abc")
    let cache = folder.appendingPathComponent("cache").path
    let planted = SHA256Digest(of: "something else")
    try plant(planted, for: path, in: cache)
    #expect(try DigestCache(path: cache).digest(ofFile: path) == planted)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("d".utf8))
    try handle.close()
    #expect(try DigestCache(path: cache).digest(ofFile: path) == SHA256Digest(of: "abcd"))
  }

  @Test("A file replaced by another of the same size and time is hashed again")
  func noticesReplacement() throws {
    let path = try makeFile("weights", "abc")
    let cache = folder.appendingPathComponent("cache").path
    try plant(SHA256Digest(of: "something else"), for: path, in: cache)
    let other = try makeFile("other", "xyz")
    #expect(rename(other, path) == 0)
    #expect(try DigestCache(path: cache).digest(ofFile: path) == SHA256Digest(of: "xyz"))
  }

  @Test("A file that was changed a moment ago is not remembered")
  func waitsForTheClock() throws {
    let path = try makeFile("weights", "abc", age: 0)
    let cache = folder.appendingPathComponent("cache").path
    #expect(try DigestCache(path: cache).digest(ofFile: path) == SHA256Digest(of: "abc"))
    #expect(!FileManager.default.fileExists(atPath: cache))
  }

  @Test(
    "A broken cache is the same as none",
    arguments: [
      "", "rubbish", "cpteval digests 1\nzz 1 2 3 4 5 /x\n\u{0}\u{FF}", "cpteval digests 9\n",
    ])
  func survivesRubbish(content: String) throws {
    let path = try makeFile("weights", "abc")
    let cache = try makeFile("cache", content)
    #expect(try DigestCache(path: cache).digest(ofFile: path) == SHA256Digest(of: "abc"))
  }

  @Test("A cache in a place that cannot be written is no error")
  func survivesReadOnlyPlace() throws {
    let path = try makeFile("weights", "abc")
    let cache = DigestCache(path: "/proc/cpteval/digests")
    #expect(try cache.digest(ofFile: path) == SHA256Digest(of: "abc"))
  }

  @Test("The cache lies where the environment says")
  func findsItsPlace() {
    func place(_ environment: [String: String]) -> String? {
      DigestCache.standardPath { environment[$0] }
    }
    #expect(place(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/cpteval/digests")
    #expect(place(["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache/cpteval/digests")
    #expect(place([:]) == nil)
  }
}
