internal import Documents
internal import Files
internal import OrderedJSON

/// All that decides a prepared corpus: files and options.
struct PreparationRequest {
  let options: JSONValue
  /// Path, size and time of each file.
  let files: [JSONValue]
  let fileBytes: Int

  /// Looks at the files.
  ///
  /// - Throws: ``CorpusError`` for a file that is not there, or whose name tells no format.
  init(files: [String], options: PreparationOptions) throws(CorpusError) {
    var described: [JSONValue] = []
    var total = 0
    for path in files {
      guard options.documents.format != nil || DocumentFormat(path: path) != nil else {
        throw .document(.unknownFormat(path: path))
      }
      let identity = try reading { () throws(FileError) in try FileIdentity(ofFile: path) }
      total += identity.size
      described.append([
        "path": .string(path), "size": .integer(identity.size),
        "modified": .integer(Int(identity.modified)),
      ])
    }
    self.files = described
    fileBytes = total
    self.options = [
      "format": .integer(PreparationState.format),
      "text_field": .string(options.documents.textField),
      "input": .string(options.documents.format?.rawValue ?? "by name"),
      "minimum_length": .integer(options.minimumLength),
      "paragraph_limit": options.paragraphLimit.map { .integer($0) } ?? .null,
      "drops_duplicates": .bool(options.dropsDuplicates),
      "tokenizer": options.tokenizer.map { .string($0.digest.hex) } ?? .null,
    ]
  }

  /// The request as a file.
  var text: String {
    let value: JSONValue = ["options": options, "files": .array(files)]
    return value.serialized(indent: 1) + "\n"
  }

  var digest: SHA256Digest { SHA256Digest(of: "cpteval preparation\n\(text)") }

  /// What another request has otherwise, as a clause.
  ///
  /// - Parameter path: That request's file.
  /// - Returns: The first difference.
  func difference(from path: String) -> String {
    guard let file = try? MappedFile(path: path),
      let bytes = try? file.copiedBytes(in: 0..<min(file.size, 1 << 28)),
      let other = try? JSONValue(parsing: bytes)
    else { return "what was asked for cannot be read any more" }
    for member in options.objectValue?.members ?? []
    where other["options"]?[member.name] != member.value {
      let before = other["options"]?[member.name]?.serialized() ?? "nothing"
      return "\(member.name) was \(before) and is \(member.value.serialized())"
    }
    let before = other["files"]?.arrayValue ?? []
    if before.count != files.count { return "\(before.count) files then, \(files.count) now" }
    let changed = zip(before, files).first { $0 != $1 }
    return "\(changed?.1["path"]?.stringValue ?? "a file") was changed meanwhile"
  }
}

/// The report's file.
enum PreparationSummary {
  private static let maximumSize = 1 << 28

  /// What the file holds.
  static func text(_ report: PreparationReport, request: PreparationRequest) -> String {
    let value: JSONValue = [
      "request": .string(request.digest.hex), "options": request.options,
      "report": (try? JSONValueEncoder().encode(report)) ?? .null, "files": .array(request.files),
    ]
    return value.serialized(indent: 1) + "\n"
  }

  /// Reads a file back.
  ///
  /// - Parameter path: The file.
  /// - Returns: The request's digest in hexadecimal, and the report; `nil` if anything is wrong.
  static func read(_ path: String) -> (digest: String, report: PreparationReport)? {
    guard let file = try? MappedFile(path: path), file.size <= maximumSize,
      let bytes = try? file.copiedBytes(in: 0..<file.size),
      let value = try? JSONValue(parsing: bytes),
      let digest = value["request"]?.stringValue,
      let report = value["report"].flatMap(PreparationReport.init(_:))
    else { return nil }
    return (digest, report)
  }
}

extension PreparationReport {
  /// Reads a report back; `nil` if anything is missing.
  init?(_ value: JSONValue) {
    self.init()
    func amount(_ name: String) -> Amount? {
      guard let documents = value[name]?["documents"]?.integerValue,
        let bytes = value[name]?["bytes"]?.integerValue
      else { return nil }
      return Amount(documents: documents, bytes: bytes)
    }
    for (name, path) in [
      ("read", \Self.read), ("too_short", \.tooShort), ("duplicates", \.duplicates),
      ("too_short_afterwards", \.tooShortAfterwards), ("written", \.written),
    ] {
      guard let amount = amount(name) else { return nil }
      self[keyPath: path] = amount
    }
    for (name, path) in [
      ("files", \Self.files), ("file_bytes", \.fileBytes), ("broken_files", \.brokenFiles),
      ("empty", \.empty), ("paragraphs", \.paragraphs), ("paragraph_bytes", \.paragraphBytes),
      ("frequent_paragraphs", \.frequentParagraphs),
      ("control_characters", \.controlCharacters), ("renormalized", \.renormalized),
      ("tokens", \.tokens),
    ] {
      guard let count = value[name]?.integerValue else { return nil }
      self[keyPath: path] = count
    }
    for member in value["problems"]?.objectValue?.members ?? [] {
      guard let count = member.value.integerValue else { return nil }
      problems[member.name] = count
    }
  }
}
