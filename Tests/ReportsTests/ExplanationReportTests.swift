import Records
import Reports
import Testing

@Suite("The explanation of a document")
struct ExplanationReportTests {
  private var record: ExplanationRecord {
    func request(_ index: Int, _ text: String) -> ExplanationRecord.Request {
      .init(
        title: "choice \(index)", context: "Q: a\nA:", continuation: text,
        contextTokens: [.init(id: 5, text: "Q"), .init(id: 6, text: "\u{1B}")],
        scoredTokens: [.init(id: 9, text: " y", logLikelihood: -1.5)], lostTokens: index,
        isMerged: index == 1, logLikelihood: -1.5, isGreedy: index == 0)
    }
    return ExplanationRecord(
      task: "t", document: 3, documentsInSplit: 60, shots: 2,
      requests: [request(0, " y"), request(1, " z")],
      choices: [
        .init(text: "y", isGold: true, characters: 1, bytes: 1, tokens: 1),
        .init(text: "z", isGold: false, characters: 1, bytes: 1, tokens: 1),
      ],
      rankings: [.init(normalization: "none", scores: [-1.5, -1.5], ranks: [1, 2], best: 0)],
      metrics: [.init(name: "acc", value: "1.0")], notes: ["Choices tie."])
  }

  @Test("It shows prompt, tokens with the boundary, sums and ranks, and escapes controls")
  func whole() {
    #expect(
      ExplanationReport(record, contextTail: 1).plain == """
        t, document 3 of 60, 2-shot
        ⟦ and ⟧ mark where a text begins and ends, ‖ where scoring begins

        Prompt (7 characters, 7 bytes)
          ⟦Q: a\\n
           A:⟧

        Choice 0 (2 characters, 2 bytes)
          ⟦ y⟧
          … 1 token … ⟦\\u{1b}⟧6 ‖
           token  id    log p
        ────────  ──  ───────
           ⟦ y⟧    9  -1.5000
          sum -1.5000 over 1 token, each the model's first choice

        Choice 1 (2 characters, 2 bytes)
          ⟦ z⟧
          truncated: 1 token cut off the left end of the context
          merged: the text as a whole has other tokens at the boundary; the context's own are fed
          … 1 token … ⟦\\u{1b}⟧6 ‖
           token  id    log p
        ────────  ──  ───────
           ⟦ y⟧    9  -1.5000
          sum -1.5000 over 1 token, not every one the model's first choice

        Choice         Text  characters  bytes  tokens  sum of log p
        ──────  ─────  ────  ──────────  ─────  ──────  ────────────
             0  right  y              1      1       1   -1.5000 #1◀
             1         z              1      1       1   -1.5000 #2

        Contributes: acc 1.0

        Choices tie.
        """)
  }

  @Test("A document that is left out says why")
  func leftOut() {
    let text = ExplanationReport(
      ExplanationRecord(
        task: "t", document: 0, documentsInSplit: 1, shots: 0,
        leftOut: "no token is left to score")
    ).plain
    #expect(text.contains("Left out of all metrics: no token is left to score."))
  }
}
