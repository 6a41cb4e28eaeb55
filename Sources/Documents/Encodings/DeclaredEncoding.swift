/// Finds the encoding that a page or an XML document declares in its first bytes.
enum DeclaredEncoding {
  /// Bytes that are looked at; browsers look at 1024.
  private static let sampleSize = 4096

  /// The encoding's name.
  ///
  /// - Parameter bytes: A page in an encoding that holds ASCII.
  /// - Returns: The value of `encoding` in an XML declaration, else of the first `charset` in a
  ///   `meta` element; `nil` if there is none.
  static func name(in bytes: [UInt8]) -> String? {
    let sample = bytes.prefix(sampleSize).map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
    if sample.starts(with: "<?xml".utf8), let end = sample.firstIndex(of: UInt8(ascii: ">")),
      let name = value(behind: "encoding", in: sample[..<end])
    {
      return name
    }
    var start = sample.startIndex
    while let meta = find("<meta", in: sample[start...]) {
      let end = sample[meta...].firstIndex(of: UInt8(ascii: ">")) ?? sample.endIndex
      if let name = value(behind: "charset", in: sample[meta..<end]) { return name }
      start = end
    }
    return nil
  }

  /// The character set in a header such as `text/html; charset=utf-8`.
  static func name(inHeader header: String) -> String? {
    value(behind: "charset", in: Array(header.lowercased().utf8)[...])
  }

  private static func find(_ word: String, in bytes: ArraySlice<UInt8>) -> Int? {
    let word = Array(word.utf8)
    guard bytes.count >= word.count else { return nil }
    return (bytes.startIndex...bytes.endIndex - word.count).first {
      bytes[$0] == word[0] && bytes[$0..<$0 + word.count].elementsEqual(word)
    }
  }

  /// What stands behind `name=`, with or without quotes.
  private static func value(behind name: String, in bytes: ArraySlice<UInt8>) -> String? {
    guard let start = find(name, in: bytes) else { return nil }
    var rest = bytes[(start + name.utf8.count)...].drop { $0 <= 0x20 }
    guard rest.first == UInt8(ascii: "=") else { return nil }
    rest = rest.dropFirst().drop { $0 <= 0x20 || $0 == 0x22 || $0 == 0x27 }
    let value = rest.prefix {
      0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 || [0x2D, 0x5F, 0x2E, 0x3A].contains($0)
    }
    return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
  }
}
