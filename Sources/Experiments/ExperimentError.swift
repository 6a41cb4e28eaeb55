internal import Files
public import TrainingPlans

/// Why a plan cannot be trained as it stands.
public enum ExperimentError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknownRun(name: String, runs: [String])
  case vocabularyTooSmall(ids: Int, rows: Int, isNew: Bool)
  case sequenceTooLong(length: Int, maximum: Int)
  case noTokenizer(dataSet: String)
  case noEndOfDocument(dataSet: String)
  /// A phase masks documents, and nobody knows where those of a data set end.
  case noMaskToken(run: String, phase: String, dataSet: String)
  /// The plan differs from the one that its output was begun with; the text shows how.
  case planChanged(text: String)
  /// The record of that plan cannot be read.
  case brokenRecord(path: String, problem: String)
  /// `--resume never`, and there is something to resume.
  case alreadyBegun(run: String, checkpoint: String)
  /// A run branches off where another one has not come yet.
  case noOrigin(run: String, from: String, phase: String)
  /// A word of the evaluation that means nothing.
  case unknownWord(key: String, word: String, known: [String])
  /// Tasks or their data that cannot be found.
  case noSuchTasks(text: String)
  /// Tasks whose data has rows that cannot be read.
  case unusableTasks(problems: [String])
  /// Tasks are texts, and nothing makes tokens of them.
  case noTokenizerForTasks
  /// Runs were begun with a tokenizer, and the plan asks for another one to be trained.
  case tokenizerChanged(folder: String)
  /// Nothing to train a tokenizer on.
  case noTextForTokenizer(dataSets: [String])
  /// What runs shall be compared with cannot be used.
  case unusableBaseline(path: String, problem: String)
  /// A folder that no plan's output lies in.
  case noExperiment(path: String)

  public var description: String {
    switch self {
    case .unknownRun(let name, let runs):
      "--run \(name.escapedForTerminal): the plan has no such run; it has "
        + runs.map(\.escapedForTerminal).joined(separator: ", ") + "."
    case .vocabularyTooSmall(let ids, let rows, let isNew):
      "The tokenizer has \(ids) ids, but vocab_size is \(rows). "
        + (isNew
          ? "Set model.init.vocab_size to \(ids) or more, or leave it out."
          : "Use the tokenizer that the checkpoint was trained with.")
    case .sequenceTooLong(let length, let maximum):
      "sequence_length is \(length), but the model has \(maximum) positions. Make it \(maximum) or "
        + "less, or give a new model more n_positions."
    case .noTokenizer(let dataSet):
      "data.\(dataSet.escapedForTerminal) is text, and the plan names no tokenizer. Give the path of "
        + "a tokenizer.json as tokenizer."
    case .noEndOfDocument(let dataSet):
      "data.\(dataSet.escapedForTerminal): the tokenizer names no end-of-sequence token to put "
        + "between documents. Name it as eos_token in tokenizer_config.json, or give its id as "
        + "data.\(dataSet.escapedForTerminal).end_of_document."
    case .noMaskToken(let run, let phase, let dataSet):
      "runs.\(run.escapedForTerminal).phases.\(phase.escapedForTerminal).document_mask: nothing tells "
        + "where documents of \(dataSet.escapedForTerminal) end. Give the id of the token between "
        + "them as data.\(dataSet.escapedForTerminal).end_of_document, or a tokenizer that names "
        + "its eos_token."
    case .planChanged(let text): text
    case .unknownWord(let key, let word, let known):
      "\(key): \"\(word.escapedForTerminal)\" is not possible. Possible are "
        + known.joined(separator: ", ") + "."
    case .noSuchTasks(let text): "evaluation.tasks: \(text)"
    case .unusableTasks(let problems):
      "evaluation.tasks: not every document of the tasks can be read. Mend the data, or leave the task "
        + "out:\n" + problems.map { "  \($0)" }.joined(separator: "\n")
    case .noTokenizerForTasks:
      "evaluation.tasks: tasks are texts, and the plan names no tokenizer to make tokens of them. Give "
        + "the path of a tokenizer.json as tokenizer."
    case .tokenizerChanged(let folder):
      "tokenizer.train, or a text_field of its data sets, is not what the tokenizer in "
        + "\(folder.escapedForTerminal) was trained by, and runs have been begun with it, whose weights "
        + "know no other tokens. Change the plan back, or give it another name."
    case .noTextForTokenizer(let dataSets):
      "tokenizer.train: the training files of \(dataSets.map(\.escapedForTerminal).joined(separator: ", ")) "
        + "hold no text. Give files with text, or another text_field."
    case .unusableBaseline(let path, let problem):
      "baseline: \(path.escapedForTerminal) cannot be used: \(problem)"
    case .noExperiment(let path):
      "\(path.escapedForTerminal): no plan.yaml here, so no output of cpteval train. Name the folder "
        + "that is called like the plan, below --output-path."
    case .brokenRecord(let path, let problem):
      "\(path.escapedForTerminal), the record of the plan that this output was begun with, cannot be "
        + "read any more: \(problem) Restore it, or give the plan another name."
    case .alreadyBegun(let run, let checkpoint):
      "The run \(run.escapedForTerminal) has been begun: \(checkpoint.escapedForTerminal) is there. "
        + "Leave out --resume never to go on from it, or give the plan another name or "
        + "--output-path."
    case .noOrigin(let run, let from, let phase):
      "The run \(run.escapedForTerminal) goes on from the end of \(from.escapedForTerminal)'s phase "
        + "\(phase.escapedForTerminal), which has no good checkpoint yet. Train it first, with --run "
        + "\(from.escapedForTerminal)."
    }
  }

  /// Checks that a plan's texts can be tokenized.
  ///
  /// - Parameters:
  ///   - vocabulary: Of the tokenizer that the plan names or asks for.
  ///   - plan: The plan.
  /// - Throws: ``noTokenizer(dataSet:)`` or ``noEndOfDocument(dataSet:)``.
  public static func checkTokenizer(
    _ vocabulary: PlanVocabulary?, of plan: TrainingPlan
  ) throws(ExperimentError) {
    for dataSet in plan.data where dataSet.format == .text {
      guard let vocabulary else { throw .noTokenizer(dataSet: dataSet.name) }
      if dataSet.endOfDocument == .tokenizer, vocabulary.end == nil {
        throw .noEndOfDocument(dataSet: dataSet.name)
      }
    }
    for run in plan.runs {
      for phase in run.phases where phase.documentMask {
        for source in phase.sources
        where plan.dataSet(source.name)?.endOfDocument == .tokenizer
          && vocabulary?.end == nil
        {
          throw .noMaskToken(run: run.name, phase: phase.name, dataSet: source.name)
        }
      }
    }
  }
}
