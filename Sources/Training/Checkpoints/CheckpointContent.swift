internal import LanguageModel
public import OrderedJSON

/// Everything that a checkpoint consists of.
public struct CheckpointContent: Sendable {
  /// Optimizer updates finished over all phases of the run.
  public var step: Int
  /// The phase that ends with this step; `nil` inside a phase.
  public var phaseEnd: String?
  /// Files written as they are, above all those named config.json and tokenizer.json.
  ///
  /// Names are plain, not hidden, unlike one another and unlike those in ``CheckpointFile``.
  public var files: [(name: String, bytes: [UInt8])]
  /// The model under Hugging Face's names, for ``CheckpointFile/model``.
  public var weights: [NamedTensor]
  /// For ``CheckpointFile/optimizer``.
  public var optimizer: [NamedTensor]
  /// For ``CheckpointFile/state``.
  public var state: JSONValue

  public init(
    step: Int, phaseEnd: String? = nil, files: [(name: String, bytes: [UInt8])] = [],
    weights: [NamedTensor], optimizer: [NamedTensor], state: JSONValue
  ) {
    precondition(step >= 0, "steps are counted from 0")
    self.step = step
    self.phaseEnd = phaseEnd
    self.files = files
    self.weights = weights
    self.optimizer = optimizer
    self.state = state
  }

  /// Bytes that the checkpoint takes on a disk, without what its file system adds.
  public var byteCount: Int {
    let weightBytes = SafetensorsWriter.byteCount(of: weights.map(\.header))
    let optimizerBytes = SafetensorsWriter.byteCount(of: optimizer.map(\.header))
    return files.reduce(weightBytes + optimizerBytes) { $0 + $1.bytes.count }
      + state.serialized(indent: 2).utf8.count
  }
}

/// The files of a checkpoint that the trainer names.
public enum CheckpointFile {
  public static let model = "model.safetensors"
  public static let optimizer = "optimizer.safetensors"
  public static let state = "trainer-state.json"
  public static let manifest = "manifest.json"
  /// Without these a folder is no checkpoint that a run can be resumed from.
  static let required = [model, optimizer, state]

  /// Whether a name can stand in a manifest: a plain file name that leads nowhere else.
  ///
  /// - Parameter name: Any text.
  /// - Returns: False for hidden names and for the manifest's own as well.
  static func isPlainName(_ name: String) -> Bool {
    let bytes = name.utf8
    return 1...255 ~= bytes.count && bytes.first != UInt8(ascii: ".")
      && !bytes.contains(UInt8(ascii: "/")) && !bytes.contains(0)
      && !bytes.elementsEqual(manifest.utf8)
  }
}
