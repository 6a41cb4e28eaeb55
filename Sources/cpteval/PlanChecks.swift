import Compute
import Files
import Foundation
import LanguageModel
import OrderedJSON
import Tokenization
import TrainingPlans

/// Checks of a plan against the files that it names.
struct PlanChecks {
  let plan: TrainingPlan
  /// The plan file's folder.
  let folder: String

  /// What is wrong with the files of the data sets.
  ///
  /// - Returns: One sentence each.
  func fileProblems() -> [String] {
    do throws(DataFilesProblems) {
      _ = try plan.dataFiles(in: folder)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  /// What is understood, but probably not meant so.
  ///
  /// - Returns: One sentence each.
  func warnings() -> [String] {
    guard let files = try? plan.dataFiles(in: folder) else { return [] }
    return files.compactMap { dataSet, files in
      guard let file = files.overlap.first else { return nil }
      return "data.\(dataSet.name): \(file.escapedForTerminal) is trained on and validated on; "
        + "the validation loss will be too good."
    }
  }

  /// What is wrong with the model and its tokenizer.
  ///
  /// - Returns: One sentence each.
  func modelProblems() -> [String] {
    var problems: [String] = []
    var tokenizer: Tokenizer?
    do { tokenizer = try loadedTokenizer() } catch { problems.append("tokenizer: \(error)") }
    do {
      let configuration = try configuration(tokenizer)
      if let ids = tokenizer?.vocabularySize, ids > configuration.vocabularySize {
        problems.append(
          "tokenizer: it has \(ids) ids, but the model's vocab_size is "
            + "\(configuration.vocabularySize).")
      }
      // Learned positions end; rotary ones of a checkpoint can be trained further.
      if configuration.family == .gpt2, plan.sequenceLength > configuration.maximumPositions {
        problems.append(
          "sequence_length: \(plan.sequenceLength) is more than the "
            + "\(configuration.maximumPositions) positions that the model is for.")
      }
    } catch {
      problems.append("model: \(error)")
    }
    return problems
  }

  /// The sizes that the count of operations needs.
  ///
  /// - Returns: `nil` if the model or its tokenizer cannot be read; `plan check` says why.
  func modelCounts() -> ModelCounts? {
    guard let keys = try? keys(loadedTokenizer()),
      let initializer = try? CheckpointInitializer(
        keys: keys, path: "model", seed: 0, dtype: .float32),
      let total = initializer.parameterCount
    else { return nil }
    let configuration = initializer.configuration
    let embedding = configuration.vocabularySize * configuration.hiddenSize
    let positions =
      configuration.family == .gpt2 ? configuration.maximumPositions * configuration.hiddenSize : 0
    let embeddings = embedding * (configuration.tiesEmbeddings ? 1 : 2) + positions
    return ModelCounts(
      nonEmbeddingParameters: total - embeddings, vocabularySize: configuration.vocabularySize,
      hiddenSize: configuration.hiddenSize, layers: configuration.layerCount)
  }

  private func resolved(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }

  private func configuration(_ tokenizer: Tokenizer?) throws -> ModelConfiguration {
    try ModelConfiguration(.object(try keys(tokenizer)), path: place)
  }

  private var place: String {
    switch plan.model {
    case .checkpoint(let path): resolved(path) + "/config.json"
    case .initialize: "model.init"
    }
  }

  /// The model's configuration, its vocabulary taken from the tokenizer where it says nothing.
  private func keys(_ tokenizer: Tokenizer?) throws -> JSONObject {
    switch plan.model {
    case .checkpoint: return try ModelConfiguration.keys(atPath: place)
    case .initialize(var keys, _):
      if keys["vocab_size"] == nil, let tokenizer {
        keys["vocab_size"] = .integer(tokenizer.vocabularySize)
      }
      return keys
    }
  }

  /// The tokenizer that the plan names; `nil` if it names none.
  private func loadedTokenizer() throws -> Tokenizer? {
    guard let path = plan.tokenizer.map(resolved) else { return nil }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let url = URL(fileURLWithPath: path)
    return exists && isFolder.boolValue
      ? try Tokenizer(directory: url) : try Tokenizer(file: url)
  }
}
