/// Documents of a task at whose edges something is out of the ordinary; none of it is an error.
///
/// Documents are named by their position in the evaluated split.
public struct BoundaryRecord: Codable, Sendable, Equatable {
  /// Counts in no metric, because lm-evaluation-harness would abort on it.
  public struct LeftOut: Codable, Sendable, Equatable {
    public var document: Int
    /// `empty_continuation`, `empty_context` or `continuation_too_long`.
    public var reason: String

    public init(document: Int, reason: String) {
      self.document = document
      self.reason = reason
    }
  }

  /// Lost tokens at the left end of a context that exceeds the window.
  public struct Truncated: Codable, Sendable, Equatable {
    public var document: Int
    /// Of the request that lost most.
    public var lostTokens: Int

    private enum CodingKeys: String, CodingKey {
      case document
      case lostTokens = "lost_tokens"
    }

    public init(document: Int, lostTokens: Int) {
      self.document = document
      self.lostTokens = lostTokens
    }
  }

  public var leftOut: [LeftOut]
  public var truncated: [Truncated]
  /// The context's tokens are not the first ones of context and continuation together.
  public var merged: [Int]
  /// More than one choice has the best score under a reported normalisation.
  public var tied: [Int]
  /// Some text is not in Unicode's normal form C.
  public var notComposed: [Int]
  /// The model answered with a NaN.
  public var notANumber: [Int]

  private enum CodingKeys: String, CodingKey {
    case leftOut = "left_out"
    case truncated, merged, tied
    case notComposed = "not_nfc"
    case notANumber = "nan"
  }

  public init(
    leftOut: [LeftOut] = [], truncated: [Truncated] = [], merged: [Int] = [], tied: [Int] = [],
    notComposed: [Int] = [], notANumber: [Int] = []
  ) {
    self.leftOut = leftOut
    self.truncated = truncated
    self.merged = merged
    self.tied = tied
    self.notComposed = notComposed
    self.notANumber = notANumber
  }

  /// Whether every document is ordinary.
  public var isEmpty: Bool { self == BoundaryRecord() }
}
