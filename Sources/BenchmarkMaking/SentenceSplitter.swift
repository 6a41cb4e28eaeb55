/// Cuts a text into paragraphs and sentences, by rules that hold for many languages.
///
/// A sentence ends at `.`, `!`, `?`, `…` or their East Asian forms, with the quotes and brackets that
/// follow, before white space and whatever may begin a sentence. A full stop behind a number or a
/// short word (`3. Mai`, `z. B.`, `Dr.`) ends none inside a paragraph. What is left whole by mistake
/// makes an item longer, not wrong.
enum SentenceSplitter {
  private static let enders: Set<Unicode.Scalar> = [".", "!", "?", "…", "。", "！", "？"]
  private static let fullWidthEnders: Set<Unicode.Scalar> = ["。", "！", "？"]
  private static let closers: Set<Unicode.Scalar> = [
    ")", "]", "\"", "'", "”", "“", "’", "»", "«", "」", "』", "）",
  ]

  /// The sentences of each paragraph, white space in them made single blanks.
  ///
  /// - Parameter text: A document.
  /// - Returns: Paragraphs with at least one sentence.
  /// - Complexity: O(scalars).
  static func paragraphs(of text: String) -> [[String]] {
    let lines = text.unicodeScalars.split(omittingEmptySubsequences: false) {
      $0 == "\n" || $0 == "\u{2029}" || $0 == "\u{0C}"
    }
    return joined(lines).map(sentences).filter { !$0.isEmpty }
  }

  /// Lines as paragraphs; where a text is wrapped at a width, what stands between blank lines.
  private static func joined(
    _ lines: [Substring.UnicodeScalarView]
  ) -> [[Unicode.Scalar]] {
    guard isWrapped(lines) else { return lines.map(Array.init) }
    var paragraphs: [[Unicode.Scalar]] = []
    var current: [Unicode.Scalar] = []
    for line in lines {
      if line.allSatisfy(\.properties.isWhitespace) {
        if !current.isEmpty { paragraphs.append(current) }
        current = []
      } else {
        if !current.isEmpty { current.append(" ") }
        current += line
      }
    }
    if !current.isEmpty { paragraphs.append(current) }
    return paragraphs
  }

  /// Whether lines end because they are full: blank lines lie between paragraphs, hardly a line is
  /// longer than a terminal, and most are about as long as one.
  private static func isWrapped(_ lines: [Substring.UnicodeScalarView]) -> Bool {
    var (blank, long, full, all) = (0, 0, 0, 0)
    for line in lines.dropLast() {
      let length = line.count
      if line.allSatisfy(\.properties.isWhitespace) {
        blank += 1
        continue
      }
      all += 1
      if length > 100 { long += 1 }
      if 50...100 ~= length { full += 1 }
    }
    return blank > 0 && all >= 4 && long * 50 <= all && full * 2 >= all
  }

  private static func sentences(_ paragraph: [Unicode.Scalar]) -> [String] {
    var sentences: [String] = []
    var start = 0
    var i = 0
    while i < paragraph.count {
      guard enders.contains(paragraph[i]) else {
        i += 1
        continue
      }
      let ender = i
      while i < paragraph.count, enders.contains(paragraph[i]) || closers.contains(paragraph[i]) {
        i += 1
      }
      if isEnd(of: paragraph, start: start, ender: ender, next: i) {
        append(paragraph[start..<i], to: &sentences)
        start = i
      }
    }
    append(paragraph[start...], to: &sentences)
    return sentences
  }

  private static func isEnd(
    of text: [Unicode.Scalar], start: Int, ender: Int, next: Int
  ) -> Bool {
    guard next < text.count else { return true }
    if fullWidthEnders.contains(text[ender]) { return true }
    guard text[next].properties.isWhitespace else { return false }
    guard let first = text[next...].first(where: { !$0.properties.isWhitespace }) else {
      return true
    }
    if first.properties.isLowercase { return false }
    guard text[ender] == "." else { return true }
    // The word before a full stop tells an abbreviation or an ordinal.
    let word = text[start..<ender].reversed().prefix { !$0.properties.isWhitespace }
    let letters = word.prefix { $0.properties.isAlphabetic }
    if letters.isEmpty { return word.first.map { closers.contains($0) } ?? false }
    return letters.count >= 3
  }

  private static func append(_ scalars: ArraySlice<Unicode.Scalar>, to sentences: inout [String]) {
    var sentence = String.UnicodeScalarView()
    var isPending = false
    for scalar in scalars {
      if scalar.properties.isWhitespace {
        isPending = !sentence.isEmpty
      } else {
        if isPending { sentence.append(" ") }
        isPending = false
        sentence.append(scalar)
      }
    }
    if !sentence.isEmpty { sentences.append(String(sentence)) }
  }
}
