/// What one call of `encode` works with; states are used again by later calls, by one at a time.
///
/// `@unchecked Sendable`: a state is owned by the call that took it from the ``EncoderPool``.
final class EncoderState: @unchecked Sendable {
  let output = TokenBuffer()
  let cache = WordCache()
  var merger = WordMerger()
  var rawSegments: [AddedTokens.Segment] = []
  var segments: [AddedTokens.Segment] = []
  /// A normalized text, or one with a space put in front.
  var text: [UInt8] = []
  /// A piece in the byte-level alphabet.
  var piece: [UInt8] = []

  /// Makes the state ready for the next call.
  func reset() {
    output.removeAll()
    merger.shrink()
    rawSegments.removeAll(keepingCapacity: rawSegments.capacity < 1 << 16)
    segments.removeAll(keepingCapacity: segments.capacity < 1 << 16)
    text.removeAll(keepingCapacity: text.capacity < 1 << 20)
    piece.removeAll(keepingCapacity: piece.capacity < 1 << 20)
  }
}
