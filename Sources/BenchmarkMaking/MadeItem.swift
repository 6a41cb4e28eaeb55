public import Documents

/// A question of a made task.
public struct MadeItem: Sendable, Equatable {
  public let context: String
  /// The true continuation and the others, in random order.
  public let choices: [String]
  /// Index of the true one.
  public let label: Int
  /// Index of the file that the context is from.
  public let file: Int
  /// Where its document begins.
  public let place: DocumentPlace

  public init(context: String, choices: [String], label: Int, file: Int, place: DocumentPlace) {
    self.context = context
    self.choices = choices
    self.label = label
    self.file = file
    self.place = place
  }
}
