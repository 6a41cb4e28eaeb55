internal import Foundation
internal import HarnessCompatibility
internal import OrderedJSON
internal import YAMLDocuments

/// Builds tasks and groups out of names.
///
/// Source: `lm_eval/tasks/_factory.py: TaskFactory`, commit 4e7e0d4. Two things are kinder here: a task
/// that is reached twice is taken once instead of ending the run, and a tag inside a group keeps the
/// names of its tasks when the entry also overrides keys.
struct SelectionBuilder {
  let index: TaskIndex
  private var tasks: [EvaluationTask] = []
  private var positions: [String: Int] = [:]
  private var groups: [TaskGroup] = []
  /// Groups being built, outermost first.
  private var open: [String] = []
  private var built = 0

  private static let maximumTasks = 20_000

  init(index: TaskIndex) { self.index = index }

  /// Adds what a registered name stands for.
  mutating func add(name: String) throws(TaskError) {
    guard let entry = index.entries[name] else { return }
    switch entry.kind {
    case .group: groups.append(try group(name, entry.configuration, overrides: []))
    case .tag(let members):
      for member in sorted(members) {
        guard let configuration = index.entries[member]?.configuration else { continue }
        try add(configuration, name: member, overrides: [])
      }
    case .task, .pythonClass: try add(entry.configuration, name: name, overrides: [])
    }
  }

  /// Adds the task or group of a file that is not registered.
  mutating func add(file: URL) throws(TaskError) {
    var loader = RawConfigurationLoader()
    let raw: RawConfiguration
    do throws(TaskProblem) {
      raw = try loader.load(.onDisk(file.standardizedFileURL))
    } catch {
      throw .unusable(task: file.lastPathComponent, problems: [error])
    }
    if raw.value("class") == nil, let name = raw.value("group")?.text {
      groups.append(try group(name, raw, overrides: []))
    } else {
      try add(raw, name: raw.value("task")?.text ?? file.lastPathComponent, overrides: [])
    }
  }

  func finish() throws(TaskError) -> TaskSelection { TaskSelection(tasks: tasks, groups: groups) }

  // MARK: Tasks

  private mutating func add(
    _ raw: RawConfiguration, name: String, overrides: [RawConfiguration.Entry]
  ) throws(TaskError) {
    var raw = raw
    raw.merge(overrides)
    let (task, reader) = EvaluationTask.make(from: raw)
    guard reader.isUsable else {
      throw .unusable(task: name, problems: reader.problems.filter { $0.kind != .warning })
    }
    if let position = positions[task.name] {
      // As in a Python dict: the later one takes the earlier one's place.
      tasks[position] = task
    } else {
      positions[task.name] = tasks.count
      tasks.append(task)
    }
  }

  // MARK: Groups

  private mutating func group(
    _ name: String, _ raw: RawConfiguration, overrides: [RawConfiguration.Entry]
  ) throws(TaskError) -> TaskGroup {
    if open.contains(name) { throw .groupCycle(name) }
    open.append(name)
    defer { open.removeLast() }
    var problems: [TaskProblem] = []
    let aggregates = GroupReader.aggregates(of: raw, problems: &problems)
    GroupReader.checkMembers(of: raw, problems: &problems)
    if !problems.isEmpty { throw .unusable(task: name, problems: problems) }

    // Keys that are not a group's own are passed on to all tasks below; those of the caller win.
    var passedOn = RawConfiguration()
    passedOn.merge(raw.entries.filter { !TaskKeys.group.contains($0.key) })
    passedOn.merge(overrides)
    var members: [TaskGroup.Member] = []
    // A single name is no list, and lm-eval makes an empty group of it.
    for node in raw.value("task")?.sequence ?? [] {
      for member in try self.members(node, of: name, overrides: passedOn.entries) {
        // As in a Python dict: a later one of the same name takes the earlier one's place.
        if let index = members.firstIndex(where: { $0.name == member.name }) {
          members[index] = member
        } else {
          members.append(member)
        }
      }
    }
    let metadata = raw.value("metadata")
    return TaskGroup(
      name: name, alias: raw.value("group_alias")?.text ?? name,
      version: metadata?.value(of: "version")?.pythonValue?.json, members: members,
      aggregates: aggregates)
  }

  /// What one entry of a group's list stands for.
  private mutating func members(
    _ node: YAMLNode, of group: String, overrides: [RawConfiguration.Entry]
  ) throws(TaskError) -> [TaskGroup.Member] {
    built += 1
    if built > Self.maximumTasks {
      throw .tooManyTasks(group: open.first ?? group, limit: Self.maximumTasks)
    }
    if let name = node.text { return try members(name, node, overrides: overrides, of: group) }
    var own = RawConfiguration()
    do throws(TaskProblem) {
      own = try RawConfiguration(node, file: node.file)
    } catch {
      throw .unusable(task: group, problems: [error])
    }
    if let name = own.value("group")?.text {
      if let entry = index.entries[name], entry.kind == .group {
        own.remove("group")
        var merged = RawConfiguration()
        merged.merge(overrides)
        merged.merge(own.entries)
        return [.group(try self.group(name, entry.configuration, overrides: merged.entries))]
      }
      return [.group(try self.group("\(group)::\(name)", own, overrides: overrides))]
    }
    guard let name = own.value("task")?.text else { return [] }
    own.remove("task")
    var merged = RawConfiguration()
    merged.merge(overrides)
    merged.merge(own.entries)
    return try members(name, node, overrides: merged.entries, of: group)
  }

  /// What a name inside a group stands for, with keys that override its own.
  private mutating func members(
    _ name: String, _ node: YAMLNode, overrides: [RawConfiguration.Entry], of group: String
  ) throws(TaskError) -> [TaskGroup.Member] {
    guard let entry = index.entries[name] else {
      guard node.mapping != nil else {
        let near = TaskError.UnknownName(name: name, near: [])
        throw .unusable(
          task: group,
          problems: [
            TaskProblem(
              node.file, node.line, "there is no task, group or tag \"\(near.name)\"", key: "task")
          ])
      }
      // A task that only this list defines gets the group's name in front.
      var raw = RawConfiguration()
      raw.files = [node.file]
      raw.merge(overrides)
      let full = "\(group)::\(name)"
      raw.set(
        RawConfiguration.Entry(
          key: "task", line: node.line,
          value: YAMLNode(content: .scalar(.string(full)), line: node.line, file: node.file)))
      try add(raw, name: full, overrides: [])
      return [.task(full)]
    }
    switch entry.kind {
    case .group:
      return [.group(try self.group(name, entry.configuration, overrides: overrides))]
    case .tag(let names):
      var members: [TaskGroup.Member] = []
      for member in sorted(names) {
        built += 1
        guard let configuration = index.entries[member]?.configuration else { continue }
        try add(configuration, name: member, overrides: overrides)
        members.append(.task(member))
      }
      return members
    case .task, .pythonClass:
      try add(entry.configuration, name: name, overrides: overrides)
      return [.task(name)]
    }
  }

  private func sorted(_ names: [String]) -> [String] {
    names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }
}

extension TaskGroup.Member {
  var name: String {
    switch self {
    case .task(let name): name
    case .group(let group): group.name
    }
  }
}
