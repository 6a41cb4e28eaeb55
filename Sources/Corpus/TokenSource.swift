public import Files

/// Samples of token ids under one name, each of the same length.
///
/// A source holds no position: a sample's id decides its content, and the order in which ids are
/// drawn is that of a ``PhaseMixture``.
public protocol TokenSource: Sendable {
  /// The data set's name, under which what was seen of it is recorded.
  var name: String { get }
  /// Samples, at least 1; their ids are 0 up to this.
  var sampleCount: Int { get }
  /// Targets of a sample, T; a sample has T + 1 ids.
  var sequenceLength: Int { get }
  /// Of all that decides what the samples hold. Two sources with the same digest are the same data,
  /// wherever their files lie.
  var digest: SHA256Digest { get }

  /// Copies a sample.
  ///
  /// - Parameters:
  ///   - id: Below ``sampleCount``.
  ///   - ids: `[T + 1]`, overwritten: the inputs are the first T, the targets the last T.
  /// - Throws: ``CorpusError`` if a file was cut short meanwhile or holds an id that is none.
  /// - Precondition: Both arguments are in range; a misfit is a bug in the caller.
  /// - Complexity: O(T), one read.
  func copySample(
    _ id: Int, into ids: UnsafeMutableBufferPointer<Int32>
  ) throws(CorpusError)

  /// Checks that the files are as long and as old as when they were opened.
  ///
  /// - Throws: ``CorpusError/file(_:)``.
  func verifyUnchanged() throws(CorpusError)
}

extension TokenSource {
  /// A sample's T + 1 ids.
  ///
  /// - Parameter id: Below ``sampleCount``.
  /// - Returns: `[T + 1]`.
  /// - Throws: As ``copySample(_:into:)``.
  public func sample(_ id: Int) throws(CorpusError) -> [Int32] {
    var ids = [Int32](repeating: 0, count: sequenceLength + 1)
    try ids.withUnsafeMutableBufferPointer { (ids) throws(CorpusError) in
      try copySample(id, into: ids)
    }
    return ids
  }

  /// What a record says of this source.
  public var identity: SourceIdentity {
    SourceIdentity(
      name: name, digest: digest.hex, sampleCount: sampleCount, sequenceLength: sequenceLength)
  }
}

/// What a record of training says of a source: enough to notice that it is another by now.
public struct SourceIdentity: Codable, Hashable, Sendable {
  public let name: String
  /// ``TokenSource/digest`` in hexadecimal.
  public let digest: String
  /// Samples.
  public let sampleCount: Int
  /// Targets per sample.
  public let sequenceLength: Int

  public init(name: String, digest: String, sampleCount: Int, sequenceLength: Int) {
    self.name = name
    self.digest = digest
    self.sampleCount = sampleCount
    self.sequenceLength = sequenceLength
  }

  private enum CodingKeys: String, CodingKey {
    case name, digest
    case sampleCount = "samples"
    case sequenceLength = "sequence_length"
  }
}
