/// What becomes of the matches when a text is cut at them.
enum SplitBehavior: String, CaseIterable, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"

  /// Cuts a text.
  ///
  /// - Parameter parts: Ranges that cover the text in order, each a match or what lies between
  ///   matches; changed to the pieces, empty ones left out.
  func apply(to parts: inout [(range: Range<Int>, isMatch: Bool)]) {
    var result: [(range: Range<Int>, isMatch: Bool)] = []
    result.reserveCapacity(parts.count)
    switch self {
    case .isolated: result = parts
    case .removed: result = parts.filter { !$0.isMatch }
    case .contiguous:
      for part in parts {
        if let last = result.last, last.isMatch == part.isMatch {
          result[result.count - 1].range = last.range.lowerBound..<part.range.upperBound
        } else {
          result.append(part)
        }
      }
    case .mergedWithPrevious:
      var afterMatch = false
      for part in parts {
        if part.isMatch, !afterMatch, let last = result.last {
          result[result.count - 1].range = last.range.lowerBound..<part.range.upperBound
        } else {
          result.append(part)
        }
        afterMatch = part.isMatch
      }
    case .mergedWithNext:
      var beforeMatch = false
      for part in parts.reversed() {
        if part.isMatch, !beforeMatch, let last = result.last {
          result[result.count - 1].range = part.range.lowerBound..<last.range.upperBound
        } else {
          result.append(part)
        }
        beforeMatch = part.isMatch
      }
      result.reverse()
    }
    parts = result.filter { !$0.range.isEmpty }
  }
}
