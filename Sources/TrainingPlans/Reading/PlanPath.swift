internal import OrderedJSON

/// A key of a plan in the spelling of `--set`: `runs.continual.phases.adapt.tokens`.
///
/// Dots reach into mappings, and names may hold dots: of the keys that exist the longest counts. In a
/// list a number is an index, and the name of an entry stands for it.
struct PlanPath {
  /// What stands between the dots.
  let segments: [String]

  /// Splits a path.
  ///
  /// - Parameter text: `nil` is returned for one with nothing between two dots.
  init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count <= 64, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    segments = parts.map { String(Substring($0)) }
  }

  /// The longest beginning of segments that is one of the names.
  ///
  /// - Parameters:
  ///   - segments: What is left of a path.
  ///   - names: What exists.
  /// - Returns: Index of the name and how many segments it takes.
  static func match(
    _ segments: ArraySlice<String>, among names: [String]
  ) -> (index: Int, count: Int)? {
    for count in stride(from: segments.count, to: 0, by: -1) {
      let joined = segments.prefix(count).joined(separator: ".")
      if let index = names.lastIndex(where: { $0.hasSameBytes(as: joined) }) {
        return (index, count)
      }
    }
    return nil
  }
}

extension JSONValue {
  /// The value at a path; `nil` if there is none.
  func value(at segments: ArraySlice<String>) -> JSONValue? {
    guard !segments.isEmpty else { return self }
    switch self {
    case .object(let object):
      guard let match = PlanPath.match(segments, among: object.members.map(\.name)) else {
        return nil
      }
      return object.members[match.index].value.value(at: segments.dropFirst(match.count))
    case .array(let elements):
      let names = elements.map { $0["name"]?.stringValue ?? "" }
      if let match = PlanPath.match(segments, among: names) {
        return elements[match.index].value(at: segments.dropFirst(match.count))
      }
      guard let index = segments.first.flatMap({ Int($0) }), elements.indices.contains(index) else {
        return nil
      }
      return elements[index].value(at: segments.dropFirst())
    default: return nil
    }
  }
}
