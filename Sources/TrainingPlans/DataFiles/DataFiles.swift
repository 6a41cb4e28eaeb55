internal import Documents
internal import Files
internal import Glibc
internal import OrderedJSON

/// The files behind the globs of a data set.
public struct DataFiles: Sendable, Equatable {
  /// Paths sorted by bytes within a glob, globs in the plan's order, each file once.
  public let train: [String]
  public let validation: [String]

  /// Files of both, whose validation says nothing of unseen text.
  public var overlap: [String] {
    let trained = Set(train.map { Array($0.utf8) })
    return validation.filter { trained.contains(Array($0.utf8)) }
  }
}

extension DataFiles {
  /// The files behind paths and globs.
  ///
  /// - Parameters:
  ///   - globs: As in a plan; a folder stands for everything in it whose name tells a format.
  ///   - folder: What relative ones are relative to.
  /// - Returns: Paths, sorted by bytes within a glob, each once.
  /// - Throws: ``DataFilesProblems``, for a glob without files too.
  public static func matching(
    _ globs: [String], in folder: String
  ) throws(DataFilesProblems) -> [String] {
    var files: [String] = []
    var known = Set<[UInt8]>()
    var problems: [DataFilesProblem] = []
    for glob in globs {
      do throws(GlobSearch.Failure) {
        var found = try GlobSearch.files(glob, in: folder)
        if found.isEmpty {
          found = try GlobSearch.files("\(glob)/**", in: folder)
            .filter { DocumentFormat(path: $0) != nil }
        }
        if found.isEmpty {
          problems.append(DataFilesProblem(path: glob, message: words(forNothingAt: glob, folder)))
        }
        for file in found where known.insert(Array(file.utf8)).inserted { files.append(file) }
      } catch { problems.append(DataFilesProblem(path: glob, message: error.words)) }
    }
    guard problems.isEmpty else { throw DataFilesProblems(problems: problems) }
    return files
  }

  private static func words(forNothingAt glob: String, _ folder: String) -> String {
    let path = glob.hasPrefix("/") ? glob : "\(folder)/\(glob)"
    guard (try? Folder.names(in: path)) != nil else { return "no file is there" }
    let endings = DocumentFormat.endings.map(\.ending).joined(separator: ", ")
    return "the folder holds no file that is read by its name: \(endings), each also with "
      + Compression.endings.joined(separator: " or ")
  }
}

/// Why the files of a data set cannot be used.
public struct DataFilesProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// In the spelling of `--set`, such as `data.english.train`.
  public let path: String
  /// What is wrong and how to mend it, as a clause without a full stop.
  public let message: String

  public var description: String { "\(path.escapedForTerminal): \(message.escapedForTerminal)." }
}

/// All problems with the files of a plan.
public struct DataFilesProblems: Error, Sendable, Equatable, CustomStringConvertible {
  /// At least one.
  public let problems: [DataFilesProblem]

  /// One line for each.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension DataSet {
  /// Finds the files.
  ///
  /// - Parameter folder: What relative globs are relative to, the plan file's folder.
  /// - Returns: The files; a set without validation globs has no validation files.
  /// - Throws: ``DataFilesProblems`` for globs that match nothing and files that cannot be read.
  /// - Complexity: O(names in the folders searched).
  public func files(in folder: String) throws(DataFilesProblems) -> DataFiles {
    var problems: [DataFilesProblem] = []
    let train = expand(train, "train", folder, &problems)
    let validation = expand(validation, "validation", folder, &problems)
    guard problems.isEmpty else { throw DataFilesProblems(problems: problems) }
    return DataFiles(train: train, validation: validation)
  }

