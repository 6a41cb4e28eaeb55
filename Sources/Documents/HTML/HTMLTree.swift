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

  /// An element or a text, kept small: a page may consist of little else.
  struct Node {
    let tag: HTMLTag
    let traits: Traits
    fileprivate var textStart: Int32 = 0
    /// Below ``textStart`` for an element.
    fileprivate var textEnd: Int32 = -1
    fileprivate var solid: Int32 = 0
    fileprivate var linkedSolid: Int32 = 0
    fileprivate var links: Int32 = 0
    fileprivate var blocks: Int32 = 0
    fileprivate var parentNumber: Int32 = 0
    fileprivate var firstNumber: Int32 = -1
    fileprivate var lastNumber: Int32 = -1
    fileprivate var nextNumber: Int32 = -1

    /// An element.
    init(tag: HTMLTag = .inline, traits: Traits = []) {
      self.tag = tag
      self.traits = traits
      if tag == .link { links = 1 }
    }

    /// Of a text its bytes among ``HTMLTree/characters``, `nil` for an element.
    var text: Range<Int>? { textEnd < textStart ? nil : Int(textStart)..<Int(textEnd) }
    var content: Content {
      Content(
        text: Int(solid), linkText: Int(linkedSolid), links: Int(links), blocks: Int(blocks))
    }
    var parent: Int { Int(parentNumber) }
    /// Negative if there is none.
    var firstChild: Int { Int(firstNumber) }
    /// The next child of the same parent; negative if there is none.
    var next: Int { Int(nextNumber) }
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
    nodes[number].parentNumber = Int32(parent)
    if nodes[parent].lastNumber < 0 {
      nodes[parent].firstNumber = Int32(number)
    } else {
      nodes[Int(nodes[parent].lastNumber)].nextNumber = Int32(number)
    }
    nodes[parent].lastNumber = Int32(number)
    return number
  }

  /// Adds text to an element.
  ///
  /// - Parameters:
  ///   - text: Valid UTF-8; all texts of a page have less than 2³¹ bytes.
  ///   - parent: The element.
  ///   - isLinked: Whether a link stands around it.
  mutating func add(_ text: UnsafeBufferPointer<UInt8>, to parent: Int, isLinked: Bool) {
    let start = Int32(characters.count)
    characters.append(contentsOf: text)
    let solid = Int32(Self.solidBytes(in: text))
    let last = Int(nodes[parent].lastNumber)
    if last >= 0, nodes[last].textEnd == start {
      nodes[last].textEnd = Int32(characters.count)
      nodes[last].solid += solid
    } else {
      var node = Node()
      (node.textStart, node.textEnd) = (start, Int32(characters.count))
      node.solid = solid
      _ = add(node, to: parent)
    }
    nodes[parent].solid += solid
    if isLinked { nodes[parent].linkedSolid += solid }
  }

  /// Counts an element's content for its parent, once the element is closed.
  mutating func close(_ node: Int) {
    let (closed, parent) = (nodes[node], nodes[node].parent)
    nodes[parent].solid += closed.solid
    nodes[parent].linkedSolid += closed.linkedSolid
    nodes[parent].links += closed.links
    nodes[parent].blocks += closed.blocks + (closed.tag.isBlock ? 1 : 0)
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

  /// Whether it is part of running text, as texts themselves are.
  var isRunning: Bool {
    switch self {
    case .inline, .link, .lineBreak, .skipped: true
    default: false
    }
  }

  /// Whether blocks and running text may stand in it side by side.
  var holdsBlocks: Bool {
    switch self {
    case .body, .html, .block, .main, .article: true
    default: false
    }
  }
}
