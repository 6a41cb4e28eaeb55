import ArgumentParser
import Compute
import Files
import LanguageModel

/// `cpteval checkpoint …`.
struct CheckpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint",
    abstract: "Look into checkpoints, check them, make new ones.",
    discussion: """
      A checkpoint is a folder in Hugging Face's layout: config.json, model.safetensors or shards \
      with model.safetensors.index.json, and tokenizer.json.
      """,
    subcommands: [
      CheckpointInspectCommand.self, CheckpointVerifyCommand.self, CheckpointInitCommand.self,
    ])
}

/// How a command prints what it found.
enum CheckpointOutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json
}

extension Checkpoint {
  /// Dtypes with the number of tensors each, such as `float16 (148 tensors)`.
  var dtypeSummary: String {
    var counts: [(name: String, count: Int)] = []
    for tensor in storedTensors {
      if let index = counts.firstIndex(where: { $0.name == tensor.dtype.rawValue }) {
        counts[index].count += 1
      } else {
        counts.append((tensor.dtype.rawValue, 1))
      }
    }
    return counts.map { "\($0.name) (\(grouped($0.count)) tensors)" }.joined(separator: ", ")
  }

  /// The file's own tokenizer, whether or not it is there.
  var tokenizerPath: String { directory + "/tokenizer.json" }
}

/// A shape as people write it.
///
/// - Parameter shape: Outermost dimension first.
/// - Returns: Such as `50304 × 128`, `scalar` for an empty one.
func shapeText(_ shape: [Int]) -> String {
  shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: " × ")
}
