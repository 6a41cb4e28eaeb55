public import Compute
import Files
import Foundation
import HarnessCompatibility
public import LanguageModel
import Records
public import Tokenization

/// A checkpoint that is ready to be scored: model and tokenizer opened and found to fit together.
public struct ScorableCheckpoint: Sendable {
  public let checkpoint: Checkpoint
  public let tokenizer: Tokenizer
  public let encoder: RequestEncoder
  /// As the user named the folder.
  public let path: String
  /// The folder's name.
  public let name: String

  /// Opens checkpoint and tokenizer.
  ///
  /// - Parameters:
  ///   - path: A folder in Hugging Face's layout.
  ///   - settings: Whose rules texts are encoded by.
  /// - Throws: What is wrong with either, in whole sentences.
  public init(path: String, settings: ScoringSettings) throws {
    self.path = path
    checkpoint = try Checkpoint.open(directory: path)
    let folder = URL(fileURLWithPath: checkpoint.directory)
    tokenizer = try Tokenizer(directory: folder)
    encoder = try RequestEncoder(
      tokenizer: tokenizer, vocabularySize: checkpoint.configuration.vocabularySize,
      window: checkpoint.configuration.maximumLength, version: settings.version,
      beginningOfSequence: settings.beginningOfSequence)
    name = folder.standardizedFileURL.lastPathComponent
  }

  /// Whether the tokenizer knows ids that the model has no embedding for.
  public var mayExceedVocabulary: Bool {
    tokenizer.vocabularySize > checkpoint.configuration.vocabularySize
  }

  /// The engine; weights are read when something is scored.
  ///
  /// - Parameters:
  ///   - backend: Where to compute.
  ///   - settings: Sizes of passes.
  ///   - isCancelled: Asked between chunks.
  /// - Returns: An engine for the whole window.
  public func makeEngine<Backend: ComputeBackend>(
    on backend: Backend, settings: ScoringSettings,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) -> CheckpointEngine<Backend> {
    CheckpointEngine(
      checkpoint: checkpoint, backend: backend, threads: settings.threads,
      maximumLength: checkpoint.configuration.maximumLength, batchTokens: settings.batchTokens,
      memoryLimit: settings.memoryLimit, isCancelled: isCancelled)
  }

  /// Tells encoders apart that may give different tokens: over the tokenizer's files, the window and
  /// the rules.
  func encodingIdentity() throws(FileError) -> String {
    var parts = [
      "\(encoder.window)", encoder.version.rawValue, encoder.beginningOfSequence.rawValue,
      "\(checkpoint.configuration.vocabularySize)",
    ]
    for path in CheckpointRecord.tokenizerPaths(of: checkpoint) {
      let digest = try SHA256Digest.digest(ofFile: path)
      parts.append(digest?.hex ?? path)
    }
    return parts.joined(separator: " ")
  }
}
