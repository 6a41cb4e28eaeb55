import ArgumentParser
import Comparison

/// What counts as equal, stated before anything is compared.
struct ComparisonMargins: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Difference in an accuracy that counts as equal: 0.01 is one point.", valueName: "share"))
  var margin = ComparisonOptions.standardMargin

  @Option(
    name: .customLong("loss-margin"),
    help: ArgumentHelp(
      "Difference in a validation loss that counts as equal.", valueName: "nats"))
  var lossMargin = ComparisonOptions.standardLossMargin

  func validate() throws {
    guard margin > 0, margin < 1 else {
      throw ValidationError("--margin must lie between 0 and 1: 0.01 is one point of accuracy.")
    }
    guard lossMargin > 0, lossMargin.isFinite else {
      throw ValidationError("--loss-margin must be above 0, in nats.")
    }
  }

  /// The options that these make.
  ///
  /// - Parameter threads: That draw a bootstrap's replicates.
  /// - Returns: Options for a comparison of all tasks.
  func options(threads: Int) -> ComparisonOptions {
    var options = ComparisonOptions()
    options.margin = margin
    options.lossMargin = lossMargin
    options.threads = threads
    return options
  }
}
