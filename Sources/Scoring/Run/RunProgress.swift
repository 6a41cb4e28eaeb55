/// How far an evaluation has come, over all its tasks.
public struct RunProgress: Sendable {
  /// Tasks whose results are complete.
  public private(set) var finishedTasks = 0
  public let taskCount: Int
  /// Names of the tasks at work.
  public private(set) var currentTasks: [String] = []
  /// Requests that are scored, and all of them.
  public private(set) var finishedRequests = 0
  public let totalRequests: Int
  /// Tokens that went through the model, shared ones once.
  public private(set) var finishedTokens = 0
  /// Bytes of weights read, every pass counted.
  public private(set) var weightBytesRead = 0

  private let totalWork: Int
  private var finishedWork = 0
  private var poolWork = 0
  private var poolRequests = 0
  private var requestsBefore = 0
  private var tokensBefore = 0
  private var weightBytesBefore = 0
  private var poolFraction = 0.0

  /// Begins with nothing done.
  ///
  /// - Parameters:
  ///   - taskCount: All tasks.
  ///   - totalRequests: Of all tasks.
  ///   - totalWork: Bytes of text of all tasks, the measure of the time left.
  init(taskCount: Int, totalRequests: Int, totalWork: Int) {
    self.taskCount = taskCount
    self.totalRequests = totalRequests
    self.totalWork = totalWork
  }

  /// The part of the work that is done, 0 to 1.
  public var fraction: Double {
    guard totalWork > 0 else { return finishedTasks == taskCount ? 1 : 0 }
    return min(1, (Double(finishedWork) + Double(poolWork) * poolFraction) / Double(totalWork))
  }

  /// Bytes of weights read for the tasks at work.
  var weightBytesOfPool: Int { weightBytesRead - weightBytesBefore }

  mutating func begin(_ tasks: [ScoringTask]) {
    currentTasks = tasks.map(\.name)
    poolWork = tasks.reduce(0) { $0 + $1.textSize }
    poolRequests = tasks.reduce(0) { $0 + $1.requestCount }
    poolFraction = 0
    requestsBefore = finishedRequests
    tokensBefore = finishedTokens
    weightBytesBefore = weightBytesRead
  }

  mutating func update(_ engine: ScoringProgress) {
    let done = Double(engine.finishedTokens) / Double(max(1, engine.totalTokens))
    poolFraction = min(1, done)
    let requests = Double(engine.finishedSequences) / Double(max(1, engine.totalSequences))
    finishedRequests = requestsBefore + Int(Double(poolRequests) * requests)
    finishedTokens = tokensBefore + engine.finishedTokens
    weightBytesRead = engine.weightBytesRead
  }

  mutating func end(_ tasks: [ScoringTask]) {
    finishedTasks += tasks.count
    finishedWork += poolWork
    poolWork = 0
    poolFraction = 0
    finishedRequests = requestsBefore + poolRequests
    currentTasks = []
  }
}
