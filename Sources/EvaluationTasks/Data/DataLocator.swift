internal import Files
internal import Foundation

/// Finds the files of a split.
///
/// Looked for in this order: `dataset_kwargs.data_files` of a task over `json`; `<task>.jsonl` in the
/// data folder, for the evaluated split alone; `<task>.<split>.jsonl`;
/// `<dataset_path>/<dataset_name>/<split>.jsonl`, the name left out where there is none. Each also as
/// `.json`, and each with `.gz` at its end.
struct DataLocator {
  let task: TaskDefinition
  /// The user's data folder.
  let folder: URL?

  private static let endings = ["jsonl", "json", "jsonl.gz", "json.gz"]

  /// The files of a split.
  ///
  /// - Parameter split: Its name in the task.
  /// - Returns: Files that exist, at least one.
  /// - Throws: ``TaskError/dataNotFound(task:split:tried:near:)`` with every path tried.
  func files(of split: String) throws(TaskError) -> [TaskFile] {
    var tried: [String] = []
    if let paths = task.dataset.files.first(where: { $0.split == split })?.paths {
      let files = paths.compactMap { task.dataset.file.relative($0) }
      if files.count == paths.count, files.allSatisfy(\.exists) { return files }
      tried += files.filter { !$0.exists }.map(\.description)
    }
    if let folder {
      for stem in stems(of: split) {
        let base = folder.appendingPathComponent(stem)
        for ending in Self.endings {
          let url = base.appendingPathExtension(ending)
          if isPlainFile(url) { return [.onDisk(url.standardizedFileURL)] }
        }
        tried.append(base.appendingPathExtension("jsonl").path)
      }
    }
    throw .dataNotFound(task: task.name, split: split, tried: tried, near: near())
  }

  /// Paths below the data folder, without ending.
  private func stems(of split: String) -> [String] {
    var stems: [String] = []
    if split == task.evaluatedSplit { stems.append(task.name) }
    stems.append("\(task.name).\(split)")
    if let path = task.dataset.path {
      stems.append([path, task.dataset.name, split].compactMap { $0 }.joined(separator: "/"))
    }
    // Names come from files: none leads out of the data folder.
    return stems.filter { stem in
      !stem.hasPrefix("/") && !stem.split(separator: "/").contains("..")
        && !stem.unicodeScalars.contains("\0")
    }
  }

  private func isPlainFile(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }

  /// What the data folder has that resembles the task's name or data set.
  private func near() -> [String] {
    guard let folder else { return [] }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
      isFolder.boolValue
    else { return ["nothing: \(folder.path) is no folder"] }
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let stems = entries.prefix(10_000).map { entry in
      String(entry.prefix { $0 != "." })
    }
    let owner = task.dataset.path.map { String($0.prefix { $0 != "/" }) }
    let wanted = Set(
      suggestions(for: task.name, among: Array(Set(stems)).sorted())
        + (owner.map { suggestions(for: $0, among: Array(Set(stems)).sorted()) } ?? [])
        + [task.name])
    return zip(entries, stems).filter { wanted.contains($1) }.map(\.0).sorted()
  }
}
