internal import Comparison
internal import Files
internal import Records
internal import Training
internal import TrainingPlans

extension ExperimentReader {
  /// Hashes, seeds, versions and commands: what it takes to get these numbers again.
  func provenance() -> [ProvenanceRecord] {
    var records: [ProvenanceRecord] = []
    func add(_ label: String, _ value: String) {
      let record = ProvenanceRecord(label: label, value: value)
      if !records.contains(record) { records.append(record) }
    }
    add("program", options.program)
    add("output", folder)
    if let digest = try? SHA256Digest.digest(ofFile: "\(folder)/plan.yaml") {
      add("SHA-256 of plan.yaml", digest.hex)
    }
    add("seed", "\(plan.seed)")
    for run in plan.runs {
      if let seed = run.seed { add("seed of \(run.name)", "\(seed)") }
    }
    if (try? Folder.names(in: folder).contains("plan-changes.jsonl")) == true {
      add("changes of the plan", "\(folder)/plan-changes.jsonl")
    }
    for run in plan.runs {
      for end in phaseEnds(of: run) {
        add("SHA-256 of weights, \(run.name), step \(end.step)", end.weights ?? "unknown")
      }
    }
    var facts: [ProvenanceRecord] = []
    for run in plan.runs {
      for end in phaseEnds(of: run) {
        guard let results = try? ScoredResults(path: end.path) else { continue }
        for loss in results.losses {
          add("SHA-256 of validation data, \(loss.name)", loss.digest)
        }
        for fact in results.facts where !facts.contains(fact) { facts.append(fact) }
      }
    }
    records += facts
    add("this report again", "cpteval report \(folder)")
    return records
  }
}
