import Testing

/// The largest difference between results and what they should be.
struct LargestError: CustomStringConvertible {
  var error = 0.0
  var index = 0
  var actual: Float = 0
  var expected: Float = 0

  /// NaN matches NaN alone and an infinity itself alone; any other pairing is an infinite error.
  init(_ actual: [Float], _ expected: [Float]) {
    guard actual.count == expected.count else {
      error = .infinity
      return
    }
    for index in actual.indices {
      let (found, wanted) = (actual[index], expected[index])
      if found == wanted || (found.isNaN && wanted.isNaN) { continue }
      let difference = abs(Double(found) - Double(wanted))
      let error = difference.isFinite ? difference : .infinity
      if error > self.error {
        self = LargestError(error: error, index: index, actual: found, expected: wanted)
      }
    }
  }

  private init(error: Double, index: Int, actual: Float, expected: Float) {
    (self.error, self.index, self.actual, self.expected) = (error, index, actual, expected)
  }

  var description: String { "\(error) at \(index): \(actual), not \(expected)" }
}

/// Expects results to lie within an absolute tolerance of the reference.
/// - Parameters:
///   - actual: Results of the backend under test.
///   - expected: Those of the reference.
///   - tolerance: Largest absolute difference, in the numbers' own unit.
///   - what: Names the case in the failure.
///   - sourceLocation: Where the expectation stands.
func expectClose(
  _ actual: [Float], _ expected: [Float], within tolerance: Double,
  _ what: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let largest = LargestError(actual, expected)
  if largest.error > tolerance {
    Issue.record(
      "\(what()): error \(largest), more than \(tolerance)", sourceLocation: sourceLocation)
  }
}

/// Expects the same bits, number by number.
/// - Parameters:
///   - actual: Results under test.
///   - expected: What they should be.
///   - what: Names the case in the failure.
///   - sourceLocation: Where the expectation stands.
func expectSameBits(
  _ actual: [Float], _ expected: [Float], _ what: @autoclosure () -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record("\(what()): counts differ", sourceLocation: sourceLocation)
    return
  }
  for index in actual.indices where actual[index].bitPattern != expected[index].bitPattern {
    Issue.record(
      "\(what()): \(actual[index]), not \(expected[index]), at \(index)",
      sourceLocation: sourceLocation)
    return
  }
}
