import Foundation
import Records
import Reports
import Testing

@Suite("The report of an experiment")
struct ExperimentReportTests {
  private let typical = ExperimentSamples.typical

  @Test("The page leads with the verdict and the computed share of compute")
  func verdictFirst() throws {
    let html = ExperimentReport(typical).html
    let verdict = try #require(html.range(of: "continual is worse than from-scratch at 57 % of"))
    let update = try #require(
      html.range(
        of: "The update, which is the last phase, adapt, took 5.2M tokens, 1.65e14 FLOP: 57 %"))
    let path = try #require(html.range(of: "took 10.4M tokens, 3.31e14 FLOP: 114 %."))
    var last = path.lowerBound
    #expect(verdict.lowerBound < update.lowerBound && update.lowerBound < path.lowerBound)
    for id in [
      "comparison", "training", "validation", "tasks", "forgetting", "seeds", "cost", "problems",
      "provenance",
    ] {
      let place = try #require(html.range(of: " id=\"\(id)\""), "\(id)").lowerBound
      #expect(last < place, "\(id)")
      last = place
    }
  }

  @Test(
    "Each verdict has its sentence",
    arguments: [
      (Verdict.matches, "continual matches from-scratch at 57 % of the compute."),
      (.better, "continual is better than from-scratch at 57 % of the compute."),
      (.worse, "continual is worse than from-scratch at 57 % of the compute."),
      (
        .undecided,
        "Whether continual matches from-scratch is undecided; it took 57 % of the compute."
      ),
      (
        .tooFewDocuments,
        "There are too few documents to tell whether continual matches from-scratch; it took "
          + "57 % of the compute."
      ),
    ])
  func sentences(verdict: Verdict, sentence: String) {
    var record = typical
    for index in record.comparisons.indices {
      record.comparisons[index].comparison.verdict = verdict
    }
    let report = ExperimentReport(record)
    #expect(report.html.contains(">\(sentence)</p>"))
    #expect(report.plain.contains("\n\(sentence)\n"))
    #expect(report.markdown.contains("**\(sentence)**"))
  }

  @Test("Without counted operations the cost is told in tokens, without costs not at all")
  func costWithoutOperations() {
    var record = typical
    record.costs[0].update.operations = 0
    record.costs[0].fromScratch.operations = .nan
    #expect(ExperimentReport(record).plain.contains("at 57 % of the tokens."))
    record.costs[0].fromScratch.tokens = 0
    #expect(ExperimentReport(record).plain.contains("continual is worse than from-scratch.\n"))
    record.costs = []
    #expect(ExperimentReport(record).plain.contains("continual is worse than from-scratch.\n"))
  }

  @Test("A run without a final comparison is said to be so")
  func notCompared() {
    var record = typical
    record.comparisons = []
    #expect(
      ExperimentReport(record).html
        .contains("continual has not been compared with from-scratch yet."))
    record.baseline = nil
    record.runs.removeLast()
    #expect(
      ExperimentReport(record).html
        .contains("There is no baseline that continual could be compared with."))
  }

  @Test("The page is well-formed, refers to itself alone and runs nothing")
  func selfContained() {
    // The large one has nothing that the others have not, and would take seconds.
    let records = ExperimentSamples.unusual.filter { $0.name != "large" }.map(\.record)
    for record in records + [typical] {
      let html = ExperimentReport(record).html
      let problems = PageCheck.problems(in: html)
      #expect(problems.isEmpty, "\(problems.prefix(3))")
    }
  }

  @Test("Hostile text stays text in every form of the report")
  func hostileText() {
    let report = ExperimentReport(ExperimentSamples.hostile)
    #expect(!report.html.contains("<img") && !report.html.contains("</script"))
    #expect(!report.html.contains("\u{202E}") && !report.html.contains("\u{1B}"))
    #expect(!report.plain.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    let lines = report.markdown.split(separator: "\n").filter { !$0.hasPrefix("    ") }
    #expect(!lines.contains { $0.contains("<img") })
    for file in report.csvFiles {
      #expect(!file.content.contains(",=") && !file.content.contains("\n="), "\(file.name)")
    }
  }

  @Test("Every plot has title, description, axis titles, a legend and its numbers")
  func plots() {
    let html = ExperimentReport(typical).html
    let pictures = html.components(separatedBy: "<svg viewBox=\"0 0 480").dropFirst()
    // Two of training, two of losses, six of tasks, two of changes, and two comparisons: of three
    // pictures and of two.
    #expect(pictures.count == 17)
    for picture in pictures {
      let svg = picture.components(separatedBy: "</svg>")[0]
      #expect(svg.contains("<title id=") && svg.contains("<desc id="))
      #expect(svg.contains("class=\"title end\""))
    }
    #expect(html.components(separatedBy: "<ul class=\"legend\">").count == 18)
    for title in [
      "Learning rate", "Training loss", "Validation loss on german", "Scores on arc_de",
    ] {
      #expect(html.contains("<summary>Numbers behind “\(title)”</summary>"), "\(title)")
    }
    #expect(html.contains("continual: one step in 26, and the last one"))
    #expect(html.contains("acc, higher is better") && html.contains("nats per token"))
  }

  @Test("Losses that are not finite leave gaps, and the page says how many")
  func gaps() {
    let html = ExperimentReport(typical).html
    #expect(html.contains("Gaps are losses that are not finite: 4 of them."))
    let curve = html.components(separatedBy: "id=\"loss-t\"")[1]
      .components(separatedBy: "class=\"curve s0\" d=\"")[1].components(separatedBy: "\"")[0]
    #expect(curve.filter { $0 == "M" }.count == 2)
  }

  @Test("Forgetting and adaptation stand apart")
  func changes() {
    let html = ExperimentReport(typical).html
    #expect(html.contains("+0.0515 · earlier") && html.contains("-3.8640 · new in this phase"))
    // The first phase had nothing to forget, and its fall would flatten the picture.
    #expect(!html.contains("-4.1950 ·") && html.contains("-4.1950"))
  }

  @Test("CSV files hold every point, and empty records their headers")
  func csv() throws {
    let files = ExperimentReport(typical).csvFiles
    #expect(files.map(\.name) == ["comparison.csv", "losses.csv", "scores.csv", "steps.csv"])
    let counts = files.map { $0.content.components(separatedBy: "\r\n").count - 2 }
    #expect(counts == [8 + 7 + 11 + 7, 36, 60, 2384])
    #expect(files[3].content.contains("\r\ncontinual,900,7372800,"))
    for file in ExperimentReport(ExperimentSamples.empty).csvFiles {
      #expect(file.content.components(separatedBy: "\r\n").count == 2, "\(file.name)")
    }
  }

  @Test("The short text has the verdict, the table of the final comparison, and problems")
  func plain() {
    let text = ExperimentReport(typical).plain
    #expect(text.hasPrefix("english-to-german · cpteval 1.0.0 · 2026-05-28 21:56:40 UTC\n\n"))
    #expect(text.contains("B  continual, step 1270") && !text.contains("continual, step 635"))
    #expect(text.contains("\nProblems\n- continual/evaluations.jsonl, line 41"))
  }

  @Test("Markdown tells of comparisons, phases, forgetting, seeds, cost and provenance")
  func markdown() {
    let text = ExperimentReport(typical).markdown
    for title in [
      "# english-to-german", "## continual after adapt, step 1270, against the baseline",
      "## Phases", "## Forgetting and adaptation", "## Seeds", "## Cost", "## Problems",
      "## Provenance",
    ] {
      #expect(text.contains("\n\(title)") || text.hasPrefix(title), "\(title)")
    }
  }
}
