public import Corpus
internal import Foundation
public import OrderedJSON

/// `trainer-state.json`: what a run needs beyond weights and moments to go on as if it had never
/// stopped.
///
/// Four things that a phase may keep or reset one by one: ``optimizer``, ``progress``, ``rng`` and
/// ``data``.
public struct TrainerState: Codable, Equatable, Sendable {
  /// How far the run is.
  public struct Progress: Codable, Equatable, Sendable {
    /// Optimizer updates, skipped ones included, over all phases.
    public var step: Int
    /// Tokens trained on, replayed ones included.
    public var tokens: Int
    public var phase: String
    /// Steps of the phase.
    public var phaseStep: Int

    private enum CodingKeys: String, CodingKey {
      case step, tokens, phase
      case phaseStep = "phase_step"
    }
  }

  /// What the moments in optimizer.safetensors are.
  public struct Optimizer: Codable, Equatable, Sendable {
    public var name = "adamw"
    /// Updates that the moments have seen.
    public var updates: Int
  }

  /// The random numbers of training are all functions of one seed and a position.
  public struct RandomNumbers: Codable, Equatable, Sendable {
    /// Orders that begin from now on are drawn with it; those that have begun keep their own.
    public var seed: UInt64
  }

  public var format = 1
  public var plan: String
  public var run: String
  public var progress: Progress
  public var optimizer: Optimizer
  public var rng: RandomNumbers
  /// Cursors of the phase's mixture, with what was seen of every data set; `nil` before the first
  /// phase has begun.
  public var data: MixtureState?

}

extension TrainerState {
  /// Largest file that is read; a state has a few hundred bytes per data set and seed.
  static let maximumByteCount = 64 << 20

  /// The state as JSON, members in the order of their declaration.
  ///
  /// - Throws: Never for a state of a run.
  public func json() throws -> JSONValue { try JSONValueEncoder().encode(self) }

  /// Reads a state.
  ///
  /// - Parameters:
  ///   - bytes: The file's content.
  ///   - path: For messages.
  /// - Throws: ``TrainingError/unusableState(path:problem:)``.
  public init(parsing bytes: [UInt8], path: String) throws(TrainingError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw .unusableState(path: path, problem: "\(bytes.count) bytes are too many")
    }
    do {
      // The strict parser first: it bounds depth and refuses repeated names' surprises.
      let value = try JSONValue(parsing: bytes, options: JSONParsingOptions(maximumDepth: 32))
      self = try JSONDecoder().decode(
        TrainerState.self, from: Data(value.serialized().utf8))
    } catch let error as DecodingError {
      throw .unusableState(path: path, problem: Self.words(error))
    } catch {
      throw .unusableState(path: path, problem: "not valid JSON (\(error))")
    }
    guard format == 1 else {
      throw .unusableState(
        path: path, problem: "its format is \(format), and this program knows format 1")
    }
    guard optimizer.name == "adamw" else {
      throw .unusableState(path: path, problem: "the optimizer \"\(optimizer.name)\" is unknown")
    }
    let bounds = 0...(1 << 60)
    guard bounds.contains(progress.step), bounds.contains(progress.tokens),
      bounds.contains(progress.phaseStep), bounds.contains(optimizer.updates),
      progress.phaseStep <= progress.step, optimizer.updates <= 1 << 40
    else { throw .unusableState(path: path, problem: "its counts make no sense") }
  }

  private static func words(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "the top" : path.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(key.stringValue) is missing at \(place(context.codingPath))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context.codingPath)) is of another kind than expected"
    case .dataCorrupted(let context): return "\(place(context.codingPath)) cannot be understood"
    @unknown default: return "it cannot be understood"
    }
  }
}
