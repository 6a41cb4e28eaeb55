/// The words by which pages name what stands around their content.
enum HTMLBoilerplate {
  /// Roles of WAI-ARIA.
  private static let roles: Set<String> = [
    "navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "toolbar",
    "dialog", "alertdialog", "tablist",
  ]

  /// Classes and ids as a whole.
  private static let words: Set<String> = [
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
  private static let inlineWords: Set<String> = [
    "headerlink", "anchorlink", "permalink", "skip-link", "skiplink", "sr-only", "visually-hidden",
    "screen-reader-text", "mw-editsection", "mw-jump-link", "noprint", "hidden",
  ]

  /// First or last parts of classes and ids with hyphens or underscores.
  private static let parts: Set<String> = [
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
    for slice in value.split(separator: 0x20) {
      let word = String(decoding: slice.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
      if (isInline ? inlineWords : words).contains(word) { return true }
      if isInline { continue }
      let pieces = word.utf8.split { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
      guard pieces.count >= 2, let first = pieces.first, let last = pieces.last else { continue }
      if parts.contains(String(Substring(first))) || parts.contains(String(Substring(last))) {
        return true
      }
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
    let text = String(decoding: block, as: UTF8.self).lowercased()
    return text.hasPrefix("copyright ") || text.hasPrefix("(c) ")
      || text.contains("all rights reserved") || text.contains("alle rechte vorbehalten")
  }
}
