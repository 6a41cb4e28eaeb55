/// The main content of a page as text.
///
/// Left out are scripts, styles, forms' controls; `nav`, `footer`, `aside` and page headers, and what
/// names itself so by role, class or id, unless it holds most of the page; lists and rows of links;
/// lines about rights. Where the page marks its main part or articles, only these count if they hold a
/// fair share of the text. What remains comes as paragraphs with blank lines between them, list items
/// with "- " or numbers and table rows with " | " between cells on lines of their own, preformatted
/// text as it is.
struct HTMLText {
  let tree: HTMLTree
  /// Bytes of text in the whole page, white space aside.
  let total: Int
  private var output = BlockText(isUnwanted: HTMLBoilerplate.isRightsNotice)
  private var listDepth = 0
  private var itemDepth = 0
  private var rowDepth = 0
  private var preformattedDepth = 0

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
      let tree = HTMLTreeBuilder.tree(of: text)
      var page = HTMLText(tree, total: tree.nodes[0].content.text)
      for part in page.mainParts() {
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

  // MARK: Writing

  private mutating func write(_ node: Int) {
    let tag = node == 0 ? HTMLTag.html : tree.nodes[node].tag
    guard node == 0 || !isBoilerplate(node) else {
      // What stood on both sides of it does not run together.
      if tag != .inline && tag != .skipped { endBlock() }
      return
    }
    switch tag {
    case .lineBreak: endLine()
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
    case .term where isBullet(node):
      endBlock()
      output.mark("- ")
    case .term, .caption, .definition:
      tag == .term ? endBlock() : endLine()
      writeChildren(of: node)
      endLine()
    case .row: writeRow(node)
    // A cell comes here if its row is no line.
    case .table, .cell, .block, .paragraph, .heading, .definitions, .surrounding, .header, .main,
      .article:
      endBlock()
      writeChildren(of: node)
      endBlock()
    }
  }

  private mutating func writeChildren(of node: Int) {
    var child = tree.nodes[node].firstChild
    let isBlock = tree.nodes[node].tag.holdsBlocks
    var isInRun = false
    while child >= 0 {
      if isBlock {
        let isInline = tree.nodes[child].tag.isRunning
        if isInline, !isInRun, let next = endOfLinks(from: child) {
          endBlock()
          child = next
          continue
        }
        isInRun = isInline
      }
      if let range = tree.nodes[child].text {
        tree.characters.withUnsafeBufferPointer { characters in
          let text = UnsafeBufferPointer(rebasing: characters[range])
          if preformattedDepth > 0, rowDepth == 0 {
            output.appendPreformatted(text)
          } else {
            output.append(text)
          }
        }
      } else {
        write(child)
      }
      child = tree.nodes[child].next
    }
  }

  private mutating func writeList(_ node: Int, isOrdered: Bool) {
    // A list inside an item continues it.
    listDepth == 0 ? endBlock() : endLine()
    listDepth += 1
    var number = 0
    var child = tree.nodes[node].firstChild
    while child >= 0 {
      if tree.nodes[child].text == nil {
        if tree.nodes[child].tag == .listItem {
          number += 1
          if !isBoilerplate(child) {
            writeItem(child, marker: isOrdered ? "\(number). " : "- ")
          }
        } else {
          write(child)
        }
      }
      child = tree.nodes[child].next
    }
    listDepth -= 1
    listDepth == 0 ? endBlock() : endLine()
  }

  private mutating func writeItem(_ node: Int, marker: String) {
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
  private mutating func writeRow(_ node: Int) {
    var cells: [Int] = []
    var child = tree.nodes[node].firstChild
    while child >= 0 {
      if tree.nodes[child].tag == .cell { cells.append(child) }
      child = tree.nodes[child].next
    }
    let contents = cells.map { tree.nodes[$0].content }
    guard cells.count >= 2, contents.allSatisfy({ $0.text <= 400 && $0.blocks <= 2 }) else {
      return writeChildren(of: node)
    }
    endLine()
    var isFirst = true
    let filled = zip(cells, contents).filter { $0.1.text > 0 }.map(\.0)
    if filled.count >= 2, isBullet(filled[0]) {
      // A list that is laid out as a table.
      if rowDepth == 0 { output.mark("- ") }
      cells = Array(filled.dropFirst())
    } else {
      cells = filled
    }
    rowDepth += 1
    for cell in cells {
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
}
