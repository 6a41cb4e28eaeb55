import Documents
import TestSupport
import Testing

@Suite("The main content of pages")
struct HTMLTextTests {
  let scene: DocumentScene
  init() throws { scene = try DocumentScene() }

  private static let long = String(repeating: "A sentence of the page itself. ", count: 12)

  @Test("Scripts, styles, navigation, headers, footers and notices of rights are left out")
  func leavesOutBoilerplate() throws {
    let text = try scene.page(
      """
      <!DOCTYPE html><html><head><title>Title</title><style>p { color: red }</style>
      <script>var a = "<p>no text</p>";</script></head><body>
      <header><h1>Site</h1><a href=/>Home</a></header>
      <nav><ul><li><a href=a>One</a><li><a href=b>Two</a></ul></nav>
      <div class="sidebar">Beside</div><div id="main-menu">Menu</div><div role="banner">B</div>
      <ul class="docnav"><li><a href=x>Prev</a></li></ul>
      <h1>The heading</h1><p>\(Self.long)</p>
      <noscript>Switch on</noscript><form><input value=x><select><option>Deutsch</select></form>
      <p>© 2024 Somebody</p><p>Copyright 2001–2024 Somebody else.</p>
      <aside>More</aside><footer>Imprint</footer><p hidden>Hidden</p>
      </body></html>
      """)
    #expect(text == "The heading\n\n" + Self.long.trimmingSuffix())
  }

  @Test("Where the page marks its main part or its articles, only they count")
  func takesMainParts() throws {
    let around = "<div>Something around that names itself nothing at all.</div>"
    for (open, close) in [
      ("<main>", "</main>"), ("<div role=main>", "</div>"), ("<article>", "</article>"),
    ] {
      let text = try scene.page("\(around)\(open)<p>\(Self.long)</p>\(close)\(around)")
      #expect(text == Self.long.trimmingSuffix())
    }
    // A main part with little of the text is none.
    let text = try scene.page("<main><p>Little</p></main><p>\(Self.long)</p>")
    #expect(text == "Little\n\n" + Self.long.trimmingSuffix())
  }

  @Test("What holds most of the page is content, whatever it calls itself")
  func keepsMisnamedContent() throws {
    let text = try scene.page("<div class='nav sidebar'><p>\(Self.long)</p></div>")
    #expect(text == Self.long.trimmingSuffix())
    // Words of documentation within running text are no boilerplate.
    let inline = try scene.page("<p>Choose <span class=menu>File</span>. \(Self.long)</p>")
    #expect(inline.hasPrefix("Choose File. A sentence"))
  }

