internal import OrderedJSON
internal import YAMLDocuments

/// What phases take from the plan around them.
struct RunSettings {
  let sequenceLength: Int?
  let batch: Batch?
  /// Whether the plan names a batch, be it a wrong one.
  let hasBatch: Bool
  let dataSets: [String]
}

/// A run before its references to others are checked.
struct RunDraft {
  /// Where a run branches off, as written.
  struct Origin {
    let run: String
    /// The run's last phase if `nil`.
    let phase: String?
    let node: PlanNode
  }

  /// A phase with what the checks of references need even if the phase is not sound.
  struct PhaseDraft {
    let name: String
    let data: [String]
    let replay: [Share]
    let replayNode: PlanNode?
    let path: String
    let phase: Phase?
  }

  let name: String
  let seed: UInt64?
  let repeatOf: String?
  let hasFrom: Bool
  var from: Origin?
  let phases: [PhaseDraft]
  /// Where it is written, which the repetitions of a run have in common.
  let path: String
  let node: PlanNode
}

extension PlanReader {
  func runs(_ top: MappingReader, _ settings: RunSettings) -> [Run] {
    guard let value = top.value("runs") else {
      top.report(nil, "runs is missing: the runs by name, each with its phases")
      return []
    }
    guard
      let reader = MappingReader(value, path: "runs", problems: problems, expected: "runs by name")
    else { return [] }
    guard reader.entries.count <= Self.maximumRuns else {
      reader.report(
        nil, "\(reader.entries.count) runs, more than the \(Self.maximumRuns) possible")
      return []
    }
    if reader.entries.isEmpty { reader.report(nil, "at least one run is needed") }
    var phaseCount = 0
    var drafts: [RunDraft] = []
    for entry in reader.entries {
      guard reader.checkName(entry.key, nil, at: entry.value),
        reader.checkRunName(entry.key, at: entry.value),
        let run = MappingReader(
          entry.value, path: "runs.\(entry.key)", problems: problems,
          expected: "a mapping such as {phases: […]}")
      else { continue }
      run.refuseUnknown(["seed", "seeds", "repeat_of", "from", "phases"], "a run")
      let nodes = phaseNodes(run)
      let repetitions = repetitions(of: entry.key, run)
      phaseCount += nodes.count * repetitions.count
      guard phaseCount <= Self.maximumPhases else {
        reader.report(nil, "more than the \(Self.maximumPhases) phases that are possible")
        return []
      }
      guard drafts.count + repetitions.count <= Self.maximumRuns else {
        reader.report(nil, "with all seeds more than the \(Self.maximumRuns) runs possible")
        return []
      }
      let (origin, phases) = (origin(run), phases(nodes, run, settings))
      drafts += repetitions.map { repetition in
        RunDraft(
          name: repetition.name, seed: repetition.seed, repeatOf: repetition.repeatOf,
          hasFrom: run.value("from") != nil, from: origin, phases: phases, path: run.path,
          node: entry.value)
      }
    }
    checkNames(drafts)
    return resolve(matchSeeds(drafts))
  }

  private func phaseNodes(_ run: MappingReader) -> [PlanNode] {
    guard let value = run.value("phases") else {
      run.report(nil, "phases is missing: a list of at least one")
      return []
    }
    guard let nodes = value.sequence, !nodes.isEmpty else {
      run.expect("a list of at least one phase", "phases", value)
      return []
    }
    return nodes
  }

  private func origin(_ run: MappingReader) -> RunDraft.Origin? {
    guard let value = run.value("from"),
      let reader = MappingReader(
        value, path: run.child("from"), problems: problems, expected: "{run: name, phase: name}")
    else { return nil }
    reader.refuseUnknown(["run", "phase"], "from")
    guard let name = reader.name("run") else { return nil }
    return .init(
      run: name, phase: reader.value("phase") == nil ? nil : reader.name("phase"), node: value)
  }

  private func phases(
    _ nodes: [PlanNode], _ run: MappingReader, _ settings: RunSettings
  ) -> [RunDraft.PhaseDraft] {
    var names = Set<String>()
    return nodes.enumerated().compactMap { index, node in
      let place = "\(run.path).phases.\(index)"
      guard let unnamed = MappingReader(node, path: place, problems: problems) else { return nil }
      let name = unnamed.name("name")
      let path = name.map { "\(run.path).phases.\($0)" } ?? place
      guard let reader = MappingReader(node, path: path, problems: problems) else { return nil }
      if let name, !names.insert(name).inserted {
        reader.report("name", "a phase of this name stands before it; rename one")
      }
      return phase(reader, name: name ?? "", isFirst: index == 0, settings)
    }
  }
}
