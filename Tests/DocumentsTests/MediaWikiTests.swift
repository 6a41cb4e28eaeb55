import Documents
import TestSupport
import Testing

@Suite("MediaWiki exports")
struct MediaWikiTests {
  let scene: DocumentScene
  init() throws { scene = try DocumentScene() }

  private static func page(
    _ title: String, _ text: String, namespace: Int = 0, extra: String = ""
  ) -> String {
    """
      <page><title>\(title)</title><ns>\(namespace)</ns><id>1</id>\(extra)
      <revision><id>2</id><timestamp>2024-01-01T00:00:00Z</timestamp>
      <contributor><username>U</username><id>3</id></contributor><comment>text</comment>
      <model>wikitext</model><format>text/x-wiki</format>
      <text bytes="9" xml:space="preserve">\(text)</text><sha1>x</sha1></revision></page>

    """
  }

  private static func export(_ pages: String) -> String {
    """
    <mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="de">
      <siteinfo><sitename>Wiki</sitename><namespaces><namespace key="0"/></namespaces></siteinfo>
    \(pages)</mediawiki>
    """
  }

  private func text(_ wikitext: String) throws -> String {
    let escaped = wikitext.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    try scene.write(Self.export(Self.page("T", escaped)), to: "wiki.xml")
    return scene.read(["wiki.xml"])[0]
  }

  @Test("Articles are read, the newest revision of each; talk, redirects and other content are not")
  func readsArticles() throws {
    let older = "<revision><text>Old text</text></revision>"
    let pages =
      Self.page("A", "First article") + Self.page("Talk:A", "Talk", namespace: 1)
      + Self.page("B", "#REDIRECT [[A]]", extra: "<redirect title=\"A\"/>")
      + Self.page("C", "New text", extra: older)
    try scene.write(Self.export(pages), to: "wiki.xml")
    #expect(scene.read(["wiki.xml"]) == ["First article", "New text"])
    let packed = try scene.compress("wiki.xml")
    #expect(scene.read([packed]) == ["First article", "New text"])
  }

  @Test("Wikitext becomes running text")
  func convertsWikitext() throws {
    let converted = try text(
      """
      {{Infobox|name={{nested|x}}|y=1}}
      '''Köln''' ist eine [[Stadt]] am [[Rhein|großen Rhein]].<ref>Quelle {{x}}</ref> <!-- nie -->
      [[Datei:Bild.jpg|mini|Ein [[Bild]] davon]] Mehr&nbsp;Text &amp; [https://x.org Seite] [https://y.org]
      __NOTOC__
      == Geschichte ==
      * Erstens
      ** Zweitens
      # Drittens
      {| class="wikitable"
      |-
      | Zelle || {{x}}
      |}
      === Leer ===
      == Danach ==
      Ein ''Wort''.<br/>Zeile <nowiki>[[kein Link]]</nowiki> H<sub>2</sub>O
      == Weblinks ==
      [[Kategorie:Stadt]]
      [[en:Cologne]]
      """)
    #expect(
      converted == """
        Köln ist eine Stadt am großen Rhein.
        Mehr Text & Seite

        Geschichte

        - Erstens
        - Zweitens
        - Drittens

        Danach

        Ein Wort.
        Zeile [[kein Link]] H2O
        """)
  }

  @Test("Marks that are never closed, and nesting without end, end in a text")
  func survivesBrokenMarkup() throws {
    for mark in ["{{", "[[", "{|", "<ref>", "<!--", "'''", "[http://x ", "<", "&", "__", "=="] {
      let repeated = String(repeating: "\(mark)a ", count: 20_000)
      _ = try text("Before \(repeated)")
    }
    #expect(try text("Before {{never closed\n\nAfter it").hasPrefix("Before "))
    let nested = String(repeating: "[[a|", count: 5000) + "x" + String(repeating: "]]", count: 5000)
    _ = try text(nested)
    var mutator = Mutator(seed: 4)
    let sample = "{{a|[[b|c]]}} [[d]] {|\n|x\n|} <ref>e</ref> ''f'' &amp; <nowiki>g</nowiki>"
    for _ in 0..<200 {
      let bytes = mutator.mutated(Array(sample.utf8)).filter { $0 >= 0x20 && $0 < 0x7F }
      _ = try text(String(decoding: bytes, as: UTF8.self).replacing(">", with: ""))
    }
  }

  @Test("An export that breaks off gives what stood before, and a problem with its line")
  func keepsTheGoodPart() throws {
    let filler = String(repeating: "Second article. ", count: 200)
    let whole = Self.export(Self.page("A", "First article") + Self.page("B", filler))
    let cut = String(whole.prefix(whole.count - 1000))
    try scene.write(cut, to: "cut.xml")
    let texts = scene.read(["cut.xml"])
    #expect(texts.count == 2 && texts[0] == "First article")
    #expect(texts.last?.contains("cut.xml, line") == true)
    #expect(texts.last?.contains("not well-formed") == true)
  }
}
