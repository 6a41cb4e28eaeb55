public import Files
internal import OrderedJSON

/// The demonstration's files: a world's texts in two languages, questions about what was never told, a plan.
///
/// All of it is what a user would bring: JSON Lines, task YAML with data beside it, a plan. `cpteval train`
/// on the plan does what the demonstration does.
public struct DemoFiles: Sendable {
  public let plan: DemoPlan
  /// Texts per language that are trained on.
  public let trainingTexts: Int
  /// Texts per language that losses are measured on.
  public var validationTexts = 200
  /// Per language: of the endings, of the questions, of the aims.
  public var questionCounts = [1600, 960, 640]

  /// Share of a language's questions that guessing gets right.
  public var chance: Double {
    let right = zip(QuestionForm.allCases, questionCounts).reduce(0) {
      $0 + Double($1.1) / Double($1.0.choiceCount)
    }
    return right / Double(questionCounts.reduce(0, +))
  }

  /// - Parameter plan: What the texts are for; there are enough of them that no phase reads one twice.
  public init(_ plan: DemoPlan) {
    self.plan = plan
    trainingTexts = plan.phaseTokens / 100 + 1
  }

  /// Writes everything; what is there already is written anew, with the same bytes for the same plan.
  ///
  /// - Parameter folder: Made if need be.
  /// - Throws: `FileError`.
  public func write(to folder: String) throws(FileError) {
    try OutputFolder.makeFolders(folder + "/tasks")
    let seed = plan.seed
    let world = World(seed: seed)
    for language in WorldLanguage.allCases {
      var writer = StoryWriter(world, in: language, seed: seed)
      try write(trainingTexts, of: &writer, to: "\(folder)/\(language.rawValue).jsonl")
      try write(validationTexts, of: &writer, to: "\(folder)/\(language.rawValue)-held-out.jsonl")
      for (form, count) in zip(QuestionForm.allCases, questionCounts) {
        let task = DemoTask(form: form, language: language)
        let questions = QuestionWriter(world, seed: seed)
          .questions(form, in: language, count: count)
        let file = try AtomicFile(path: "\(folder)/tasks/\(task.name).jsonl")
        for question in questions { try file.write(task.row(question) + "\n") }
        try file.commit()
        try AtomicFile.write(task.yaml, to: "\(folder)/tasks/\(task.name).yaml")
      }
      let group = DemoTask.group(language)
      try AtomicFile.write(group.yaml, to: "\(folder)/tasks/\(group.name).yaml")
    }
    try AtomicFile.write(plan.yaml, to: folder + "/plan.yaml")
  }

  private func write(_ count: Int, of writer: inout StoryWriter, to path: String) throws(FileError)
  {
    let file = try AtomicFile(path: path)
    for _ in 0..<count {
      let row: JSONValue = ["text": .string(writer.next())]
      try file.write(row.serialized() + "\n")
    }
    try file.commit()
  }
}
