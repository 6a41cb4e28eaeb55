internal import Files
internal import Glibc
internal import OrderedJSON

/// What lies in a checkpoint's folder, and what was probably meant where nothing does.
enum CheckpointFolder {
  static let singleFile = "model.safetensors"
  static let indexFile = "model.safetensors.index.json"
  /// Larger than the index of any model; beyond it the file is something else.
  static let maximumIndexSize = 64 << 20
  static let maximumShards = 4096

  /// Checks that the path is a folder with a configuration.
  ///
  /// - Parameter path: What the user has named.
  /// - Returns: The path without slashes at its end.
  /// - Throws: ``CheckpointError`` with what was probably meant.
  static func resolve(_ path: String) throws(CheckpointError) -> String {
    var directory = path
    while directory.utf8.count > 1, directory.utf8.last == UInt8(ascii: "/") {
      directory.removeLast()
    }
    switch kind(directory) {
    case .nothing:
      throw .noSuchFolder(path: path, near: nearFolders(directory))
    case .file: throw .notAFolder(path: path)
    case .folder: break
    }
    guard kind(directory + "/config.json") == .file else {
      throw .noConfiguration(path: path, candidates: candidates(around: directory))
    }
    return directory
  }

  /// Opens the weight files: `model.safetensors`, else the shards of the index, as transformers
  /// looks for them.
  ///
  /// - Parameter directory: The checkpoint's folder.
  /// - Returns: The files in the order of their names, and the size that the index claims.
  /// - Throws: ``CheckpointError``, ``SafetensorsError``, `FileError`.
  static func weights(
    in directory: String
  ) throws -> (files: [SafetensorsFile], declaredSize: Int?) {
    if kind(directory + "/" + singleFile) != .nothing {
      return ([try SafetensorsFile(path: directory + "/" + singleFile)], nil)
    }
    guard kind(directory + "/" + indexFile) != .nothing else {
      let names = self.names(in: directory)
      throw CheckpointError.noWeights(
        path: directory,
        pickles: names.filter { $0.hasPrefix("pytorch_model") && $0.hasSuffix(".bin") },
        others: Array(names.filter { $0.hasSuffix(".safetensors") }.prefix(3)))
    }
    let index = try ShardIndex(path: directory + "/" + indexFile)
    let files = try index.shards.map { try SafetensorsFile(path: directory + "/" + $0) }
    for (shard, file) in zip(index.shards, files) {
      let present = Set(file.entries.map { TensorName($0.name) })
      for name in index.tensors(ofShard: shard) where !present.contains(TensorName(name)) {
        throw CheckpointError.notInShard(tensor: name, path: file.file.path)
      }
    }
    return (files, index.declaredSize)
  }

  // MARK: What was meant

  /// Folders beside a missing one whose names are near.
  private static func nearFolders(_ path: String) -> [String] {
    let (parent, name) = split(path)
    let folders = names(in: parent).filter { kind("\(parent)/\($0)") == .folder }
    return suggestions(for: name, among: folders).map {
      parent == "." ? $0 : parent == "/" ? "/\($0)" : "\(parent)/\($0)"
    }
  }

  /// Folders with a config.json: the parent, and two levels below, the last names first, because
  /// the last step of a run is meant more often than the first.
  private static func candidates(around directory: String) -> [String] {
    let shown = 3
    var found: [String] = []
    func look(in folder: String, depth: Int) {
      for name in names(in: folder).reversed() where found.count < shown {
        let path = "\(folder)/\(name)"
        guard kind(path) == .folder else { continue }
        if kind("\(path)/config.json") == .file {
          found.append(path)
        } else if depth > 1 {
          look(in: path, depth: depth - 1)
        }
      }
    }
    look(in: directory, depth: 3)
    let parent = split(directory).parent
    if found.isEmpty, kind("\(parent)/config.json") == .file { found.append(parent) }
    return found
  }

  private enum Kind { case nothing, file, folder }

  private static func kind(_ path: String) -> Kind {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else { return .nothing }
    return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
  }

  /// Names in a folder, sorted, those with a dot left out; at most a few hundred.
  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while names.count < 500, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  private static func split(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let name = String(path[path.utf8.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
  }
}

/// `model.safetensors.index.json`: which shard holds which tensor.
struct ShardIndex {
  /// Sorted by name.
  let shards: [String]
  let declaredSize: Int?
  private let tensors: [TensorName: [String]]

  /// Reads and checks an index; shards are plain names, so that none can lead out of the folder.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``CheckpointError/malformedIndex(path:problem:)`` or `FileError`.
  init(path: String) throws {
    func fail(_ problem: String) -> CheckpointError {
      .malformedIndex(path: path, problem: problem)
    }
    let file = try MappedFile(path: path)
    guard file.size <= CheckpointFolder.maximumIndexSize else {
      throw fail("\(file.size) bytes are too many for an index")
    }
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONValue(
        parsing: file.bytes.assumingMemoryBound(to: UInt8.self),
        options: JSONParsingOptions(maximumDepth: 16))
    } catch {
      throw fail("not valid JSON (\(error))")
    }
    guard let map = json["weight_map"]?.objectValue, !map.members.isEmpty else {
      throw fail("weight_map is missing, empty or not an object")
    }
    if let name = map.firstRepeatedName {
      throw fail("the tensor \(SafetensorsError.quoted(name)) occurs twice in weight_map")
    }
    var tensors: [TensorName: [String]] = [:]
    for member in map.members {
      guard let shard = member.value.stringValue else {
        throw fail(
          "the file of tensor \(SafetensorsError.quoted(member.name)) is \(member.value.kind), not "
            + "a string")
      }
      guard !shard.isEmpty, !shard.utf8.contains(UInt8(ascii: "/")), !shard.utf8.contains(0),
        shard != ".", shard != "..", shard.utf8.count <= 255
      else {
        throw fail(
          "the file name \(SafetensorsError.quoted(shard)) leads out of the folder or is no file name"
        )
      }
      tensors[TensorName(shard), default: []].append(member.name)
    }
    guard tensors.count <= CheckpointFolder.maximumShards else {
      throw fail("\(tensors.count) files are too many")
    }
    self.tensors = tensors
    shards = tensors.keys.map { String(decoding: $0.bytes, as: UTF8.self) }.sorted()
    declaredSize = json["metadata"]?["total_size"]?.integerValue
  }

  func tensors(ofShard shard: String) -> [String] { tensors[TensorName(shard)] ?? [] }
}
