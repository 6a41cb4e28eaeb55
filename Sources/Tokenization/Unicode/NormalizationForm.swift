internal import Files

/// The four normalization forms of Unicode Standard Annex 15.
package enum NormalizationForm: Sendable {
  case nfc, nfd, nfkc, nfkd

  private var composes: Bool { self == .nfc || self == .nfkc }
  private var isForCompatibility: Bool { self == .nfkc || self == .nfkd }

  /// Flags of scalars that stay as they are whatever stands beside them have none of these.
  private var activeFlags: UInt8 {
    var flags: NormalizationData.Flags = .combines
    if composes { flags.formUnion([.composesBackward, .changesUnderComposition]) }
    if isForCompatibility {
      flags.insert(.decomposesForCompatibility)
    } else if !composes {
      flags.insert(.decomposes)
    }
    return flags.rawValue
  }

  /// Normalizes a text.
  ///
  /// Only the neighbourhood of a scalar that may change is taken apart: from the starter before it
  /// to the next starter that never changes.
  ///
  /// - Parameters:
  ///   - bytes: Valid UTF-8.
  ///   - output: Receives the normalized text at its end, unless the text is seen to need no change.
  /// - Returns: Whether anything was written; if not, the text needs no change.
  /// - Complexity: O(n log n) for n bytes at worst, O(n) on ordinary text.
  package func normalize(_ bytes: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) -> Bool {
    // Below U+0300 nothing changes under NFC, below U+0080 under any form.
    let firstActiveByte: UInt8 = self == .nfc ? 0xCC : 0x80
    guard var position = Self.firstByte(atLeast: firstActiveByte, in: bytes, from: 0) else {
      return false
    }
    let data = NormalizationData.shared
    let active = activeFlags
    var copied = 0
    var previous = position > 0 ? position - UTF8Text.scalarBefore(in: bytes, position).length : -1
    var scalars: [UInt32] = []
    while position < bytes.count {
      if bytes[position] < firstActiveByte {
        guard
          let next = Self.firstByte(atLeast: firstActiveByte, in: bytes, from: position)
        else { break }
        previous = next - UTF8Text.scalarBefore(in: bytes, next).length
        position = next
      }
      var (value, length) = UTF8Text.scalar(in: bytes, at: position)
      if data.flags[Int(value)] & active == 0 {
        previous = position
        position += length
        continue
      }
      // The scalar before is a starter that this one may fuse with.
      let start = previous >= copied ? previous : position
      scalars.removeAll(keepingCapacity: true)
      if start < position {
        let before = UTF8Text.scalar(in: bytes, at: start).value
        data.appendDecomposition(
          of: before, forCompatibility: isForCompatibility, to: &scalars)
      }
      repeat {
        data.appendDecomposition(of: value, forCompatibility: isForCompatibility, to: &scalars)
        position += length
        guard position < bytes.count else { break }
        (value, length) = UTF8Text.scalar(in: bytes, at: position)
      } while data.flags[Int(value)] & active != 0
      Self.reorder(&scalars, by: data)
      if composes { Self.compose(&scalars, by: data) }
      output.append(contentsOf: bytes[copied..<start])
      for scalar in scalars { UTF8Text.append(scalar, to: &output) }
      copied = position
      previous = -1
    }
    if copied == 0 { return false }
    output.append(contentsOf: bytes[copied...])
    return true
  }

  private static func firstByte(
    atLeast limit: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    let raw = UnsafeRawBufferPointer(bytes)
    var i = start
    while i < bytes.count {
      while i + 8 <= bytes.count,
        raw.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        i += 8
      }
      if i < bytes.count {
        if bytes[i] >= limit { return i }
        i += 1
      }
    }
    return nil
  }

  /// Sorts each run of combining scalars by class, keeping the order within a class.
  private static func reorder(_ scalars: inout [UInt32], by data: NormalizationData) {
    var start = 0
    while start < scalars.count {
      guard data.combiningClasses[Int(scalars[start])] > 0 else {
        start += 1
        continue
      }
      var end = start + 1
      var isSorted = true
      while end < scalars.count, data.combiningClasses[Int(scalars[end])] > 0 {
        if data.combiningClasses[Int(scalars[end])] < data.combiningClasses[Int(scalars[end - 1])] {
          isSorted = false
        }
        end += 1
      }
      if !isSorted {
        let keys = (start..<end).map {
          UInt64(data.combiningClasses[Int(scalars[$0])]) << 56 | UInt64($0)
        }.sorted()
        let sorted = keys.map { scalars[Int($0 & 0x00FF_FFFF_FFFF_FFFF)] }
        scalars.replaceSubrange(start..<end, with: sorted)
      }
      start = end
    }
  }

  /// Fuses each scalar with the starter before it where nothing blocks (UAX 15, D117).
  private static func compose(_ scalars: inout [UInt32], by data: NormalizationData) {
    var starter = -1
    var lastClass: UInt8 = 0
    var written = 0
    for value in scalars {
      let combiningClass = data.combiningClasses[Int(value)]
      if starter >= 0, written == starter + 1 || lastClass < combiningClass,
        let composite = data.composite(scalars[starter], value)
      {
        scalars[starter] = composite
        continue
      }
      if combiningClass == 0 { starter = written }
      lastClass = combiningClass
      scalars[written] = value
      written += 1
    }
    scalars.removeSubrange(written...)
  }
}
