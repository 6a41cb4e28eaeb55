internal import Files
public import Compute
internal import OrderedJSON

extension Checkpoint {
  /// Opens a folder and checks everything that can be checked without reading the weights.
  ///
  /// - Parameter directory: The folder with `config.json` and the weights.
  /// - Returns: The checkpoint, every tensor present once, in its shape, in a known dtype.
  /// - Throws: ``CheckpointError``, ``ModelConfigurationError``, ``SafetensorsError``, `FileError`.
  /// - Complexity: O(headers).
  public static func open(directory: String) throws -> Checkpoint {
    let directory = try CheckpointFolder.resolve(directory)
    let configuration = try ModelConfiguration(path: directory + "/config.json")
    return try open(directory: directory, configuration: configuration)
  }

  private static func open(
    directory: String, configuration: ModelConfiguration
  ) throws -> Checkpoint {
    let layout = ParameterLayout(configuration)
    let weights = try CheckpointFolder.weights(in: directory)
    let tensors = try select(from: weights.files, layout: layout, directory: directory)
    return Checkpoint(
      directory: directory, configuration: configuration, layout: layout,
      weightFiles: weights.files.map(\.file), tensors: tensors,
      declaredSize: weights.declaredSize)
  }

  /// Matches the files' tensors with the layout.
  private static func select(
    from files: [SafetensorsFile], layout: ParameterLayout, directory: String
  ) throws(CheckpointError) -> [String: StoredTensor] {
    var expected: [TensorName: ParameterLayout.Parameter] = [:]
    for parameter in layout.parameters { expected[TensorName(parameter.name)] = parameter }
    let shownNames = 5

    var tensors: [String: StoredTensor] = [:]
    var sources: [String: String] = [:]
    var surplus: [String] = []
    var misfits: [CheckpointError.Misfit] = []
    for file in files {
      for entry in file.entries {
        guard let parameter = parameter(for: entry.name, in: expected, layout: layout) else {
          if !layout.isIgnorable(entry.name) { surplus.append(entry.name) }
          continue
        }
        if let other = sources[parameter.name] {
          throw .repeatedTensor(tensor: parameter.name, files: [other, file.file.path])
        }
        sources[parameter.name] = file.file.path
        guard let dtype = ScalarType(safetensorsName: entry.dtype) else {
          throw .unsupportedDtype(path: file.file.path, tensor: entry.name, dtype: entry.dtype)
        }
        guard entry.shape == parameter.shape else {
          misfits.append(
            CheckpointError.Misfit(
              tensor: entry.name, expected: parameter.shape, found: entry.shape))
          continue
        }
        tensors[parameter.name] = StoredTensor(
          name: parameter.name, dtype: dtype, shape: entry.shape,
          bytes: UnsafeRawBufferPointer(rebasing: file.file.bytes[entry.range]), file: file.file,
          offset: entry.range.lowerBound)
      }
    }
    let missing = layout.parameters.map(\.name).filter { name in
      sources[name] == nil && !isTiedToPresent(name, sources, layout)
    }
    // Wrong shapes first: a wrong width explains more than what else is amiss.
    if !misfits.isEmpty {
      throw .misfits(path: directory, Array(misfits.prefix(3)), count: misfits.count)
    }
    if missing == [layout.outputEmbedding] {
      throw .noOutputEmbedding(path: directory, name: layout.outputEmbedding)
    }
    if !missing.isEmpty {
      throw .missingTensors(
        path: directory, names: Array(missing.prefix(shownNames)), count: missing.count)
    }
    if !surplus.isEmpty {
      throw .surplusTensors(
        path: directory, names: Array(surplus.prefix(shownNames)), count: surplus.count)
    }
    return tensors
  }

  private static func isTiedToPresent(
    _ name: String, _ sources: [String: String], _ layout: ParameterLayout
  ) -> Bool {
    guard layout.tiesEmbeddings else { return false }
    return name == layout.outputEmbedding && sources[layout.inputEmbedding] != nil
      || name == layout.inputEmbedding && sources[layout.outputEmbedding] != nil
  }

  /// What a file's name stands for: a canonical name, one without the base model's prefix, or the
  /// other name of the output embedding.
  private static func parameter(
    for name: String, in expected: [TensorName: ParameterLayout.Parameter], layout: ParameterLayout
  ) -> ParameterLayout.Parameter? {
    if let parameter = expected[TensorName(name)] { return parameter }
    if let alias = layout.outputEmbeddingAlias, name.hasSameBytes(as: alias) {
      return expected[TensorName(layout.outputEmbedding)]
    }
    return expected[TensorName(layout.basePrefix + name)]
  }
}

/// A tensor's name as its bytes: Swift's string equality would take U+212A, the Kelvin sign, for K.
struct TensorName: Hashable {
  let bytes: [UInt8]

  init(_ name: String) { bytes = Array(name.utf8) }
}

extension ScalarType {
  /// The dtype behind a name of the safetensors format, `nil` if it is none that models use here.
  init?(safetensorsName name: String) {
    switch name {
    case "F32": self = .float32
    case "F16": self = .float16
    case "BF16": self = .bfloat16
    default: return nil
    }
  }

  /// The format's name of the dtype.
  public var safetensorsName: String {
    switch self {
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    }
  }
}
