/// Reads the parts of a tokenizer.json other than its model.
///
/// Sequences may nest up to the depth that the JSON parser allows.
enum ComponentReader {
  static let normalizers = [
    "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Strip", "Prepend", "Replace", "ByteLevel",
    "Sequence",
  ]
  static let preTokenizers = [
    "ByteLevel", "Split", "Digits", "Metaspace", "Whitespace", "WhitespaceSplit", "Punctuation",
    "BertPreTokenizer", "CharDelimiterSplit", "FixedLength", "Sequence",
  ]
  static let postProcessors = [
    "ByteLevel", "TemplateProcessing", "BertProcessing", "RobertaProcessing", "Sequence",
  ]
  static let decoders = [
    "ByteLevel", "ByteFallback", "Fuse", "Strip", "Replace", "Metaspace", "BPEDecoder",
    "WordPiece", "Sequence",
  ]

  /// Reads a normalizer.
  ///
  /// - Throws: ``TokenizerError`` with the place.
  static func normalizer(_ place: JSONPlace) throws(TokenizerError) -> TextNormalizer {
    let type = try place.required("type").string
    switch type {
    case "NFC": return .form(.nfc)
    case "NFD": return .form(.nfd)
    case "NFKC": return .form(.nfkc)
    case "NFKD": return .form(.nfkd)
    case "Lowercase": return .lowercase
    case "Strip":
      return .strip(
        left: try place.required("strip_left").boolean,
        right: try place.required("strip_right").boolean)
    case "Prepend": return .prepend(Array(try place.required("prepend").string.utf8))
    case "Replace":
      return .replace(
        try pattern(try place.required("pattern")),
        with: Array(try place.required("content").string.utf8))
    case "ByteLevel": return .byteLevel
    case "Sequence":
      var steps: [TextNormalizer] = []
      for step in try place.required("normalizers").elements {
        steps.append(try normalizer(step))
      }
      return .sequence(steps)
    default: throw place.unsupported("the normalizer \(type)", supported: normalizers)
    }
  }

  /// Reads a pre-tokenizer.
  ///
  /// - Throws: ``TokenizerError`` with the place.
  static func preTokenizer(_ place: JSONPlace) throws(TokenizerError) -> PreTokenizer {
    let type = try place.required("type").string
    switch type {
    case "ByteLevel":
      return .byteLevel(
        addsPrefixSpace: try place.required("add_prefix_space").boolean,
        usesPattern: try place.boolean("use_regex", default: true))
    case "Split":
      return .split(
        try pattern(try place.required("pattern")), try behavior(try place.required("behavior")),
        inverts: try place.boolean("invert", default: false))
    case "Digits":
      return .digits(areIndividual: try place.required("individual_digits").boolean)
    case "Metaspace": return .metaspace(try metaspace(place))
    case "Whitespace": return .whitespace
    case "WhitespaceSplit": return .whitespaceSplit
    case "Punctuation":
      return .punctuation(try place.optional("behavior").map(behavior) ?? .isolated)
    case "BertPreTokenizer": return .bert
    case "CharDelimiterSplit":
      return .characterDelimiter(try place.required("delimiter").scalar.value)
    case "FixedLength":
      let length = try place.required("length")
      guard try length.integer > 0 else { throw length.malformed("the length must be above 0") }
      return .fixedLength(try length.integer)
    case "Sequence":
      var steps: [PreTokenizer] = []
      for step in try place.required("pretokenizers").elements {
        steps.append(try preTokenizer(step))
      }
      return .sequence(steps)
    default: throw place.unsupported("the pre-tokenizer \(type)", supported: preTokenizers)
    }
  }

  /// Reads a post-processor.
  ///
  /// - Throws: ``TokenizerError`` with the place.
  static func postProcessor(_ place: JSONPlace) throws(TokenizerError) -> PostProcessor {
    let type = try place.required("type").string
    switch type {
    case "ByteLevel": return .byteLevel
    case "TemplateProcessing": return .template(try template(place))
    case "BertProcessing", "RobertaProcessing":
      return .template([
        .tokens([try pairedID(try place.required("cls"))]), .text,
        .tokens([try pairedID(try place.required("sep"))]),
      ])
    case "Sequence":
      var steps: [PostProcessor] = []
      for step in try place.required("processors").elements {
        steps.append(try postProcessor(step))
      }
      return .sequence(steps)
    default: throw place.unsupported("the post-processor \(type)", supported: postProcessors)
    }
  }

