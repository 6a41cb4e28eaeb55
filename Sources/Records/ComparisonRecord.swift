/// Two models compared on the same documents and the same validation sequences.
///
/// A is the reference, B the candidate, and every difference is B − A.
public struct ComparisonRecord: Codable, Sendable, Equatable {
  /// The version that this code writes.
  public static let currentVersion = 1

  public var version: Int
  public var reference: ComparedModelRecord
  public var candidate: ComparedModelRecord
  /// What counts as equal in an accuracy, and in a loss in nats.
  public var margin: Double
  public var lossMargin: Double
  /// Tasks in the order of the reference, each with its metrics; then groups; then losses.
  public var rows: [DifferenceRecord]
  /// Over all rows that decide.
  public var verdict: Verdict
  /// Whether B is worse in a deciding row, and there by more than the row's margin.
  public var isWorseBeyondMargin: Bool
  /// Whole sentences that tell how the verdict came about.
  public var reasons: [String]
  /// Whole sentences about what was left out or is unusual.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case version, reference, candidate, margin
    case lossMargin = "loss_margin"
    case rows, verdict
    case isWorseBeyondMargin = "worse_beyond_margin"
    case reasons, notes
  }

  public init(
    reference: ComparedModelRecord, candidate: ComparedModelRecord, margin: Double,
    lossMargin: Double, rows: [DifferenceRecord], verdict: Verdict, isWorseBeyondMargin: Bool,
    reasons: [String], notes: [String] = []
  ) {
    version = Self.currentVersion
    self.reference = reference
    self.candidate = candidate
    self.margin = margin
    self.lossMargin = lossMargin
    self.rows = rows
    self.verdict = verdict
    self.isWorseBeyondMargin = isWorseBeyondMargin
    self.reasons = reasons
    self.notes = notes
  }
}

/// What a comparison says of B.
public enum Verdict: String, Codable, Sendable, CaseIterable {
  /// Equivalence within the margin was shown (TOST, p < 0.05).
  case matches
  /// The 95 % interval of the difference lies on the side where B is better.
  case better
  /// The 95 % interval of the difference lies on the side where B is worse.
  case worse
  case undecided
  /// Not even a difference of 0 could have shown equivalence.
  case tooFewDocuments = "too few documents"
}

/// One of the two sides of a comparison.
public struct ComparedModelRecord: Codable, Sendable, Equatable {
  /// For headings: `continual, step 1270`, or a checkpoint's name.
  public var label: String
  /// The folder with results.
  public var path: String
  /// File names in it that were read.
  public var files: [String]
  /// SHA-256 of the weights, where the results tell it.
  public var weightsDigest: String?
  /// What wrote the results.
  public var program: String?
  /// When scoring began, in seconds since 1970.
  public var date: Double?

  private enum CodingKeys: String, CodingKey {
    case label, path, files
    case weightsDigest = "weights_sha256"
    case program, date
  }

  public init(
    label: String, path: String, files: [String] = [], weightsDigest: String? = nil,
    program: String? = nil, date: Double? = nil
  ) {
    self.label = label
    self.path = path
    self.files = files
    self.weightsDigest = weightsDigest
    self.program = program
    self.date = date
  }
}

/// One quantity of both models, and how far apart they are.
public struct DifferenceRecord: Codable, Sendable, Equatable {
  public enum Kind: String, Codable, Sendable {
    /// A metric of a task, over documents.
    case task
    /// A metric of a group: the plain mean over its tasks.
    case group
    /// A validation loss in nats per token, over sequences.
    case loss
    /// The plain mean over all validation losses.
    case lossAverage = "loss_average"
  }

  /// What one model reaches.
  public struct Side: Codable, Sendable, Equatable {
    public var value: Double
    public var standardError: Double?
    /// 95 %, by Wilson, for shares of documents.
    public var interval: IntervalRecord?
    /// (value − chance) / (1 − chance), where there is a chance level.
    public var centered: Double?

    private enum CodingKeys: String, CodingKey {
      case value
      case standardError = "stderr"
      case interval = "wilson_95"
      case centered
    }

