public import Foundation
internal import HarnessCompatibility
internal import OrderedJSON

extension EvaluationTask {
  /// Seed of the stream that examples are drawn from, lm-eval's default.
  public static let fewshotSeed = 1234

  /// Reads the task's data and renders its documents.
  ///
  /// Broken rows do not end it: they are counted, the first ten are kept with file, line and field, and
  /// all others are rendered.
  /// - Parameters:
  ///   - dataPath: Folder with data sets, where the task does not bring its own.
  ///   - limit: Number of documents, from the first; the pool of examples is not limited.
  ///   - numFewshot: Examples in front of each document; `nil` for the task's own number.
  ///   - seed: Seed of the stream that examples are drawn from.
  /// - Returns: The documents.
  /// - Throws: ``TaskError`` where data is missing altogether.
  /// - Complexity: O(size of the data).
  public func loadDocuments(
    dataPath: URL? = nil, limit: Int? = nil, numFewshot: Int? = nil,
    seed: Int = EvaluationTask.fewshotSeed
  ) throws(TaskError) -> LoadedTask {
    guard let evaluatedSplit = definition.evaluatedSplit else {
      throw .noEvaluatedSplit(task: name)
    }
    let locator = DataLocator(task: definition, folder: dataPath)
    let evaluated = try documents(
      of: evaluatedSplit, locator, processing: definition.processDocuments)
    var errors = evaluated.errors

    let shots = effectiveFewshot(requested: numFewshot)
    var dataFiles = evaluated.files
    var sampler: FewshotSampler?
    if shots > 0 {
      let pool = try examplePool(evaluated, evaluatedSplit, locator, errors: &errors)
      dataFiles += pool.files.filter { !dataFiles.contains($0) }
      sampler = FewshotSampler(definition.fewshot.sampler, pool: pool.rows, seed: seed)
    }
    var renderer = TaskRenderer(
      task: definition, resultProcessor: resultProcessor, fieldNames: evaluated.fieldNames,
      numFewshot: shots, sampler: sampler)
    if let first = evaluated.rows.first { renderer.decideKind(by: first) }
    var documents: [EvaluationDocument] = []
    for (id, row) in evaluated.rows.prefix(limit ?? .max).enumerated() {
      let examples = try renderer.drawExamples(for: row)
      do throws(RowError) {
        documents.append(try renderer.document(row, id: id, examples: examples))
      } catch {
        errors.addRendering(error)
      }
    }
    return LoadedTask(
      documents: documents, originalCount: evaluated.rows.count, numFewshot: shots,
      dataFiles: dataFiles, errors: errors.first, errorCount: errors.count,
      configuration: configurationJSON(numFewshot: shots))
  }

  /// Where the data of a split is looked for, and whether it is there.
  ///
  /// - Parameter dataPath: Folder with data sets.
  /// - Returns: The files of the evaluated split, or the error that lists the paths tried.
  public func locateData(dataPath: URL?) -> Result<[TaskFile], TaskError> {
    guard let split = definition.evaluatedSplit else {
      return .failure(.noEvaluatedSplit(task: name))
    }
    let locator = DataLocator(task: definition, folder: dataPath)
    do throws(TaskError) {
      return .success(try locator.files(of: split))
    } catch {
      return .failure(error)
    }
  }

  /// The rows that examples are drawn from: `fewshot_split`, else examples written into the YAML,
  /// else the training split, the validation split, the test split, whichever there is.
  ///
  /// - SeeAlso: `lm_eval/api/task.py: fewshot_docs`, commit 4e7e0d4.
  private func examplePool(
    _ evaluated: DataSplit, _ evaluatedSplit: String, _ locator: DataLocator,
    errors: inout ErrorCollector
  ) throws(TaskError) -> DataSplit {
    let fewshot = definition.fewshot
    if fewshot.split == nil, let samples = fewshot.samples {
      let file = raw.file
      return DataSplit(
        rows: samples.map { DataRow(fields: $0, file: file.description, line: 1) })
    }
    let split =
      fewshot.split ?? definition.trainingSplit ?? definition.validationSplit
      ?? definition.testSplit ?? evaluatedSplit
    let isSameProcessing = fewshot.processDocuments?.name == definition.processDocuments?.name
    if split == evaluatedSplit, fewshot.split == nil || isSameProcessing { return evaluated }
    // The rule without fewshot_split uses the task's own processing.
    let processing = fewshot.split == nil ? definition.processDocuments : fewshot.processDocuments
    let pool = try documents(of: split, locator, processing: processing)
    errors.add(pool.errors)
    return pool
  }

  /// Reads and processes a split.
  private func documents(
    of split: String, _ locator: DataLocator, processing: NativeFunction?
  ) throws(TaskError) -> DataSplit {
    var documents = try DataReader.read(try locator.files(of: split))
    let files = documents.files.map(\.description).joined(separator: ", ")
    if documents.rows.isEmpty && documents.errors.isEmpty { throw .noRows(task: name, file: files) }
    documents.process(with: processing)
    if documents.rows.isEmpty && documents.errors.isEmpty {
      throw .noDocuments(task: name, file: files, processor: processing?.name ?? "")
    }
    return documents
  }
}

extension DataSplit {
  /// Runs `process_docs` over the rows; broken ones are reported and left out.
  mutating func process(with function: NativeFunction?) {
    guard let function, case .documents(let process) = function.work else { return }
    var kept: [DataRow] = []
    kept.reserveCapacity(rows.count)
    for row in rows {
      do throws(ProcessingError) {
        guard let fields = try process(row.fields) else { continue }
        kept.append(DataRow(fields: fields, file: row.file, line: row.line))
      } catch {
        errors.add(row.error(error.field, error.problem))
      }
    }
    rows = kept
  }
}
