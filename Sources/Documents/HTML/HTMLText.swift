internal import CLibXML2

/// The main content of a page as text.
///
/// Left out are scripts, styles, forms' controls; `nav`, `footer`, `aside` and page headers, and what
/// names itself so by role, class or id, unless it holds most of the page; lists and rows of links;
/// lines about rights. Where the page marks its main part or articles, only these count if they hold a
/// fair share of the text. What remains comes as paragraphs with blank lines between them, list items
/// with "- " or numbers and table rows with " | " between cells on lines of their own, preformatted
/// text as it is.
struct HTMLText {
  private let tree: HTMLTree
  private let total: Int
  private var output = BlockText(isUnwanted: HTMLBoilerplate.isRightsNotice)
  private var listDepth = 0
  private var itemDepth = 0
  private var rowDepth = 0
  private var preformattedDepth = 0

  /// An article counts alone if it and its like hold this share of the text, in percent.
  private static let articleShare = 50
  /// The main part counts alone from this share on.
  private static let mainShare = 20
  /// What names itself boilerplate and holds more than this share is content all the same.
  private static let largestBoilerplateShare = 50

  /// Why nothing is made of a page.
  enum Problem: Error {
    /// The bytes are no text in the encoding that was declared.
    case encoding
    /// An element has too many attributes.
    case attributes
  }

  /// The text of a page.
  ///
  /// - Parameters:
  ///   - bytes: The page in any encoding.
  ///   - characterSet: What HTTP said of it.
  /// - Returns: Valid UTF-8, empty for a page without content.
  /// - Throws: ``Problem``.
  /// - Complexity: O(bytes).
  static func text(of bytes: [UInt8], characterSet: String?) throws(Problem) -> [UInt8] {
    let declared = characterSet ?? DeclaredEncoding.name(in: bytes)
    guard var text = TextEncoding.utf8(of: bytes, declared: declared) else { throw .encoding }
    // A zero byte would end the page for libxml2.
    if text.contains(0) { text.removeAll { $0 == 0 } }
    return try text.withUnsafeBufferPointer { (text) throws(Problem) in
      var attributes = AttributeCounter()
      guard attributes.accepts(text) else { throw .attributes }
      guard let tree = HTMLTree(text), let root = tree.root else { return [] }
      var page = HTMLText(tree, total: tree.content(of: root).text)
      for part in page.mainParts(of: root) {
        page.write(part)
        page.output.endParagraph()
      }
      return page.output.finish()
    }
  }

  private init(_ tree: HTMLTree, total: Int) {
    self.tree = tree
    self.total = total
  }

  // MARK: The main part

  private func mainParts(of root: HTMLTree.Node) -> [HTMLTree.Node] {
    var mains: [HTMLTree.Node] = []
    var articles: [HTMLTree.Node] = []
    collect(root, &mains, &articles)
    func share(_ nodes: [HTMLTree.Node]) -> Int {
      100 * nodes.reduce(0) { $0 + tree.content(of: $1).text } / max(total, 1)
    }
    if !mains.isEmpty, share(mains) >= Self.mainShare { return mains }
    if !articles.isEmpty, share(articles) >= Self.articleShare { return articles }
    return [root]
  }

  /// Finds the outermost main parts and articles.
  private func collect(
    _ node: HTMLTree.Node, _ mains: inout [HTMLTree.Node], _ articles: inout [HTMLTree.Node]
  ) {
    var child = node.pointee.children
    while let current = child {
      child = current.pointee.next
      guard current.pointee.type == XML_ELEMENT_NODE else { continue }
      let tag = tree.tag(of: current)
      if tag == .skipped || tag == .head { continue }
      if tag == .main || Self.role(of: current) == "main" {
        mains.append(current)
        continue
      }
      if tag == .article {
        articles.append(current)
        continue
      }
      collect(current, &mains, &articles)
    }
  }

  private static func role(of node: HTMLTree.Node) -> String? {
    guard node.pointee.properties != nil else { return nil }
    return HTMLTree.attribute("role", of: node).map { String(decoding: $0, as: UTF8.self) }
  }

  // MARK: What is left out

  private func isBoilerplate(_ node: HTMLTree.Node, _ tag: HTMLTag) -> Bool {
    switch tag {
    case .skipped, .head: return true
    case .main, .article, .body, .html: return false
    default: break
    }
    if HTMLTree.attribute("hidden", of: node) != nil { return true }
    if tag == .inline, isFootnoteMark(node) { return true }
    let content = tree.content(of: node)
    if isListOfLinks(content, tag) { return true }
    guard names(node, tag) else { return false }
    return 100 * content.text <= Self.largestBoilerplateShare * total
  }

  /// Whether an element says of itself that it stands around the content.
  private func names(_ node: HTMLTree.Node, _ tag: HTMLTag) -> Bool {
    if tag == .surrounding { return true }
    // A header inside an article or a section holds its title.
    if tag == .header, node.pointee.parent.map({ tree.tag(of: $0) }) == .body {
      return true
    }
    guard node.pointee.properties != nil else { return false }
    if let role = Self.role(of: node), HTMLBoilerplate.isRole(role) { return true }
    for name in ["class", "id"] as [StaticString] {
      if let value = HTMLTree.attribute(name, of: node),
        HTMLBoilerplate.isNamed(value, isInline: tag == .inline || tag == .link)
      {
        return true
      }
    }
    return false
  }