  private func expand(
    _ globs: [String], _ key: String, _ folder: String, _ problems: inout [DataFilesProblem]
  ) -> [String] {
    var files: [String] = []
    var known = Set<[UInt8]>()
    for glob in globs {
      do throws(GlobSearch.Failure) {
        let found = try GlobSearch.files(glob, in: folder)
        if let message = complaint(found, glob, folder) {
          problems.append(DataFilesProblem(path: "data.\(name).\(key)", message: message))
        }
        for file in dataFiles(found) where known.insert(Array(file.utf8)).inserted {
          files.append(file)
        }
      } catch {
        problems.append(
          DataFilesProblem(path: "data.\(name).\(key)", message: "\"\(glob)\": \(error.words)"))
      }
    }
    return files
  }

  /// What is opened: of the two files of an indexed data set the index.
  private func dataFiles(_ found: [String]) -> [String] {
    guard format == .megatron else { return found }
    return found.map { $0.hasByteSuffix(".bin") ? String($0.dropLast(4)) + ".idx" : $0 }
  }

  private func complaint(_ found: [String], _ glob: String, _ folder: String) -> String? {
    if found.isEmpty {
      return "no file matches \"\(glob)\" in \(folder); paths are relative to the plan's folder"
    }
    if format == .megatron {
      let other = found.first { !$0.hasByteSuffix(".idx") && !$0.hasByteSuffix(".bin") }
      return other.map {
        "\($0): the ending is neither .idx nor .bin; remove format: megatron if these are texts"
      }
    }
    guard format == .text else { return nil }
    if let index = found.first(where: { $0.hasByteSuffix(".idx") }) {
      return "\(index): an indexed data set among texts; add format: megatron, and give texts a "
        + "data set of their own"
    }
    let unreadable = found.filter { DocumentFormat(path: $0) == nil }
    guard let first = unreadable.first else { return nil }
    let endings = DocumentFormat.endings.map(\.ending).joined(separator: ", ")
    return "\(first)\(unreadable.count > 1 ? " and \(unreadable.count - 1) more files" : ""): "
      + "the ending tells of no text; what can be read is \(endings), each also with .gz or .zst"
  }
}

extension TrainingPlan {
  /// Finds the files of all data sets.
  ///
  /// - Parameter folder: The plan file's folder.
  /// - Returns: Files by data set, in the plan's order.
  /// - Throws: ``DataFilesProblems`` with those of all sets.
  public func dataFiles(
    in folder: String
  ) throws(DataFilesProblems) -> [(dataSet: DataSet, files: DataFiles)] {
    var problems: [DataFilesProblem] = []
    var files: [(dataSet: DataSet, files: DataFiles)] = []
    for dataSet in data {
      do throws(DataFilesProblems) {
        let found = try dataSet.files(in: folder)
        problems += rowProblems(dataSet, found.train, "train")
        problems += rowProblems(dataSet, found.validation, "validation")
        files.append((dataSet, found))
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw DataFilesProblems(problems: problems) }
    return files
  }

  /// Packed files that are no whole number of rows were packed for another length or type.
  private func rowProblems(
    _ dataSet: DataSet, _ files: [String], _ key: String
  ) -> [DataFilesProblem] {
    guard case .packed(let type) = dataSet.format else { return [] }
    let row = (sequenceLength + 1) * type.byteCount
    return files.compactMap { file in
      var status = stat()
      guard stat(file, &status) == 0 else { return nil }
      let size = Int(status.st_size)
      guard size == 0 || !size.isMultiple(of: row) else { return nil }
      return DataFilesProblem(
        path: "data.\(dataSet.name).\(key)",
        message: "\(file): its \(size) bytes are no whole number of rows of \(sequenceLength + 1) "
          + "\(type.rawValue) ids, \(row) bytes each; check sequence_length and dtype")
    }
  }
}

extension GlobSearch.Failure {
  fileprivate var words: String {
    switch self {
    case .tooManyNames:
      "more than \(GlobSearch.maximumNames) names had to be looked at; name the folders"
    case .tooManyFiles:
      "more than \(GlobSearch.maximumFiles) files match; join small files into larger ones"
    case .unreadable(let path, let reason): "\(path) cannot be read (\(reason))"
    }
  }
}

extension String {
  fileprivate func hasByteSuffix(_ suffix: String) -> Bool {
    utf8.count >= suffix.utf8.count && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }
}
