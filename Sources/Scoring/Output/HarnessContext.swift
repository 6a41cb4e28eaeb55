import Foundation
import HarnessCompatibility
import LanguageModel
import OrderedJSON
import Records
public import Tokenization

/// What lm-eval's results files say about a run beyond its tasks.
public struct HarnessContext: Sendable {
  /// The checkpoint's folder name.
  public var modelName: String
  /// The checkpoint as the user named it.
  public var modelPath: String
  public var parameterCount: Int
  public var limit: Int?
  public var batchTokens: Int?
  public var bootstrapIterations: Int
  /// Longest input, in tokens.
  public var window: Int
  public var specialTokens: SpecialTokens
  /// When scoring began, in seconds since 1970.
  public var date: Double
  public var totalSeconds: Double
  /// System and processor in one line each.
  public var environment: String
  /// Program, version and the behaviour mirrored.
  public var program: String

  public init(
    modelName: String, modelPath: String, parameterCount: Int, limit: Int?, batchTokens: Int?,
    bootstrapIterations: Int, window: Int, specialTokens: SpecialTokens, date: Double,
    totalSeconds: Double, environment: String, program: String
  ) {
    self.modelName = modelName
    self.modelPath = modelPath
    self.parameterCount = parameterCount
    self.limit = limit
    self.batchTokens = batchTokens
    self.bootstrapIterations = bootstrapIterations
    self.window = window
    self.specialTokens = specialTokens
    self.date = date
    self.totalSeconds = totalSeconds
    self.environment = environment
    self.program = program
  }
}

extension HarnessContext {
  /// Describes one scoring of a checkpoint.
  ///
  /// - Parameters:
  ///   - model: The checkpoint.
  ///   - name: For files.
  ///   - settings: What it was scored with.
  ///   - machine: Where.
  ///   - begin: When scoring began.
  ///   - seconds: What it took.
  init(
    _ model: ScorableCheckpoint, name: String, settings: ScoringSettings, machine: MachineRecord,
    begin: Date, seconds: Double
  ) {
    let special = model.tokenizer.specialTokens
    self.init(
      modelName: name, modelPath: model.path, parameterCount: model.checkpoint.parameterCount,
      limit: settings.limit, batchTokens: settings.batchTokens,
      bootstrapIterations: settings.bootstrapIterations, window: model.encoder.window,
      // lm_eval/models/utils.py, configure_pad_token: the unknown token stands in, then the end.
      specialTokens: SpecialTokens(
        bos: special.bos, eos: special.eos, pad: special.pad ?? special.unk ?? special.eos,
        unk: special.unk),
      date: begin.timeIntervalSince1970, totalSeconds: seconds,
      environment:
        "\(settings.program)\nOS: \(machine.system)\nCPU: \(machine.processor)",
      program: "\(settings.program) (\(settings.version.rawValue))")
  }
}
