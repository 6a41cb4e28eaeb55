/// What the names of elements in common vocabularies (DocBook, TEI, JATS) say of their text.
enum XMLTag {
  /// Part of running text.
  case inline
  /// A paragraph of its own.
  case block
  /// A line of its own within a list.
  case item
  /// White space counts.
  case preformatted
  case skipped

  private static let inlineNames: Set<String> = [
    "a", "abbr", "abbrev", "abstract-inline", "acronym", "anchor", "application", "b", "bold",
    "choice", "citation", "cite", "citetitle", "classname", "code", "command", "computeroutput",
    "constant", "corr", "date", "del", "em", "email", "emph", "emphasis", "envar", "errorcode",
    "ext-link", "filename", "firstterm", "foreign", "foreignphrase", "function", "glossterm", "gi",
    "guibutton", "guiicon", "guilabel", "guimenu", "guimenuitem", "guisubmenu", "hardware", "hi",
    "i", "ins", "interface", "italic", "kbd", "keycap", "keycombo", "keysym", "lb", "link",
    "literal", "markup", "menuchoice", "mentioned", "monospace", "name", "named-content", "num",
    "olink", "option", "orgname", "orig", "package", "parameter", "persname", "personname",
    "phrase", "placename", "prompt", "property", "productname", "ptr", "q", "quote", "ref", "reg",
    "replaceable", "s", "sc", "seg", "sic", "small", "span", "strike", "strong", "styled-content",
    "sub", "subscript", "sup", "superscript", "symbol", "systemitem", "term-inline", "token",
    "trademark", "tt", "type", "u", "ulink", "underline", "uri", "userinput", "varname", "w", "wbr",
    "wordasword", "xref",
  ]
  private static let itemNames: Set<String> = [
    "listitem", "item", "list-item", "member", "li", "row", "tr", "term", "dt", "dd", "td", "th",
    "entry", "step", "l", "line", "br",
  ]
  private static let preformattedNames: Set<String> = [
    "programlisting", "screen", "literallayout", "synopsis", "pre", "preformat", "eg", "listing",
  ]
  private static let skippedNames: Set<String> = [
    "script", "style", "indexterm", "remark", "math", "svg", "object", "metadata",
  ]

  /// The tag of a local name.
  init(_ name: String) {
    if Self.inlineNames.contains(name) {
      self = .inline
    } else if Self.itemNames.contains(name) {
      self = .item
    } else if Self.preformattedNames.contains(name) {
      self = .preformatted
    } else if Self.skippedNames.contains(name) {
      self = .skipped
    } else {
      self = .block
    }
  }
}
