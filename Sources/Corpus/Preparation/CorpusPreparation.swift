internal import Documents
internal import Files
internal import Foundation
internal import OrderedJSON

/// Makes a corpus of files: documents are read, cleaned, rid of duplicates, encoded and written.
///
/// Three passes, each on all threads: documents become cleaned texts on the disk, with the hashes of
/// their paragraphs; these are counted by an external sort; texts are written without the paragraphs
/// that stand too often. In memory there are 8 bytes, at most 13 with the table's slack, for each
/// document, and buffers. Every some seconds everything is brought to the disk with a state that work
/// goes on from, whatever ended it.
///
/// The result is `<prefix>.idx` and `<prefix>.bin` in Megatron's format (``IndexedDataSet``), or
/// without a tokenizer `<prefix>.jsonl`; `<prefix>.report.json`; and `<prefix>.skipped.jsonl` if
/// something could not be read. It does not depend on the number of threads.
public struct CorpusPreparation {
  /// Paths of the files to read, in order.
  public let files: [String]
  /// What the paths of the files to write begin with.
  public let prefix: String
  public let options: PreparationOptions
  public let means: PreparationMeans

  /// What came out.
  public struct Outcome: Sendable {
    public let report: PreparationReport
    /// Files written, the report and the list of problems last.
    public let files: [String]
    /// Whether it was made now; else it was there already.
    public let isNew: Bool
  }

  /// Asks for a corpus.
  ///
  /// - Parameters:
  ///   - files: Paths, in order.
  ///   - prefix: What the paths of the files to write begin with; folders are made.
  ///   - options: How the corpus is prepared.
  ///   - means: Threads and news.
  public init(
    files: [String], prefix: String, options: PreparationOptions = PreparationOptions(),
    means: PreparationMeans = PreparationMeans()
  ) {
    self.files = files
    self.prefix = prefix
    self.options = options
    self.means = means
  }

  /// Prepares the corpus, or goes on.
  ///
  /// - Returns: What came out.
  /// - Throws: ``CorpusError``, `FolderLockError`. After ``CorpusError/cancelled``, and after any
  ///   error of the disk, the same call goes on from the last state.
  public func run() throws -> Outcome {
    guard !files.isEmpty else { throw CorpusError.noFiles(source: prefix) }
    let request = try PreparationRequest(files: files, options: options)
    if !means.restarts, let outcome = try finished(request) { return outcome }
    let folder = try PreparationFolder(for: prefix)
    if means.restarts { try folder.clear() }
    let state = try state(in: folder, request)
    let work = PreparationWork(self, folder: folder, state: state, request: request)
    try work.run()
    let written = try conclude(work.state, folder, request)
    return Outcome(report: work.state.report, files: written, isNew: true)
  }

  // MARK: Begin and end

  var reportPath: String { prefix + ".report.json" }
  private var skippedPath: String { prefix + ".skipped.jsonl" }
  private var outputs: [String] {
    options.tokenizer == nil
      ? [prefix + ".jsonl"]
      : [prefix + IndexedLayout.indexEnding, prefix + IndexedLayout.idsEnding]
  }

  /// What an earlier run of the same request has made; an error if something else is there.
  private func finished(_ request: PreparationRequest) throws(CorpusError) -> Outcome? {
    let present = (outputs + [reportPath]).filter { (try? FileIdentity(ofFile: $0)) != nil }
    guard !present.isEmpty else { return nil }
    if let (digest, report) = PreparationSummary.read(reportPath), digest == request.digest.hex,
      present.count == outputs.count + 1
    {
      return Outcome(report: report, files: present, isNew: false)
    }
    // A run that died while it put things in their places left its folder.
    let path = PreparationFolder.path(for: prefix) + "/state.json"
    if let state = try PreparationState.load(path), state.request == request.digest.hex {
      return nil
    }
    throw .outputExists(path: present[0])
  }

  private func state(
    in folder: PreparationFolder, _ request: PreparationRequest
  ) throws(CorpusError) -> PreparationState {
    guard let state = try PreparationState.load(folder.statePath) else {
      try folder.clear()
      let state = PreparationState(request: request.digest.hex)
      try reading { () throws(FileError) in
        try AtomicFile.write(request.text, to: "\(folder.path)/request.json")
      }
      try state.save(to: folder.statePath)
      return state
    }
    guard state.request == request.digest.hex else {
      throw .otherPreparation(
        folder: folder.path, difference: request.difference(from: "\(folder.path)/request.json"))
    }
    means.report(.resuming(documents: state.report.read.documents))
    return state
  }

  /// Puts everything in its place.
  ///
  /// - Returns: The files written.
  private func conclude(
    _ state: PreparationState, _ folder: PreparationFolder, _ request: PreparationRequest
  ) throws(CorpusError) -> [String] {
    var written = outputs
    try reading { () throws(FileError) in
      if state.problemBytes > 0 {
        if (try? FileIdentity(ofFile: folder.problemsPath)) != nil {
          try Folder.moveFile(folder.problemsPath, to: skippedPath)
        }
        written.append(skippedPath)
      } else {
        try Folder.removeFile(skippedPath)
      }
      let summary = PreparationSummary.text(state.report, request: request)
      try AtomicFile.write(summary, to: reportPath)
    }
    written.append(reportPath)
    try folder.remove()
    return written
  }
}
