internal import Files

/// An answer by HTTP as it was sent.
struct HTTPMessage {
  let status: Int
  /// In lower case.
  private(set) var contentType = ""
  /// How the body was packed, in lower case.
  private(set) var encoding = ""
  /// The body, unpacked; `nil` if that is not possible.
  private(set) var body: [UInt8]?

  /// Reads an answer.
  ///
  /// - Parameters:
  ///   - bytes: Status line, header, blank line, body.
  ///   - limit: Most bytes that a body may be unpacked to.
  init?(_ bytes: [UInt8], limit: Int) {
    var rest = bytes[...]
    guard let first = Self.line(&rest), first.starts(with: "HTTP/".utf8) else { return nil }
    let words = first.split(separator: 0x20)
    guard words.count >= 2, let status = Int(String(decoding: words[1], as: UTF8.self)) else {
      return nil
    }
    self.status = status
    var isChunked = false
    while let line = Self.line(&rest), !line.isEmpty {
      let (name, value) = Self.field(line)
      switch name {
      case "content-type": contentType = value.lowercased()
      case "content-encoding": encoding = value.lowercased()
      case "transfer-encoding": isChunked = value.lowercased().contains("chunked")
      default: break
      }
    }
    var body = Array(rest)
    // Crawlers often unpack and leave the header as it was.
    if isChunked, let joined = Self.joinedChunks(body) { body = joined }
    switch encoding {
    case "gzip", "x-gzip":
      self.body =
        body.starts(with: [0x1F, 0x8B]) ? Compression.unpackGzip(body, limit: limit) : body
    case "", "identity", "none", "utf-8": self.body = body
    // Text shows that it is not packed any more.
    default: self.body = String(validating: body.prefix(64), as: UTF8.self) != nil ? body : nil
    }
  }

  /// A header line's name in lower case and its value.
  static func field(_ line: some Collection<UInt8>) -> (name: String, value: String) {
    let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
    guard parts.count == 2 else { return ("", "") }
    let value = parts[1].drop { $0 <= 0x20 }
    return (
      String(decoding: parts[0], as: UTF8.self).lowercased(),
      String(decoding: value, as: UTF8.self)
    )
  }

  private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let end = rest.firstIndex(of: 0x0A) else { return nil }
    var line = rest[..<end]
    rest = rest[(end + 1)...]
    if line.last == 0x0D { line.removeLast() }
    return line
  }

  /// The body out of its chunks; `nil` if there are none.
  private static func joinedChunks(_ bytes: [UInt8]) -> [UInt8]? {
    var rest = bytes[...]
    var body: [UInt8] = []
    while let line = line(&rest) {
      let digits = String(
        decoding: line.prefix { $0 != UInt8(ascii: ";") && $0 > 0x20 }, as: UTF8.self)
      guard let size = Int(digits, radix: 16), size >= 0 else { return nil }
      if size == 0 { return body }
      guard size <= rest.count else { return body.isEmpty ? nil : body + rest }
      body.append(contentsOf: rest.prefix(size))
      rest = rest.dropFirst(size)
      _ = self.line(&rest)
    }
    return body
  }
}
