import ArgumentParser
import Compute
import Files
import LanguageModel
import OrderedJSON

/// `cpteval checkpoint inspect DIR`.
struct CheckpointInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show a checkpoint's architecture, parameters, dtypes and tensors.")

  @Argument(help: "The folder with config.json and the weights.")
  var directory: String

  @Option(help: "How to print: table or json.")
  var format = CheckpointOutputFormat.table

  func run() throws {
    let checkpoint = try checkingRequest { try Checkpoint.open(directory: directory) }
    switch format {
    case .table: print(table(checkpoint))
    case .json: print(json(checkpoint).serialized(indent: 2))
    }
  }

  private func table(_ checkpoint: Checkpoint) -> String {
    var head = AlignedTable([.left, .left])
    for (name, value) in facts(checkpoint) { head.add([name, text(value)]) }
    head.add(["dtypes", checkpoint.dtypeSummary])
    var tensors = AlignedTable([.left, .left, .left, .right, .right])
    tensors.add(["tensor", "dtype", "shape", "parameters", "bytes"])
    for tensor in checkpoint.storedTensors {
      tensors.add([
        tensor.name, tensor.dtype.rawValue, shapeText(tensor.shape), grouped(tensor.elementCount),
        grouped(tensor.bytes.count),
      ])
    }
    return head.text + "\n\n" + tensors.text
  }

  private func text(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text.escapedForTerminal
    case .integer(let number): grouped(number)
    case .bool(let flag): flag ? "yes" : "no"
    case .null: "none"
    default: value.serialized()
    }
  }

  /// What both forms tell, in order.
  private func facts(_ checkpoint: Checkpoint) -> [(String, JSONValue)] {
    let c = checkpoint.configuration
    let windows = Set(c.windows.compactMap { $0 })
    let windowLayers = c.windows.filter { $0 != nil }.count
    return [
      ("checkpoint", .string(checkpoint.directory)),
      ("architecture", .string(c.family.causalClassName)),
      ("model_type", .string(c.family.rawValue)),
      ("parameters", .integer(checkpoint.parameterCount)),
      ("bytes", .integer(checkpoint.totalBytes)),
      ("files", .integer(checkpoint.weightFiles.count)),
      ("layers", .integer(c.layerCount)),
      ("hidden_size", .integer(c.hiddenSize)),
      ("heads", .integer(c.headCount)),
      ("key_value_heads", .integer(c.keyValueHeadCount)),
      ("head_size", .integer(c.headSize)),
      ("intermediate_size", .integer(c.intermediateSize)),
      ("vocabulary", .integer(c.vocabularySize)),
      ("maximum_length", .integer(c.maximumLength)),
      ("activation", .string(c.activation.rawValue)),
      ("rotary_dimensions", c.rotary.map { .integer($0.dimensions) } ?? .null),
      ("rotary_base", c.rotary.map { .double($0.base) } ?? .null),
      ("sliding_window", windows.max().map { .integer($0) } ?? .null),
      ("sliding_window_layers", .integer(windowLayers)),
      ("tied_embeddings", .bool(c.tiesEmbeddings)),
    ]
  }

  private func json(_ checkpoint: Checkpoint) -> JSONValue {
    var object = JSONObject()
    for (name, value) in facts(checkpoint) { object[name] = value }
    var dtypes = JSONObject()
    for tensor in checkpoint.storedTensors {
      let name = tensor.dtype.rawValue
      dtypes[name] = .integer((dtypes[name]?.integerValue ?? 0) + 1)
    }
    object["dtypes"] = .object(dtypes)
    object["tensors"] = .array(
      checkpoint.storedTensors.map { tensor in
        [
          "name": .string(tensor.name), "dtype": .string(tensor.dtype.rawValue),
          "shape": .array(tensor.shape.map { .integer($0) }),
          "parameters": .integer(tensor.elementCount), "bytes": .integer(tensor.bytes.count),
          "file": .string(tensor.file.path),
        ]
      })
    return .object(object)
  }
}
