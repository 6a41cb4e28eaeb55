/// Unsigned numbers packed in a literal.
///
/// Five bits per character from `0` (0x30) on, lowest bits first; the sixth bit says that the number
/// goes on. Other characters, such as newlines, are passed over.
struct PackedNumbers: Sequence, IteratorProtocol {
  private var rest: UnsafeBufferPointer<UInt8>.Iterator

  init(_ literal: StaticString) {
    // SAFETY: a static string's bytes live as long as the program.
    rest = UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
      .makeIterator()
  }

  mutating func next() -> Int? {
    var value = 0
    var shift = 0
    while let byte = rest.next() {
      guard byte >= 0x30 else { continue }
      let group = Int(byte - 0x30)
      value |= (group & 31) << shift
      if group < 32 { return value }
      shift += 5
    }
    return nil
  }
}
