internal import HarnessCompatibility

/// Families whose tasks are parts of one table, told apart by a field.
///
/// - SeeAlso: `lm_eval/tasks/{global_mmlu,openai-mmmlu,include,winogender,indicparam,bigbench,eus_exams}`,
///   each `utils.py`, commit 4e7e0d4.
enum SubsetProcessors {
  static let functions: [NativeFunction] =
    mmluSubjects.map { .filter("global_mmlu", "utils.process_\($0)", "subject", $0) }
    + globalCategories.map { .filter("global_mmlu", "utils.\($0)", "subject_category", $1) }
    + includeDomains.map { .filter("include", "utils.\($0)", "domain", $1) }
    + ["male", "female", "neutral"].map {
      .filter("winogender", "utils.filter_\($0)", "gender", $0)
    }
    + indicLanguages.map { .filter("indicparam", "utils.process_docs_\($0)", "subject", $1) }
    + mmluSubjects.map(multilingualSubject) + incomplete

  /// MMLU's subjects, as its files are named.
  private static let mmluSubjects = [
    "abstract_algebra", "anatomy", "astronomy", "business_ethics", "clinical_knowledge",
    "college_biology", "college_chemistry", "college_computer_science", "college_mathematics",
    "college_medicine", "college_physics", "computer_security", "conceptual_physics",
    "econometrics", "electrical_engineering", "elementary_mathematics", "formal_logic",
    "global_facts", "high_school_biology", "high_school_chemistry",
    "high_school_computer_science", "high_school_european_history", "high_school_geography",
    "high_school_government_and_politics", "high_school_macroeconomics",
    "high_school_mathematics", "high_school_microeconomics", "high_school_physics",
    "high_school_psychology", "high_school_statistics", "high_school_us_history",
    "high_school_world_history", "human_aging", "human_sexuality", "international_law",
    "jurisprudence", "logical_fallacies", "machine_learning", "management", "marketing",
    "medical_genetics", "miscellaneous", "moral_disputes", "moral_scenarios", "nutrition",
    "philosophy", "prehistory", "professional_accounting", "professional_law",
    "professional_medicine", "professional_psychology", "public_relations", "security_studies",
    "sociology", "us_foreign_policy", "virology", "world_religions",
  ]

  /// Function and category of Global-MMLU's smaller set.
  private static let globalCategories = [
    ("process_business", "Business"), ("process_humanities", "Humanities"),
    ("process_medical", "Medical"), ("process_other", "Other"), ("process_stem", "STEM"),
    ("process_social_sciences", "Social Sciences"),
  ]

  /// Function and domain of INCLUDE.
  private static let includeDomains = [
    ("process_applied_science", "Applied Science"),
    ("process_arts_humanities", "Arts & Humanities"),
    ("process_business_commerce", "Business & Commerce"),
    ("process_driving_license", "Driving License"),
    ("process_general_knowledge", "General knowledge"),
    ("process_health_oriented_education", "Health oriented education"),
    ("process_marine_license", "Marine License"),
    ("process_medical_license", "Medical License"),
    ("process_professional_certification", "Professional certification"),
    ("process_stem", "STEM"), ("process_social_science", "Social Science"),
  ]

  /// Function and subject of IndicParam.
  private static let indicLanguages = [
    ("bodo", "Bodo"), ("dogri", "Dogri"), ("gujarati", "Gujarati_surya"), ("konkani", "Konkani"),
    ("maithili", "Maithili"), ("marathi", "Marathi"), ("nepali", "Nepali"), ("oriya", "Oriya"),
    ("rajasthani", "Rajasthani"), ("sanskrit", "Sanskrit"), ("sanskrit_mix", "Sanskrit Mix"),
    ("santali", "Santali"),
  ]

  /// MMMLU, whose field may hold a file's name: what precedes `_test.csv` or `_test-` counts.
  private static func multilingualSubject(_ subject: String) -> NativeFunction {
    NativeFunction(
      family: "openai-mmmlu", reference: "utils.process_\(subject)",
      work: .documents { (row) throws(ProcessingError) in
        guard case .string(var name) = try row.required("Subject") else { return nil }
        for marker in ["_test.csv", "_test-"] {
          let parts = name.pythonSplit(separator: marker, maximumSplits: 1)
          if parts.count == 2 {
            name = parts[0]
            break
          }
        }
        return name == subject ? row : nil
      })
  }

  /// Families that leave out rows without an answer or choices.
  private static let incomplete =
    NativeFunction.documents(["bigbench"], "utils.filter_multiple_choice") {
      (row) throws(ProcessingError) in
      try row.list("multiple_choice_targets").isEmpty ? nil : row
    }
    + NativeFunction.documents(["eus_exams"], "utils.process_docs") {
      (row) throws(ProcessingError) in
      let empty = PythonValue.list(Array(repeating: .string(""), count: 4))
      let answers = (0...3).map { PythonValue.integer($0) }
      guard answers.contains(try row.required("answer")),
        try row.required("candidates") != empty
      else { return nil }
      return row
    }
}