  @Test("Paragraphs, lists, tables, definitions and listings keep their form")
  func keepsBlocksApart() throws {
    let text = try scene.page(
      """
      <h2>One</h2><p>First <b>bold</b><i>italic</i>
      text.<br>New line.</p>Loose <p>Second</p>
      <ul><li>a</li><li><p>b</p><ul><li>b1</ul></li></ul><ol><li>x<li>y</ol>
      <dl><dt>Term</dt><dd>Meaning</dd><dt>Other</dt><dd>Sense</dd></dl>
      <table><tr><th>H1</th><th>H2</th></tr><tr><td>1</td><td>&nbsp;</td><td><p>2</p></td></tr></table>
      <pre>
      let a = 1
        let b = 2
      </pre><div>End</div>
      """)
    #expect(
      text == """
        One

        First bolditalic text.
        New line.

        Loose

        Second

        - a
        - b
          - b1

        1. x
        2. y

        Term
        Meaning

        Other
        Sense

        H1 | H2
        1 | 2

        let a = 1
          let b = 2


        End
        """)
  }

  @Test("Lists that are little but links go, lists with some links stay")
  func dropsListsOfLinks() throws {
    let links = (1...6).map { "<li><a href=\($0)>Page \($0)</a></li>" }.joined()
    let items = "<li>See <a href=x>this</a> for more of it</li><li>And much more text here</li>"
    let text = try scene.page("<p>\(Self.long)</p><ul>\(links)</ul><ul>\(items)</ul>")
    #expect(!text.contains("Page 1"))
    #expect(text.hasSuffix("- See this for more of it\n- And much more text here"))
    let line = try scene.page(
      "<p>\(Self.long)</p><p><a href=a>Previous</a> | <a href=b>Next</a></p>")
    #expect(line == Self.long.trimmingSuffix())
  }

  @Test("Entities become characters, known by name or number")
  func decodesEntities() throws {
    #expect(
      try scene.page("<p>Gr&ouml;&szlig;e &amp; &#8364;&#x20AC; &nbsp;&lt;b&gt; &notanentity; A&B")
        == "Größe & €€ <b> &notanentity; A&B")
  }

  @Test(
    "Encodings are right, declared or not, and where the declaration is wrong",
    arguments: [
      ("<meta charset=utf-8>", "utf-8"), ("", "utf-8"), ("<meta charset=iso-8859-1>", "utf-8"),
      ("<meta charset=iso-8859-1>", "latin1"), ("", "latin1"), ("<meta charset=utf-8>", "latin1"),
      ("<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>", "latin1"),
      ("<?xml version='1.0' encoding='ISO-8859-1'?>", "latin1"), ("", "utf-16le"),
      ("<meta charset=utf-7>", "latin1"), ("\u{FEFF}", "utf-16le"), ("\u{FEFF}", "utf-8"),
    ])
  func decodesEncodings(_ declaration: String, _ encoding: String) throws {
    let text = "\(declaration)<p>Fichtenwälder „groß“: Ä, Ö, Ü, ß und mehr davon."
    let plain = text.replacing("„", with: "\"").replacing("“", with: "\"")
    let bytes: [UInt8] =
      switch encoding {
      case "latin1": plain.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
      case "utf-16le": plain.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
      default: Array(plain.utf8)
      }
    #expect(try scene.page(bytes) == "Fichtenwälder \"groß\": Ä, Ö, Ü, ß und mehr davon.")
  }

  @Test("Encodings with tables of the system are read; a wrong one is a problem")
  func decodesByTables() throws {
    let koi8: [UInt8] = [0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4]  // Привет
    #expect(try scene.page(Array("<meta charset=koi8-r><p>".utf8) + koi8) == "Привет")
    let shiftJIS: [UInt8] = [0x93, 0xFA, 0x96, 0x7B]  // 日本
    #expect(try scene.page(Array("<meta charset=Shift_JIS><p>".utf8) + shiftJIS) == "日本")
    let noise = (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* 97 | 0x80) }
    let problem = try scene.page(Array("<meta charset=euc-jp><p>".utf8) + noise)
    #expect(problem.contains("PROBLEM") && problem.contains("not in the encoding"))
    // windows-1252 where the page says iso-8859-1, as browsers have it.
    let quotes = Array("<meta charset=iso-8859-1><p>".utf8) + [0x84, 0x61, 0x93, 0x80]
    #expect(try scene.page(quotes) == "„a“€")
  }

  @Test("Manual pages made by groff and man2html lose their contents, and keep their lists")
  func readsManualPages() throws {
    let groff = """
      <html><body><h1 align="center">signal</h1>

      <a href="#NAME">NAME</a><br>
      <a href="#DESCRIPTION">DESCRIPTION</a><br>
      <a href="#SEE ALSO">SEE ALSO</a><br>

      <hr><h2>NAME<a name="NAME"></a></h2>
      <p style="margin-left:11%">signal &minus; overview</p>
      <table width="100%"><tr valign="top"><td width="11%"></td><td width="1%">

      <p>*</p></td><td width="9%"></td><td width="77%"><p>It ends the process.</p></td></tr>
      <tr><td></td><td><p>Ign</p></td><td></td><td><p>It is ignored.</p></td></tr></table></body>
      """
    #expect(
      try scene.page(groff)
        == "signal\n\nNAME\n\nsignal − overview\n\n- It ends the process.\nIgn | It is ignored.")
    let man2html = """
      <HTML><BODY><H1>UTF-8</H1>Section: Tables (7)<BR><A HREF="#index">Index</A>
      <A HREF="/">Return to Main Contents</A><HR><H2>Properties</H2><DL COMPACT>
      <DT>*<DD>One.<DT><B>*</B><DD>Two.<DT>x<DD>Three.</DL></BODY>
      """
    #expect(
      try scene.page(man2html)
        == "UTF-8\n\nSection: Tables (7)\nIndex Return to Main Contents\n\nProperties\n\n- One.\n\n"
        + "- Two.\n\nx\nThree.")
  }

  @Test("Hostile pages end in a text or a problem, never in a crash")
  func survivesHostilePages() throws {
    let deep = String(repeating: "<div>", count: 100_000) + "text"
    _ = try scene.page(deep)
    let spans = String(repeating: "<b><i>", count: 50_000) + "text"
    _ = try scene.page(spans)
    // More elements than a page may have: what comes first is kept.
    let many = try scene.page("<p>first</p>" + String(repeating: "<p>x", count: 1_500_000))
    #expect(many.hasPrefix("first\n\nx\n\nx"))
    let attributes = (0..<100_000).map { "a\($0)=x" }.joined(separator: " ")
    #expect(try scene.page("<p \(attributes)>text").contains("more than 512 attributes"))
    let some = (0..<500).map { "a\($0)='>'" }.joined(separator: " ")
    #expect(try scene.page("<p \(some)>text") == "text")
    #expect(try scene.page("<p \(some) \(some)>text").contains("more than 512 attributes"))
    #expect(
      try scene.page("<p title=\"\(String(repeating: "word ", count: 2000))\">text") == "text")
    let value = String(repeating: "x", count: 5_000_000)
    _ = try scene.page("<p class='\(value)'>text")
    #expect(try scene.page("<p>before<!-- never closed <p>after").hasPrefix("before"))
    #expect(!(try scene.page("<p>before<script>alert(1)")).contains("alert"))
    #expect(try scene.page(Array("<p>a".utf8) + [0] + Array("b</p>".utf8)) == "ab")
    #expect(try scene.page("") == "")
    _ = try scene.page("<")
    let entity = "<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>a&x;b"
    #expect(!(try scene.page(entity)).contains("root:"))
    var options = DocumentOptions()
    options.maximumMarkupSize = 100
    try scene.write(String(repeating: "x", count: 101), to: "large.html")
    #expect(scene.read(["large.html"], options: options)[0].contains("more than 100 bytes"))
  }

  @Test("Mutated pages never crash the reader")
  func survivesMutation() throws {
    let page =
      "<html><body><ul><li><a href=x>a</a><table><tr><td>b<td>c</table><pre>d</pre><p>&auml;</ul>"
    var mutator = Mutator(seed: 2)
    for _ in 0..<300 { _ = try scene.page(mutator.mutated(Array(page.utf8))) }
  }
}

extension String {
  fileprivate func trimmingSuffix() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
