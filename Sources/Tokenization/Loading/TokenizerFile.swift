internal import Files
internal import Foundation
internal import OrderedJSON

/// The parts of a tokenizer.json, checked but not yet put together.
struct TokenizerFile {
  var model: BytePairModel
  /// Added tokens with the ids that the file gives them.
  let listedTokens: [(id: Int, token: AddedToken)]
  var addedTokens: AddedTokensBuilder
  var normalizer: TextNormalizer?
  var preTokenizer: PreTokenizer?
  var decoder: TokenDecoder?
  /// Ids before and after a text with special tokens.
  var frame: (before: [Int32], after: [Int32]) = ([], [])
  /// Whether special tokens in a text are left to the model.
  var ignoresSpecialTokens = false

  /// Largest file that is read, in bytes.
  static let maximumSize = 1 << 28

  private static let members: Set = [
    "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
    "post_processor", "decoder", "model",
  ]

  /// Reads the parts from a parsed file.
  ///
  /// `truncation` and `padding` are passed over: transformers, through which lm-evaluation-harness
  /// encodes, switches both off for every call that does not ask for them.
  ///
  /// - Throws: ``TokenizerError`` with the place.
  init(_ place: JSONPlace) throws(TokenizerError) {
    guard let object = place.value.objectValue else {
      throw place.malformed("expected an object, found \(place.value.kind)")
    }
    if let unknown = object.members.first(where: { !Self.members.contains($0.name) }) {
      throw place.malformed("\"\(unknown.name.prefix(40))\" is not a member of this format")
    }
    if let version = try place.optional("version"), try version.string != "1.0" {
      throw version.unsupported("the version \(try version.string)", supported: ["1.0"])
    }
    model = try ModelReader.model(try place.required("model"))
    var listed: [(id: Int, token: AddedToken)] = []
    if let list = try place.optional("added_tokens") {
      for element in try list.elements { listed.append(try Self.addedToken(element)) }
    }
    listedTokens = listed
    addedTokens = AddedTokensBuilder(vocabulary: model.vocabulary)
    addedTokens.add(listed.map(\.token))
    normalizer = try place.optional("normalizer").map(ComponentReader.normalizer)
    preTokenizer = try place.optional("pre_tokenizer").map(ComponentReader.preTokenizer)
    decoder = try place.optional("decoder").map(ComponentReader.decoder)
    if let processor = try place.optional("post_processor") {
      frame = try ComponentReader.postProcessor(processor).frame(at: processor)
    }
  }

  /// Parses a file of JSON.
  ///
  /// - Throws: ``TokenizerError`` if it cannot be read, is too large or not JSON.
  static func parse(_ file: URL) throws(TokenizerError) -> JSONPlace {
    let mapped: MappedFile
    do {
      mapped = try MappedFile(path: file.path)
    } catch { throw .unreadable(error) }
    guard mapped.size <= maximumSize else {
      throw .tooLarge(file: file.path, size: mapped.size, limit: maximumSize)
    }
    do {
      let value = try JSONValue(parsing: mapped.bytes.assumingMemoryBound(to: UInt8.self))
      return JSONPlace(value, file: file.path)
    } catch { throw .notJSON(file: file.path, reason: error.description) }
  }

  private static func addedToken(
    _ place: JSONPlace
  ) throws(TokenizerError) -> (id: Int, token: AddedToken) {
    // The id is checked and then given anew, see `AddedTokensBuilder`.
    let id = Int(try place.required("id").tokenID)
    let content = try place.required("content").string
    guard content.utf8.count <= AddedToken.maximumLength else {
      throw place.malformed(
        "a token of \(content.utf8.count) bytes; at most \(AddedToken.maximumLength) are "
          + "supported")
    }
    let token = AddedToken(
      content: content, isSingleWord: try place.required("single_word").boolean,
      stripsLeft: try place.required("lstrip").boolean,
      stripsRight: try place.required("rstrip").boolean,
      isNormalized: try place.required("normalized").boolean,
      isSpecial: try place.required("special").boolean)
    return (id, token)
  }
}
