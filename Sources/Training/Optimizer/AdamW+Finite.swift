public import Communication
internal import Compute
internal import LanguageModel

extension AdamW {
  /// The first weight or moment that holds a number which is not finite.
  ///
  /// - Returns: Its name in a checkpoint, the same on all ranks; `nil` if all numbers are finite.
  /// - Throws: `CommunicationError`.
  /// - Complexity: O(parameters), one pass over memory.
  public func firstNotFinite() throws(CommunicationError) -> String? {
    let kinds = ["", MomentNames.first, MomentNames.second]
    var first = [Double(kinds.count * parameters.parameters.count)]
    search: for (index, segment) in segments {
      let shard = shards[index]
      for (kind, tensor) in [shard.weights, shard.firstMoments, shard.secondMoments].enumerated()
      where !backend.sumOfSquares(tensor.columns(segment.range)).isFinite {
        first[0] = Double(kinds.count * segment.parameter + kind)
        break search
      }
    }
    try ranks.allReduce(&first, .minimum)
    let (parameter, kind) = Int(first[0]).quotientAndRemainder(dividingBy: kinds.count)
    return parameter < parameters.parameters.count
      ? kinds[kind] + parameters.parameters[parameter].name : nil
  }
}
