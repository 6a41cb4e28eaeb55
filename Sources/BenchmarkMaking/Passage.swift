internal import Documents
internal import Statistics

/// A sentence that may be asked for, with the sentences before it.
struct Passage: Sendable {
  /// Where it stands: the document in the order of the files, and the sentence in the document.
  let file: Int
  let place: DocumentPlace
  let sentence: Int
  /// Which passages are kept where there are too many: those with the lowest.
  let priority: UInt64
  let context: String
  let continuation: String

  /// In the order of priorities; places decide between equals.
  static func comesFirst(_ a: Passage, _ b: Passage) -> Bool {
    (a.priority, a.file, a.place.number, a.sentence)
      < (b.priority, b.file, b.place.number, b.sentence)
  }

  /// Whether two passages are so far apart that one says little of the other.
  func isElsewhere(from other: Passage) -> Bool {
    file != other.file || place != other.place
      || abs(sentence - other.sentence) >= Self.distance
  }

  /// Sentences between two passages of one document.
  private static let distance = 40
}

/// Finds the passages of documents and keeps a sample of bounded size, which depends on the documents
/// and the seed alone.
struct PassageSample {
  let limits: PassageLimits
  let seed: UInt64
  /// Passages kept at most.
  let capacity: Int
  private(set) var passages: [Passage] = []
  private(set) var documentCount = 0
  private(set) var sentenceCount = 0
  /// Passages that were good enough, whether kept or not.
  private(set) var passageCount = 0

  init(limits: PassageLimits, seed: UInt64, capacity: Int) {
    self.limits = limits
    self.seed = seed
    self.capacity = capacity
  }

  /// Takes the passages of a document.
  mutating func add(_ text: String, file: Int, place: DocumentPlace) {
    documentCount += 1
    var number = 0
    for paragraph in SentenceSplitter.paragraphs(of: text) {
      for index in paragraph.indices.dropFirst() where limits.accepts(paragraph[index]) {
        guard let context = limits.context(before: index, in: paragraph) else { continue }
        passageCount += 1
        passages.append(
          Passage(
            file: file, place: place, sentence: number + index,
            priority: priority(file, place.number, number + index), context: context,
            continuation: paragraph[index]))
      }
      number += paragraph.count
    }
    sentenceCount += number
    if passages.count >= 2 * capacity { trim() }
  }

  /// Takes another sample in.
  mutating func add(_ other: PassageSample) {
    documentCount += other.documentCount
    sentenceCount += other.sentenceCount
    passageCount += other.passageCount
    passages += other.passages
    trim()
  }

  /// Drops those beyond the capacity.
  mutating func trim() {
    passages.sort(by: Passage.comesFirst)
    if passages.count > capacity { passages.removeLast(passages.count - capacity) }
  }

  private func priority(_ file: Int, _ document: Int, _ sentence: Int) -> UInt64 {
    var bits = SeededNumbers.mixed(seed ^ 0x7461_736B_6D61_6B65)
    for part in [file, document, sentence] {
      bits = SeededNumbers.mixed(bits ^ UInt64(truncatingIfNeeded: part) &* 0x9E37_79B9_7F4A_7C15)
    }
    return bits
  }
}

/// What a sentence and the text before it must be like.
struct PassageLimits: Sendable {
  /// Characters (Unicode scalars) of a continuation.
  var continuation = 30...250
  /// Characters of a context; it has as many of the sentences before as fit, and takes no more once
  /// it has ``enough``.
  var context = 30...800
  var enough = 200

  /// Whether a sentence is running text: it ends as a sentence does, and is letters for the most part.
  func accepts(_ sentence: String) -> Bool {
    let scalars = sentence.unicodeScalars
    guard continuation ~= scalars.count, let first = scalars.first, let last = scalars.last,
      ".!?…。！？".unicodeScalars.contains(last), !first.properties.isLowercase
    else { return false }
    let letters = scalars.count { $0.properties.isAlphabetic || $0 == " " }
    return letters * 10 >= scalars.count * 8
  }

  /// The sentences before one, as many as make a context.
  func context(before index: Int, in paragraph: [String]) -> String? {
    var length = 0
    var first = index
    while first > 0 {
      let next = paragraph[first - 1].unicodeScalars.count + 1
      guard length + next <= context.upperBound else { break }
      length += next
      first -= 1
      if length >= enough { break }
    }
    guard length > context.lowerBound else { return nil }
    return paragraph[first..<index].joined(separator: Self.joiner(paragraph[index - 1]))
  }

  /// What stands between sentences: nothing behind an East Asian full stop.
  static func joiner(_ sentence: String) -> String {
    sentence.unicodeScalars.last.map { "。！？".unicodeScalars.contains($0) } ?? false ? "" : " "
  }
}
