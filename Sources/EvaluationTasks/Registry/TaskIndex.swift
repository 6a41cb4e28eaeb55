internal import Foundation
internal import YAMLDocuments

/// Names of tasks, groups and tags, and the files that define them.
///
/// Source: `lm_eval/tasks/_index.py`, commit 4e7e0d4: within one folder the first file of a name
/// counts, in the order of paths; a folder given later replaces names of an earlier one.
struct TaskIndex: Sendable {
  enum Kind: Sendable, Equatable {
    case task
    case group
    /// Names the tasks that carry it.
    case tag([String])
    /// A Python class, which cannot be run.
    case pythonClass
  }

  struct Entry: Sendable {
    var kind: Kind
    /// Empty for tags.
    let configuration: RawConfiguration
  }

  private(set) var entries: [String: Entry] = [:]
  /// Files that look like tasks and cannot be read; lm-eval passes them over in silence.
  private(set) var problems: [TaskProblem] = []

  /// All names, sorted by Unicode scalars as Python sorts.
  var names: [String] {
    entries.keys.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }

  /// Adds a folder's files.
  ///
  /// - Parameters:
  ///   - files: Its YAML files in order.
  ///   - loader: Reads them.
  mutating func add(_ files: [TaskFile], loader: inout RawConfigurationLoader) {
    var found: [String: Entry] = [:]
    for file in files {
      do throws(TaskProblem) {
        Self.register(try loader.load(file), in: &found)
      } catch {
        // An included file that is broken comes up with every file that includes it.
        if !problems.contains(error) { problems.append(error) }
      }
    }
    entries.merge(found) { _, new in new }
  }

  private static func register(_ raw: RawConfiguration, in found: inout [String: Entry]) {
    let isClass = raw["class"] != nil
    let isGroup = !isClass && raw["group"] != nil
    // A file with neither is there to be included.
    guard let name = raw[isGroup ? "group" : "task"]?.value.text, found[name] == nil else { return }
    let kind: Kind = isClass ? .pythonClass : isGroup ? .group : .task
    found[name] = Entry(kind: kind, configuration: raw)
    guard !isGroup else { return }
    for tag in tags(of: raw) {
      switch found[tag]?.kind {
      case nil: found[tag] = Entry(kind: .tag([name]), configuration: RawConfiguration())
      case .tag(let names): found[tag]?.kind = .tag(names + [name])
      default: break
      }
    }
  }

  static func tags(of raw: RawConfiguration) -> [String] {
    guard let value = raw.value("tag") else { return [] }
    return (value.sequence ?? [value]).compactMap(\.text)
  }

  /// The YAML files below a folder, sorted by path.
  ///
  /// - Parameter folder: A folder on disk.
  /// - Returns: Files ending in `.yaml`, Python's and notebooks' caches left out.
  /// - Throws: ``TaskError/includePathNotFound(_:)``.
  static func files(below folder: URL) throws(TaskError) -> [TaskFile] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
      isFolder.boolValue,
      let walker = FileManager.default.enumerator(
        at: folder.standardizedFileURL, includingPropertiesForKeys: nil)
    else { throw .includePathNotFound(folder.path) }
    var found: [URL] = []
    for case let url as URL in walker where url.pathExtension == "yaml" {
      let parts = url.pathComponents
      if parts.contains("__pycache__") || parts.contains(".ipynb_checkpoints") { continue }
      found.append(url)
    }
    found.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    return found.map { .onDisk($0.standardizedFileURL) }
  }
}
