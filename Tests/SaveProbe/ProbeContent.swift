import OrderedJSON
import Training

/// A small checkpoint whose every byte is a function of step and seed.
struct ProbeContent {
  let step: Int
  let seed: Int

  /// Saves it.
  ///
  /// - Parameter store: Where it goes.
  /// - Returns: How that ended.
  /// - Throws: `FileError`.
  func save(in store: CheckpointStore) throws -> CheckpointStore.SaveOutcome {
    let numbers = (0..<600).map { Float(step * 1000 + seed * 100_000 + $0) }
    return try numbers.withUnsafeBytes { bytes in
      func tensor(_ name: String, _ range: Range<Int>, _ shape: [Int]) -> NamedTensor {
        NamedTensor(
          name: name, shape: shape,
          bytes: UnsafeRawBufferPointer(
            rebasing: bytes[range.lowerBound * 4..<range.upperBound * 4]))
      }
      return try store.save(
        CheckpointContent(
          step: step, phaseEnd: step.isMultiple(of: 10) ? "phase \(step / 10)" : nil,
          files: [("config.json", Array("{\"seed\": \(seed)}\n".utf8))],
          weights: [tensor("b", 0..<100, [100]), tensor("a", 100..<200, [10, 10])],
          optimizer: [tensor("a.m", 200..<400, [2, 100]), tensor("a.v", 400..<600, [2, 100])],
          state: ["step": .integer(step), "seed": .integer(seed)]))
    }
  }
}
