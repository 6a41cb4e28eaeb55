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
    var evaluated = DataReader.read(try locator.files(of: evaluatedSplit))
    var errors = ErrorCollector()
    errors.add(evaluated.errors)
    if evaluated.rows.isEmpty && evaluated.errors.isEmpty {
      throw .noRows(
        task: name, file: evaluated.files.map(\.description).joined(separator: ", "))
    }
    evaluated.process(with: definition.processDocuments, errors: &errors)

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
        errors.add(error)
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
    var pool = DataReader.read(try locator.files(of: split))
    errors.add(pool.errors)
    if pool.rows.isEmpty && pool.errors.isEmpty {
      throw .noRows(task: name, file: pool.files.map(\.description).joined(separator: ", "))
    }
    // The rule without fewshot_split uses the task's own processing.
    let processing = fewshot.split == nil ? definition.processDocuments : fewshot.processDocuments
    pool.process(with: processing, errors: &errors)
    return pool
  }
}

extension DataSplit {
  /// Runs `process_docs` over the rows; broken ones are reported and left out.
  mutating func process(with function: NativeFunction?, errors: inout ErrorCollector) {
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

/// Counts broken rows and keeps the first ten.
struct ErrorCollector {
  private(set) var first: [RowError] = []
  private(set) var count = 0
  /// A broken example comes up once for every document that draws it, and counts once.
  private var seen = Set<Place>()

  private struct Place: Hashable {
    let file: String
    let line: Int
    let field: String?
  }

  static let kept = 10

  mutating func add(_ error: RowError) {
    guard seen.insert(Place(file: error.file, line: error.line, field: error.field)).inserted else {
      return
    }
    count += 1
    if first.count < Self.kept { first.append(error) }
  }

  mutating func add(_ errors: [RowError]) { for error in errors { add(error) } }
}
