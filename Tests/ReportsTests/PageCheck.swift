import Foundation

/// A strict reading of a page: all elements closed, none that loads or runs something, distinct
/// names, no reference to what is not there.
enum PageCheck {
  private static let forbidden: Set<String> = [
    "script", "img", "iframe", "object", "embed", "link", "base", "form", "image", "use",
    "foreignObject",
  ]
  private static let forbiddenAttributes = ["src", "srcset", "style", "xlink:href", "action"]

  /// What is wrong.
  ///
  /// - Parameter html: The page.
  /// - Returns: One line for each problem.
  static func problems(in html: String) -> [String] {
    var problems: [String] = []
    var open: [String] = []
    var ids: Set<String> = []
    var references: [String] = []
    for piece in html.utf8.split(separator: UInt8(ascii: "<")) {
      guard let end = piece.firstIndex(of: UInt8(ascii: ">")) else {
        problems.append("not closed: \(Substring(piece).prefix(40))")
        continue
      }
      let tag = Substring(piece[..<end])
      if tag.hasPrefix("!") { continue }
      if tag.hasPrefix("/") {
        if open.popLast() != String(tag.dropFirst()) { problems.append("crossed: \(tag)") }
        continue
      }
      let name = String(tag.prefix { $0 != " " })
      if forbidden.contains(name) { problems.append("forbidden: \(name)") }
      for (key, value) in attributes(tag.dropFirst(name.count)) {
        if key.hasPrefix("on") || forbiddenAttributes.contains(key) {
          problems.append("forbidden: \(key)")
        }
        if key == "id" && !ids.insert(value).inserted { problems.append("twice: \(value)") }
        if key == "aria-labelledby" { references += value.components(separatedBy: " ") }
        if key == "href" {
          if !value.hasPrefix("#") { problems.append("leads away: \(value)") }
          references.append(String(value.dropFirst()))
        }
        if value.contains("nan") || value.contains("inf"), ["d", "x", "y", "viewBox"].contains(key)
        {
          problems.append("no number: \(value)")
        }
      }
      if name != "meta" { open.append(name) }
    }
    problems += open.map { "left open: \($0)" }
    problems += references.filter { !ids.contains($0) }.map { "leads nowhere: \($0)" }
    if !html.contains("content=\"default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;\"") {
      problems.append("no policy")
    }
    if html.contains("url(") || html.contains("@import") {
      problems.append("style loads something")
    }
    return problems
  }

  private static func attributes(_ text: Substring) -> [(String, String)] {
    let parts = text.utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    return stride(from: 0, to: parts.count - 1, by: 2).map { index in
      (parts[index].filter { $0 != " " && $0 != "=" }, parts[index + 1])
    }
  }
}
