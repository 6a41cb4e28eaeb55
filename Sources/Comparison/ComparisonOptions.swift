public import Records

/// What a comparison is asked for.
public struct ComparisonOptions: Sendable, Equatable {
  /// What counts as equal in a metric from 0 to 1: one point.
  public static let standardMargin = 0.01
  /// What counts as equal in a loss, in nats.
  public static let standardLossMargin = 0.02
  /// Of a 95 % interval and of every test.
  public static let level = 0.05

  public var margin = standardMargin
  public var lossMargin = standardLossMargin
  /// The metric that decides, where a task has it; the task's own choice if `nil`.
  public var metric: String?
  /// Tasks to compare, and no losses; everything that both have if `nil`.
  public var tasks: [String]?
  /// Documents to leave out in rows of their own, beside those over all documents.
  public var excluded: ExcludedDocuments?
  /// Replicates of a bootstrap, and the seed that they are drawn with.
  public var bootstrapIterations = 10_000
  public var seed: UInt64 = 0
  public var threads = 1

  public init() {}
}
