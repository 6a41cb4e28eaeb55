import Files
public import Records

/// One document's scoring, step by step, to be read by people on a terminal.
public struct ExplanationReport {
  private let record: ExplanationRecord
  /// Tokens of the context to show before the scored ones.
  private let contextTail: Int

  /// Prepares the text.
  ///
  /// - Parameters:
  ///   - record: The document.
  ///   - contextTail: How many of the context's last tokens to show.
  public init(_ record: ExplanationRecord, contextTail: Int = 12) {
    self.record = record
    self.contextTail = contextTail
  }

  /// The whole text.
  public var plain: String {
    var parts = [header]
    if let leftOut = record.leftOut {
      parts.append("Left out of all metrics: \(leftOut). lm-evaluation-harness would abort here.")
    }
    let shared = sharedContext
    if let shared {
      parts.append(Self.block("Prompt", shared))
    }
    for request in record.requests { parts.append(text(of: request, showsContext: shared == nil)) }
    if !record.choices.isEmpty { parts.append(choiceTable.plain) }
    if !record.metrics.isEmpty {
      let metrics = record.metrics.map { "\($0.name) \($0.value)" }
      parts.append("Contributes: " + metrics.joined(separator: ", "))
    }
    if !record.notes.isEmpty {
      parts.append(record.notes.map(\.escapedForTerminal).joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n")
  }

  private var header: String {
    """
    \(record.task.escapedForTerminal), document \(record.document) of \(record.documentsInSplit), \
    \(record.shots)-shot
    ⟦ and ⟧ mark where a text begins and ends, ‖ where scoring begins
    """
  }

  /// The context of all requests that have one, if it is the same.
  private var sharedContext: String? {
    let contexts = record.requests.map(\.context).filter { !$0.isEmpty }
    guard let first = contexts.first,
      contexts.allSatisfy({ $0.utf8.elementsEqual(first.utf8) })
    else { return nil }
    return first
  }

  private static func tokens(_ count: Int) -> String { count == 1 ? "1 token" : "\(count) tokens" }

  private static func characters(_ text: String) -> String {
    "\(text.unicodeScalars.count) characters, \(text.utf8.count) bytes"
  }

  /// A text between its marks; line breaks are shown as such and kept.
  private static func block(_ title: String, _ text: String) -> String {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self).escapedForTerminal }
    let marked = lines.enumerated().map { index, line in
      (index == 0 ? "  ⟦" : "   ") + line + (index == lines.count - 1 ? "⟧" : "\\n")
    }
    return (["\(title) (\(characters(text)))"] + marked).joined(separator: "\n")
  }

  private func text(of request: ExplanationRecord.Request, showsContext: Bool) -> String {
    var lines: [String] = []
    if showsContext && !request.context.isEmpty {
      lines.append(Self.block("Context of \(request.title)", request.context))
    }
    let title = request.title.prefix(1).uppercased() + request.title.dropFirst()
    lines.append(Self.block(title, request.continuation))
    guard !request.scoredTokens.isEmpty else { return lines.joined(separator: "\n") }
    if request.lostTokens > 0 {
      lines.append(
        "  truncated: \(Self.tokens(request.lostTokens)) cut off the left end of the context")
    }
    if request.isMerged {
      lines.append(
        """
          merged: the text as a whole has other tokens at the boundary; the context's own are fed
        """)
    }
    let tail = request.contextTokens.suffix(contextTail).map { Self.quoted($0) }
    let more = request.contextTokens.count - tail.count
    lines.append(
      "  " + (more > 0 ? "… \(Self.tokens(more)) … " : "") + tail.joined(separator: " ") + " ‖")
    var table = TextTable(columns: [
      .init("   token"), .init("id", leansRight: true), .init("log p", leansRight: true),
    ])
    table.rows = request.scoredTokens.map {
      [
        "   " + Self.text($0), "\($0.id)",
        $0.logLikelihood.map(NumberText.fixed) ?? "",
      ]
    }
    lines.append(table.plain)
    lines.append(
      """
        sum \(NumberText.fixed(request.logLikelihood)) over \
      \(Self.tokens(request.scoredTokens.count)), \(request.isGreedy ? "each" : "not every one") the model's first choice
      """)
    return lines.joined(separator: "\n")
  }

  private static func text(_ token: ExplanationRecord.Token) -> String {
    "⟦" + token.text.escapedForTerminal + "⟧"
  }

  private static func quoted(_ token: ExplanationRecord.Token) -> String {
    "\(text(token))\(token.id)"
  }

  private var choiceTable: TextTable {
    var table = TextTable(
      columns: [
        .init("Choice", leansRight: true), .init(""), .init("Text"),
        .init("characters", leansRight: true), .init("bytes", leansRight: true),
        .init("tokens", leansRight: true),
      ] + record.rankings.map { .init(words(forNormalization: $0.normalization), leansRight: true) }
    )
    for (index, choice) in record.choices.enumerated() {
      table.rows.append(
        [
          "\(index)", choice.isGold ? "right" : "", choice.text.abbreviatedForTerminal(limit: 40),
          "\(choice.characters)", "\(choice.bytes)", "\(choice.tokens)",
        ]
          + record.rankings.map { ranking in
            let number = NumberText.fixed(ranking.scores[index])
            let mark = ranking.best == index ? "◀" : " "
            return "\(number) #\(ranking.ranks[index])\(mark)"
          })
    }
    return table
  }
}
