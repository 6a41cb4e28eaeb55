import ArgumentParser
import Compute
import Files
import Foundation
import LanguageModel
import OrderedJSON
import Tokenization

/// `cpteval checkpoint verify DIR`.
struct CheckpointVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a checkpoint's tensors against config.json, its numbers and its tokenizer.",
    discussion: """
      Reads every number once and reports NaN and infinities by tensor and position. Ends with \
      status 1 if anything is wrong, 2 if there is no checkpoint.
      """)

  @Argument(help: "The folder with config.json and the weights.")
  var directory: String

  @Option(help: "How to print: table or json.")
  var format = CheckpointOutputFormat.table

  @Option(help: "Threads that read the weights; all cores by default.")
  var threads: Int?

  func validate() throws {
    try requireThreads(threads)
  }

  func run() throws {
    let checkpoint = try opened()
    var findings = [
      Finding("config.json", nil, "\(checkpoint.configuration.family.rawValue)"),
      Finding(
        "tensors", nil,
        "\(grouped(checkpoint.storedTensors.count)) in \(checkpoint.weightFiles.count) "
          + "file\(checkpoint.weightFiles.count == 1 ? "" : "s"), "
          + "\(grouped(checkpoint.parameterCount)) parameters, as config.json asks"),
    ]
    findings += try numbers(checkpoint)
    if let finding = declaredSize(checkpoint) { findings.append(finding) }
    findings.append(tokenizer(checkpoint))
    show(findings)
    if findings.contains(where: { $0.isWrong == true }) { throw ExitStatus.failed }
  }

  /// One line of the result; `isWrong` is `nil` for what is as it should be, `false` for a remark.
  private struct Finding {
    let subject: String
    let isWrong: Bool?
    let text: String

    init(_ subject: String, _ isWrong: Bool?, _ text: String) {
      self.subject = subject
      self.isWrong = isWrong
      self.text = text
    }

    var verdict: String {
      switch isWrong {
      case nil: "ok"
      case false?: "note"
      case true?: "wrong"
      }
    }
  }

  private func opened() throws -> Checkpoint {
    do {
      return try Checkpoint.open(directory: directory)
    } catch let error as CheckpointError {
      switch error {
      case .noSuchFolder, .notAFolder, .noConfiguration, .noWeights:
        throw RequestError(error.description)
      default: throw error
      }
    }
  }

  private func numbers(_ checkpoint: Checkpoint) throws -> [Finding] {
    try checkpoint.verifyUnchanged()
    let tensors = checkpoint.storedTensors
    let pool = WorkerPool(threadCount: threads ?? WorkerPool.availableCores)
    var results = [NonFiniteNumbers](repeating: NonFiniteNumbers(), count: tensors.count)
    results.withUnsafeMutableBufferPointer { results in
      pool.run(tensors.count) { index, _ in
        tensors[index].advise(.willNeed)
        results[index] = tensors[index].nonFiniteNumbers()
      }
    }
    let bad = zip(tensors, results).filter { !$0.1.isEmpty }
    if bad.isEmpty { return [Finding("numbers", nil, "all finite")] }
    var findings = bad.prefix(20).map { tensor, found in
      Finding(
        "numbers", true,
        "\(tensor.name): \(grouped(found.nanCount)) NaN, \(grouped(found.infinityCount)) infinite, "
          + "first at \(place(found.firstIndex ?? 0, in: tensor.shape))")
    }
    if bad.count > findings.count {
      findings.append(
        Finding("numbers", true, "and \(grouped(bad.count - findings.count)) more tensors"))
    }
    return findings
  }

  /// An index per dimension.
  private func place(_ index: Int, in shape: [Int]) -> String {
    var rest = index
    var places: [Int] = []
    for dimension in shape.reversed() {
      places.append(rest % dimension)
      rest /= dimension
    }
    return "\(Array(places.reversed()))"
  }

  private func declaredSize(_ checkpoint: Checkpoint) -> Finding? {
    guard let declared = checkpoint.declaredSize, declared != checkpoint.totalBytes else {
      return nil
    }
    // Published indices are often stale here, and no library relies on the number.
    return Finding(
      "index", false,
      "total_size says \(grouped(declared)) bytes, the tensors have \(grouped(checkpoint.totalBytes))"
    )
  }

  private func tokenizer(_ checkpoint: Checkpoint) -> Finding {
    guard FileManager.default.fileExists(atPath: checkpoint.tokenizerPath) else {
      return Finding("tokenizer", false, "no tokenizer.json; scoring needs one")
    }
    let size: Int
    do {
      let folder = URL(fileURLWithPath: checkpoint.directory, isDirectory: true)
      size = try Tokenizer(directory: folder).vocabularySize
    } catch {
      return Finding("tokenizer", true, "\(error)")
    }
    let rows = checkpoint.configuration.vocabularySize
    if size > rows {
      return Finding(
        "tokenizer", true,
        "\(grouped(size)) ids, but vocab_size in config.json is \(grouped(rows)): the model has no "
          + "row for the last \(grouped(size - rows)). Take the tokenizer that belongs to the model"
      )
    }
    return Finding("tokenizer", nil, "\(grouped(size)) ids for \(grouped(rows)) rows")
  }

  private func show(_ findings: [Finding]) {
    switch format {
    case .table:
      var table = AlignedTable([.left, .left, .left])
      for finding in findings {
        table.add([finding.verdict, finding.subject, finding.text.escapedForTerminal])
      }
      print(table.text)
    case .json:
      let isGood = !findings.contains { $0.isWrong == true }
      let json: JSONValue = [
        "checkpoint": .string(directory), "ok": .bool(isGood),
        "findings": .array(
          findings.map {
            [
              "verdict": .string($0.verdict), "subject": .string($0.subject),
              "text": .string($0.text),
            ]
          }),
      ]
      print(json.serialized(indent: 2))
    }
  }
}
