extension String {
  /// The text with everything escaped that could steer a terminal or reorder a line.
  ///
  /// Names come out of files, and a file is hostile: an escape sequence in a tensor's name must not
  /// reach the screen. Controls (C0, DEL, C1), line and paragraph separators and the bidirectional
  /// marks become `\u{…}`; a backslash stays as it is.
  /// - Complexity: O(length).
  public var escapedForTerminal: String {
    guard unicodeScalars.contains(where: \.steersTerminal) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.steersTerminal {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text escaped for a terminal and shortened in the middle to a number of scalars.
  ///
  /// - Parameter limit: Most scalars to keep of the text, at least 8.
  /// - Returns: The text itself if it is short enough.
  /// - Complexity: O(length).
  public func abbreviatedForTerminal(limit: Int = 120) -> String {
    let scalars = Array(unicodeScalars.prefix(limit + 1))
    guard scalars.count > limit else { return escapedForTerminal }
    let keep = max(limit, 8) / 2
    var head = String.UnicodeScalarView()
    head.append(contentsOf: unicodeScalars.prefix(keep))
    var tail = String.UnicodeScalarView()
    tail.append(contentsOf: unicodeScalars.suffix(keep - 1))
    return String(head).escapedForTerminal + "…" + String(tail).escapedForTerminal
  }
}

extension Unicode.Scalar {
  fileprivate var steersTerminal: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
