internal import CLibXML2

/// A page as libxml2's tree, with what each element holds.
///
/// The tree is bounded: libxml2 stops at a depth of 256, and the caller bounds the size. Not for use
/// from several threads at once.
final class HTMLTree {
  typealias Node = UnsafeMutablePointer<xmlNode>

  /// What an element holds, what is in its descendants included.
  struct Content {
    /// Bytes of text but white space; nothing of what is never text.
    var text = 0
    /// Bytes of it in links.
    var linkText = 0
    var links = 0
    /// Paragraphs, lists, tables and the like below it.
    var blocks = 0
    var tag = HTMLTag.inline
  }

  private let document: UnsafeMutablePointer<xmlDoc>
  /// By the number that an element's `_private` holds.
  private var contents: [Content] = [Content()]

  private static let maximumDepth = 400

  private static let isReady: Bool = {
    xmlInitParser()
    return true
  }()

  /// Parses a page; `nil` if nothing can be made of it.
  ///
  /// - Parameter bytes: Valid UTF-8 without zero bytes.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard Self.isReady, bytes.count <= Int(Int32.max), let context = htmlNewParserCtxt() else {
      return nil
    }
    defer { htmlFreeParserCtxt(context) }
    let options =
      HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
      | HTML_PARSE_NONET.rawValue | HTML_PARSE_COMPACT.rawValue | HTML_PARSE_IGNORE_ENC.rawValue
    let parsed = bytes.withMemoryRebound(to: CChar.self) { bytes in
      htmlCtxtReadMemory(
        context, bytes.baseAddress, Int32(bytes.count), nil, "UTF-8", Int32(options))
    }
    guard let parsed else { return nil }
    document = parsed
    if let root { _ = measure(root, isInLink: false, depth: 0) }
  }

  deinit { xmlFreeDoc(document) }

  var root: Node? { xmlDocGetRootElement(document) }

  /// What an element holds.
  func content(of node: Node) -> Content {
    contents[Int(bitPattern: node.pointee._private)]
  }

  /// What an element is.
  func tag(of node: Node) -> HTMLTag { content(of: node).tag }

  private func measure(_ node: Node, isInLink: Bool, depth: Int) -> Content {
    let number = contents.count
    contents.append(Content())
    node.pointee._private = UnsafeMutableRawPointer(bitPattern: number)
    var sum = Content()
    let tag = HTMLTag(node.pointee.name)
    // Deeper than libxml2 goes; another version may go further.
    sum.tag = depth < Self.maximumDepth ? tag : .skipped
    if sum.tag != .skipped, tag != .head {
      let isInLink = isInLink || tag == .link
      if tag == .link { sum.links = 1 }
      var child = node.pointee.children
      while let current = child {
        switch current.pointee.type {
        case XML_ELEMENT_NODE:
          let below = measure(current, isInLink: isInLink, depth: depth + 1)
          sum.text += below.text
          sum.linkText += below.linkText
          sum.links += below.links
          sum.blocks += below.blocks + (below.tag.isBlock ? 1 : 0)
        case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
          let count = Self.solidBytes(in: Self.text(of: current))
          sum.text += count
          if isInLink { sum.linkText += count }
        default: break
        }
        child = current.pointee.next
      }
    }
    contents[number] = sum
    return sum
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

  // MARK: Reading

  /// The bytes of a text node.
  static func text(of node: Node) -> UnsafeBufferPointer<UInt8> {
    guard let text = node.pointee.content else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: text, count: Int(xmlStrlen(text)))
  }

  /// The value of an attribute; `nil` if there is none.
  ///
  /// - Parameters:
  ///   - name: In lower case.
  ///   - node: An element.
  /// - Returns: The bytes of the value, which belong to the tree.
  static func attribute(_ name: StaticString, of node: Node) -> UnsafeBufferPointer<UInt8>? {
    var attribute = node.pointee.properties
    while let current = attribute {
      if current.pointee.name.map({ isEqual($0, name) }) == true {
        guard let value = current.pointee.children else {
          return UnsafeBufferPointer(start: nil, count: 0)
        }
        return text(of: value)
      }
      attribute = current.pointee.next
    }
    return nil
  }

  private static func isEqual(_ text: UnsafePointer<UInt8>, _ word: StaticString) -> Bool {
    for index in 0..<word.utf8CodeUnitCount where text[index] != word.utf8Start[index] {
      return false
    }
    return text[word.utf8CodeUnitCount] == 0
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
