internal import Files
internal import OrderedJSON

/// The losses of one validation set, sequence by sequence.
public struct LossSample: Sendable, Equatable {
  /// Of the data set.
  public let name: String
  /// SHA-256 over what the loss was measured on; sets of one digest compare.
  public let digest: String
  /// Whether the model had been trained on the data set.
  public let isSeen: Bool
  /// Mean over all tokens, in nats; NaN if it was not finite.
  public let loss: Double
  /// Mean of each sequence's tokens, in nats; NaN if it was not finite.
  public let losses: [Double]

  static let format = 1
  private static let maximumSets = 1_000

  /// Reads `validation.json`, trusting nothing in it.
  ///
  /// - Parameter path: The file.
  /// - Returns: One per data set.
  /// - Throws: ``ResultsError``.
  static func read(path: String) throws(ResultsError) -> [LossSample] {
    let object = try BoundedFile.object(path: path)
    guard let format = object["format"]?.integerValue else {
      throw .malformed(path: path, problem: "format is missing or not an integer")
    }
    guard format <= Self.format else {
      throw .tooNew(path: path, version: format, known: Self.format)
    }
    guard format >= 1 else {
      throw .malformed(path: path, problem: "there is no format \(format)")
    }
    guard let sets = object["data_sets"]?.arrayValue else {
      throw .malformed(path: path, problem: "data_sets is missing or not an array")
    }
    guard sets.count <= maximumSets else {
      throw .malformed(
        path: path, problem: "it has \(sets.count) data sets, more than any plan")
    }
    var all: [LossSample] = []
    for set in sets {
      guard let name = set["name"]?.stringValue, let digest = set["sha256"]?.stringValue,
        let items = set["sequence_losses"]?.arrayValue, !items.isEmpty
      else {
        throw .malformed(
          path: path, problem: "a data set lacks name, sha256 or sequence_losses")
      }
      guard !all.contains(where: { $0.name.hasSameBytes(as: name) }) else {
        throw .malformed(
          path: path, problem: "the data set \(name.abbreviatedForTerminal()) occurs twice")
      }
      let losses = items.map { $0.doubleValue ?? .nan }
      all.append(
        LossSample(
          name: name, digest: digest, isSeen: set["seen"]?.boolValue ?? true,
          loss: set["loss"]?.doubleValue ?? .nan, losses: losses))
    }
    return all
  }
}
