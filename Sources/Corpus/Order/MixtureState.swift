/// Where a phase's mixture stands: everything that is needed to go on, and nothing that could be
/// worked out.
public struct MixtureState: Codable, Equatable, Sendable {
  /// One data set's part in the phase.
  public struct Part: Codable, Equatable, Sendable {
    public let name: String
    public let isReplay: Bool
    /// Share of the phase's samples.
    public let share: Double
    /// Samples drawn in this phase; of a replayed data set this is the position in its order too.
    public internal(set) var used: Int

    private enum CodingKeys: String, CodingKey {
      case name, share, used
      case isReplay = "replay"
    }
  }

  /// The phase's name.
  public let phase: String
  /// The seed of the orders that this phase begins.
  public let seed: UInt64
  /// Samples of the phase so far.
  public internal(set) var sampleCount: Int
  /// The phase's data sets, new ones before replayed ones, in the plan's order.
  public internal(set) var parts: [Part]
  /// What was seen of each data set, this phase's new samples included.
  public internal(set) var histories: [SourceHistory]
  /// What had been seen of the replayed data sets when the phase began, in their order: only that is
  /// replayed.
  public let replayed: [SourceHistory]

  private enum CodingKeys: String, CodingKey {
    case phase, seed, parts, histories, replayed
    case sampleCount = "samples"
  }
}

extension MixtureState {
  /// Checks that the numbers can be those of a run: they may come from a file that somebody edited.
  ///
  /// - Throws: ``MixtureError/malformedState(problem:)``.
  func check() throws(MixtureError) {
    guard sampleCount >= 0, sampleCount <= 1 << 48, parts.count <= 1 << 16 else {
      throw .malformedState(problem: "\(sampleCount) samples from \(parts.count) data sets")
    }
    var sum = 0
    for part in parts {
      guard part.used >= 0, part.used <= sampleCount else {
        throw .malformedState(
          problem: "\(part.used) samples of \"\(part.name)\" among \(sampleCount)")
      }
      sum += part.used
    }
    guard sum == sampleCount else {
      throw .malformedState(problem: "\(sampleCount) samples, of which the parts sum to \(sum)")
    }
    for history in histories + replayed {
      if let problem = history.problem {
        throw .malformedState(problem: "\(problem) in the history of \"\(history.source.name)\"")
      }
    }
    for list in [histories, replayed] where Set(list.map(\.source.name)).count != list.count {
      throw .malformedState(problem: "two histories of one data set")
    }
    let replayedParts = parts.filter(\.isReplay)
    guard replayed.map(\.source.name) == replayedParts.map(\.name),
      replayed.allSatisfy({ $0.seenCount > 0 })
    else { throw .malformedState(problem: "the replayed samples are not those of the parts") }
    for part in parts where !part.isReplay {
      guard let history = histories.first(where: { $0.source.name == part.name }),
        let active = history.segments.last, active.count >= part.used
      else {
        throw .malformedState(
          problem: "\(part.used) samples of \"\(part.name)\" that its history lacks")
      }
    }
  }
}
