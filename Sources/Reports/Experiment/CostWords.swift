import Files
import Records

/// What a continual run costs, in words.
enum CostWords {
  /// The update's share of training from scratch.
  ///
  /// - Parameter cost: Of a run.
  /// - Returns: Such as `57 % of the compute`; of the tokens, where operations were not counted; `nil`
  ///   where neither was.
  static func updateShare(_ cost: CostComparisonRecord) -> String? {
    share(of: cost.update, in: cost.fromScratch).map {
      "\(TickText.percent($0.share)) of the \($0.unit)"
    }
  }

  /// An amount's share of another.
  ///
  /// - Parameters:
  ///   - part: What is cheaper, one hopes.
  ///   - whole: Training from scratch.
  /// - Returns: The share and what it is a share of.
  static func share(
    of part: CostComparisonRecord.Amount, in whole: CostComparisonRecord.Amount
  ) -> (share: Double, unit: String)? {
    if whole.operations > 0, whole.operations.isFinite, part.operations.isFinite,
      part.operations > 0
    {
      return (part.operations / whole.operations, "compute")
    }
    return whole.tokens > 0 ? (Double(part.tokens) / Double(whole.tokens), "tokens") : nil
  }

  /// Where the shares come from.
  ///
  /// - Parameters:
  ///   - cost: Of a run.
  ///   - phase: The run's last phase.
  /// - Returns: Whole sentences.
  static func sentences(_ cost: CostComparisonRecord, phase: String? = nil) -> [String] {
    guard let update = updateShare(cost), let path = share(of: cost.path, in: cost.fromScratch)
    else { return [] }
    let phase = phase.map { ", \($0.escapedForTerminal)," } ?? ","
    return [
      """
      The update, which is the last phase\(phase) took \(amount(cost.update)): \(update) of training \
      \(cost.baseline.escapedForTerminal) (\(amount(cost.fromScratch))).
      """,
      """
      The whole path, with the phases before it, took \(amount(cost.path)): \
      \(TickText.percent(path.share)).
      """,
    ]
  }

  /// Tokens and operations.
  static func amount(_ amount: CostComparisonRecord.Amount) -> String {
    let tokens = "\(TickText.tokens(Double(amount.tokens))) tokens"
    return amount.operations > 0 ? "\(tokens), \(operations(amount.operations))" : tokens
  }

  /// A number of floating-point operations.
  static func operations(_ count: Double) -> String { "\(TickText.scientific(count)) FLOP" }
}
