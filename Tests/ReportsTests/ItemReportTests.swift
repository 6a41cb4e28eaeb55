import Records
import Reports
import Testing

@Suite("Documents on which two models differ")
struct ItemReportTests {
  private func item(_ document: Int, a: Double, b: Double) -> ItemDifferenceRecord {
    ItemDifferenceRecord(
      task: "arc", document: document, metric: "acc", reference: a, candidate: b,
      context: "Which\u{7}?", target: "1", choices: [" one", " two"],
      referenceLogLikelihoods: [-1.5, -2], candidateLogLikelihoods: [-3, -1])
  }

  @Test("Both log-likelihoods stand beside every choice, and who is right")
  func plain() {
    let text = ItemReport([item(3, a: 0, b: 1), item(5, a: 1, b: 0)], limit: 1).plain
    #expect(
      text
        == """
        arc: 2 documents on which the models differ (acc); log-likelihoods are sums in nats, ◀ the right choice

        Document 3: B is right, A is not
          Which\\u{7}?
          Choice  Text           A        B    B − A
        ────────  ────  ─  -------  -------  -------
               0   one     -1.5000  -3.0000  -1.5000
               1   two  ◀  -2.0000  -1.0000   1.0000

        … and 1 more
        """.replacing("-------", with: "───────"))
  }

  @Test("Where no document differs, that is said")
  func nothing() {
    #expect(ItemReport([]).plain == "No document is answered rightly by one model alone.")
  }
}
