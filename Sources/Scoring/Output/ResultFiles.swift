public import Files
public import Foundation

/// Where results go, under lm-evaluation-harness's names.
///
/// Source: `lm_eval/loggers/evaluation_tracker.py`, `lm_eval/utils.py` (`sanitize_model_name`), commit
/// 4e7e0d4. One thing differs: task names are sanitised like model names, because a task's name comes
/// out of a file and must not lead elsewhere.
public struct ResultFiles: Sendable, Equatable {
  /// The folder that both kinds of files go to; it has been written to.
  public let folder: String
  private let stem: String
  /// Local time of the end of the run, as lm-eval spells it in names.
  public let dateID: String

  /// Creates the folder and proves that it can be written to.
  ///
  /// - Parameters:
  ///   - outputPath: A folder, in which one for the model is made; or a path that ends in `.json`,
  ///     which lends its name to the results file.
  ///   - modelName: The checkpoint's.
  ///   - requiredBytes: Space that must be free.
  ///   - date: For the names.
  /// - Throws: `FileError`.
  public init(
    outputPath: String, modelName: String, requiredBytes: Int = 0, date: Date = Date()
  ) throws(FileError) {
    if outputPath.hasSuffix(".json") {
      let url = URL(fileURLWithPath: outputPath)
      folder = url.deletingLastPathComponent().path
      stem = url.deletingPathExtension().lastPathComponent
    } else {
      folder = "\(outputPath)/\(modelName.sanitizedForFileName)"
      stem = "results"
    }
    dateID = Self.dateID(date)
    _ = try OutputFolder(preparing: folder, requiredBytes: requiredBytes)
  }

  /// Files in a folder of a checkpoint's own.
  ///
  /// - Parameters:
  ///   - folder: Made if it is missing, and proven to be writable.
  ///   - requiredBytes: Space that must be free.
  ///   - date: For the names.
  /// - Throws: `FileError`.
  public init(
    folder: String, requiredBytes: Int = 0, date: Date = Date()
  ) throws(FileError) {
    self.init(folder: folder, stem: "results", dateID: Self.dateID(date))
    _ = try OutputFolder(preparing: folder, requiredBytes: requiredBytes)
  }

  private init(folder: String, stem: String, dateID: String) {
    self.folder = folder
    self.stem = stem
    self.dateID = dateID
  }

  /// The same folder, with names for another moment.
  ///
  /// - Parameter date: For the names.
  /// - Returns: The files of that moment.
  public func dated(_ date: Date) -> ResultFiles {
    ResultFiles(folder: folder, stem: stem, dateID: Self.dateID(date))
  }

  /// Path of the results file.
  public var results: String { "\(folder)/\(stem)_\(dateID).json" }

  /// Path of a task's samples file.
  ///
  /// - Parameter task: Its name.
  /// - Returns: A path in ``folder``, whatever the name.
  public func samples(task: String) -> String {
    "\(folder)/samples_\(task.sanitizedForFileName)_\(dateID).jsonl"
  }

  /// Python's `datetime.now().isoformat()` with colons replaced: local time, microseconds unless 0.
  static func dateID(_ date: Date, timeZone: TimeZone = .current) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    // Rounded to microseconds first, so that the seconds carry with them.
    let microseconds = Int64((date.timeIntervalSince1970 * 1e6).rounded())
    let whole = Date(
      timeIntervalSince1970: Double(
        microseconds.quotientAndRemainder(dividingBy: 1_000_000).quotient))
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: whole)
    func padded(_ value: Int?, _ width: Int) -> String {
      let digits = String(value ?? 0)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let fraction = Int(microseconds % 1_000_000)
    return """
      \(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))\
      T\(padded(parts.hour, 2))-\(padded(parts.minute, 2))-\(padded(parts.second, 2))\
      \(fraction == 0 ? "" : "." + padded(fraction, 6))
      """
  }
}
