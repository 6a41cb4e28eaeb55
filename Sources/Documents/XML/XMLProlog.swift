/// The name of a document's outermost element, found without parsing it.
struct XMLProlog {
  /// Without prefix; `nil` if none was found.
  let rootName: String?

  /// Looks at the beginning of a document.
  ///
  /// - Parameter bytes: Some kilobytes in an encoding that holds ASCII.
  /// - Complexity: O(bytes).
  init(_ bytes: [UInt8]) {
    var i = 0
    func starts(_ word: String) -> Bool { bytes[i...].starts(with: word.utf8) }
    func skip(behind word: String) {
      let word = Array(word.utf8)
      while i + word.count <= bytes.count, !bytes[i...].starts(with: word) { i += 1 }
      i = min(bytes.count, i + word.count)
    }
    if starts("\u{FEFF}") { i += 3 }
    while i < bytes.count {
      if bytes[i] != UInt8(ascii: "<") {
        i += 1
      } else if starts("<!--") {
        skip(behind: "-->")
      } else if starts("<?") {
        skip(behind: "?>")
      } else if starts("<!") {
        // A subset of declarations stands in brackets.
        while i < bytes.count, bytes[i] != UInt8(ascii: ">"), bytes[i] != UInt8(ascii: "[") {
          i += 1
        }
        if i < bytes.count, bytes[i] == UInt8(ascii: "[") { skip(behind: "]") }
        skip(behind: ">")
      } else {
        let name = bytes[(i + 1)...].prefix { $0 > 0x20 && $0 != 0x3E && $0 != 0x2F }.prefix(100)
        let local = name.split(separator: UInt8(ascii: ":")).last ?? name
        rootName = String(decoding: local, as: UTF8.self)
        return
      }
    }
    rootName = nil
  }
}
