public import Files

/// The samples that a validation loss is measured on: the first ones of a source, in order.
public struct ValidationSet: Sendable {
  public let source: any TokenSource
  /// Samples; their ids are 0 up to this.
  public let sampleCount: Int
  /// UTF-8 bytes of the text that the targets stand for, `nil` if no tokenizer tells; a loss in nats
  /// summed over all targets, divided by this and by ln 2, is in bits per byte.
  ///
  /// What an id stands for is told by `Tokenizer.byteCount(of:)`: ids that end documents are targets
  /// and count no bytes.
  public let byteCount: Int?

  /// Targets: samples times sequence length.
  public var tokenCount: Int { sampleCount * source.sequenceLength }

  /// Of the source and of how much is taken of it: losses over sets of the same digest compare.
  public var digest: SHA256Digest {
    SHA256Digest(of: "cpteval validation 1\n\(source.digest) \(sampleCount)\n")
  }

  /// Takes the first samples of a source.
  ///
  /// - Parameters:
  ///   - source: The data set.
  ///   - tokens: Targets wanted; whole samples are taken, at least one, and no more than there are.
  ///   - byteLengths: Bytes of every id, from `Tokenizer.byteLengths()`.
  /// - Throws: ``CorpusError`` if a sample cannot be read.
  /// - Complexity: O(tokens) where `byteLengths` are given.
  public init(
    _ source: any TokenSource, tokens: Int, byteLengths: [Int32]? = nil
  ) throws(CorpusError) {
    self.source = source
    sampleCount = min(source.sampleCount, max(1, tokens / source.sequenceLength))
    guard let byteLengths else {
      byteCount = nil
      return
    }
    var sum = 0
    for id in 0..<sampleCount {
      // An id beyond the tokenizer's stands for no text: a model may have more rows than it.
      for target in try source.sample(id).dropFirst() where Int(target) < byteLengths.count {
        sum += Int(byteLengths[Int(target)])
      }
    }
    byteCount = sum
  }
}
