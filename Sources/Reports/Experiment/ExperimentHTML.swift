import Files
import Records

extension ExperimentReport {
  /// One self-contained page: verdicts first, then what they rest on.
  ///
  /// - Complexity: O(size of the record).
  public var html: String {
    let title = record.name.isEmpty ? "cpteval report" : "\(record.name) – cpteval report"
    let sections = sections.filter { !$0.content.isEmpty }
    return Markup.document(
      language: "en",
      head: [
        .void("meta", [.init("charset", "utf-8")]),
        .void(
          "meta",
          [
            .init("http-equiv", "Content-Security-Policy"),
            .init("content", "default-src 'none'; style-src 'unsafe-inline'"),
          ]),
        .void(
          "meta",
          [.init("name", "viewport"), .init("content", "width=device-width, initial-scale=1")]),
        .void("meta", [.init("name", "color-scheme"), .init("content", "light dark")]),
        .element("title", [], [.text(title)]),
        .styleSheet(PageStyle.sheet),
      ],
      body: [
        header(sections),
        .element("main", [], [verdictSection] + sections.map(\.markup)),
        footer,
      ])
  }

  /// A part of the page below the verdicts.
  struct Section {
    /// For links; distinct in the page.
    let id: String
    let title: String
    /// What it shows, in a sentence or two.
    let lead: String
    let content: [Markup]

    init(_ id: String, _ title: String, lead: String = "", _ content: [Markup]) {
      self.id = id
      self.title = title
      self.lead = lead
      self.content = content.filter { !$0.isEmpty }
    }

    fileprivate var markup: Markup {
      .element(
        "section", [.id(id), .init("aria-labelledby", "\(id)-h")],
        [
          .element("h2", [.id("\(id)-h")], [.text(title)]),
          lead.isEmpty ? .empty : .element("p", [.class("lead")], [.text(lead)]),
        ] + content)
    }
  }

  private var sections: [Section] {
    [
      comparisonSection, trainingSection, lossSection, scoreSection, changeSection, seedSection,
      costSection, problemSection,
    ]
  }

  private func header(_ sections: [Section]) -> Markup {
    let places = sections.map { ($0.id, $0.title) } + [("provenance", "Provenance")]
    let links = places.map { id, title in
      Markup.element("li", [], [.element("a", [.init("href", "#\(id)")], [.text(title)])])
    }
    let facts = [record.program, UTCDate.text(record.date)].filter { !$0.isEmpty }
    return .element(
      "header", [],
      [
        .element("p", [.class("eyebrow")], ["Continual pre-training report"]),
        .element("h1", [], [.text(record.name.isEmpty ? "Unnamed plan" : record.name)]),
        .element("p", [.class("facts")], [.text(facts.joined(separator: " · "))]),
        .element("nav", [.init("aria-label", "Sections")], [.element("ul", [], links)]),
      ])
  }

  private var verdictSection: Markup {
    let cards = verdicts.map { verdict in
      Markup.element(
        "article", [.class("verdict \(verdict.badge.kind.rawValue)")],
        [
          verdict.badge.markup,
          .element("p", [.class("headline")], [.text(verdict.headline)]),
          verdict.details.isEmpty
            ? .empty
            : .element("p", [.class("cost")], [.text(verdict.details.joined(separator: " "))]),
          Self.list(verdict.comparison?.comparison.reasons ?? []),
        ])
    }
    let nothing = Markup.element(
      "p", [.class("empty")], ["There is no run here that could be compared with a baseline."])
    return .element(
      "section", [.id("verdict"), .init("aria-labelledby", "verdict-h")],
      [
        .element("h2", [.id("verdict-h"), .class("quiet")], ["Verdict"]),
        cards.isEmpty
          ? nothing
          : .element("div", [.class(cards.count > 3 ? "verdicts many" : "verdicts")], cards),
      ])
  }

  private var seedSection: Section {
    guard !record.seeds.isEmpty else { return Section("seeds", "Seeds", []) }
    return Section(
      "seeds", "Seeds", lead: Self.seedNote,
      [
        HTMLTable(seedTable, caption: "Mean and spread over seeds", headColumn: 1).markup,
        Folded.markup(
          summary: "Each seed’s values",
          [HTMLTable(seedValueTable, caption: "Values by seed", headColumn: 1).markup]),
      ])
  }

  private var costSection: Section {
    Section(
      "cost", "Cost",
      lead: """
        Tokens trained on, and floating-point operations of forward and backward passes, against \
        training from scratch on all the data.
        """,
      [HTMLTable(costTable, caption: "What each run costs", headColumn: 1).markup])
  }

  private var problemSection: Section {
    Section("problems", "Problems", [Self.list(record.problems)])
  }

  /// Whole sentences as a list.
  static func list(_ sentences: [String]) -> Markup {
    sentences.isEmpty
      ? .empty
      : .element("ul", [.class("notes")], sentences.map { .element("li", [], [.text($0)]) })
  }

  private var footer: Markup {
    let entries = record.provenance.map { entry in
      Markup.element(
        "div", [],
        [
          .element("dt", [], [.text(entry.label)]), .element("dd", [], [.text(entry.value)]),
        ])
    }
    return .element(
      "footer", [.id("provenance")],
      [
        .element("h2", [], ["Provenance"]),
        entries.isEmpty
          ? .element("p", [.class("empty")], ["Nothing was recorded."])
          : .element("dl", [], entries),
        HTMLTable(modelTable, caption: "Models compared").markup,
      ])
  }
}
