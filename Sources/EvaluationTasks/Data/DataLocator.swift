internal import Files
internal import Foundation

/// Finds the files of a split.
///
/// Looked for in this order: `dataset_kwargs.data_files` of a task over `json`; `<task>.jsonl` in the
/// data folder, for the evaluated split alone; `<task>.<split>.jsonl`;
/// `<dataset_path>/<dataset_name>/<split>.jsonl`, the name left out where there is none. Each of the
/// last three also as `.json`, and each with `.gz` at its end.
struct DataLocator {
  let task: TaskDefinition
  /// The user's data folder.
  let folder: URL?

  private static let endings = ["jsonl", "json", "jsonl.gz", "json.gz"]

  /// The files of a split.
  ///
  /// - Parameter split: Its name in the task.
  /// - Returns: Files that exist, at least one.
  /// - Throws: ``TaskError/dataNotFound(_:)`` with every path tried, and
  ///   ``TaskError/dataPathNotFound(path:near:)``.
  func files(of split: String) throws(TaskError) -> [TaskFile] {
    var missing = TaskError.MissingData(task: task.name, split: split)
    missing.hasDataPath = folder != nil
    if let files = ownFiles(of: split, &missing) { return files }
    if let folder {
      guard Self.isFolder(folder) else {
        throw .dataPathNotFound(path: folder.path, near: Self.near(folder))
      }
      for parts in stems(of: split) {
        if let file = file(parts, below: folder, &missing) { return [file] }
      }
    }
    if let folder { missing.near += filesOfTask(in: folder) }
    throw .dataNotFound(missing)
  }

  /// Files of this task that serve another split, or have another ending.
  private func filesOfTask(in folder: URL) -> [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return entries.prefix(10_000).sorted().filter { $0.hasPrefix("\(task.name).") }
      .map { folder.appendingPathComponent($0).path }
  }

  /// The files that the task names itself, if all of them exist.
  private func ownFiles(of split: String, _ missing: inout TaskError.MissingData) -> [TaskFile]? {
    guard let paths = task.dataset.files.first(where: { $0.split == split })?.paths else {
      return nil
    }
    var files: [TaskFile] = []
    for path in paths {
      guard let file = task.dataset.file.relative(path) else {
        missing.refused.append(path)
        continue
      }
      files.append(file)
      guard !file.exists else { continue }
      missing.tried.append(file.description)
      if case .onDisk(let url) = file { missing.near += Self.near(url) }
    }
    return missing.tried.isEmpty && missing.refused.isEmpty ? files : nil
  }

  /// Paths below the data folder, without ending.
  private func stems(of split: String) -> [String] {
    var stems: [String] = []
    if split == task.evaluatedSplit { stems.append(task.name) }
    stems.append("\(task.name).\(split)")
    // The names that stand for kinds of files are no data sets.
    if let path = task.dataset.path, path != "json" {
      stems.append([path, task.dataset.name, split].compactMap { $0 }.joined(separator: "/"))
    }
    return stems
  }

  private func file(
    _ stem: String, below folder: URL, _ missing: inout TaskError.MissingData
  ) -> TaskFile? {
    // Names come from files: none leads out of the data folder.
    let parts = stem.split(separator: "/", omittingEmptySubsequences: false)
    let isSafe = parts.allSatisfy { part in
      !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 240
        && !part.unicodeScalars.contains("\0")
    }
    guard isSafe else {
      missing.refused.append(stem)
      return nil
    }
    let base = folder.appendingPathComponent(stem)
    for ending in Self.endings {
      let url = base.appendingPathExtension(ending)
      if TaskFile.onDisk(url).exists { return .onDisk(url.standardizedFileURL) }
    }
    let first = base.appendingPathExtension(Self.endings[0])
    missing.tried.append(first.path)
    missing.near += Self.near(first)
    return nil
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Paths that one which leads nowhere may have meant: in the innermost folder that exists, what
  /// resembles the name that does not.
  private static func near(_ url: URL) -> [String] {
    // Standardized, because the parent of a path that ends in .. is longer than the path.
    var url = url.standardizedFileURL
    while url.pathComponents.count > 1, url.lastPathComponent != ".." {
      let parent = url.deletingLastPathComponent()
      if isFolder(parent) {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
        return suggestions(for: url.lastPathComponent, among: entries.prefix(10_000).sorted())
          .map { parent.appendingPathComponent($0).path }
      }
      url = parent
    }
    return []
  }
}
