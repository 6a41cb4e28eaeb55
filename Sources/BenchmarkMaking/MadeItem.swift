/// A question of a made task.
public struct MadeItem: Sendable, Equatable {
  public let context: String
  /// The true continuation and the others, in random order.
  public let choices: [String]
  /// Index of the true one.
  public let label: Int
  /// Index of the file that the context is from.
  public let file: Int
  /// Line on which its document begins, from 1.
  public let line: Int

  public init(context: String, choices: [String], label: Int, file: Int, line: Int) {
    self.context = context
    self.choices = choices
    self.label = label
    self.file = file
    self.line = line
  }
}
