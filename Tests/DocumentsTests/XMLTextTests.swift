import Documents
import TestSupport
import Testing

@Suite("XML documents")
struct XMLTextTests {
  let scene: DocumentScene
  init() throws { scene = try DocumentScene() }

  @Test("A document that breaks off says where it does, and one that loops says a line")
  func tellsWhatIsWrong() throws {
    #expect(
      try scene.xml("<book>\n<para>Some words").contains(
        "line 2: not well-formed XML: it ends inside the element para."))
    let entities = (1...9).map {
      "<!ENTITY e\($0) \"\(String(repeating: "&e\($0 - 1);", count: 10))\">"
    }
    let bomb = "<!DOCTYPE a [<!ENTITY e0 \"ha\">\(entities.joined())]><a>&e9;</a>"
    let problem = try scene.xml(bomb)
    #expect(!problem.contains("line 0"), "\(problem)")
  }

  @Test("Blocks, running text, lists and listings of DocBook keep their form")
  func readsDocBook() throws {
    let text = try scene.xml(
      """
      <?xml version="1.0" encoding="utf-8"?>
      <!-- a comment --><book xmlns="http://docbook.org/ns/docbook">
      <title>Title</title><para>Use <command>apt</command> or <emphasis
      role="bold">not</emphasis>.<indexterm><primary>gone</primary></indexterm></para>
      <itemizedlist><listitem><para>One</para></listitem><listitem><para>Two</para></listitem>
      </itemizedlist><screen>$ ls
        file</screen><para>Fichtenw&#228;lder &amp; mehr</para></book>
      """)
    #expect(
      text == """
        Title

        Use apt or not.

        One
        Two

        $ ls
          file

        Fichtenwälder & mehr
        """)
  }

  @Test("XHTML in an .xml file is a page")
  func readsXHTML() throws {
    let text = try scene.xml(
      """
      <?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd">
      <html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head>
      <body><p>Text<a id="x"/> here</p><div class="navfooter">nav</div></body></html>
      """)
    #expect(text == "Text here\n\nnav" || text == "Text here")
  }

  @Test("A document in another encoding is read by its declaration")
  func readsEncodings() throws {
    let text = "<?xml version='1.0' encoding='ISO-8859-1'?><a>Wälder</a>"
    try scene.write(
      text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }, to: "latin.xml")
    #expect(scene.read(["latin.xml"]) == ["Wälder"])
  }

  @Test("Nothing outside the document is read, and no entity multiplies")
  func staysWithinTheDocument() throws {
    try scene.write("SECRET", to: "secret.txt")
    let external = try scene.xml(
      "<!DOCTYPE a [<!ENTITY x SYSTEM 'secret.txt'>]><a>before &x; after</a>")
    #expect(!external.contains("SECRET"))
    let file = try scene.xml(
      "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>before &x; after</a>")
    #expect(!file.contains("root:"))
    _ = try scene.xml(
      "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/x.dtd' [<!ENTITY % p SYSTEM 'secret.txt'> %p;]><a>x</a>"
    )
    let inclusion = try scene.xml(
      "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='secret.txt'/>x</a>")
    #expect(inclusion == "x")
    var laughs = "<!DOCTYPE a [<!ENTITY l0 'lol'>"
    for i in 1...30 {
      laughs += "<!ENTITY l\(i) '\(String(repeating: "&l\(i - 1);", count: 10))'>"
    }
    let text = try scene.xml(laughs + "]><a>x&l30;y</a>")
    #expect(text.utf8.count < 10_000)
    let big = String(repeating: "A", count: 100_000)
    let quadratic = try scene.xml(
      "<!DOCTYPE a [<!ENTITY b '\(big)'>]><a>\(String(repeating: "&b;", count: 5000))</a>")
    #expect(quadratic.utf8.count < 1_000_000)
  }

  @Test("What is not well-formed is a problem with its line")
  func namesErrors() throws {
    #expect(try scene.xml("<a>\n<b>\n</a>").contains("document.xml, line 2: not well-formed XML"))
    for bad in [
      "", "<", "no markup", "<a>", "<a><![CDATA[x", "<a><!-- x", "<a>\u{1}</a>", "<a b='1' b='2'/>",
      "<?xml version='1.0' encoding='utf-7'?><a b=></a>",
      String(repeating: "<a>", count: 100_000),
    ] {
      #expect(try scene.xml(bad).contains("PROBLEM"), "\(bad.prefix(50))")
    }
    let attributes = (0..<100_000).map { "a\($0)='x'" }.joined(separator: " ")
    #expect(try scene.xml("<a \(attributes)>text</a>").contains("more than 512 attributes"))
    let dump = "<mediawiki><page \(attributes)><title>x</title></page></mediawiki>"
    #expect(try scene.xml(dump).contains("more than 512 attributes"))
  }

  @Test("Mutated documents never crash the reader")
  func survivesMutation() throws {
    let text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'y'>]><a><b c='d'>&x;&#228;</b></a>"
    var mutator = Mutator(seed: 3)
    for _ in 0..<300 {
      try scene.write(mutator.mutated(Array(text.utf8)), to: "m.xml")
      _ = scene.read(["m.xml"])
    }
  }
}
