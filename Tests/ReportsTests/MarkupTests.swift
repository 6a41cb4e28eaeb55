import Testing

@testable import Reports

@Suite("Markup of pages")
struct MarkupTests {
  @Test("Text and attribute values are escaped, whatever they hold")
  func escaping() {
    let text = "</script><img src=x onerror='a'>&\"\u{1B}\u{202E}\u{FFFE}\u{0}\n"
    let escaped =
      "&lt;/script&gt;&lt;img src=x onerror=&#39;a&#39;&gt;&amp;&quot;"
      + "\\u{1b}\\u{202e}\u{FFFD}\\u{0}\\u{a}"
    #expect(Markup.text(text).source == escaped)
    let element = Markup.element("p", [.init("title", text)], [.text(text)])
    #expect(element.source == "<p title=\"\(escaped)\">\(escaped)</p>")
  }

  @Test("A quotation mark with a combining mark is escaped too")
  func graphemes() {
    #expect(Markup.text("\"\u{301}<\u{308}").source == "&quot;\u{301}&lt;\u{308}")
  }

  @Test("Tables leave out empty columns, but never the one that names the rows")
  func emptyColumns() {
    let table = HTMLTable(
      caption: "c", columns: [.init("Name"), .init("Empty"), .init("n", leansRight: true)],
      rows: [[.text(""), .text(""), .lines("3", "of 4")]])
    #expect(
      table.markup.source == """
        <div class="scroll" role="region" aria-label="c" tabindex="0"><table><caption>c</caption>\
        <thead><tr><th scope="col" class="h">Name</th><th scope="col" class="n">n</th></tr></thead>\
        <tbody><tr><th scope="row" class="h"></th>\
        <td class="n">3<span class="sub">of 4</span></td></tr></tbody></table></div>
        """)
    #expect(HTMLTable(caption: "c", columns: [.init("Name")], rows: []).markup.isEmpty)
  }
}