    public init(
      value: Double, standardError: Double? = nil, interval: IntervalRecord? = nil,
      centered: Double? = nil
    ) {
      self.value = value
      self.standardError = standardError
      self.interval = interval
      self.centered = centered
    }
  }

  public var kind: Kind
  /// Of the task, the group or the data set; `average` for ``Kind/lossAverage``.
  public var name: String
  /// As in results files, or `validation_loss`.
  ///
  /// Perplexities are compared by their logarithms, and then named `log(word_perplexity)`.
  public var metric: String
  public var higherIsBetter: Bool
  /// Whether the row has a part in the overall verdict: one metric per task, and every loss.
  ///
  /// Groups and averages tell nothing that their parts do not.
  public var isDeciding: Bool
  /// Documents or sequences that both models were scored on; of a group, those of all its tasks.
  public var count: Int
  /// Contaminated documents that a row of its own leaves out; `nil` in a row over all documents.
  public var leftOut: Int?
  public var reference: Side
  public var candidate: Side
  public var chance: Double?
  /// B − A.
  public var difference: Double
  public var standardError: Double?
  /// 95 % of the difference.
  public var interval: IntervalRecord?
  /// `t` or `bootstrap`.
  public var intervalMethod: String
  /// 95 % by paired bootstrap, for metrics that are not 0 or 1 per document.
  public var bootstrapInterval: IntervalRecord?
  /// Of the hypothesis that there is no difference.
  public var pValue: Double?
  /// `mcnemar`, `bootstrap` or `t`.
  public var test: String
  /// Corrected by Holm over all deciding tasks.
  public var adjustedPValue: Double?
  /// Documents that only A answers rightly, and only B.
  public var onlyReference: Int?
  public var onlyCandidate: Int?
  public var margin: Double
  /// TOST's, of the hypothesis that the difference is at least ``margin``.
  public var equivalencePValue: Double?
  /// The smallest margin within which these documents could have shown equivalence, had there been no
  /// difference at all.
  public var smallestMargin: Double?
  public var verdict: Verdict

  private enum CodingKeys: String, CodingKey {
    case kind, name, metric
    case higherIsBetter = "higher_is_better"
    case isDeciding = "deciding"
    case count = "n"
    case leftOut = "left_out"
    case reference, candidate, chance, difference
    case standardError = "difference_stderr"
    case interval = "difference_95"
    case intervalMethod = "interval_method"
    case bootstrapInterval = "bootstrap_95"
    case pValue = "p"
    case test
    case adjustedPValue = "p_holm"
    case onlyReference = "only_reference_right"
    case onlyCandidate = "only_candidate_right"
    case margin
    case equivalencePValue = "tost_p"
    case smallestMargin = "smallest_margin"
    case verdict
  }

  public init(
    kind: Kind, name: String, metric: String, higherIsBetter: Bool, isDeciding: Bool, count: Int,
    reference: Side, candidate: Side, chance: Double? = nil, difference: Double,
    standardError: Double? = nil, interval: IntervalRecord? = nil, intervalMethod: String,
    bootstrapInterval: IntervalRecord? = nil, pValue: Double? = nil, test: String,
    adjustedPValue: Double? = nil, onlyReference: Int? = nil, onlyCandidate: Int? = nil,
    margin: Double, equivalencePValue: Double? = nil, smallestMargin: Double? = nil,
    verdict: Verdict
  ) {
    self.kind = kind
    self.name = name
    self.metric = metric
    self.higherIsBetter = higherIsBetter
    self.isDeciding = isDeciding
    self.count = count
    self.reference = reference
    self.candidate = candidate
    self.chance = chance
    self.difference = difference
    self.standardError = standardError
    self.interval = interval
    self.intervalMethod = intervalMethod
    self.bootstrapInterval = bootstrapInterval
    self.pValue = pValue
    self.test = test
    self.adjustedPValue = adjustedPValue
    self.onlyReference = onlyReference
    self.onlyCandidate = onlyCandidate
    self.margin = margin
    self.equivalencePValue = equivalencePValue
    self.smallestMargin = smallestMargin
    self.verdict = verdict
  }
}
