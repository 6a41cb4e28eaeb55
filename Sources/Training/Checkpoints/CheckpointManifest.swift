public import Files
internal import OrderedJSON

/// `manifest.json`: what a checkpoint holds, written when everything else is on the disk.
///
///     {"format": 1, "step": 200, "phase_end": null,
///      "files": {"model.safetensors": {"bytes": 1234, "sha256": "…"}, …}}
public struct CheckpointManifest: Equatable, Sendable {
  /// One file of the checkpoint.
  public struct Entry: Equatable, Sendable {
    public let name: String
    public let content: FileFingerprint
  }

  public let step: Int
  public let phaseEnd: String?
  /// In the order in which they were written.
  public let files: [Entry]

  static let format = 1
  static let maximumFiles = 4096
  /// No manifest of ``maximumFiles`` plain names is longer.
  static let maximumByteCount = 2 << 20
  static let maximumPhaseLength = 4096

  init(step: Int, phaseEnd: String?, files: [Entry]) {
    self.step = step
    self.phaseEnd = phaseEnd
    self.files = files
  }

  /// The text of the file.
  var serialized: String {
    let entries = files.map { entry in
      JSONObject.Member(
        name: entry.name,
        value: [
          "bytes": .integer(entry.content.byteCount), "sha256": .string(entry.content.digest.hex),
        ])
    }
    let value: JSONValue = [
      "format": .integer(Self.format), "step": .integer(step),
      "phase_end": phaseEnd.map { .string($0) } ?? .null, "files": .object(JSONObject(entries)),
    ]
    return value.serialized(indent: 2) + "\n"
  }

  /// Reads and checks a manifest's text, trusting nothing in it.
  ///
  /// - Parameter bytes: The file, not longer than ``maximumByteCount``.
  /// - Throws: ``MalformedManifest``.
  init(parsing bytes: [UInt8]) throws(MalformedManifest) {
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONValue(parsing: bytes, options: JSONParsingOptions(maximumDepth: 8))
    } catch {
      throw MalformedManifest("it is not valid JSON (\(error))")
    }
    guard let object = json.objectValue else {
      throw MalformedManifest("it is \(json.kind), not an object")
    }
    if let name = object.firstRepeatedName {
      throw MalformedManifest("\(quoted(name)) occurs twice")
    }
    guard let format = object["format"]?.integerValue else {
      throw MalformedManifest("format is missing or not an integer")
    }
    guard format == Self.format else {
      throw MalformedManifest(
        "its format is \(format), and this version of cpteval reads format \(Self.format)")
    }
    guard let step = object["step"]?.integerValue, step >= 0 else {
      throw MalformedManifest("step is missing or not an integer from 0")
    }
    self.step = step
    switch object["phase_end"] {
    case .null: phaseEnd = nil
    case .string(let phase) where phase.utf8.count <= Self.maximumPhaseLength: phaseEnd = phase
    default: throw MalformedManifest("phase_end is missing, or neither null nor a phase's name")
    }
    guard let files = object["files"]?.objectValue else {
      throw MalformedManifest("files is missing or not an object")
    }
    guard files.members.count <= Self.maximumFiles else {
      throw MalformedManifest("\(files.members.count) files are too many")
    }
    if let name = files.firstRepeatedName {
      throw MalformedManifest("the file \(quoted(name)) occurs twice")
    }
    var entries: [Entry] = []
    for member in files.members { entries.append(try Self.entry(member)) }
    for name in CheckpointFile.required where !entries.contains(where: { $0.name == name }) {
      throw MalformedManifest("it does not list \(name)")
    }
    self.files = entries
  }

  private static func entry(_ member: JSONObject.Member) throws(MalformedManifest) -> Entry {
    let name = member.name
    guard CheckpointFile.isPlainName(name) else {
      throw MalformedManifest("\(quoted(name)) is not a plain file name")
    }
    guard let object = member.value.objectValue, object.firstRepeatedName == nil else {
      throw MalformedManifest(
        "\(quoted(name)) is not described by an object without repeated names")
    }
    guard let bytes = object["bytes"]?.integerValue, bytes >= 0 else {
      throw MalformedManifest("bytes of \(quoted(name)) is missing or not an integer from 0")
    }
    guard let hex = object["sha256"]?.stringValue, let digest = SHA256Digest(hex: hex) else {
      throw MalformedManifest("sha256 of \(quoted(name)) is missing or not 64 hexadecimal digits")
    }
    return Entry(name: name, content: FileFingerprint(byteCount: bytes, digest: digest))
  }
}

/// Why a text is not a manifest, as a clause without a full stop, fit for a terminal.
struct MalformedManifest: Error, Equatable {
  let problem: String
  init(_ problem: String) { self.problem = problem }
}

private func quoted(_ text: String) -> String { "\"\(text.abbreviatedForTerminal())\"" }