  /// Reads a decoder.
  ///
  /// - Throws: ``TokenizerError`` with the place.
  static func decoder(_ place: JSONPlace) throws(TokenizerError) -> TokenDecoder {
    let type = try place.required("type").string
    switch type {
    case "ByteLevel": return .byteLevel
    case "ByteFallback": return .byteFallback
    case "Fuse": return .fuse
    case "Strip":
      return .strip(
        try place.required("content").scalar.value, start: try count(place.required("start")),
        stop: try count(place.required("stop")))
    case "Replace":
      return .replace(
        try pattern(try place.required("pattern")),
        with: Array(try place.required("content").string.utf8))
    case "Metaspace": return .metaspace(try metaspace(place))
    case "BPEDecoder": return .bpe(suffix: try place.required("suffix").string)
    case "WordPiece":
      return .wordPiece(
        prefix: try place.required("prefix").string,
        cleansUp: try place.required("cleanup").boolean)
    case "Sequence":
      var steps: [TokenDecoder] = []
      for step in try place.required("decoders").elements { steps.append(try decoder(step)) }
      return .sequence(steps)
    default: throw place.unsupported("the decoder \(type)", supported: decoders)
    }
  }

  // MARK: Parts of components

  private static func pattern(_ place: JSONPlace) throws(TokenizerError) -> TextPattern {
    if let text = try place.optional("String") { return .literal(Array(try text.string.utf8)) }
    let regex = try place.required("Regex")
    do {
      return try TextPattern(regex: try regex.string)
    } catch let error as PatternError {
      throw regex.malformed(error.problem)
    } catch let error as TokenizerError {
      throw error
    } catch {
      throw regex.malformed("\(error)")
    }
  }

  private static func behavior(_ place: JSONPlace) throws(TokenizerError) -> SplitBehavior {
    let name = try place.string
    guard let behavior = SplitBehavior(rawValue: name) else {
      throw place.unsupported(
        "the behavior \(name)", supported: SplitBehavior.allCases.map(\.rawValue))
    }
    return behavior
  }

  private static func metaspace(_ place: JSONPlace) throws(TokenizerError) -> Metaspace {
    let names = Metaspace.PrependScheme.allCases.map(\.rawValue)
    var scheme: Metaspace.PrependScheme?
    if let schemePlace = try place.optional("prepend_scheme") {
      let name = try schemePlace.string
      guard let known = Metaspace.PrependScheme(rawValue: name) else {
        throw schemePlace.unsupported("the scheme \(name)", supported: names)
      }
      scheme = known
    }
    // Older files say true or false; false means never and must not be contradicted.
    if let older = try place.optional("add_prefix_space"), try !older.boolean {
      guard scheme == nil || scheme == .never else {
        throw older.malformed("it is false, but prepend_scheme is not \"never\"")
      }
      scheme = .never
    }
    return Metaspace(
      replacement: try place.required("replacement").scalar.value,
      prependScheme: scheme ?? .always, splits: try place.boolean("split", default: true))
  }

  /// The id in a pair of token and id.
  private static func pairedID(_ place: JSONPlace) throws(TokenizerError) -> Int32 {
    let elements = try place.elements
    guard elements.count == 2 else { throw place.malformed("expected a token and its id") }
    return try elements[1].tokenID
  }

  private static func count(_ place: JSONPlace) throws(TokenizerError) -> Int {
    let value = try place.integer
    guard value >= 0 else { throw place.malformed("a count below 0") }
    return value
  }

  private static func template(_ place: JSONPlace) throws(TokenizerError) -> [PostProcessor.Part] {
    var parts: [PostProcessor.Part] = []
    for element in try place.required("single").elements {
      if let sequence = try element.optional("Sequence") {
        let name = try sequence.required("id").string
        guard name == "A" else {
          throw sequence.malformed("the sequence \(name) stands in a template for a single text")
        }
        parts.append(.text)
        continue
      }
      let special = try element.required("SpecialToken").required("id")
      let table = try place.required("special_tokens")
      guard let entry = try table.optional(try special.string) else {
        throw special.malformed("\"\(try special.string)\" is not among special_tokens")
      }
      var ids: [Int32] = []
      for id in try entry.required("ids").elements { ids.append(try id.tokenID) }
      parts.append(.tokens(ids))
    }
    return parts
  }
}
