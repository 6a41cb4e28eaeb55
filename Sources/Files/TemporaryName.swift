internal import Glibc

/// The name of something that is not, or no longer, in its place: `.stem.process.random.kind`.
///
/// The dot hides it from everybody who lists a folder for results, and the fixed form lets
/// ``Folder/sweep(_:)`` tell what a dead process has left from files of somebody else.
struct TemporaryName: Equatable {
  /// Why it is not in its place, and so what becomes of it when its process has died.
  enum Kind: String {
    /// Half written: removed.
    case partial
    /// On its way out: removed.
    case removed
    /// Moved aside for its successor: put back if the successor did not come, else removed.
    case replaced
  }

  /// The longest name a file system takes is 255 bytes, so a long name lends only its beginning.
  static let maximumStemLength = 180

  let stem: String
  let kind: Kind
  let text: String

  /// A new name that nothing else has.
  ///
  /// - Parameters:
  ///   - name: What the thing is called in its place.
  ///   - kind: Why it is not there.
  init(for name: String, _ kind: Kind) {
    stem = String(decoding: name.utf8.prefix(Self.maximumStemLength), as: UTF8.self)
    self.kind = kind
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    text = ".\(stem).\(getpid()).\(random).\(kind.rawValue)"
  }

  /// Recognises a name; `nil` for every other.
  init?(parsing name: String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 5, parts[0].isEmpty,
      let kind = Kind(rawValue: String(parts[parts.count - 1]))
    else { return nil }
    let (process, random) = (parts[parts.count - 3].utf8, parts[parts.count - 2].utf8)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    guard 1...10 ~= process.count, process.allSatisfy(digits.contains),
      1...13 ~= random.count, random.allSatisfy({ digits ~= $0 || letters ~= $0 })
    else { return nil }
    stem = parts[1..<(parts.count - 3)].joined(separator: ".")
    guard !stem.isEmpty else { return nil }
    self.kind = kind
    text = name
  }
}
