internal import Files
internal import OrderedJSON

/// A samples file, read: one answer per document.
struct SampleFile: Sendable {
  /// By position of the document.
  private(set) var answers: [Int: DocumentAnswer] = [:]
  /// Sentences about lines that are not usable.
  private(set) var problems: [String] = []
  /// Lines that are not usable.
  private(set) var brokenLines = 0

  private let path: String
  private let metrics: [String]
  private let filter: String
  private let readsTexts: Bool

  /// Most lines that are named; their number is told.
  private static let namedProblems = 5

  /// A line holds a document and all its requests, a megabyte at the very most.
  private static let limits = {
    var limits = ReadingLimits()
    limits.maximumRecordLength = 64 << 20
    return limits
  }()

  private init(path: String, task: TaskResult, readsTexts: Bool) {
    self.path = path
    self.readsTexts = readsTexts
    metrics = task.metrics.map(\.name)
    filter = task.filter
  }

  /// Reads a file.
  ///
  /// A line that was half written when its writer died is named and passed over; the others count.
  /// - Parameters:
  ///   - path: JSON Lines.
  ///   - task: Its metrics are read, of its filter.
  ///   - readsTexts: Whether texts are kept.
  /// - Returns: The answers, and what is wrong with other lines.
  /// - Throws: ``ResultsError`` for a file that cannot be read, or in which a document occurs twice.
  /// - Complexity: O(size).
  static func read(
    path: String, task: TaskResult, readsTexts: Bool
  ) throws(ResultsError) -> SampleFile {
    var file = SampleFile(path: path, task: task, readsTexts: readsTexts)
    let reader: RecordReader
    do throws(FileError) {
      reader = try RecordReader(path: path, limits: limits)
    } catch {
      throw .unreadable(error)
    }
    while true {
      let record: RecordReader.Record
      do throws(FileError) {
        guard let next = try reader.next() else { break }
        record = next
      } catch {
        guard case .invalidUTF8(_, let line) = error else { throw .unreadable(error) }
        file.complain(line, "not valid UTF-8")
        continue
      }
      try file.add(record.bytes, line: record.line)
    }
    file.sumUp()
    return file
  }

  /// Reads lines that never were a file.
  ///
  /// - Parameters:
  ///   - lines: One per document.
  ///   - name: For messages.
  ///   - task: Its metrics are read.
  ///   - readsTexts: Whether texts are kept.
  /// - Returns: The answers, and what is wrong with other lines.
  /// - Throws: ``ResultsError`` if a document occurs twice.
  static func read(
    lines: [String], name: String, task: TaskResult, readsTexts: Bool
  ) throws(ResultsError) -> SampleFile {
    var file = SampleFile(path: name, task: task, readsTexts: readsTexts)
    for (index, line) in lines.enumerated() {
      try file.add(Array(line.utf8), line: index + 1)
    }
    file.sumUp()
    return file
  }

  private mutating func add(_ bytes: [UInt8], line: Int) throws(ResultsError) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(
        parsing: bytes, options: JSONParsingOptions(allowsNonFiniteNumbers: true))
    } catch {
      complain(line, "not valid JSON (\(error.problem), column \(error.column))")
      return
    }
    if let other = value["filter"]?.stringValue, !other.hasSameBytes(as: filter) { return }
    let answer: DocumentAnswer
    do throws(MalformedAnswer) {
      answer = try DocumentAnswer(value, metrics: metrics, readsTexts: readsTexts)
    } catch {
      complain(line, error.problem)
      return
    }
    guard answers.updateValue(answer, forKey: answer.document) == nil else {
      throw .malformed(
        path: path,
        problem: "document \(answer.document) occurs twice, the second time in line \(line); two "
          + "runs may have been appended to one file")
    }
  }

  private mutating func complain(_ line: Int, _ problem: String) {
    brokenLines += 1
    if brokenLines <= Self.namedProblems {
      problems.append(
        "\(path.escapedForTerminal), line \(line): \(problem); the line is left out.")
    }
  }

  private mutating func sumUp() {
    if brokenLines > problems.count {
      problems.append(
        "\(path.escapedForTerminal): \(brokenLines) lines are left out, the first of them named.")
    }
  }
}
