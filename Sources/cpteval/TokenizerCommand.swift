import ArgumentParser
import Files
import Foundation
import OrderedJSON
import Tokenization

/// `cpteval tokenizer …`.
struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "Train a tokenizer; turn text into token ids and back.",
    subcommands: [
      TokenizerTrainCommand.self, TokenizerEncodeCommand.self, TokenizerDecodeCommand.self,
    ])
}

/// The option that names a tokenizer.
struct TokenizerOption: ParsableArguments {
  @Option(
    name: .customLong("tokenizer"),
    help: ArgumentHelp(
      "A tokenizer.json, or a checkpoint folder that holds one.",
      discussion: """
        A file is taken as it is, as the package tokenizers does. A folder is loaded as \
        transformers' AutoTokenizer does: config.json and tokenizer_config.json may change the \
        tokenizer.
        """,
      valueName: "file"))
  var path: String

  func load() throws -> Tokenizer {
    try checkingRequest {
      let url = URL(fileURLWithPath: path)
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      return exists && isFolder.boolValue
        ? try Tokenizer(directory: url) : try Tokenizer(file: url)
    }
  }
}

/// `cpteval tokenizer encode`.
struct TokenizerEncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Print the token ids of texts, one line of JSON per text.",
    discussion: """
      Prints {"ids": […]} for every record. A record that cannot be encoded gives \
      {"error": "…"} in its place and status 1; the others are encoded all the same.

      Examples:
        cpteval tokenizer encode --tokenizer checkpoint/ --text "Guten Morgen"
        cpteval tokenizer encode --tokenizer tokenizer.json --jsonl texts.jsonl
      """)

  @OptionGroup var tokenizer: TokenizerOption

  @Option(parsing: .unconditional, help: "One text.")
  var text: String?

  @Option(
    help: ArgumentHelp(
      "Texts in the field \"text\" of JSON Lines or of an array of objects; .gz is unpacked.",
      valueName: "file"))
  var jsonl: String?

  @Flag(
    name: .customLong("no-special-tokens"),
    help: """
      Leave out the tokens that the post-processor puts around a text. Added tokens in the text \
      itself are recognised either way.
      """)
  var withoutSpecialTokens = false

  func validate() throws {
    if (text == nil) == (jsonl == nil) {
      throw ValidationError("Pass either --text or --jsonl.")
    }
  }

  func run() throws {
    let loaded = try tokenizer.load()
    var output = RecordOutput()
    if let text {
      output.write(ids: try checkingRequest { try ids(of: text, by: loaded) })
    } else if let jsonl {
      let reader = try checkingRequest { try RecordReader(path: jsonl) }
      while let record = try reader.next() {
        let result = Result {
          let text = try record.value().required("text") { $0.stringValue }
          return try ids(of: text, by: loaded)
        }
        switch result {
        case .success(let ids): output.write(ids: ids)
        case .failure(let error): output.fail(error, file: jsonl, line: record.line)
        }
      }
    }
    try output.finish()
  }

  private func ids(of text: String, by tokenizer: Tokenizer) throws -> [Int32] {
    try tokenizer.encode(text, addSpecialTokens: !withoutSpecialTokens)
  }
}

