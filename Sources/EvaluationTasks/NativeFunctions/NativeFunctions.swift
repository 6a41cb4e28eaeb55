import Files
import OrderedJSON

/// The functions that lm-eval keeps in Python beside its task files, in Swift.
///
/// A task's `!function` names a Python function, which is not run; family and name together tell which
/// native function does the same.
public enum NativeFunctions {
  /// Finds the native function for a `!function`.
  ///
  /// - Parameters:
  ///   - family: Folder of the task file; a longer path does too, for its parts are compared with the
  ///     names of families from the right (`okapi/hellaswag_multilingual/…`).
  ///   - reference: What follows `!function`, for example `utils.process_docs`.
  ///   - key: Where it stands, for example `process_docs` or `fewshot_config.doc_to_text`.
  /// - Returns: `nil` if there is none for that family, reference and kind of key.
  public static func resolve(family: String, reference: String, key: String) -> Function? {
    for part in family.split(separator: "/").reversed() {
      for entry in entries
      where entry.fits(key) && entry.reference == reference && entry.families.contains(String(part))
      {
        return Function(name: "\(part): \(reference)", kind: entry.kind)
      }
    }
    return nil
  }

  /// The functions that exist, for the message about one that does not.
  ///
  /// - Parameters:
  ///   - family: Folder of the task file.
  ///   - key: Where the function stands.
  /// - Returns: Those of the family and of families with a similar name, else all that fit the key, as
  ///   `family: reference`, sorted.
  public static func available(family: String, key: String) -> [String] {
    let parts = family.split(separator: "/").map(String.init)
    var names: [String] = []
    var near: [String] = []
    let families = Set(entries.flatMap(\.families))
    let meant = Set(parts).union(
      parts.last.map { suggestions(for: $0, among: families.sorted()) } ?? [])
    for entry in entries where entry.fits(key) {
      for name in entry.families {
        names.append("\(name): \(entry.reference)")
        if meant.contains(name) { near.append("\(name): \(entry.reference)") }
      }
    }
    return (near.isEmpty ? names : near).sorted()
  }

  /// One function, with the families that use it.
  private struct Entry {
    let families: [String]
    let reference: String
    let kind: Function.Kind

    init(_ families: [String], _ reference: String, _ kind: Function.Kind) {
      self.families = families
      self.reference = reference
      self.kind = kind
    }

    /// Whether a key takes this kind of function; of a key inside another the last part counts.
    func fits(_ key: String) -> Bool {
      switch key.split(separator: ".").last {
      case "process_docs": if case .processDocuments = kind { true } else { false }
      case "doc_to_text", "doc_to_choice", "doc_to_target":
        if case .documentField = kind { true } else { false }
      case "process_results": if case .resultProcessor = kind { true } else { false }
      default: false
      }
    }
  }

  private static let entries: [Entry] = [
    Entry(
      ["hellaswag", "hellaswag_multilingual"], "utils.process_docs",
      .processDocuments(HellaSwag.documents)),
    Entry(
      ["hellaswag_multilingual"], "utils.process_docs_keep_nouns",
      .processDocuments(HellaSwag.documentsKeepingNouns)),
    Entry(
      ["arc_multilingual"], "utils.process_docs", .processDocuments(ARCMultilingual.documents)),
    Entry(
      ["truthfulqa_multilingual"], "utils.process_docs",
      .processDocuments(TruthfulQAMultilingual.documents)),
    Entry(
      ["truthfulqa", "truthfulqa_multilingual"], "utils.process_results_mc2",
      .resultProcessor(.probabilityOfTrueChoices)),
    Entry(["paws-x"], "utils.process_docs_paraphrases", .processDocuments(PawsX.documents)),
    Entry(["race"], "preprocess_race.doc_to_text", .documentField(Race.text)),
    Entry(["race"], "preprocess_race.doc_to_choice", .documentField(Race.choices)),
    Entry(["race"], "preprocess_race.doc_to_target", .documentField(Race.target)),
    Entry(["mathqa"], "utils.doc_to_choice", .documentField(MathQA.choices)),
    Entry(["copa"], "utils.doc_to_text", .documentField(COPA.text)),
    Entry(["copa"], "utils.doc_to_choice", .documentField(COPA.choices)),
    Entry(["copa"], "utils.doc_to_target", .documentField(COPA.target)),
    Entry(
      ["winogrande", "icelandic_winogrande"], "preprocess_winogrande.doc_to_text",
      .documentField(Winogrande.text)),
    Entry(
      ["winogrande", "icelandic_winogrande"], "preprocess_winogrande.doc_to_choice",
      .documentField(Winogrande.choices)),
    Entry(
      ["winogrande"], "preprocess_winogrande.doc_to_target", .documentField(Winogrande.target)),
    Entry(
      ["icelandic_winogrande"], "preprocess_winogrande.doc_to_target",
      .documentField(Winogrande.icelandicTarget)),
  ]
}
