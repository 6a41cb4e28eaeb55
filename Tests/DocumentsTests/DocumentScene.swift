import Documents
import Files
import Foundation
import TestSupport

/// A temporary folder with files, read as documents.
struct DocumentScene: ScratchFolder {
  let root: URL
  init() throws { root = try Locations.makeTemporaryFolder() }

  /// The texts of files' documents in order, a problem's description in a bad one's place.
  func read(_ names: [String], options: DocumentOptions = DocumentOptions()) -> [String] {
    let files = names.map(path)
    let reader = DocumentReader(files: files, options: options)
    let extractor = DocumentExtractor(files: files, options: options)
    var texts: [String] = []
    while let portion = reader.nextPortion() {
      for document in portion.documents {
        do {
          texts.append(String(decoding: try extractor.text(of: document), as: UTF8.self))
        } catch { texts.append("PROBLEM \(error)") }
      }
    }
    return texts
  }

  /// The text of a page.
  func page(_ html: String) throws -> String { try page(Array(html.utf8)) }

  /// The text of a page in some encoding.
  func page(_ html: [UInt8]) throws -> String {
    try write(html, to: "page.html")
    return read(["page.html"])[0]
  }

  /// The text of an XML document.
  func xml(_ text: String) throws -> String {
    try write(text, to: "document.xml")
    return read(["document.xml"])[0]
  }
}
