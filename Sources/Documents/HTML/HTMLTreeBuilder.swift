internal import CLibXML2

/// Builds a page's tree from the events of libxml2's HTML parser.
///
/// Parsing stops at a depth and at a number of elements that no page has; what was read until then
/// is kept. Not for use from
/// several threads at once.
final class HTMLTreeBuilder {
  private var tree = HTMLTree()
  /// Numbers of the open elements; the first is the page.
  private var open = [0]
  /// Open links.
  private var linkDepth = 0
  /// Elements open below one that is never text, itself included.
  private var skippedDepth = 0
  private var context: htmlParserCtxtPtr?

  /// Elements within one another; libxml2's own trees go as deep.
  private static let maximumDepth = 256
  /// Elements and texts of a page; they take 100 MB.
  private static let maximumNodes = 1 << 21

  private static let isReady: Bool = {
    xmlInitParser()
    return true
  }()

  /// Parses a page.
  ///
  /// - Parameter bytes: Valid UTF-8 without zero bytes, less than 2³¹ of them.
  /// - Returns: The tree, empty if nothing can be made of the page.
  static func tree(of bytes: UnsafeBufferPointer<UInt8>) -> HTMLTree {
    let builder = HTMLTreeBuilder()
    builder.parse(bytes)
    return builder.tree
  }

  private func parse(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard Self.isReady, bytes.count <= Int(Int32.max), let context = htmlNewParserCtxt(),
      let handler = context.pointee.sax
    else { return }
    defer { htmlFreeParserCtxt(context) }
    self.context = context
    handler.initialize(to: xmlSAXHandler())
    // SAFETY (all four): libxml2 calls with the builder's address, within this function only.
    handler.pointee.startElement = { builder, name, attributes in
      guard let builder else { return }
      Unmanaged<HTMLTreeBuilder>.fromOpaque(builder).takeUnretainedValue()
        .start(name, attributes)
    }
    handler.pointee.endElement = { builder, _ in
      guard let builder else { return }
      Unmanaged<HTMLTreeBuilder>.fromOpaque(builder).takeUnretainedValue().end()
    }
    handler.pointee.characters = { builder, text, count in
      guard let builder else { return }
      Unmanaged<HTMLTreeBuilder>.fromOpaque(builder).takeUnretainedValue()
        .add(UnsafeBufferPointer(start: text, count: Int(count)))
    }
    handler.pointee.ignorableWhitespace = handler.pointee.characters
    context.pointee.userData = Unmanaged.passUnretained(self).toOpaque()
    let options =
      HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
      | HTML_PARSE_NONET.rawValue | HTML_PARSE_IGNORE_ENC.rawValue
    let document = bytes.withMemoryRebound(to: CChar.self) { bytes in
      htmlCtxtReadMemory(
        context, bytes.baseAddress, Int32(bytes.count), nil, "UTF-8", Int32(options))
    }
    xmlFreeDoc(document)
    while open.count > 1 { end() }
  }

  // MARK: Events

  private func start(
    _ name: UnsafePointer<UInt8>?, _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
  ) {
    let tag = HTMLTag(name)
    if skippedDepth > 0 || tag == .skipped || tag == .head {
      skippedDepth += 1
      if skippedDepth > Self.maximumDepth, let context { xmlStopParser(context) }
      return
    }
    guard open.count < Self.maximumDepth, tree.nodes.count < Self.maximumNodes,
      let parent = open.last
    else {
      if let context { xmlStopParser(context) }
      return
    }
    if tag == .link { linkDepth += 1 }
    let traits = attributes.map { Self.traits(tag, name, $0) } ?? []
    open.append(tree.add(HTMLTree.Node(tag: tag, traits: traits), to: parent))
  }

  private func end() {
    guard skippedDepth == 0 else {
      skippedDepth -= 1
      return
    }
    guard open.count > 1, let node = open.popLast() else { return }
    if tree.nodes[node].tag == .link { linkDepth -= 1 }
    tree.close(node)
  }

  private func add(_ text: UnsafeBufferPointer<UInt8>) {
    guard skippedDepth == 0, let parent = open.last else { return }
    tree.add(text, to: parent, isLinked: linkDepth > 0)
  }

  // MARK: Attributes

  private static func traits(
    _ tag: HTMLTag, _ name: UnsafePointer<UInt8>?,
    _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>
  ) -> HTMLTree.Traits {
    var traits: HTMLTree.Traits = []
    let isInline = tag == .inline || tag == .link
    var i = 0
    while let key = attributes[i] {
      let value = attributes[i + 1].map { UnsafeBufferPointer(start: $0, count: strlen($0)) }
      i += 2
      switch (key[0], key[1]) {
      case (UInt8(ascii: "c"), UInt8(ascii: "l")) where isEqual(key, "class"):
        guard let value else { continue }
        if HTMLBoilerplate.isNamed(value, isInline: isInline) { traits.insert(.boilerplate) }
        if tag == .inline, value.elementsEqual("reference".utf8), isEqual(name, "sup") {
          traits.insert(.footnoteMark)
        }
      case (UInt8(ascii: "i"), UInt8(ascii: "d")) where isEqual(key, "id"):
        if let value, HTMLBoilerplate.isNamed(value, isInline: isInline) {
          traits.insert(.boilerplate)
        }
      case (UInt8(ascii: "r"), UInt8(ascii: "o")) where isEqual(key, "role"):
        let role = value.map { String(decoding: $0, as: UTF8.self) } ?? ""
        if role == "main" { traits.insert(.main) }
        if HTMLBoilerplate.isRole(role) { traits.insert(.boilerplate) }
      case (UInt8(ascii: "h"), UInt8(ascii: "i")) where isEqual(key, "hidden"):
        traits.insert(.hidden)
      default: break
      }
    }
    return traits
  }

  private static func strlen(_ text: UnsafePointer<UInt8>) -> Int { Int(xmlStrlen(text)) }

  private static func isEqual(_ text: UnsafePointer<UInt8>?, _ word: StaticString) -> Bool {
    guard let text else { return false }
    for index in 0..<word.utf8CodeUnitCount where text[index] != word.utf8Start[index] {
      return false
    }
    return text[word.utf8CodeUnitCount] == 0
  }
}
