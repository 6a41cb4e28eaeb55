internal import Files

/// Reads the pages of a MediaWiki export one by one.
///
/// Articles are handed out: the newest revision of each page of namespace 0 that is no redirect and
/// holds wikitext. An export that breaks off has given all pages before.
///
/// - SeeAlso: The schema at mediawiki.org/xml/export-0.11.
final class MediaWikiDump: XMLStream.Source {
  private let source: ByteSource
  private var prefix: ArraySlice<UInt8>
  private var failure: DocumentError?
  private var attributes = AttributeCounter()
  private var stream: XMLStream?
  private var pages = 0
  private var path: [String] = []

  /// What is known of the page at hand.
  private struct Page {
    var title = ""
    var namespace = ""
    var isRedirect = false
    var model = ""
    var text: [UInt8] = []
  }

  /// Prepares.
  ///
  /// - Parameters:
  ///   - source: The file behind the prefix.
  ///   - prefix: Its first bytes.
  init(_ source: ByteSource, prefix: [UInt8]) {
    self.source = source
    self.prefix = prefix[...]
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    if !prefix.isEmpty {
      let count = min(prefix.count, buffer.count)
      buffer.copyBytes(from: prefix.prefix(count))
      prefix = prefix.dropFirst(count)
      return checked(buffer, count)
    }
    do throws(FileError) {
      return checked(buffer, try source.read(into: buffer))
    } catch {
      failure = .file(error)
      return -1
    }
  }

  private func checked(_ buffer: UnsafeMutableRawBufferPointer, _ count: Int) -> Int {
    let isSound = UnsafeRawBufferPointer(rebasing: buffer[..<count]).withMemoryRebound(
      to: UInt8.self
    ) { attributes.accepts($0) }
    if isSound { return count }
    failure = .tooManyAttributes(
      path: source.path, place: .page(pages), limit: AttributeCounter.limit)
    return -1
  }

  /// The next article, or what ended the file.
  func next() -> (DocumentPlace, RawDocument.Content)? {
    // Made here, because the stream keeps this object.
    if stream == nil { stream = XMLStream(self) }
    guard let stream else { return nil }
    var page = Page()
    while true {
      switch stream.next() {
      case .start(let name, let isEmpty):
        if name == "page" {
          pages += 1
          page = Page()
        }
        if name == "redirect" { page.isRedirect = true }
        // A later revision stands behind an earlier one.
        if name == "revision" { (page.text, page.model) = ([], "") }
        if !isEmpty { path.append(name) }
      case .end(let name):
        path.removeLast(path.isEmpty ? 0 : 1)
        if name == "page", isArticle(page) {
          return (.page(pages), .wikitext(page.text, title: page.title))
        }
      case .text(let text): append(text, to: &page)
      case .entity: continue
      case .finished: return nil
      case .failed(let line, let problem):
        if let failure { return (.page(pages), .problem(failure, endsFile: true)) }
        let error = DocumentError.malformedXML(
          path: source.path, place: .line(line), problem: problem)
        return (.page(pages), .problem(error, endsFile: true))
      }
    }
  }

  private func append(_ text: UnsafeBufferPointer<UInt8>, to page: inout Page) {
    guard path.count >= 2, path.contains("page") else { return }
    switch (path[path.count - 2], path[path.count - 1]) {
    case ("page", "title"): page.title += String(decoding: text, as: UTF8.self)
    case ("page", "ns"): page.namespace += String(decoding: text, as: UTF8.self)
    case ("revision", "model"): page.model += String(decoding: text, as: UTF8.self)
    case ("revision", "text"), ("content", "text"): page.text.append(contentsOf: text)
    default: break
    }
  }

  private func isArticle(_ page: Page) -> Bool {
    !page.isRedirect && (page.namespace.isEmpty || page.namespace == "0")
      && (page.model.isEmpty || page.model == "wikitext")
  }
}
