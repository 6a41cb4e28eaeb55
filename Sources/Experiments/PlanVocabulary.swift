public import Tokenization
public import TrainingPlans

/// What models and data sets need to know of a plan's tokenizer, which may still have to be trained.
public struct PlanVocabulary: Sendable, Equatable {
  /// Ids that the tokenizer makes; of one that has yet to be trained the most that it may make.
  public let size: Int
  /// The ids that begin and end a text.
  public let beginning: Int32?
  public let end: Int32?

  /// The vocabulary of a tokenizer.
  public init(_ tokenizer: Tokenizer) {
    let special = tokenizer.specialTokens
    self.init(
      size: tokenizer.vocabularySize, beginning: special.bos?.id, end: special.eos?.id)
  }

  /// The vocabulary of a plan; `nil` where there is no tokenizer and none will be trained.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - tokenizer: What ``PlanTokenizer/open(_:folder:)`` found.
  public init?(_ plan: TrainingPlan, _ tokenizer: PlanTokenizer?) {
    if let tokenizer {
      self.init(tokenizer.tokenizer)
    } else if case .trained(let training) = plan.tokenizer {
      // Its one special token has the first id, and stands for both.
      self.init(size: training.vocabularySize, beginning: 0, end: 0)
    } else {
      return nil
    }
  }

  private init(size: Int, beginning: Int32?, end: Int32?) {
    self.size = size
    self.beginning = beginning
    self.end = end
  }
}
