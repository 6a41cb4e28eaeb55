internal import HarnessCompatibility
internal import YAMLDocuments

/// The keys of a task or group as its files have them, includes merged in, nothing interpreted.
struct RawConfiguration: Sendable {
  /// A key with its value; the value knows its file.
  struct Entry: Sendable {
    let key: String
    /// Line of the key in the value's file.
    let line: Int
    var value: YAMLNode
  }

  private(set) var entries: [Entry] = []
  /// The file itself, then the included ones in the order in which they were read.
  var files: [TaskFile] = []

  /// The file the configuration was read from.
  var file: TaskFile { files.first ?? .embedded("") }

  subscript(key: String) -> Entry? { entries.first { $0.key.utf8.elementsEqual(key.utf8) } }

  /// The value of a key, unless it is missing or null, which lm-eval does not tell apart.
  func value(_ key: String) -> YAMLNode? {
    guard let value = self[key]?.value, !value.isNull else { return nil }
    return value
  }

  /// Sets a key as Python's `dict` does: one that exists keeps its place.
  mutating func set(_ entry: Entry) {
    if let index = entries.firstIndex(where: { $0.key.utf8.elementsEqual(entry.key.utf8) }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
  }

  mutating func remove(_ key: String) {
    entries.removeAll { $0.key.utf8.elementsEqual(key.utf8) }
  }

  /// Takes over all keys of another configuration, whose values win.
  mutating func merge(_ other: [Entry]) { for entry in other { set(entry) } }
}

extension RawConfiguration {
  /// Reads the top level of a file or of an entry in a group's list.
  ///
  /// - Parameters:
  ///   - node: A mapping.
  ///   - file: Where it lies.
  /// - Throws: ``TaskProblem`` if it is no mapping or a key is no text.
  init(_ node: YAMLNode, file: TaskFile) throws(TaskProblem) {
    guard let mapping = node.mapping else {
      throw TaskProblem(file, node.line, "\(node.kind), where keys should stand")
    }
    files = [file]
    for entry in mapping {
      guard case .string(let key) = entry.key else {
        throw TaskProblem(
          file, entry.line, "a key that is not a text", key: entry.key.pythonText)
      }
      set(Entry(key: key, line: entry.line, value: entry.value))
    }
  }
}

/// Reads task files and merges what they include.
///
/// Source: `lm_eval/tasks/_yaml_loader.py: load_yaml`, commit 4e7e0d4. Unlike there, a file may be
/// included twice as long as it does not include itself.
struct RawConfigurationLoader {
  /// Files read so far, before merging: many tasks include the same one.
  private var cache: [TaskFile: RawConfiguration] = [:]

  private static let maximumIncludeDepth = 16
  private static let maximumFiles = 64

  /// Reads a file with everything it includes.
  ///
  /// - Parameter file: A YAML file.
  /// - Returns: Its keys; own keys win over included ones, later includes over earlier.
  /// - Throws: ``TaskProblem`` for unreadable files and include cycles.
  mutating func load(_ file: TaskFile) throws(TaskProblem) -> RawConfiguration {
    try load(file, within: [])
  }

  private mutating func load(
    _ file: TaskFile, within chain: [TaskFile]
  ) throws(TaskProblem) -> RawConfiguration {
    let own = try read(file)
    guard let include = own["include"] else { return own }
    var merged = RawConfiguration()
    merged.files = [file]
    let paths = include.value.sequence ?? [include.value]
    for path in paths {
      guard let text = path.text, !text.isEmpty else {
        throw TaskProblem(
          file, path.line, "\(path.kind), where the path of a file should stand", key: "include")
      }
      guard let included = file.relative(text) else {
        throw TaskProblem(
          file, path.line, "\"\(text)\" lies outside tasks/, where a built-in task cannot reach",
          key: "include")
      }
      if included == file || chain.contains(included) {
        throw TaskProblem(
          file, path.line, "\"\(text)\" includes this file in turn; break the cycle",
          key: "include")
      }
      guard chain.count < Self.maximumIncludeDepth, merged.files.count < Self.maximumFiles else {
        throw TaskProblem(
          file, path.line,
          "more than \(Self.maximumIncludeDepth) levels or \(Self.maximumFiles) included files",
          key: "include")
      }
      guard included.exists else {
        throw TaskProblem(
          file, path.line,
          "no file \(included); the path is relative to the file that includes it", key: "include")
      }
      var loaded = try load(included, within: chain + [file])
      loaded.remove("task_list")
      merged.merge(loaded.entries)
      merged.files += loaded.files
    }
    merged.merge(own.entries.filter { $0.key != "include" })
    return merged
  }

  private mutating func read(_ file: TaskFile) throws(TaskProblem) -> RawConfiguration {
    if let known = cache[file] { return known }
    let bytes = try file.bytes(limit: YAMLReader.maximumSize)
    let raw = try RawConfiguration(try YAMLReader.read(bytes, file: file), file: file)
    cache[file] = raw
    return raw
  }
}
