/// The words by which pages name what stands around their content.
enum HTMLBoilerplate {
  /// Roles of WAI-ARIA.
  private static let roles: Set<String> = [
    "navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "toolbar",
    "dialog", "alertdialog", "tablist",
  ]

  /// Classes and ids as a whole.
  private static let words: WordSet = [
    "nav", "navbar", "navigation", "navheader", "navfooter", "navbox", "navlinks", "nav-links",
    "menu", "menubar", "mainmenu", "submenu", "topmenu", "sidebar", "sidenav", "footer", "topbar",
    "site-header", "site-footer", "page-header", "page-footer", "masthead", "breadcrumb",
    "breadcrumbs", "toc", "docnav", "tocnav", "pagination", "pager", "cookie", "cookies",
    "cookie-banner", "cookie-consent", "advert", "adverts", "advertisement", "ads", "banner",
    "social", "share", "sharing", "share-buttons", "related", "related-posts", "skip-link",
    "skiplink", "skip-to-content", "noprint", "searchbox", "search-form", "searchform", "search",
    "copyright", "mw-editsection", "mw-jump-link", "catlinks", "printfooter",
    "sr-only", "visually-hidden", "screen-reader-text", "hidden", "newsletter", "popup", "modal",
    "tags", "byline-social", "revhistory", "searchframe",
    "donationframe", "debug", "langswitch", "language-switcher",
  ]

  /// The same within running text, where other words mean other things: documentation has menus and
  /// references as its matter.
  private static let inlineWords: WordSet = [
    "headerlink", "anchorlink", "permalink", "skip-link", "skiplink", "sr-only", "visually-hidden",
    "screen-reader-text", "mw-editsection", "mw-jump-link", "noprint", "hidden",
  ]

  /// First or last parts of classes and ids with hyphens or underscores.
  private static let parts: WordSet = [
    "nav", "navbar", "navigation", "menu", "sidebar", "footer", "breadcrumb", "breadcrumbs", "toc",
    "cookie", "cookies", "pagination", "advert", "banner", "share", "social",
  ]

  /// Whether a role stands for something around the content.
  static func isRole(_ value: String) -> Bool { roles.contains(value.lowercased()) }

  /// Whether one of the words in a class or id stands for something around the content.
  ///
  /// - Parameters:
  ///   - value: The attribute's value.
  ///   - isInline: Whether the element is part of running text.
  /// - Returns: Whether a word is known.
  static func isNamed(_ value: UnsafeBufferPointer<UInt8>, isInline: Bool) -> Bool {
    // Such names are ASCII; a value of a kilobyte is no name.
    guard value.count <= 1024 else { return false }
    var start = 0
    while start < value.count {
      var end = start
      var firstEnd = -1
      var lastStart = start
      while end < value.count, value[end] > 0x20 {
        if value[end] == UInt8(ascii: "-") || value[end] == UInt8(ascii: "_") {
          if firstEnd < 0 { firstEnd = end }
          lastStart = end + 1
        }
        end += 1
      }
      if (isInline ? inlineWords : words).holds(value[start..<end]) { return true }
      if !isInline, firstEnd > start,
        parts.holds(value[start..<firstEnd]) || parts.holds(value[lastStart..<end])
      {
        return true
      }
      start = end + 1
    }
    return false
  }

  /// Whether a block is a line about rights, as stands at the end of pages.
  ///
  /// - Parameter block: UTF-8.
  /// - Returns: Whether it is short, and begins as such lines do or says that rights are reserved.
  static func isRightsNotice(_ block: ArraySlice<UInt8>) -> Bool {
    guard block.count <= 300 else { return false }
    if block.starts(with: [0xC2, 0xA9]) { return true }
    let text = block.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
    return text.starts(with: copyright) || text.starts(with: [0x28, 0x63, 0x29, 0x20])
      || holds(text, reserved) || holds(text, vorbehalten)
  }

  private static let copyright = Array("copyright ".utf8)
  private static let reserved = Array("all rights reserved".utf8)
  private static let vorbehalten = Array("alle rechte vorbehalten".utf8)

  private static func holds(_ text: [UInt8], _ words: [UInt8]) -> Bool {
    guard text.count >= words.count else { return false }
    return (0...text.count - words.count).contains { start in
      text[start] == words[0] && text[start + 1] == words[1]
        && text[start..<start + words.count].elementsEqual(words)
    }
  }
}

/// Words that are looked up by bytes, without regard to the case of ASCII letters.
private struct WordSet: ExpressibleByArrayLiteral {
  private let words: Set<String>
  /// A bit per value of a short hash: nearly all words are seen here not to be among them.
  private let mayHold: [Bool]

  init(arrayLiteral words: String...) {
    self.words = Set(words)
    var mayHold = [Bool](repeating: false, count: 1 << 12)
    for word in words { mayHold[Self.hash(Array(word.utf8)[...])] = true }
    self.mayHold = mayHold
  }

  @inline(__always)
  private static func hash(_ word: some Collection<UInt8>) -> Int {
    var hash: UInt32 = 2_166_136_261
    for byte in word { hash = (hash ^ UInt32(byte | 0x20)) &* 16_777_619 }
    return Int((hash ^ hash >> 15) & 0xFFF)
  }

  func holds(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard word.count <= 40, mayHold[Self.hash(word)] else { return false }
    let name = word.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
    return words.contains(String(decoding: name, as: UTF8.self))
  }
}
