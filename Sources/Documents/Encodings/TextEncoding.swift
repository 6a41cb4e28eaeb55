internal import CLibXML2
internal import Files
internal import Glibc

/// Brings texts of any encoding to UTF-8, declared or not.
///
/// In this order: a byte order mark; bytes that are valid UTF-8, whatever they are declared as; zero
/// bytes at every other place (UTF-16); the declared encoding, where "iso-8859-1" and "ascii" mean
/// windows-1252, as browsers have it; else UTF-8 with U+FFFD for what is wrong if most of it is
/// right; else windows-1252.
///
/// - SeeAlso: WHATWG, Encoding Standard, for the names.
enum TextEncoding {
  /// Decodes a text.
  ///
  /// - Parameters:
  ///   - bytes: In any encoding.
  ///   - declared: The name that came with them.
  /// - Returns: Valid UTF-8 without byte order mark; `nil` if the declared encoding is plainly
  ///   another one: more than one character in a hundred is none.
  /// - Complexity: O(bytes).
  static func utf8(of bytes: [UInt8], declared: String?) -> [UInt8]? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return lossyUTF8(Array(bytes.dropFirst(3))) }
    if bytes.starts(with: [0xFF, 0xFE]) { return converted(Array(bytes.dropFirst(2)), "UTF-16LE") }
    if bytes.starts(with: [0xFE, 0xFF]) { return converted(Array(bytes.dropFirst(2)), "UTF-16BE") }
    if let name = wideEncoding(of: bytes) { return converted(bytes, name) }
    if bytes.withUnsafeBufferPointer({ UTF8Text.firstInvalidOffset(in: $0) == nil }) {
      return bytes
    }
    if let name = declared.flatMap(name(of:)), name != "UTF-8" {
      return name == "CP1252" ? latin(bytes) : converted(bytes, name)
    }
    return isMostlyUTF8(bytes) ? lossyUTF8(bytes) : latin(bytes)
  }

  /// UTF-16 without a mark: one half of each pair is mostly zero.
  private static func wideEncoding(of bytes: [UInt8]) -> String? {
    let sample = bytes.prefix(1024)
    guard sample.count >= 8 else { return nil }
    var zeros = (even: 0, odd: 0)
    for (index, byte) in sample.enumerated() where byte == 0 {
      if index.isMultiple(of: 2) { zeros.even += 1 } else { zeros.odd += 1 }
    }
    let many = sample.count / 5
    if zeros.odd > many, zeros.even * 10 < zeros.odd { return "UTF-16LE" }
    if zeros.even > many, zeros.odd * 10 < zeros.even { return "UTF-16BE" }
    return nil
  }

  /// What the system's converter calls an encoding; `nil` for a name that is none.
  private static func name(of label: String) -> String? {
    let label = label.lowercased().filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
    switch label {
    case "utf-8", "utf8", "unicode-1-1-utf-8", "utf-16", "utf-16le", "utf-16be": return "UTF-8"
    case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii",
      "windows-1252", "cp1252", "x-cp1252", "cp819", "ansi":
      return "CP1252"
    case "iso-8859-9", "latin5", "windows-1254": return "CP1254"
    case "iso-8859-11", "tis-620", "windows-874": return "CP874"
    case "gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "chinese": return "GB18030"
    case "big5", "big5-hkscs", "x-x-big5": return "BIG5-HKSCS"
    case "shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji": return "CP932"
    case "euc-jp", "x-euc-jp": return "EUC-JP"
    case "iso-2022-jp": return "ISO-2022-JP"
    case "euc-kr", "ks_c_5601-1987", "ksc5601", "korean", "windows-949": return "CP949"
    case "koi8-r", "koi", "koi8": return "KOI8-R"
    case "koi8-u", "koi8-ru": return "KOI8-U"
    case "macintosh", "mac", "x-mac-roman": return "MACINTOSH"
    case "x-mac-cyrillic": return "MAC-CYRILLIC"
    case "ibm866", "cp866": return "CP866"
    default:
      if label.hasPrefix("windows-125"), label.utf8.count == 12 { return "CP125\(label.suffix(1))" }
      if label.hasPrefix("cp125"), label.utf8.count == 6 { return label.uppercased() }
      if let part = label.split(separator: "-").last, label.hasPrefix("iso-8859-"),
        let number = Int(part), 2...16 ~= number
      {
        return "ISO-8859-\(number)"
      }
      return nil
    }
  }

  // MARK: UTF-8 with errors

  private static func isMostlyUTF8(_ bytes: [UInt8]) -> Bool {
    var (right, wrong) = (0, 0)
    var i = 0
    while i < bytes.count {
      guard bytes[i] >= 0x80 else {
        i += 1
        continue
      }
      var length = 1
      while i + length < bytes.count, length < 4, bytes[i + length] & 0xC0 == 0x80 { length += 1 }
      if String(validating: bytes[i..<i + length], as: UTF8.self) != nil {
        right += 1
      } else {
        wrong += 1
      }
      i += length
    }
    return wrong * 10 <= right
  }

  private static func lossyUTF8(_ bytes: [UInt8]) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).utf8)
  }

  // MARK: One byte per character

  /// What windows-1252 has at 0x80 to 0x9F; its five gaps are controls there.
  private static let upper: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]

  private static func latin(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + bytes.count / 8)
    for byte in bytes {
      switch byte {
      case 0..<0x80: text.append(byte)
      case 0x80..<0xA0: UTF8Text.append(upper[Int(byte) - 0x80], to: &text)
      default: UTF8Text.append(UInt32(byte), to: &text)
      }
    }
    return text
  }

  // MARK: Anything else

  /// Converts by the system's tables; what is wrong becomes U+FFFD.
  private static func converted(_ bytes: [UInt8], _ name: String) -> [UInt8]? {
    let converter = iconv_open("UTF-8", name)
    // The system's way to say that there is no such encoding is the address -1.
    guard let converter, Int(bitPattern: converter) != -1 else { return latin(bytes) }
    defer { iconv_close(converter) }
    var input = bytes
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 3 / 2 + 16)
    var wrong = 0
    let room = 1 << 16
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: room)
    defer { buffer.deallocate() }
    input.withUnsafeMutableBytes { raw in
      var source = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
      var left = raw.count
      while left > 0 {
        var target: UnsafeMutablePointer<CChar>? = buffer
        var free = room
        let status = iconv(converter, &source, &left, &target, &free)
        let code = errno
        buffer.withMemoryRebound(to: UInt8.self, capacity: room) {
          text.append(contentsOf: UnsafeBufferPointer(start: $0, count: room - free))
        }
        if status == -1 {
          if code == E2BIG { continue }
          wrong += 1
          UTF8Text.append(0xFFFD, to: &text)
          // EINVAL is half a character at the end.
          if code == EINVAL { break }
          source = source.map { $0 + 1 }
          left -= 1
        }
      }
    }
    return wrong <= max(3, text.count / 100) ? text : nil
  }
}
