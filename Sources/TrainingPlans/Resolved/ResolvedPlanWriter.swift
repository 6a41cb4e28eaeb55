extension TrainingPlan {
  /// The plan as a plan file with every default spelled out, which reads back as the same plan.
  ///
  /// The bytes are a function of the plan. Paths stay as they were written.
  /// - Complexity: O(size).
  public var resolvedYAML: String { YAMLText.document(json) }
}
