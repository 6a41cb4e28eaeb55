internal import Files

extension NativeFunction {
  /// All that exist.
  static let all: [NativeFunction] = [
    HellaSwagProcessors.functions, ARCProcessors.functions, WinograndeProcessors.functions,
    COPAProcessors.functions, MathQAProcessors.functions, RACEProcessors.functions,
    TruthfulQAProcessors.functions, PAWSXProcessors.functions, SubsetProcessors.functions,
    LetteredQuestionProcessors.functions, MMLUVariantProcessors.functions,
    CommonsenseProcessors.functions, ClassificationProcessors.functions,
    ArabicLeaderboardProcessors.functions, DocumentLevelProcessors.functions,
  ].flatMap { $0 }

  private static let byName = Dictionary(grouping: all, by: \.reference)

  /// Finds the counterpart of a function.
  ///
  /// - Parameters:
  ///   - reference: As written, `utils.process_docs`, or with lm-eval's full path in front,
  ///     `lm_eval.tasks.hellaswag.utils.process_docs`, which lm-eval can import too.
  ///   - file: The file it is written in. Its folders name the family, the innermost first:
  ///     `okapi/arc_multilingual` is `arc_multilingual`, `global_mmlu/full/de` is `global_mmlu`.
  /// - Returns: The function, or `nil`.
  static func find(_ reference: String, in file: TaskFile) -> NativeFunction? {
    var folders = file.folders
    var name = reference
    let parts = reference.split(separator: ".").map(String.init)
    if parts.count > 4, parts[0] == "lm_eval", parts[1] == "tasks" {
      folders = Array(parts[2..<(parts.count - 2)])
      name = parts.suffix(2).joined(separator: ".")
    }
    let candidates = byName[name] ?? []
    for folder in folders.reversed() {
      if let function = candidates.first(where: { $0.family == folder }) { return function }
    }
    return nil
  }

  /// Names the functions that a mistaken one may have meant.
  ///
  /// - Parameter file: The file it is written in.
  /// - Returns: Those of the file's family and of families with a similar name, else all families.
  static func known(near file: TaskFile) -> String {
    let families = Set(all.map(\.family)).sorted()
    var meant = Set(file.folders)
    if let folder = file.folders.last {
      meant.formUnion(suggestions(for: folder, among: families))
    }
    let near = all.filter { meant.contains($0.family) }.map(\.name)
    return near.isEmpty
      ? "there are functions of the families \(families.joined(separator: ", "))"
      : "there are \(near.joined(separator: ", "))"
  }
}
