import Corpus
import Files
import Scoring
import Synchronization

/// Tells on standard error how far a corpus' preparation has come.
final class PreparationDisplay: Sendable {
  private let progress = Mutex(ProgressDisplay())
  private let state = Mutex(State())

  private struct State {
    var pass = ""
    var begin = ContinuousClock().now
    var bytesBefore = 0
    var problems = 0
  }

  /// Problems that are told one by one; all of them are in the list.
  private static let toldProblems = 10

  /// Takes the changing line away.
  func clear() { progress.withLock { $0.clear() } }

  /// Shows news.
  func show(_ event: PreparationEvent) {
    switch event {
    case .resuming(let documents):
      log("going on after \(grouped(documents)) documents")
    case .reading(let done, let total, let documents):
      show("reading", done, total, "\(grouped(documents)) documents")
    case .counting(let paragraphs): log("counting \(grouped(paragraphs)) paragraphs")
    case .writing(let done, let total, let tokens):
      show("writing", done, total, tokens > 0 ? "\(grouped(tokens)) tokens" : "")
    case .skipping(let error):
      let number = state.withLock { state -> Int in
        state.problems += 1
        return state.problems
      }
      if number <= Self.toldProblems { log("left out: \(error)") }
      if number == Self.toldProblems + 1 { log("further ones are listed, not shown") }
    }
  }

  /// Says which files were written.
  func finish(_ outcome: CorpusPreparation.Outcome) {
    let names = outcome.files.map(\.escapedForTerminal).joined(separator: ", ")
    log(outcome.isNew ? "Written: \(names)" : "Prepared before, nothing to do: \(names)")
  }

  private func log(_ message: String) { progress.withLock { $0.log(message) } }

  private func show(_ pass: String, _ done: Int, _ total: Int, _ what: String) {
    let now = ContinuousClock().now
    let (seconds, before) = state.withLock { state -> (Double, Int) in
      if state.pass != pass { (state.pass, state.begin, state.bytesBefore) = (pass, now, done) }
      return ((now - state.begin).seconds, state.bytesBefore)
    }
    progress.withLock { display in
      display.show(Self.line(pass, done, total, what, seconds: seconds, before: before))
    }
  }

  private static func line(
    _ pass: String, _ done: Int, _ total: Int, _ what: String, seconds: Double, before: Int
  ) -> String {
    var parts = ["\(pass) · \(byteText(done)) of \(byteText(total))"]
    if total > 0 { parts.append("\(100 * done / total) %") }
    if seconds > 0.5, done > before {
      let rate = Double(done - before) / seconds
      parts.append("\(byteText(Int(rate)))/s")
      parts.append("\(ProgressDisplay.duration(Double(total - done) / rate)) left")
    }
    parts.append(what)
    return parts.filter { !$0.isEmpty }.joined(separator: " · ")
  }
}

/// What became of a corpus' documents, as a table.
struct PreparationTable {
  let text: String

  /// Makes the table.
  ///
  /// - Parameters:
  ///   - report: The counts.
  ///   - isTokenized: Whether tokens were written.
  init(_ report: PreparationReport, isTokenized: Bool) {
    var table = AlignedTable([.left, .right, .right])
    func add(_ name: String, _ amount: PreparationReport.Amount) {
      table.add([name, grouped(amount.documents), byteText(amount.bytes)])
    }
    table.add(["", "Documents", "Text"])
    add("read", report.read)
    for (kind, count) in report.problems.sorted(by: { $0.key < $1.key }) {
      table.add(["left out: \(kind.escapedForTerminal)", grouped(count), ""])
    }
    if report.empty > 0 { table.add(["left out: no text", grouped(report.empty), ""]) }
    for (name, amount) in [
      ("left out: too short", report.tooShort), ("left out: there before", report.duplicates),
      ("left out: too short without frequent paragraphs", report.tooShortAfterwards),
    ] where amount.documents > 0 { add(name, amount) }
    add("written", report.written)
    var lines = [table.text]
    if report.paragraphs > 0 {
      lines.append(
        "\(grouped(report.paragraphs)) paragraphs left out (\(byteText(report.paragraphBytes))), "
          + "\(grouped(report.frequentParagraphs)) different ones that stand too often")
    }
    if report.controlCharacters > 0 {
      lines.append("\(grouped(report.controlCharacters)) control characters removed")
    }
    if report.renormalized > 0 {
      lines.append("\(grouped(report.renormalized)) documents changed by NFC")
    }
    if isTokenized { lines.append("\(grouped(report.tokens)) tokens") }
    lines.append("from \(grouped(report.files)) files, \(byteText(report.fileBytes))")
    text = lines.joined(separator: "\n")
  }
}
