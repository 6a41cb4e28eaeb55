import Foundation
import TestSupport
import TrainingPlans

/// Plans that tests begin with.
enum Plans {
  /// A sample of Fixtures/plans.
  static func sample(_ name: String, settings: [String] = []) throws -> TrainingPlan {
    try PlanDocument(path: Locations.fixtures.path + "/plans/\(name).yaml").plan(settings: settings)
  }

  static func document(_ text: String) throws -> PlanDocument {
    try PlanDocument(bytes: Array(text.utf8), path: "folder/plan.yaml")
  }

  static func plan(_ text: String, settings: [String] = []) throws -> TrainingPlan {
    try document(text).plan(settings: settings)
  }

  /// What is wrong with a plan; nothing for a sound one.
  static func problems(_ text: String, settings: [String] = []) -> [String] {
    do {
      _ = try plan(text, settings: settings)
      return []
    } catch let error as PlanProblems {
      return error.problems.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }

  /// A small sound plan; a line of it can be replaced or left out, and lines added.
  static func text(replacing lines: [String: String] = [:], adding extra: String = "") -> String {
    let parts: [(String, String)] = [
      ("name", "name: small"), ("model", "model: {checkpoint: base}"),
      ("length", "sequence_length: 10"), ("batch", "batch: {sequences: 4, micro_sequences: 2}"),
      ("data", "data: {a: {train: [a.txt]}, b: {train: [b.txt]}}"),
      (
        "runs",
        """
        runs:
          first:
            phases:
              - {name: one, data: a, steps: 100, schedule: {kind: constant, max_lr: 1.0e-3}}
              - {name: two, data: b, replay: {a: 25%}, steps: 100, schedule: {kind: cosine, max_lr: 1.0e-3, warmup: 1%}}
        """
      ),
    ]
    return parts.map { lines[$0.0] ?? $0.1 }.joined(separator: "\n") + "\n" + extra + "\n"
  }

  /// A small plan with one phase, whose schedule is given.
  static func text(schedule: String, steps: Int = 100) -> String {
    text(replacing: [
      "runs": "runs: {r: {phases: [{name: p, data: a, steps: \(steps), schedule: \(schedule)}]}}"
    ])
  }

  /// A small plan with one phase, to which keys are added.
  static func text(phase: String) -> String {
    text(replacing: [
      "runs": "runs: {r: {phases: [{name: p, schedule: {kind: constant, max_lr: 0.1}, \(phase)}]}}"
    ])
  }
}