  /// Whether an element is a mark such as [1] behind a sentence, as MediaWiki writes it.
  private func isFootnoteMark(_ node: HTMLTree.Node) -> Bool {
    guard let name = node.pointee.name, name[0] == UInt8(ascii: "s"), name[1] == UInt8(ascii: "u"),
      name[2] == UInt8(ascii: "p"), name[3] == 0
    else { return false }
    return HTMLTree.attribute("class", of: node).map { String(decoding: $0, as: UTF8.self) }
      == "reference"
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

  // MARK: Writing

  private mutating func write(_ node: HTMLTree.Node) {
    let tag = tree.tag(of: node)
    guard !isBoilerplate(node, tag) else {
      // What stood on both sides of it does not run together.
      if tag != .inline && tag != .skipped { endBlock() }
      return
    }
    switch tag {
    case .lineBreak: lineBreak()
    case .rule: endBlock()
    case .inline, .link, .skipped, .head, .body, .html: writeChildren(of: node)
    case .preformatted:
      endBlock()
      preformattedDepth += 1
      writeChildren(of: node)
      preformattedDepth -= 1
      endBlock()
    case .list, .orderedList: writeList(node, isOrdered: tag == .orderedList)
    case .listItem: writeItem(node, marker: "- ")
    case .term, .caption, .definition:
      tag == .term ? endBlock() : endLine()
      writeChildren(of: node)
      endLine()
    case .table:
      endBlock()
      writeChildren(of: node)
      endBlock()
    case .row: writeRow(node)
    case .cell:
      // Of a row that is no line: each cell is a block.
      endBlock()
      writeChildren(of: node)
      endBlock()
    case .block, .paragraph, .heading, .definitions, .surrounding, .header, .main, .article:
      endBlock()
      writeChildren(of: node)
      endBlock()
    }
  }

  private mutating func writeChildren(of node: HTMLTree.Node) {
    var child = node.pointee.children
    while let current = child {
      switch current.pointee.type {
      case XML_ELEMENT_NODE: write(current)
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
        if preformattedDepth > 0, rowDepth == 0 {
          output.appendPreformatted(HTMLTree.text(of: current))
        } else {
          output.append(HTMLTree.text(of: current))
        }
      default: break
      }
      child = current.pointee.next
    }
  }

  private mutating func writeList(_ node: HTMLTree.Node, isOrdered: Bool) {
    // A list inside an item continues it.
    listDepth == 0 ? endBlock() : endLine()
    listDepth += 1
    var number = 0
    var child = node.pointee.children
    while let current = child {
      child = current.pointee.next
      guard current.pointee.type == XML_ELEMENT_NODE else { continue }
      if tree.tag(of: current) == .listItem {
        number += 1
        guard !isBoilerplate(current, .listItem) else { continue }
        writeItem(current, marker: isOrdered ? "\(number). " : "- ")
      } else {
        write(current)
      }
    }
    listDepth -= 1
    listDepth == 0 ? endBlock() : endLine()
  }

  private mutating func writeItem(_ node: HTMLTree.Node, marker: String) {
    endLine()
    if rowDepth == 0 {
      output.mark(String(repeating: "  ", count: max(0, min(listDepth, 8) - 1)) + marker)
    }
    itemDepth += 1
    writeChildren(of: node)
    itemDepth -= 1
    endLine()
  }

  /// A row whose cells are short is a line, any other one a block per cell: a page's layout.
  private mutating func writeRow(_ node: HTMLTree.Node) {
    var cells: [HTMLTree.Node] = []
    var child = node.pointee.children
    while let current = child {
      child = current.pointee.next
      if current.pointee.type == XML_ELEMENT_NODE, tree.tag(of: current) == .cell {
        cells.append(current)
      }
    }
    let contents = cells.map { tree.content(of: $0) }
    guard cells.count >= 2, contents.allSatisfy({ $0.text <= 400 && $0.blocks <= 2 }) else {
      return writeChildren(of: node)
    }
    endLine()
    rowDepth += 1
    var isFirst = true
    for (cell, content) in zip(cells, contents) where content.text > 0 {
      if !isFirst { output.append(" | ") }
      isFirst = false
      writeChildren(of: cell)
    }
    rowDepth -= 1
    endLine()
  }

  // MARK: Breaks

  /// Ends a block: with a blank line behind it, in a list item with the line, in a row with a space.
  private mutating func endBlock() {
    if rowDepth > 0 {
      output.space()
    } else if itemDepth > 0 {
      output.endLine()
    } else {
      output.endParagraph()
    }
  }

  private mutating func endLine() {
    if rowDepth > 0 { output.space() } else { output.endLine() }
  }

  private mutating func lineBreak() { endLine() }
}
