internal import Files

/// The text of an XML document of any vocabulary.
///
/// Elements are blocks unless their names are known for running text, list items or listings
/// (``XMLTag``).
struct XMLText {
  private var output = BlockText()
  private var tags: [XMLTag] = []
  private var skippedDepth = 0
  private var preformattedDepth = 0

  /// The text of a document.
  ///
  /// - Parameters:
  ///   - bytes: The document in any encoding.
  ///   - path: For errors.
  /// - Returns: Valid UTF-8.
  /// - Throws: ``DocumentError`` if it is not well-formed.
  static func text(of bytes: [UInt8], path: String) throws(DocumentError) -> [UInt8] {
    guard let text = TextEncoding.utf8(of: bytes, declared: DeclaredEncoding.name(in: bytes)) else {
      throw .wrongEncoding(
        path: path, place: .line(1), problem: "not in the encoding that it declares")
    }
    if XMLProlog(text).rootName?.lowercased() == "html" {
      return try DocumentExtractor.page(
        text, characterSet: "utf-8", path: path, place: .line(1))
    }
    let result = text.withUnsafeBufferPointer { text -> Result<[UInt8], DocumentError> in
      var attributes = AttributeCounter()
      guard attributes.accepts(text) else {
        return .failure(
          .tooManyAttributes(path: path, place: .line(1), limit: AttributeCounter.limit))
      }
      guard let stream = XMLStream(text) else {
        return .failure(.malformedXML(path: path, place: .line(1), problem: "it cannot be read"))
      }
      var document = XMLText()
      while true {
        switch stream.next() {
        case .start(let name, let isEmpty): document.start(XMLTag(name), isEmpty: isEmpty)
        case .end: document.end()
        case .text(let text): document.append(text)
        case .entity(let name): document.append(entity: name)
        case .finished: return .success(document.output.finish())
        case .failed(let line, let problem):
          return .failure(.malformedXML(path: path, place: .line(line), problem: problem))
        }
      }
    }
    return try result.get()
  }

  private mutating func start(_ tag: XMLTag, isEmpty: Bool) {
    breakBefore(tag)
    guard !isEmpty else { return }
    tags.append(tag)
    if tag == .skipped { skippedDepth += 1 }
    if tag == .preformatted { preformattedDepth += 1 }
  }

  private mutating func end() {
    guard let tag = tags.popLast() else { return }
    if tag == .skipped { skippedDepth -= 1 }
    if tag == .preformatted { preformattedDepth -= 1 }
    breakBefore(tag)
  }

  private mutating func breakBefore(_ tag: XMLTag) {
    switch tag {
    case .inline, .skipped: break
    case .item: output.endLine()
    case .block, .preformatted:
      // Inside an item paragraphs are lines, so that lists stay together.
      if tags.contains(.item) { output.endLine() } else { output.endParagraph() }
    }
  }

  private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    guard skippedDepth == 0 else { return }
    if preformattedDepth > 0 {
      output.appendPreformatted(text)
    } else {
      output.append(text)
    }
  }

  private mutating func append(entity name: String) {
    guard skippedDepth == 0, let scalar = HTMLEntity.scalar(named: name) else { return }
    var bytes: [UInt8] = []
    UTF8Text.append(scalar, to: &bytes)
    bytes.withUnsafeBufferPointer { append($0) }
  }
}
