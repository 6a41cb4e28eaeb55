internal import Compute
internal import Files

/// Why a folder cannot be used as a checkpoint.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
  /// A tensor whose shape is not what the configuration asks for.
  public struct Misfit: Equatable, Sendable {
    public let tensor: String
    public let expected: [Int]
    public let found: [Int]
  }

  /// Nothing lies at the path; near names beside it.
  case noSuchFolder(path: String, near: [String])
  /// The path is a file of a checkpoint, or another file.
  case notAFolder(path: String)
  /// No config.json; folders below or above that have one.
  case noConfiguration(path: String, candidates: [String])
  /// No safetensors; files in PyTorch's pickle format that lie there instead, and other weights.
  case noWeights(path: String, pickles: [String], others: [String])
  case malformedIndex(path: String, problem: String)
  /// A tensor that lies in several files.
  case repeatedTensor(tensor: String, files: [String])
  /// A tensor that the index places in a file which does not have it.
  case notInShard(tensor: String, path: String)
  case missingTensors(path: String, names: [String], count: Int)
  /// Only the output embedding is missing, as in a model saved without its head.
  case noOutputEmbedding(path: String, name: String)
  case surplusTensors(path: String, names: [String], count: Int)
  case misfits(path: String, [Misfit], count: Int)
  case unsupportedDtype(path: String, tensor: String, dtype: String)

  public var description: String {
    switch self {
    case .noSuchFolder(let path, let near):
      return "\(path.escapedForTerminal): no such folder."
        + (near.isEmpty
          ? " Pass the path of a folder with config.json and model.safetensors; nothing is "
            + "downloaded by name." : " Did you mean \(Self.paths(near))?")
    case .notAFolder(let path):
      return "\(path.escapedForTerminal) is a file. Pass the folder that holds config.json and "
        + "model.safetensors."
    case .noConfiguration(let path, let candidates):
      return "\(path.escapedForTerminal): no config.json there; a checkpoint is a folder with "
        + "config.json and model.safetensors (or model.safetensors.index.json)."
        + (candidates.isEmpty ? "" : " Did you mean \(Self.paths(candidates))?")
    case .noWeights(let path, let pickles, let others):
      let base =
        "\(path.escapedForTerminal): neither model.safetensors nor model.safetensors.index.json "
        + "is there."
      if !pickles.isEmpty {
        return base + " \(Self.list(pickles)) is a Python pickle, which can run code and is not "
          + "read. Convert it once with transformers: AutoModelForCausalLM.from_pretrained("
          + "\"\(path.escapedForTerminal)\").save_pretrained(\"NEW_FOLDER\")."
      }
      return base
        + (others.isEmpty
          ? "" : " \(Self.list(others)) lies there; rename it if it is meant to be the model.")
    case .malformedIndex(let path, let problem):
      return "\(path.escapedForTerminal): \(problem.escapedForTerminal)."
    case .repeatedTensor(let tensor, let files):
      return "tensor \(SafetensorsError.quoted(tensor)) is in \(Self.paths(files)). Keep one."
    case .notInShard(let tensor, let path):
      return "\(path.escapedForTerminal): tensor \(SafetensorsError.quoted(tensor)) is not in it, "
        + "although the index says so. Download both again."
    case .missingTensors(let path, let names, let count):
      return "\(path.escapedForTerminal): \(count) tensor\(count == 1 ? "" : "s") that config.json "
        + "asks for \(count == 1 ? "is" : "are") missing: \(Self.list(names, of: count)). Check "
        + "model_type and num_hidden_layers, or copy all files again."
    case .noOutputEmbedding(let path, let name):
      return "\(path.escapedForTerminal): \(name) is missing, everything else is there. Save the "
        + "model with its language modelling head, or set tie_word_embeddings in config.json to "
        + "true if it shares the input embedding."
    case .surplusTensors(let path, let names, let count):
      return "\(path.escapedForTerminal): \(count) tensor\(count == 1 ? "" : "s") that config.json "
        + "does not ask for: \(Self.list(names, of: count)). Check model_type, num_hidden_layers "
        + "and the bias keys."
    case .misfits(let path, let misfits, let count):
      let list = misfits.map { misfit in
        "\(SafetensorsError.quoted(misfit.tensor)) is \(misfit.found) but config.json asks for "
          + "\(misfit.expected)"
      }
      return "\(path.escapedForTerminal): \(list.joined(separator: "; "))"
        + (count > misfits.count ? " and \(count - misfits.count) more" : "")
        + ". Set the sizes in config.json to those that the weights were trained with."
    case .unsupportedDtype(let path, let tensor, let dtype):
      return "\(path.escapedForTerminal): tensor \(SafetensorsError.quoted(tensor)) has dtype "
        + "\(dtype.abbreviatedForTerminal(limit: 32)); supported are F32, F16 and BF16. Save the "
        + "model in one of these."
    }
  }

  private static func paths(_ paths: [String]) -> String {
    paths.map(\.escapedForTerminal).joined(separator: ", ")
  }

  private static func list(_ names: [String], of count: Int? = nil) -> String {
    let shown = names.map { $0.abbreviatedForTerminal() }.joined(separator: ", ")
    guard let count, count > names.count else { return shown }
    return "\(shown) and \(count - names.count) more"
  }
}
