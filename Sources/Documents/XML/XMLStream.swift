internal import CLibXML2

/// libxml2's streaming reader, with everything off that reaches beyond the text itself.
///
/// No network, no external entities, no DTD, no entity is replaced, and libxml2's own bounds hold:
/// depth 256, ten million bytes for a text. Not for use from several threads at once.
final class XMLStream {
  /// What the reader stands at.
  enum Event {
    case start(name: String, isEmpty: Bool)
    case end(name: String)
    case text(UnsafeBufferPointer<UInt8>)
    /// An entity that was not replaced.
    case entity(name: String)
    case finished
    /// The document is not well-formed, or its source failed; a clause with the line.
    case failed(line: Int, problem: String)
  }

  private let reader: xmlTextReaderPtr
  /// Keeps the bytes that the reader reads.
  private let source: AnyObject?
  private let errors: ErrorBox
  /// Names of the open elements.
  private var open: [String] = []

  /// The first error that libxml2 tells.
  private final class ErrorBox {
    var line = 0
    var text: String?
  }

  private static let options =
    XML_PARSE_NONET.rawValue | XML_PARSE_COMPACT.rawValue | XML_PARSE_NOCDATA.rawValue

  /// Reads from memory.
  ///
  /// - Parameter bytes: Valid UTF-8; they outlive the stream.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count <= Int(Int32.max) else { return nil }
    let reader = bytes.withMemoryRebound(to: CChar.self) { bytes in
      xmlReaderForMemory(
        bytes.baseAddress, Int32(bytes.count), nil, "UTF-8",
        Int32(Self.options | XML_PARSE_IGNORE_ENC.rawValue))
    }
    guard let reader else { return nil }
    self.reader = reader
    source = nil
    errors = ErrorBox()
    listen()
  }

  /// Something that hands out bytes.
  protocol Source: AnyObject {
    /// Fills a buffer.
    ///
    /// - Parameter buffer: Not empty.
    /// - Returns: Bytes delivered; 0 at the end, -1 on failure.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int
  }

  /// A source behind a pointer that C keeps.
  ///
  /// Whoever is the source owns the stream, hence `unowned`.
  private final class SourceBox {
    unowned let source: any Source

    init(_ source: any Source) { self.source = source }
  }

  /// Reads from a source, which outlives the stream.
  init?(_ source: any Source) {
    let box = SourceBox(source)
    let reader = xmlReaderForIO(
      { context, buffer, count in
        guard let context, let buffer else { return -1 }
        // SAFETY: the stream owns the box as long as the reader lives.
        let box = Unmanaged<SourceBox>.fromOpaque(context).takeUnretainedValue()
        return Int32(
          box.source.read(
            into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(count))))
      }, nil, Unmanaged.passUnretained(box).toOpaque(), nil, nil, Int32(Self.options))
    guard let reader else { return nil }
    self.reader = reader
    self.source = box
    errors = ErrorBox()
    listen()
  }

  deinit { xmlFreeTextReader(reader) }

  private func listen() {
    xmlTextReaderSetErrorHandler(
      reader,
      { context, message, severity, locator in
        guard let context, severity.rawValue >= XML_PARSER_SEVERITY_ERROR.rawValue else { return }
        let errors = Unmanaged<ErrorBox>.fromOpaque(context).takeUnretainedValue()
        guard errors.text == nil else { return }
        errors.line = Int(xmlTextReaderLocatorLineNumber(locator))
        errors.text = message.map { String(cString: $0) }
      }, Unmanaged.passUnretained(errors).toOpaque())
  }

  /// The next event; white space between elements is text too.
  func next() -> Event {
    while true {
      switch xmlTextReaderRead(reader) {
      case 1: break
      case 0: return .finished
      default:
        return .failed(line: max(errors.line, 1), problem: problem)
      }
      switch UInt32(bitPattern: xmlTextReaderNodeType(reader)) {
      case XML_READER_TYPE_ELEMENT.rawValue:
        let isEmpty = xmlTextReaderIsEmptyElement(reader) == 1
        if !isEmpty { open.append(name) }
        return .start(name: name, isEmpty: isEmpty)
      case XML_READER_TYPE_END_ELEMENT.rawValue:
        open.removeLast(open.isEmpty ? 0 : 1)
        return .end(name: name)
      case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue,
        XML_READER_TYPE_WHITESPACE.rawValue, XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue:
        guard let text = xmlTextReaderConstValue(reader) else { continue }
        return .text(UnsafeBufferPointer(start: text, count: Int(xmlStrlen(text))))
      case XML_READER_TYPE_ENTITY_REFERENCE.rawValue: return .entity(name: name)
      default: continue
      }
    }
  }

  /// What ended the document, as a clause.
  private var problem: String {
    let words = errors.text?.split(separator: "\n").first.map(String.init)
    // libxml2's words for a document that breaks off.
    if words?.hasPrefix("Extra content at the end") == true, let last = open.last {
      return "it ends inside the element \(last)"
    }
    return words ?? "it cannot be read"
  }

  /// The local name of the element at hand.
  private var name: String {
    xmlTextReaderConstLocalName(reader).map { String(cString: $0) } ?? ""
  }
}

/// The character that HTML's name for it stands for.
enum HTMLEntity {
  /// Looks a name up.
  ///
  /// - Parameter name: Such as `auml`.
  /// - Returns: A scalar value.
  static func scalar(named name: String) -> UInt32? {
    name.utf8.count > 16 ? nil : htmlEntityLookup(name)?.pointee.value
  }
}
