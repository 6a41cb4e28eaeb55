/// One stretch of a long text: what the model is fed, and the tokens its last positions predict.
public struct RollingWindow: Sendable, Equatable {
  public let input: [Int32]
  public let targets: [Int32]

  public init(input: [Int32], targets: [Int32]) {
    self.input = input
    self.targets = targets
  }

  /// Splits a text so that each token is predicted once, with as much context as its window holds.
  ///
  /// The first window predicts its tokens from the prefix token on; each later one predicts the next
  /// `window` tokens at most, and its input ends one token before the last of them.
  ///
  /// - Parameters:
  ///   - tokens: The text; none give no windows.
  ///   - prefix: Stands before the first token.
  ///   - window: The longest input, in tokens.
  /// - Returns: Windows from left to right.
  /// - Precondition: `window >= 1`.
  /// - SeeAlso: `lm_eval/utils.py`, `get_rolling_token_windows` with `context_len` 1 and
  ///   `make_disjoint_window`, commit 4e7e0d4.
  /// - Complexity: O(windows · window).
  public static func windows(
    over tokens: [Int32], prefix: Int32, window: Int
  ) -> [RollingWindow] {
    precondition(window >= 1, "a window of \(window) tokens")
    guard !tokens.isEmpty else { return [] }
    let first = min(window, tokens.count)
    var windows = [
      RollingWindow(input: [prefix] + tokens[..<(first - 1)], targets: Array(tokens[..<first]))
    ]
    var predicted = first
    while predicted < tokens.count {
      let end = min(predicted + window, tokens.count)
      // At least `window` tokens were predicted before, so the input is as long as the window.
      windows.append(
        RollingWindow(
          input: Array(tokens[(end - window - 1)..<(end - 1)]),
          targets: Array(tokens[predicted..<end])))
      predicted = end
    }
    return windows
  }
}
