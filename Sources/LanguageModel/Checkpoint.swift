internal import Compute
public import Files
internal import OrderedJSON

/// A folder in Hugging Face's layout: configuration and weights, checked against one another.
///
/// The weights stay in their files, mapped; nothing is copied or widened here.
public struct Checkpoint: Sendable {
  public let directory: String
  public let configuration: ModelConfiguration
  public let layout: ParameterLayout
  /// The files with weights, in the order of their names.
  public let weightFiles: [MappedFile]
  /// By canonical name.
  ///
  /// All names are ASCII, so Swift's equality is that of the bytes.
  private let tensors: [String: StoredTensor]
  /// Bytes of all tensors according to the index, where there is one that says so.
  public let declaredSize: Int?

  init(
    directory: String, configuration: ModelConfiguration, layout: ParameterLayout,
    weightFiles: [MappedFile], tensors: [String: StoredTensor], declaredSize: Int?
  ) {
    self.directory = directory
    self.configuration = configuration
    self.layout = layout
    self.weightFiles = weightFiles
    self.tensors = tensors
    self.declaredSize = declaredSize
  }

  public var configurationPath: String { directory + "/config.json" }

  /// A tensor by its canonical name.
  ///
  /// A tied output embedding that the file leaves out is the input embedding, and the other way
  /// round, as in `tie_weights` of transformers 5.23; a file that holds both keeps both.
  /// - Parameter name: A name of ``layout``.
  /// - Returns: The tensor, of the shape that the layout says.
  /// - Precondition: The name is in the layout; a misfit is a bug in model code.
  public func tensor(_ name: String) -> StoredTensor {
    if let tensor = tensors[name] { return tensor }
    if layout.tiesEmbeddings {
      if name == layout.outputEmbedding, let tensor = tensors[layout.inputEmbedding] {
        return tensor
      }
      if name == layout.inputEmbedding, let tensor = tensors[layout.outputEmbedding] {
        return tensor
      }
    }
    preconditionFailure("no tensor \(name) in the layout")
  }

  /// Tensors that the files hold, in the layout's order.
  public var storedTensors: [StoredTensor] {
    layout.parameters.compactMap { tensors[$0.name] }
  }

  /// Bytes of all stored tensors.
  public var totalBytes: Int { storedTensors.reduce(0) { $0 + $1.bytes.count } }

  /// Numbers in all stored tensors.
  public var parameterCount: Int { storedTensors.reduce(0) { $0 + $1.elementCount } }

  /// Checks that no weight file was cut short or rewritten since the checkpoint was opened.
  ///
  /// - Throws: `FileError`.
  public func verifyUnchanged() throws(FileError) {
    for file in weightFiles { try file.verifyUnchanged() }
  }
}
