internal import OrderedJSON
internal import YAMLDocuments

extension PlanReader {
  /// Checks what runs say of one another, and finishes them.
  ///
  /// - Parameter drafts: The runs as read.
  /// - Returns: The sound ones.
  /// - Complexity: O(runs · phases).
  func resolve(_ drafts: [RunDraft]) -> [Run] {
    let isSound = checkOrigins(drafts)
    for draft in drafts where isSound { checkReplay(draft, drafts) }
    return drafts.compactMap { draft in
      let phases = draft.phases.compactMap(\.phase)
      guard phases.count == draft.phases.count, !phases.isEmpty else { return nil }
      let from = draft.from.map { origin in
        let last = drafts.first { $0.name == origin.run }?.phases.last?.name
        return Run.Origin(run: origin.run, phase: origin.phase ?? last ?? "")
      }
      return Run(
        name: draft.name, seed: draft.seed, repeatOf: draft.repeatOf, from: from, phases: phases)
    }
  }

  /// Whether every origin exists and no run comes from itself.
  private func checkOrigins(_ drafts: [RunDraft]) -> Bool {
    var isSound = drafts.allSatisfy { ($0.from != nil) == $0.hasFrom }
    for draft in drafts {
      guard let from = draft.from else { continue }
      func report(_ key: String, _ message: String) {
        let node = from.node.value(of: key) ?? from.node
        problems.add(
          PlanProblem(node.file, node.line, "\(draft.path).from.\(key)", message))
        isSound = false
      }
      guard let parent = drafts.first(where: { $0.name == from.run }) else {
        report(
          "run", unknown("run", from.run, drafts.map { $0.repeatOf ?? $0.name }.withoutRepeats))
        continue
      }
      if let phase = from.phase, !parent.phases.contains(where: { $0.name == phase }) {
        report("phase", unknown("phase", phase, parent.phases.map(\.name)))
      }
      if isCyclic(draft, drafts) {
        report("run", "the run comes from itself in the end; break the cycle")
      }
    }
    return isSound
  }

  private func isCyclic(_ draft: RunDraft, _ drafts: [RunDraft]) -> Bool {
    var next = draft.from?.run
    for _ in drafts {
      guard let name = next else { return false }
      if name == draft.name { return true }
      next = drafts.first { $0.name == name }?.from?.run
    }
    // A cycle further up is reported where it is.
    return false
  }

  /// Notes replay of what was never seen: only earlier phases, those of origins included, count.
  private func checkReplay(_ draft: RunDraft, _ drafts: [RunDraft]) {
    var seen = draft.from.map { dataSeen($0, drafts, depth: 0) } ?? []
    for phase in draft.phases {
      for share in phase.replay where !seen.contains(share.name) {
        let node = phase.replayNode?.value(of: share.name) ?? phase.replayNode
        problems.add(
          PlanProblem(
            node?.file ?? .file(""), node?.line, "\(phase.path).replay.\(share.name)",
            "it was not seen before this phase, so there is nothing to replay"
              + (seen.isEmpty ? "" : "; seen was \(seen.joined(separator: ", "))")))
      }
      for name in phase.data where !seen.contains(name) { seen.append(name) }
    }
  }

  private func dataSeen(
    _ origin: RunDraft.Origin, _ drafts: [RunDraft], depth: Int
  ) -> [String] {
    guard depth < drafts.count, let run = drafts.first(where: { $0.name == origin.run }) else {
      return []
    }
    var seen = run.from.map { dataSeen($0, drafts, depth: depth + 1) } ?? []
    for phase in run.phases {
      for name in phase.data where !seen.contains(name) { seen.append(name) }
      if phase.name == origin.phase { break }
    }
    return seen
  }
}

extension [String] {
  /// Each text at its first place.
  fileprivate var withoutRepeats: [String] {
    var known = Set<String>()
    return filter { known.insert($0).inserted }
  }
}
