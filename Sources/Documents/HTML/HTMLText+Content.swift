/// What of a page is its content.
extension HTMLText {
  /// An article counts alone if it and its like hold this share of the text, in percent.
  private static var articleShare: Int { 50 }
  /// The main part counts alone from this share on.
  private static var mainShare: Int { 20 }
  /// What names itself boilerplate and holds more than this share is content all the same.
  private static var largestBoilerplateShare: Int { 50 }

  // MARK: The main part

  func mainParts() -> [Int] {
    var mains: [Int] = []
    var articles: [Int] = []
    collect(0, &mains, &articles)
    func share(_ nodes: [Int]) -> Int {
      100 * nodes.reduce(0) { $0 + tree.nodes[$1].content.text } / max(total, 1)
    }
    if !mains.isEmpty, share(mains) >= Self.mainShare { return mains }
    if !articles.isEmpty, share(articles) >= Self.articleShare { return articles }
    return [0]
  }

  /// Finds the outermost main parts and articles; a page is not deep, so this may call itself.
  private func collect(_ node: Int, _ mains: inout [Int], _ articles: inout [Int]) {
    var child = tree.nodes[node].firstChild
    while child >= 0 {
      let current = tree.nodes[child]
      if current.tag == .main || current.traits.contains(.main) {
        mains.append(child)
      } else if current.tag == .article {
        articles.append(child)
      } else if current.firstChild >= 0 {
        collect(child, &mains, &articles)
      }
      child = current.next
    }
  }

  // MARK: What is left out

  func isBoilerplate(_ node: Int) -> Bool {
    let element = tree.nodes[node]
    switch element.tag {
    case .skipped, .head: return true
    case .main, .article, .body, .html: return false
    default: break
    }
    if !element.traits.isDisjoint(with: [.hidden, .footnoteMark]) { return true }
    if isListOfLinks(element.content, element.tag) { return true }
    // A header inside an article or a section holds its title.
    let isAround =
      element.tag == .surrounding || element.traits.contains(.boilerplate)
      || element.tag == .header && tree.nodes[element.parent].tag == .body
    return isAround && 100 * element.content.text <= Self.largestBoilerplateShare * total
  }

  /// Whether an element is little but links: a menu, a list of pages, "previous, up, next".
  private func isListOfLinks(_ content: HTMLTree.Content, _ tag: HTMLTag) -> Bool {
    guard content.links >= 2 else { return false }
    switch tag {
    case .list, .orderedList, .definitions, .table, .block, .surrounding, .header:
      return content.links >= 3 && 10 * content.linkText >= 7 * content.text
        && content.text < 80 * content.links
    case .paragraph, .row:
      return content.text < 200 && 10 * content.linkText >= 8 * content.text
    default: return false
    }
  }

  /// Finds links in a row that stand between blocks without one of their own, as a page's contents do
  /// that programs put before it.
  ///
  /// - Parameter first: The first node of running text behind a block, or in it.
  /// - Returns: Where the running text ends, negative at the parent's end; `nil` if it is more than
  ///   links.
  func endOfLinks(from first: Int) -> Int? {
    var content = HTMLTree.Content()
    var node = first
    while node >= 0, tree.nodes[node].tag.isRunning {
      let added = tree.nodes[node].content
      content.text += added.text
      content.linkText += added.linkText
      content.links += added.links
      node = tree.nodes[node].next
    }
    return isListOfLinks(content, .block) ? node : nil
  }

  /// Whether an element holds a list's mark and nothing else.
  func isBullet(_ node: Int) -> Bool {
    guard 1...3 ~= tree.nodes[node].content.text else { return false }
    var mark: [UInt8] = []
    // Few bytes, but white space and empty elements may be around them.
    func gather(_ node: Int) {
      var child = tree.nodes[node].firstChild
      while child >= 0, mark.count <= 3 {
        if let range = tree.nodes[child].text {
          mark += tree.characters[range].prefix(16).filter { $0 > 0x20 }
        } else {
          gather(child)
        }
        child = tree.nodes[child].next
      }
    }
    gather(node)
    return Self.bullets.contains(String(decoding: mark, as: UTF8.self))
  }

  private static var bullets: Set<String> { ["*", "-", "•", "·", "◦", "‣", "–"] }
}
