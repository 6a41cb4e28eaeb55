internal import Files

/// Why a phase's mixture of data sets cannot be made or gone on with.
public enum MixtureError: Error, Equatable, Sendable, CustomStringConvertible {
  case noNewSource(phase: String)
  case repeatedSource(phase: String, source: String)
  case unusableWeight(phase: String, source: String, weight: Double)
  case unusableShare(phase: String, source: String, share: Double)
  /// Replay that leaves nothing for new data.
  case sharesTooLarge(phase: String, sum: Double)
  /// Replay of a data set of which no earlier phase saw anything.
  case nothingSeen(phase: String, source: String, seen: [String])
  /// A data set that is not the one whose history is on record.
  case sourceChanged(source: String)
  /// A kept order with another `shuffle` than the plan's.
  case orderChanged(source: String, wasShuffled: Bool)
  case differentLengths(source: String, sequenceLength: Int, expected: Int)
  /// A saved state that is of another mixture.
  case otherMixture(phase: String, problem: String)
  /// A saved state that contradicts itself.
  case malformedState(problem: String)

  public var description: String {
    switch self {
    case .noNewSource(let phase):
      "Phase \"\(phase.escapedForTerminal)\" names no data. Give it at least one data set under data."
    case .repeatedSource(let phase, let source):
      "Phase \"\(phase.escapedForTerminal)\" names data set \"\(source.escapedForTerminal)\" twice. "
        + "Name it once, with the sum of its weights."
    case .unusableWeight(let phase, let source, let weight):
      "Phase \"\(phase.escapedForTerminal)\": the weight \(weight) of data set "
        + "\"\(source.escapedForTerminal)\" is not a number above 0."
    case .unusableShare(let phase, let source, let share):
      "Phase \"\(phase.escapedForTerminal)\": the replay share \(share) of data set "
        + "\"\(source.escapedForTerminal)\" is not between 0 and 1. Write 25% or 0.25."
    case .sharesTooLarge(let phase, let sum):
      "Phase \"\(phase.escapedForTerminal)\": the replay shares sum to \(sum); less than 1 is needed, "
        + "so that new data has a place."
    case .nothingSeen(let phase, let source, let seen):
      "Phase \"\(phase.escapedForTerminal)\" replays data set \"\(source.escapedForTerminal)\", of "
        + "which nothing was seen before. "
        + (seen.isEmpty
          ? "No earlier phase saw any data; remove replay."
          : "Seen so far: \(seen.map(\.escapedForTerminal).joined(separator: ", ")).")
    case .sourceChanged(let source):
      "Data set \"\(source.escapedForTerminal)\" is not the one that this run has seen: its files, "
        + "tokenizer or sequence length have changed. Bring the earlier ones back, or give the new "
        + "data another name."
    case .orderChanged(let source, let wasShuffled):
      "Data set \"\(source.escapedForTerminal)\" was \(wasShuffled ? "" : "not ")shuffled when this "
        + "run began it. Set shuffle: \(wasShuffled), or start the phase with on_start: "
        + "{data: reset}."
    case .differentLengths(let source, let sequenceLength, let expected):
      "Data set \"\(source.escapedForTerminal)\" has samples of \(sequenceLength) tokens, the others "
        + "of \(expected)."
    case .otherMixture(let phase, let problem):
      "The saved state of phase \"\(phase.escapedForTerminal)\" is of another mixture: "
        + "\(problem.escapedForTerminal). Resume with the plan that it was saved with, or start "
        + "the phase anew."
    case .malformedState(let problem):
      "The saved data state contradicts itself: \(problem.escapedForTerminal). Resume from an "
        + "earlier checkpoint."
    }
  }
}
