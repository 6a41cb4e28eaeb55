import ArgumentParser

/// A number of bytes as people write it: `2GiB`, `512MB`, `1000000`.
struct ByteCount: ExpressibleByArgument, Equatable {
  let bytes: Int

  init?(argument: String) {
    let units: [(suffix: String, factor: Int)] = [
      ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40), ("kb", 1000),
      ("mb", 1_000_000), ("gb", 1_000_000_000), ("tb", 1_000_000_000_000), ("k", 1 << 10),
      ("m", 1 << 20), ("g", 1 << 30), ("t", 1 << 40), ("b", 1), ("", 1),
    ]
    let text = argument.lowercased()
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
    let digits = text.dropLast(unit.suffix.count)
    // Double would take hexadecimal and words too.
    guard digits.utf8.allSatisfy({ "0123456789.".utf8.contains($0) }),
      let number = Double(digits), number > 0, number.isFinite,
      let bytes = Int(exactly: (number * Double(unit.factor)).rounded()), bytes > 0
    else { return nil }
    self.bytes = bytes
  }

  var defaultValueDescription: String { "\(bytes)" }
}
