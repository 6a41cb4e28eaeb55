/// What an element's name says of its text.
enum HTMLTag: UInt8 {
  /// Running text; unknown names too.
  case inline
  /// Ends a paragraph before and behind.
  case block
  case paragraph, heading, preformatted
  case list, orderedList, listItem
  case definitions, term, definition
  case table, row, cell, caption
  case lineBreak, rule
  case link
  /// Never text: scripts, styles, forms' controls, pictures.
  case skipped
  /// Around the content as a rule: `nav`, `footer`, `aside`.
  case surrounding
  /// Around the content, or at the head of it.
  case header
  case main, article
  case head, body, html

  private static let names: [(HTMLTag, String)] = [
    (
      .block,
      "div section address blockquote center details dialog fieldset figcaption figure form "
        + "hgroup legend summary frameset noframes"
    ),
    (.paragraph, "p"), (.heading, "h1 h2 h3 h4 h5 h6"), (.preformatted, "pre listing xmp"),
    (.list, "ul menu dir"), (.orderedList, "ol"), (.listItem, "li"), (.definitions, "dl"),
    (.term, "dt"), (.definition, "dd"), (.table, "table"), (.row, "tr"), (.cell, "td th"),
    (.caption, "caption"), (.lineBreak, "br"), (.rule, "hr"), (.link, "a"),
    (
      .skipped,
      "script style template noscript iframe object embed applet audio video canvas svg math map "
        + "button input select option optgroup textarea datalist progress meter img picture "
        + "noembed title base meta"
    ),
    (.surrounding, "nav footer aside"), (.header, "header"), (.main, "main"),
    (.article, "article"), (.head, "head"), (.body, "body"), (.html, "html"),
  ]

  /// Known names in an open-addressed table, keys and tags side by side; key 0 is a free place.
  private static let places: [(key: UInt64, tag: HTMLTag)] = {
    var places = [(key: UInt64, tag: HTMLTag)](repeating: (0, .inline), count: tableSize)
    for (tag, names) in names {
      for name in names.split(separator: " ") {
        var bytes = Array(name.utf8)
        bytes.append(0)
        let key = bytes.withUnsafeBufferPointer { Self.key(of: $0.baseAddress) }
        var place = Self.place(of: key)
        while places[place].key != 0 { place = (place + 1) % tableSize }
        places[place] = (key, tag)
      }
    }
    return places
  }()
  private static let tableSize = 512

  private static func place(of key: UInt64) -> Int {
    Int((key &* 0x9E37_79B9_7F4A_7C15) >> 55)
  }

  /// The tag of a name.
  ///
  /// - Parameter name: In lower case, ended by a zero byte.
  init(_ name: UnsafePointer<UInt8>?) {
    let key = Self.key(of: name)
    self = Self.places.withUnsafeBufferPointer { places -> HTMLTag in
      var place = Self.place(of: key)
      while places[place].key != 0 {
        if places[place].key == key { return places[place].tag }
        place = (place + 1) % Self.tableSize
      }
      return .inline
    }
  }

  /// The first eight bytes of a name as a number, mixed with its length if it is longer; no two known
  /// names share one.
  private static func key(of name: UnsafePointer<UInt8>?) -> UInt64 {
    guard let name else { return 0 }
    var key: UInt64 = 0
    var length = 0
    while name[length] != 0, length < 24 {
      if length < 8 { key |= UInt64(name[length]) << UInt64(8 * length) }
      length += 1
    }
    return length > 8 ? key ^ UInt64(length) << 56 : key
  }
}
