internal import Files
public import Foundation
internal import HarnessCompatibility
internal import OrderedJSON
internal import YAMLDocuments

/// All tasks, groups and tags that are known by name: those the binary carries, and those of the
/// user's folders.
///
///     let registry = try TaskRegistry(includePaths: [folder])
///     let selection = try registry.resolve(names: ["hellaswag", "mmlu_*"])
///
/// - SeeAlso: `lm_eval/tasks/manager.py: TaskManager`, commit 4e7e0d4.
public struct TaskRegistry: Sendable {
  let index: TaskIndex

  /// Reads the files of tasks/ and of the folders given; a later folder's names win.
  ///
  /// - Parameters:
  ///   - includePaths: Folders on disk, searched with all folders below.
  ///   - includesBuiltIn: Whether the tasks that the binary carries are known too.
  /// - Throws: ``TaskError`` for a folder that does not exist. Files that cannot be read are passed
  ///   over, as in lm-eval, and listed in ``unreadableFiles``.
  /// - Complexity: O(size of all files).
  public init(includePaths: [URL] = [], includesBuiltIn: Bool = true) throws(TaskError) {
    var index = TaskIndex()
    var loader = RawConfigurationLoader()
    if includesBuiltIn {
      let files = EmbeddedTasks.paths.filter { $0.hasSuffix(".yaml") }.map { TaskFile.embedded($0) }
      index.add(files, loader: &loader)
    }
    for folder in includePaths {
      index.add(try TaskIndex.files(below: folder), loader: &loader)
    }
    self.index = index
  }

  /// What a name stands for.
  public enum Kind: Sendable, Equatable {
    case task, group, tag
  }

  /// All names with what they stand for, sorted.
  public var names: [(name: String, kind: Kind)] {
    index.names.compactMap { name in
      switch index.entries[name]?.kind {
      case .task, .pythonClass: (name, .task)
      case .group: (name, .group)
      case .tag: (name, .tag)
      case nil: nil
      }
    }
  }

  /// Files in the folders that are no valid task file; their tasks are unknown.
  public var unreadableFiles: [TaskProblem] { index.problems }

  /// Finds the tasks that names stand for.
  ///
  /// - Parameter names: Names of tasks, groups and tags, patterns with `*`, `?` and `[…]` over
  ///   them, or paths of `.yaml` files.
  /// - Returns: The leaf tasks in lm-eval's order, each once, and the groups.
  /// - Throws: ``TaskError`` for unknown names, and for tasks that cannot be used, with all problems.
  public func resolve(names: [String]) throws(TaskError) -> TaskSelection {
    var builder = SelectionBuilder(index: index)
    var unknown: [TaskError.UnknownName] = []
    var chosen: [String] = []
    for name in names where name.hasSuffix(".yaml") && index.entries[name] == nil {
      try builder.add(file: URL(fileURLWithPath: name))
    }
    for name in names {
      if name.hasSuffix(".yaml") && index.entries[name] == nil { continue }
      let matches = matches(of: name)
      if matches.isEmpty {
        let near = suggestions(for: name, among: index.names)
        unknown.append(TaskError.UnknownName(name: name, near: near))
      }
      for match in matches where !chosen.contains(match) { chosen.append(match) }
    }
    if !unknown.isEmpty { throw .unknownNames(unknown) }
    for name in chosen { try builder.add(name: name) }
    return try builder.finish()
  }

  private func matches(of pattern: String) -> [String] {
    if index.entries[pattern] != nil { return [pattern] }
    guard pattern.contains(where: { "*?[".contains($0) }) else { return [] }
    return index.names.filter { FileNamePattern.matches($0, pattern) }
  }

  /// Everything that is wrong with one task file, as `tasks check` shows it.
  ///
  /// - Parameter file: A YAML file with a task or a group.
  /// - Returns: The problems, and the task if it can be used.
  public static func check(file: URL) -> TaskCheck {
    let file = TaskFile.onDisk(file.standardizedFileURL)
    var loader = RawConfigurationLoader()
    let raw: RawConfiguration
    do throws(TaskProblem) {
      raw = try loader.load(file)
    } catch {
      return TaskCheck(problems: [error], functions: [], task: nil, groupName: nil)
    }
    if let group = raw.value("group"), raw.value("class") == nil {
      var problems: [TaskProblem] = []
      _ = GroupReader.aggregates(of: raw, problems: &problems)
      GroupReader.checkMembers(of: raw, problems: &problems)
      return TaskCheck(problems: problems, functions: [], task: nil, groupName: group.text)
    }
    let (task, reader) = EvaluationTask.make(from: raw)
    return TaskCheck(
      problems: reader.problems, functions: reader.functions,
      task: reader.isUsable ? task : nil, groupName: nil)
  }
}

/// What a look at one task file found.
public struct TaskCheck: Sendable {
  /// All problems, warnings included, in the file's order.
  public let problems: [TaskProblem]
  /// What the functions of the file were resolved to.
  public let functions: [ResolvedFunction]
  /// The task, if the file holds one that can be used.
  public let task: EvaluationTask?
  /// The name of the group, if the file holds one.
  public let groupName: String?

  /// Whether nothing but warnings was found.
  public var isUsable: Bool { problems.allSatisfy { $0.kind == .warning } }
}

/// Patterns over names, as in a shell.
///
/// Source: Python's `fnmatch`, which lm-eval uses (`lm_eval/utils.py: pattern_match`).
enum FileNamePattern {
  static func matches(_ name: String, _ pattern: String) -> Bool {
    matches(Array(name.unicodeScalars)[...], Array(pattern.unicodeScalars)[...])
  }

  private static func matches(
    _ name: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>
  ) -> Bool {
    var (name, pattern) = (name, pattern)
    // Where to go on when a star has to take one more scalar.
    var retry: (name: ArraySlice<Unicode.Scalar>, pattern: ArraySlice<Unicode.Scalar>)?
    while true {
      if pattern.first == "*" {
        pattern = pattern.dropFirst()
        retry = (name, pattern)
        continue
      }
      if let first = name.first, let rest = step(first, pattern) {
        name = name.dropFirst()
        pattern = rest
        continue
      }
      if name.isEmpty && pattern.isEmpty { return true }
      guard let last = retry, !last.name.isEmpty else { return false }
      retry = (last.name.dropFirst(), last.pattern)
      (name, pattern) = (last.name.dropFirst(), last.pattern)
    }
  }

  /// The pattern after its first element, if that takes the scalar.
  private static func step(
    _ scalar: Unicode.Scalar, _ pattern: ArraySlice<Unicode.Scalar>
  ) -> ArraySlice<Unicode.Scalar>? {
    guard let first = pattern.first else { return nil }
    if first == "?" { return pattern.dropFirst() }
    // A bracket that closes at once stands for itself.
    if first == "[", let end = pattern.dropFirst(2).firstIndex(of: "]") {
      var set = pattern[(pattern.startIndex + 1)..<end]
      let isNegated = set.first == "!"
      if isNegated { set = set.dropFirst() }
      return contains(set, scalar) == isNegated ? nil : pattern[(end + 1)...]
    }
    return first == scalar ? pattern.dropFirst() : nil
  }

  private static func contains(
    _ set: ArraySlice<Unicode.Scalar>, _ scalar: Unicode.Scalar
  ) -> Bool {
    let set = Array(set)
    var index = 0
    while index < set.count {
      if index + 2 < set.count, set[index + 1] == "-" {
        if set[index] <= set[index + 2], set[index]...set[index + 2] ~= scalar { return true }
        index += 3
      } else {
        if set[index] == scalar { return true }
        index += 1
      }
    }
    return false
  }
}
