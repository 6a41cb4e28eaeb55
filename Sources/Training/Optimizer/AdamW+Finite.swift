internal import LanguageModel

extension AdamW {
  /// The first weight or moment that holds a number which is not finite.
  ///
  /// - Returns: Its name in a checkpoint; `nil` if all numbers are finite.
  /// - Complexity: O(parameters), one pass over memory.
  public func firstNotFinite() -> String? {
    for (index, parameter) in parameterList.enumerated() {
      for (tensor, prefix) in [
        (parameter.weights, ""), (firstMoments[index], MomentNames.first),
        (secondMoments[index], MomentNames.second),
      ] where !sumOfSquares(tensor).isFinite {
        return prefix + parameter.name
      }
    }
    return nil
  }
}