/// `cpteval tokenizer decode`.
struct TokenizerDecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Print the texts of token ids, one line of JSON per list of ids.",
    discussion: """
      Prints {"text": "…"} for every record; bytes that are not UTF-8 appear as U+FFFD. Without \
      --ids and --jsonl, records are read from standard input. A record that cannot be decoded \
      gives {"error": "…"} in its place and status 1.

      Examples:
        cpteval tokenizer decode --tokenizer checkpoint/ --ids "12092 13 1533"
        cpteval tokenizer encode … | cpteval tokenizer decode --tokenizer checkpoint/
      """)

  @OptionGroup var tokenizer: TokenizerOption

  @Option(help: "Ids with spaces or commas between them.")
  var ids: String?

  @Option(
    help: ArgumentHelp(
      "Ids in the field \"ids\" of JSON Lines or of an array of objects; .gz is unpacked.",
      valueName: "file"))
  var jsonl: String?

  @Flag(help: "Leave out tokens that are marked special.")
  var skipSpecialTokens = false

  func validate() throws {
    if ids != nil, jsonl != nil { throw ValidationError("Pass --ids or --jsonl, not both.") }
  }

  func run() throws {
    let loaded = try tokenizer.load()
    var output = RecordOutput()
    if let ids {
      let list = try Self.parse(ids)
      output.write(text: try checkingRequest { try text(of: list, by: loaded) })
    } else if let jsonl {
      let reader = try checkingRequest { try RecordReader(path: jsonl) }
      while let record = try reader.next() {
        decode(record.bytes, file: jsonl, line: record.line, by: loaded, to: &output)
      }
    } else {
      var number = 0
      while let line = readLine() {
        number += 1
        if line.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) { continue }
        decode(Array(line.utf8), file: "standard input", line: number, by: loaded, to: &output)
      }
    }
    try output.finish()
  }

  private static func parse(_ text: String) throws -> [Int32] {
    try text.split { $0 == " " || $0 == "," || $0.isWhitespace }.map { word in
      guard let id = Int32(word), id >= 0 else {
        throw RequestError(
          "--ids: \"\(String(word.prefix(40)).escapedForTerminal)\" is not a token id.")
      }
      return id
    }
  }

  private func decode(
    _ bytes: [UInt8], file: String, line: Int, by tokenizer: Tokenizer,
    to output: inout RecordOutput
  ) {
    let result = Result {
      let value = try JSONValue(parsing: bytes)
      let list = try value.required("ids") { field in
        try field.arrayValue?.map { element in
          guard let id = element.integerValue.flatMap({ Int32(exactly: $0) }), id >= 0 else {
            throw RecordProblem(
              "field \"ids\": \(element.serialized().prefix(40)) is not a token id")
          }
          return id
        }
      }
      return try text(of: list, by: tokenizer)
    }
    switch result {
    case .success(let text): output.write(text: text)
    case .failure(let error): output.fail(error, file: file, line: line)
    }
  }

  private func text(of ids: [Int32], by tokenizer: Tokenizer) throws -> String {
    if let unknown = ids.first(where: { tokenizer.token(of: $0) == nil }) {
      throw RecordProblem(
        "no token has the id \(unknown); the highest is \(tokenizer.vocabularySize - 1)")
    }
    return try tokenizer.decode(ids, skipSpecialTokens: skipSpecialTokens)
  }
}

/// What is wrong with a record, as a clause.
private struct RecordProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension RecordReader.Record {
  /// The record as JSON.
  fileprivate func value() throws -> JSONValue { try JSONValue(parsing: bytes) }
}

extension JSONValue {
  /// A field of the kind asked for.
  ///
  /// - Parameters:
  ///   - name: The field.
  ///   - convert: `nil` for a value of another kind.
  /// - Returns: The converted value.
  /// - Throws: ``RecordProblem`` with the field's name, or what `convert` throws.
  fileprivate func required<Value>(
    _ name: String, _ convert: (JSONValue) throws -> Value?
  ) throws -> Value {
    guard objectValue != nil else { throw RecordProblem("expected an object, found \(kind)") }
    guard let field = self[name] else { throw RecordProblem("field \"\(name)\" is missing") }
    guard let value = try convert(field) else {
      throw RecordProblem("field \"\(name)\" is \(field.kind)")
    }
    return value
  }
}

/// Collects lines for standard output, and failures.
private struct RecordOutput {
  private var buffer: [UInt8] = []
  private var failures = 0

  mutating func write(ids: [Int32]) {
    buffer.append(contentsOf: #"{"ids": ["#.utf8)
    for (index, id) in ids.enumerated() {
      if index > 0 { buffer.append(contentsOf: ", ".utf8) }
      buffer.append(contentsOf: String(id).utf8)
    }
    finishLine("]}")
  }

  mutating func write(text: String) { write(["text": .string(text)]) }

  /// Notes a record that failed, in its place and on standard error.
  mutating func fail(_ error: any Error, file: String, line: Int) {
    let problem = String(describing: error)
    printError(
      "cpteval: \(file.escapedForTerminal), line \(line): \(problem.abbreviatedForTerminal())")
    write(["error": .string(problem)])
    failures += 1
  }

  private mutating func write(_ value: JSONValue) { finishLine(value.serialized()) }

  private mutating func finishLine(_ end: String) {
    buffer.append(contentsOf: end.utf8)
    buffer.append(0x0A)
    if buffer.count > 1 << 16 { flush() }
  }

  private mutating func flush() {
    print(String(decoding: buffer, as: UTF8.self), terminator: "")
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left.
  ///
  /// - Throws: ``ExitStatus/failed`` if a record failed.
  mutating func finish() throws {
    flush()
    if failures > 0 {
      printError("cpteval: \(failures) record\(failures == 1 ? "" : "s") failed.")
      throw ExitStatus.failed
    }
  }
}
