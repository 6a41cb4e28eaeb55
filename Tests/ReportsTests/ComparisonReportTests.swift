import Foundation
import Records
import Reports
import Testing

@Suite("The report of a comparison")
struct ComparisonReportTests {
  private let small: ComparisonRecord = {
    var record = ComparisonSamples.mixed
    record.rows = [record.rows[0], record.rows[2], record.rows[8], record.rows[10]]
    return record
  }()

  @Test("Plain text names both sides, tells all numbers, explains them and ends with the verdict")
  func plain() {
    #expect(
      ComparisonReport(small).plain == """
        A  from-scratch, step 980 (reference)
        B  continual, step 1270
        differences are B − A · equal means within 0.01 of accuracy and 0.02 nats of loss

           Task / data set    Metric                 n  Chance       A       B    B − A       95 % interval  Verdict
        ─  ─────────────────  ───────────────  ─  ────  ──────  ──────  ──────  ───────  ──────────────────  ───────────
        •  hellaswag_de       acc              ↑  3000  0.2500  0.3104  0.3145  +0.0041  -0.0083 to +0.0165  undecided
           arc_de             acc_norm         ↑  1172  0.2500  0.2305  0.2448  +0.0143  -0.0055 to +0.0341  undecided
        •  english            validation_loss  ↓   390          3.9254  3.9365  +0.0111  +0.0030 to +0.0192  matches (+)
           average of losses  validation_loss  ↓   780          3.9998  4.0823  +0.0825  +0.0744 to +0.0906  worse

           Task / data set    Metric           A centred  B centred    Stderr        p  p (Holm)  Margin   TOST p  Could show
        ─  ─────────────────  ───────────────  ─────────  ─────────  ────────  ───────  ────────  ──────  ───────  ──────────
        •  hellaswag_de       acc                 0.0805     0.0860  ± 0.0063   0.4800    1.0000  ± 0.01   0.3100    ± 0.0104
           arc_de             acc_norm           -0.0260    -0.0069  ± 0.0101   0.5000            ± 0.01   0.3100    ± 0.0166
        •  english            validation_loss                        ± 0.0041  <0.0001            ± 0.02  <0.0001    ± 0.0068
           average of losses  validation_loss                        ± 0.0041  <0.0001            ± 0.02   0.9000    ± 0.0068

        • has a part in the overall verdict
        could show: the smallest margin that n could have shown, had there been no difference
        matches (+), matches (-): within the margin, though the 95 % interval leaves out 0
        p: McNemar's exact test, paired t test
        p (Holm): corrected for the number of tasks that decide

        Verdict: B is worse than A. In at least one part it is worse by more than the margin.
        - piqa_de is worse: -0.0307, 95 % interval -0.0465 to -0.0149.
        - arc_de: 2 documents were left out of both models.
        """)
  }

  @Test(
    "Each verdict has its sentence",
    arguments: [
      (Verdict.matches, "Verdict: B matches A."), (.better, "Verdict: B is better than A."),
      (.worse, "Verdict: B is worse than A."),
      (.undecided, "Verdict: Whether B matches A is undecided."),
      (
        .tooFewDocuments,
        "Verdict: There are too few documents to tell whether B matches A."
      ),
    ])
  func sentences(verdict: Verdict, sentence: String) {
    var record = small
    record.verdict = verdict
    record.isWorseBeyondMargin = false
    record.reasons = []
    record.notes = []
    #expect(ComparisonReport(record).plain.hasSuffix("\n\n" + sentence))
  }

  @Test("Text out of files can neither steer a terminal nor open an element in Markdown")
  func hostileText() {
    let hostile = "<img onerror=x>|\u{1B}[2J\u{202E}\n| a"
    var record = small
    record.reference.label = hostile
    record.rows[0].name = hostile
    record.rows[1].metric = hostile
    record.reasons = [hostile]
    record.notes = [hostile]
    let plain = ComparisonReport(record).plain
    #expect(!plain.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
    #expect(plain.contains("<img onerror=x>|\\u{1b}[2J\\u{202e}\\u{a}| a"))
    let markdown = ComparisonReport(record).markdown
    #expect(!markdown.contains("<"))
    #expect(markdown.contains("| &lt;img onerror=x&gt;\\|"))
  }

  @Test("CSV holds every field, quotes as RFC 4180 says, and no text in it is a formula")
  func csv() {
    var record = small
    record.rows = [record.rows[0], record.rows[2]]
    record.rows[0].name = "=cmd|' /C calc'!A0"
    record.rows[0].bootstrapInterval = IntervalRecord(low: -0.5, high: .infinity)
    record.rows[1].name = "a,\"b\"\u{301}\nc"
    record.reference.label = "@x"
    record.candidate.label = "y"
    let lines = ComparisonReport(record).csv.components(separatedBy: "\r\n")
    #expect(lines.count == 4 && lines[3].isEmpty)
    let header = lines[0].components(separatedBy: ",")
    let cells = lines[1].components(separatedBy: ",")
    #expect(header.count == cells.count && Set(header).count == header.count)
    let row = Dictionary(uniqueKeysWithValues: zip(header, cells))
    #expect(row["name"] == "'=cmd|' /C calc'!A0")
    #expect(row["a_label"] == "'@x")
    #expect(row["bootstrap_95_low"] == "-0.5" && row["bootstrap_95_high"] == "inf")
    #expect(row["only_a_right"] == "21" && row["deciding"] == "true" && row["p"] == "0.48")
    #expect(lines[2].hasPrefix("loss,\"a,\"\"b\"\"\u{301}\nc\",validation_loss,false,true,390,,"))
  }

  @Test("A comparison without rows has no table")
  func empty() {
    var record = small
    record.rows = []
    #expect(!ComparisonReport(record).plain.contains("─"))
    #expect(!ComparisonReport(record).markdown.contains("|---"))
    #expect(ComparisonReport(record).csv.hasSuffix("b_date\r\n"))
  }
}
