/// A page as a tree of elements and texts, without what is never text.
///
/// Nodes are numbers. The tree is built from libxml2's events (``HTMLTreeBuilder``), which takes half
/// the time of libxml2's own tree; of attributes only what ``Traits`` says is kept.
struct HTMLTree {
  /// What an element holds, what is in its descendants included.
  struct Content {
    /// Bytes of text but white space.
    var text = 0
    /// Bytes of it in links.
    var linkText = 0
    var links = 0
    /// Paragraphs, lists, tables and the like below it.
    var blocks = 0
  }

  /// What an element's attributes say of it.
  struct Traits: OptionSet {
    let rawValue: UInt8
    /// It has the attribute `hidden`.
    static let hidden = Traits(rawValue: 1)
    /// Its role is `main`.
    static let main = Traits(rawValue: 2)
    /// Role, class or id stand for something around the content.
    static let boilerplate = Traits(rawValue: 4)
    /// A mark such as [1] behind a sentence, as MediaWiki writes it.
    static let footnoteMark = Traits(rawValue: 8)
  }

  /// An element or a text.
  struct Node {
    var tag = HTMLTag.inline
    var traits: Traits = []
    /// Of a text its bytes among ``HTMLTree/characters``, `nil` for an element.
    var text: Range<Int>?
    var content = Content()
    var parent = 0
    fileprivate(set) var firstChild = -1
    fileprivate var lastChild = -1
    fileprivate(set) var next = -1
  }

  /// The first is the page, whose children are its outermost elements.
  private(set) var nodes = [Node()]
  /// All texts, valid UTF-8.
  private(set) var characters: [UInt8] = []

  /// Hangs a node below another one, behind its children.
  ///
  /// - Parameters:
  ///   - node: The new node.
  ///   - parent: Where it belongs.
  /// - Returns: Its number.
  mutating func add(_ node: Node, to parent: Int) -> Int {
    let number = nodes.count
    nodes.append(node)
    nodes[number].parent = parent
    if nodes[parent].lastChild < 0 {
      nodes[parent].firstChild = number
    } else {
      nodes[nodes[parent].lastChild].next = number
    }
    nodes[parent].lastChild = number
    return number
  }

  /// Adds text to an element.
  ///
  /// - Parameters:
  ///   - text: Valid UTF-8.
  ///   - parent: The element.
  ///   - isLinked: Whether a link stands around it.
  mutating func add(_ text: UnsafeBufferPointer<UInt8>, to parent: Int, isLinked: Bool) {
    let start = characters.count
    characters.append(contentsOf: text)
    let last = nodes[parent].lastChild
    if last >= 0, let before = nodes[last].text, before.upperBound == start {
      nodes[last].text = before.lowerBound..<characters.count
    } else {
      var node = Node()
      node.text = start..<characters.count
      _ = add(node, to: parent)
    }
    let solid = Self.solidBytes(in: text)
    nodes[parent].content.text += solid
    if isLinked { nodes[parent].content.linkText += solid }
  }

  /// Counts an element's content for its parent, once the element is closed.
  mutating func close(_ node: Int) {
    let (content, parent) = (nodes[node].content, nodes[node].parent)
    nodes[parent].content.text += content.text
    nodes[parent].content.linkText += content.linkText
    nodes[parent].content.links += content.links
    nodes[parent].content.blocks += content.blocks + (nodes[node].tag.isBlock ? 1 : 0)
  }

  /// Bytes that are no white space, no-break spaces included.
  private static func solidBytes(in text: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    var before: UInt8 = 0
    for byte in text {
      if byte > 0x20 { count += 1 }
      if byte == 0xA0, before == 0xC2 { count -= 2 }
      before = byte
    }
    return count
  }
}

extension HTMLTag {
  /// Whether it parts paragraphs.
  var isBlock: Bool {
    switch self {
    case .inline, .lineBreak, .link, .skipped, .row, .cell, .head, .body, .html: false
    default: true
    }
  }
}
