internal import HarnessCompatibility
internal import OrderedJSON
internal import YAMLDocuments

extension MappingReader {
  /// Any number that seeds are; `nil` if the key is absent, null or wrong, which is noted.
  func seed(_ key: String) -> UInt64? {
    guard let value = value(key) else { return nil }
    if let seed = value.seed { return seed }
    expect("a whole number from 0 to 2⁶⁴ − 1", key, value)
    return nil
  }
}

extension YAMLDocumentNode<PlanSource> {
  fileprivate var seed: UInt64? {
    switch content {
    case .scalar(.integer(let number)): UInt64(exactly: number)
    case .scalar(.bigInteger(let digits)): UInt64(digits)
    default: nil
    }
  }
}

extension PlanReader {
  /// What a run says of seeds.
  struct Repetition {
    let name: String
    let seed: UInt64?
    let repeatOf: String?
  }

  /// The runs that an entry stands for: one, or one for each of its seeds.
  ///
  /// - Parameters:
  ///   - name: Of the entry.
  ///   - run: The entry.
  /// - Returns: At least one; in place of wrong seeds the run alone.
  func repetitions(of name: String, _ run: MappingReader) -> [Repetition] {
    let seed = run.seed("seed")
    let alone = [
      Repetition(name: name, seed: seed, repeatOf: repeatOf(run, name: name, seed: seed))
    ]
    guard let value = run.value("seeds") else { return alone }
    for key in ["seed", "repeat_of"] where run.value(key) != nil {
      run.report(key, "seeds stands beside it, which says it all; remove one of the two")
      return alone
    }
    guard let nodes = value.sequence, 2...Self.maximumRuns ~= nodes.count else {
      run.expect(
        "a list of 2 to \(Self.maximumRuns) seeds, such as [1, 2, 3],", "seeds", value)
      return alone
    }
    var seeds: [UInt64] = []
    for node in nodes {
      guard let seed = node.seed else {
        run.report(
          "seeds", "whole numbers from 0 to 2⁶⁴ − 1 are expected, found \(node.shown) in it",
          at: node)
        return alone
      }
      guard !seeds.contains(seed) else {
        run.report("seeds", "\(seed) stands in it twice, and the same seed gives the same run")
        return alone
      }
      seeds.append(seed)
    }
    let repetitions = seeds.map {
      Repetition(name: Run.name(name, seed: $0), seed: $0, repeatOf: name)
    }
    guard repetitions.allSatisfy({ run.checkName($0.name, nil, at: run.node) }) else {
      return alone
    }
    return repetitions
  }

  /// The name of which a resolved plan says that the run is a repetition.
  private func repeatOf(_ run: MappingReader, name: String, seed: UInt64?) -> String? {
    guard run.value("repeat_of") != nil, let base = run.name("repeat_of") else { return nil }
    guard let seed, Run.name(base, seed: seed).hasSameBytes(as: name) else {
      run.report(
        "repeat_of",
        "a repetition has a seed, and the name \(base)-seed-<seed>; in a plan of your "
          + "own write seeds: [1, 2, 3] in the run \(base) instead")
      return nil
    }
    return base
  }

  /// Notes names that two runs would share.
  ///
  /// - Parameter drafts: All runs, repetitions one by one.
  func checkNames(_ drafts: [RunDraft]) {
    var names = Set<String>()
    let repeated = Set(drafts.compactMap(\.repeatOf))
    for draft in drafts {
      let message: String
      if !names.insert(draft.name).inserted {
        message = "another run and a seed make the same name, \(draft.name); rename one"
      } else if repeated.contains(draft.name) {
        message = "runs with seeds have this name already; rename one"
      } else {
        continue
      }
      problems.add(PlanProblem(draft.node.file, draft.node.line, draft.path, message))
    }
  }

  /// Sends runs with seeds to the repetition of their origin that has the same seed.
  ///
  /// - Parameter drafts: All runs, repetitions one by one.
  /// - Returns: The runs; an origin that cannot be told is noted and left as it is.
  func matchSeeds(_ drafts: [RunDraft]) -> [RunDraft] {
    drafts.map { draft in
      guard let from = draft.from, !drafts.contains(where: { $0.name == from.run }) else {
        return draft
      }
      let trunks = drafts.filter { $0.repeatOf == from.run }
      guard !trunks.isEmpty else { return draft }
      var matched = draft
      let trunk = draft.seed.flatMap { seed in trunks.first { $0.seed == seed } }
      // Any of them stands in, so that one mistake stays one.
      matched.from = RunDraft.Origin(
        run: (trunk ?? trunks[0]).name, phase: from.phase, node: from.node)
      if trunk == nil {
        let seeds = trunks.compactMap(\.seed).map(String.init).joined(separator: ", ")
        let node = from.node.value(of: "run") ?? from.node
        problems.add(
          PlanProblem(
            node.file, node.line, "\(draft.path).from.run",
            "\(from.run) is trained with the seeds \(seeds); give this run the same ones, or name "
              + "one repetition, such as \(trunks[0].name)"))
      }
      return matched
    }
  }

  /// Every name that stands for runs, those of unsound entries included.
  func runNames(_ top: MappingReader) -> [String] {
    var names: [String] = []
    for name in self.names(top, "runs") {
      names.append(name)
      let run = top.value("runs")?.value(of: name)
      for seed in run?.value(of: "seeds")?.sequence?.prefix(Self.maximumRuns) ?? [] {
        if let seed = seed.seed { names.append(Run.name(name, seed: seed)) }
      }
      if let base = run?.value(of: "repeat_of")?.text, !names.contains(base) { names.append(base) }
    }
    return names
  }
}

extension Run {
  /// The name of a repetition.
  static func name(_ name: String, seed: UInt64) -> String { "\(name)-seed-\(seed)" }
}
