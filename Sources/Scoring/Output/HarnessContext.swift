import OrderedJSON
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
