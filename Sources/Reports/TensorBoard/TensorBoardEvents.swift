public import Files
import Foundation
public import Records

/// An experiment's curves as TensorBoard reads them: one folder per run, with one event file each.
///
/// Scalars are `train/loss`, `train/lr`, `train/grad_norm`, `train/tokens_per_second`,
/// `validation_loss/<data set>`, `bits_per_byte/<data set>` and `score/<task>/<metric>`. Values that
/// were not finite are left out.
public struct TensorBoardEvents {
  private let record: ExperimentRecord
  private let host: String

  /// Prepares the files.
  ///
  /// - Parameters:
  ///   - record: The experiment.
  ///   - host: Ends the files' names, where TensorBoard's own have the machine's.
  public init(_ record: ExperimentRecord, host: String = "cpteval") {
    self.record = record
    self.host = host
  }

  /// The files, with paths below the folder that TensorBoard is given.
  ///
  /// The same record gives the same files. Runs without any value have none.
  /// - Complexity: O(n log n) in the number of values.
  public var files: [(path: String, bytes: [UInt8])] {
    var taken: Set<String> = []
    return record.runs.compactMap { run in
      let points = ScalarTimeline.points(of: run, fallback: record.date)
      guard let first = points.first else { return nil }
      var file = EventFile(time: first.time)
      for point in points { file.append(point) }
      let folder = Self.distinct(Self.safeName(run.name), from: &taken)
      let seconds = String(format: "%010d", Int(first.time))
      return ("\(folder)/events.out.tfevents.\(seconds).\(Self.safeName(host))", file.bytes)
    }
  }

  /// Writes the files.
  ///
  /// - Parameter folder: Made if need be.
  /// - Throws: ``FileError``.
  public func write(to folder: String) throws(FileError) {
    for file in files {
      let path = "\(folder)/\(file.path)"
      try OutputFolder.makeFolders(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
      try AtomicFile.write(file.bytes, to: path)
    }
  }

  /// A name that is one folder, whatever a plan calls its run.
  ///
  /// - Parameter name: Hostile.
  /// - Returns: Letters, digits, `-`, `_` and `.`, not at the start; at most 100 scalars.
  static func safeName(_ name: String) -> String {
    var safe = String.UnicodeScalarView()
    for scalar in name.unicodeScalars.prefix(100) {
      let isFine =
        scalar.isASCII
        ? scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          || scalar == "-" || scalar == "_" || (scalar == "." && !safe.isEmpty)
        : false
      safe.append(isFine ? scalar : "_")
    }
    return safe.isEmpty ? "run" : String(safe)
  }

  private static func distinct(_ name: String, from taken: inout Set<String>) -> String {
    var candidate = name
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = "\(name)-\(number)"
      number += 1
    }
    return candidate
  }
}
