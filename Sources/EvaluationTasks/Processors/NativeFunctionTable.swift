internal import Files

extension NativeFunction {
  /// Those that shipped tasks use, and their nearest kin.
  private static let ofShippedTasks: [NativeFunction] = [
    HellaSwagProcessors.functions, ARCProcessors.functions, WinograndeProcessors.functions,
    COPAProcessors.functions, MathQAProcessors.functions, RACEProcessors.functions,
    TruthfulQAProcessors.functions, PAWSXProcessors.functions,
  ].flatMap { $0 }

  /// Those that only task files of lm-eval's own use.
  private static let ofOtherTasks: [NativeFunction] = [
    SubsetProcessors.functions, LetteredQuestionProcessors.functions,
    MMLUVariantProcessors.functions, CommonsenseProcessors.functions,
    ClassificationProcessors.functions, ArabicLeaderboardProcessors.functions,
    DocumentLevelProcessors.functions,
  ].flatMap { $0 }

  /// All that exist.
  static let all = ofShippedTasks + ofOtherTasks

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

  /// Finds the counterpart of a function of one family.
  ///
  /// - Parameters:
  ///   - reference: As written, without lm-eval's path.
  ///   - family: Name of the family's folder.
  /// - Returns: The function, or `nil`.
  static func find(_ reference: String, inFamily family: String) -> NativeFunction? {
    byName[reference]?.first { $0.family == family }
  }

  /// Tells which functions there are, for the message about one that there is not.
  ///
  /// - Parameter file: The file it is written in.
  /// - Returns: The functions of the file's family and of families with a similar name; else those of
  ///   shipped tasks by name and the others by their families, which are too many to list.
  static func known(near file: TaskFile) -> String {
    var meant = Set(file.folders)
    if let folder = file.folders.last {
      meant.formUnion(suggestions(for: folder, among: Set(all.map(\.family)).sorted()))
    }
    let near = all.filter { meant.contains($0.family) }
    if !near.isEmpty { return "there are " + near.map(\.name).joined(separator: ", ") }
    let others = Set(ofOtherTasks.map(\.family)).sorted()
    return "there are \(ofShippedTasks.map(\.name).joined(separator: ", ")), and functions of the "
      + "families \(others.joined(separator: ", "))"
  }
}
