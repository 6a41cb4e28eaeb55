internal import Files
internal import OrderedJSON

/// Where a model's results lie.
struct ResultLocation: Sendable, Equatable {
  /// The folder with results and samples.
  let folder: String
  /// Name of the results file, the newest if there are several; `nil` where only validation losses are.
  let resultsName: String?
  /// All names in the folder.
  let names: [String]

  /// The file that a checkpoint's validation losses lie in.
  static let validationName = "validation.json"

  /// Finds results.
  ///
  /// - Parameter path: A results file; a folder that has one; a checkpoint with a folder `evaluation`;
  ///   or an output path with one model's folder.
  /// - Throws: ``ResultsError``.
  init(path: String) throws(ResultsError) {
    if path.hasSuffix(".json"), try Self.isFile(path) {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      let folder = parts.dropLast().joined(separator: "/")
      self.folder = parts.count == 1 ? "." : folder.isEmpty ? "/" : folder
      resultsName = parts.last.map(String.init)
      names = try Self.names(in: self.folder) ?? []
      return
    }
    guard let names = try Self.names(in: path) else {
      do throws(FileError) {
        _ = try FileIdentity(ofFile: path)
      } catch .notFound {
        throw .unreadable(.notFound(path: path))
      } catch {
        // Something lies there that is neither a folder nor a plain file.
      }
      throw .noResults(path: path)
    }
    if let here = Self.content(path, names) {
      self = here
      return
    }
    if names.contains("evaluation"), let inside = try Self.names(in: path + "/evaluation"),
      let here = Self.content(path + "/evaluation", inside)
    {
      self = here
      return
    }
    var found: [(name: String, location: ResultLocation)] = []
    for name in names where !name.hasPrefix(".") {
      let folder = "\(path)/\(name)"
      if let inside = try? Self.names(in: folder), let here = Self.content(folder, inside) {
        found.append((name, here))
      }
    }
    switch found.count {
    case 0: throw names.contains("config.json") ? .notScored(path: path) : .noResults(path: path)
    case 1: self = found[0].location
    default: throw .severalModels(path: path, names: found.map(\.name).sorted())
    }
  }

  /// Whether a path is a plain file's; a pipe, and a file that may not be read, are errors.
  private static func isFile(_ path: String) throws(ResultsError) -> Bool {
    do throws(FileError) {
      _ = try FileIdentity(ofFile: path)
      return true
    } catch .notFound {
      return false
    } catch {
      if try names(in: path) != nil { return false }
      throw .unreadable(error)
    }
  }

  private init(folder: String, resultsName: String?, names: [String]) {
    self.folder = folder
    self.resultsName = resultsName
    self.names = names
  }

  /// What lies in a folder itself; `nil` if no result does.
  private static func content(_ folder: String, _ names: [String]) -> ResultLocation? {
    // Dates in names sort as text.
    let results = names.filter { $0.hasPrefix("results_") && $0.hasSuffix(".json") }
    let newest = results.max { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard newest != nil || names.contains(validationName) else { return nil }
    return ResultLocation(folder: folder, resultsName: newest, names: names)
  }

  private static func names(in folder: String) throws(ResultsError) -> [String]? {
    do throws(FileError) {
      return try Folder.names(in: folder)
    } catch .notFound {
      return nil
    } catch .notAFolder {
      return nil
    } catch {
      throw .unreadable(error)
    }
  }

  /// The date that stands in the name of the results file, and in those of its samples files.
  private var dateID: String? {
    guard let stem = resultsName?.dropLast(".json".count),
      let underscore = stem.lastIndex(of: "_")
    else { return nil }
    return String(stem[stem.index(after: underscore)...])
  }

  /// The samples file of a task, written together with the results file.
  ///
  /// - Parameter task: Its name, which comes out of a file.
  /// - Returns: A name in ``folder``; `nil` if there is none.
  func samplesName(ofTask task: String) -> String? {
    guard let dateID else { return nil }
    return [task, task.sanitizedForFileName].map { "samples_\($0)_\(dateID).jsonl" }
      .first { wanted in names.contains { $0.hasSameBytes(as: wanted) } }
  }
}
