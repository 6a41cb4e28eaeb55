internal import Files
internal import Foundation
internal import OrderedJSON

/// What the files beside tokenizer.json say, as transformers 5.23 reads them.
///
/// `add_bos_token` and `add_eos_token` are not among it: transformers drops both where there is a
/// tokenizer.json. Chat templates are never looked at.
///
/// Source: `transformers/tokenization_utils_base.py`, `PreTrainedTokenizerBase._from_pretrained`.
struct TokenizerConfiguration {
  /// The roles a token may have, in the order of transformers.
  static let roles = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  /// A token that a configuration names, with flags where it gives them.
  struct NamedToken {
    let role: String
    var content: String
    var flags: AddedToken?
  }

  /// The class to load as, named by tokenizer_config.json or config.json.
  var className: String?
  var modelType: String?
  /// `transformers_version` of config.json, major number.
  var transformersMajor: Int?
  var hasModelConfiguration = false
  /// Tokens to add once more, by the ids that the files give them.
  var addedTokens: [AddedToken] = []
  private(set) var named: [NamedToken] = []
  private(set) var absentRoles: Set<String> = []
  /// Tokens without a role that are special.
  private(set) var extra: [AddedToken] = []
  var addsPrefixSpace: Bool?
  var isLegacy: Bool?
  var splitsSpecialTokens = false
  var fixesMistralPattern = false
  var maximumLength: Int?

  /// Reads the files of a folder.
  ///
  /// - Parameters:
  ///   - directory: The folder.
  ///   - file: The folder's tokenizer.json.
  ///   - fileTokens: The tokens and ids of that file's `added_tokens`.
  /// - Throws: ``TokenizerError`` for a file that is there and cannot be read.
  init(
    directory: URL, file: JSONPlace, fileTokens: [(id: Int, token: AddedToken)]
  ) throws(TokenizerError) {
    if let config = try Self.optionalFile("config.json", in: directory) {
      hasModelConfiguration = true
      modelType = config.value["model_type"]?.stringValue
      className = config.value["tokenizer_class"]?.stringValue
      transformersMajor = config.value["transformers_version"]?.stringValue
        .flatMap { $0.split(separator: ".").first.flatMap { Int($0) } }
    }
    let configuration = try Self.optionalFile("tokenizer_config.json", in: directory)
    if let configuration { try read(configuration) }
    var tokens: [(id: Int, token: AddedToken)] = []
    if let list = try configuration?.optional("added_tokens_decoder") {
      tokens = try Self.decoderTokens(list)
    } else {
      if let map = try Self.optionalFile("special_tokens_map.json", in: directory) {
        try readMap(map)
      }
      if let legacy = try Self.optionalFile("added_tokens.json", in: directory) {
        tokens = try legacyTokens(legacy)
      }
      for (id, token) in fileTokens {
        tokens.removeAll { $0.id == id }
        tokens.append((id, token))
      }
    }
    // What `padding` says about the padding token counts where nothing else does.
    if let pad = try file.optional("padding")?.optional("pad_token"),
      token(for: "pad_token") == nil,
      !absentRoles.contains("pad_token")
    {
      name("pad_token", NamedToken(role: "pad_token", content: try pad.string))
    }
    addedTokens = tokens.sorted { $0.id < $1.id }.map(\.token)
    for index in named.indices
    where named[index].flags == nil && Self.roles.contains(named[index].role) {
      let content = named[index].content
      named[index].flags = tokens.last { $0.token.content.hasSameBytes(as: content) }?.token
    }
  }

  /// Tokens with a role: those of transformers in its order, then those of the model's own.
  var namedInOrder: [NamedToken] {
    Self.roles.compactMap { token(for: $0) } + named.filter { !Self.roles.contains($0.role) }
  }

  /// The token of a role.
  func token(for role: String) -> NamedToken? { named.first { $0.role == role } }

  /// Gives a role a token unless the files gave it one or said null.
  mutating func setDefault(_ role: String, _ content: String?) {
    guard let content, token(for: role) == nil, !absentRoles.contains(role) else { return }
    name(
      role,
      NamedToken(
        role: role, content: content,
        flags: addedTokens.last { $0.content.hasSameBytes(as: content) }))
  }

  /// Appends or replaces the token of a role.
  private mutating func name(_ role: String, _ token: NamedToken?) {
    named.removeAll { $0.role == role }
    absentRoles.remove(role)
    if let token { named.append(token) } else { absentRoles.insert(role) }
  }

  // MARK: Files

  private static func optionalFile(
    _ name: String, in directory: URL
  ) throws(TokenizerError) -> JSONPlace? {
    do {
      return try TokenizerFile.parse(directory.appendingPathComponent(name))
    } catch {
      if case .unreadable(.notFound) = error { return nil }
      throw error
    }
  }

  private mutating func read(_ place: JSONPlace) throws(TokenizerError) {
    guard let object = place.value.objectValue else {
      throw place.malformed("expected an object, found \(place.value.kind)")
    }
    if let name = try place.optional("tokenizer_class") { className = try name.string }
    addsPrefixSpace = try place.optional("add_prefix_space")?.boolean
    isLegacy = try place.optional("legacy")?.boolean
    splitsSpecialTokens = try place.boolean("split_special_tokens", default: false)
    fixesMistralPattern = try place.boolean("fix_mistral_regex", default: false)
    // int(1e30), transformers' way to say "no limit", does not fit an Int.
    var maximum = try place.optional("model_max_length")
    if maximum == nil { maximum = try place.optional("max_len") }
    maximumLength =
      maximum?.value.integerValue
      ?? maximum?.value.doubleValue.flatMap { Int(exactly: $0.rounded(.towardZero)) }
    if let length = maximumLength, length < 1 {
      throw place.malformed("model_max_length is \(length)")
    }
    for member in object.members {
      let isRole = Self.roles.contains(member.name)
      if isRole, member.value.isNull {
        name(member.name, nil)
      } else if isRole, let place = try place.optional(member.name) {
        name(member.name, try Self.namedToken(member.name, place))
      } else if member.name.hasSuffix("_token"), let content = member.value.stringValue {
        name(member.name, NamedToken(role: member.name, content: content))
      }
    }
    let list = try place.optional("extra_special_tokens")
    let older = try place.optional("additional_special_tokens")
    if let list, !(list.value.arrayValue?.isEmpty ?? false) {
      try readExtra(list)
    } else if let older {
      try readExtra(older)
    }
  }

  private mutating func readMap(_ place: JSONPlace) throws(TokenizerError) {
    guard let object = place.value.objectValue else {
      throw place.malformed("expected an object, found \(place.value.kind)")
    }
    for member in object.members {
      guard let value = try place.optional(member.name) else {
        if member.name.hasSuffix("_token") { name(member.name, nil) }
        continue
      }
      if member.name.hasSuffix("_token") {
        var token = try Self.namedToken(member.name, value)
        if let flags = token.flags {
          token.flags = AddedToken(
            content: flags.content, isSingleWord: flags.isSingleWord,
            stripsLeft: flags.stripsLeft, stripsRight: flags.stripsRight,
            isNormalized: flags.isNormalized, isSpecial: true)
        }
        name(member.name, token)
      } else if member.name == "extra_special_tokens"
        || member.name == "additional_special_tokens" && extra.isEmpty
      {
        try readExtra(value)
      }
    }
  }

  private mutating func readExtra(_ place: JSONPlace) throws(TokenizerError) {
    if let object = place.value.objectValue {
      for member in object.members {
        if let value = try place.optional(member.name) {
          name(member.name, try Self.namedToken(member.name, value))
        }
      }
      return
    }
    for element in try place.elements {
      let token = try Self.namedToken("", element)
      let added = token.flags ?? AddedToken(content: token.content, isSpecial: true)
      if !extra.contains(where: { $0.content.hasSameBytes(as: added.content) }) {
        extra.append(added)
      }
    }
  }

  /// A token given as a string, or as an object with flags.
  private static func namedToken(
    _ role: String, _ place: JSONPlace
  ) throws(TokenizerError) -> NamedToken {
    if let content = place.value.stringValue { return NamedToken(role: role, content: content) }
    let token = try addedToken(place)
    return NamedToken(role: role, content: token.content, flags: token)
  }

  private static func addedToken(_ place: JSONPlace) throws(TokenizerError) -> AddedToken {
    let isSpecial = try place.boolean("special", default: false)
    return AddedToken(
      content: try place.required("content").string,
      isSingleWord: try place.boolean("single_word", default: false),
      stripsLeft: try place.boolean("lstrip", default: false),
      stripsRight: try place.boolean("rstrip", default: false),
      isNormalized: try place.boolean("normalized", default: !isSpecial), isSpecial: isSpecial)
  }

  private static func decoderTokens(
    _ place: JSONPlace
  ) throws(TokenizerError) -> [(id: Int, token: AddedToken)] {
    guard let object = place.value.objectValue else {
      throw place.malformed("expected an object, found \(place.value.kind)")
    }
    var tokens: [(id: Int, token: AddedToken)] = []
    for member in object.members {
      guard let id = Int(member.name), let value = try place.optional(member.name) else {
        throw place.malformed("\"\(member.name.prefix(40))\" is not an id with a token")
      }
      tokens.append((id, try addedToken(value)))
    }
    return tokens
  }

  private func legacyTokens(
    _ place: JSONPlace
  ) throws(TokenizerError) -> [(id: Int, token: AddedToken)] {
    guard let object = place.value.objectValue else {
      throw place.malformed("expected an object, found \(place.value.kind)")
    }
    let special = named.map(\.content) + extra.map(\.content)
    return try object.members.map { (member) throws(TokenizerError) in
      guard let id = member.value.integerValue else {
        throw place.malformed("the id of \"\(member.name.prefix(40))\" is \(member.value.kind)")
      }
      let isSpecial = special.contains { $0.hasSameBytes(as: member.name) }
      return (
        id, AddedToken(content: member.name, isNormalized: !isSpecial, isSpecial: isSpecial)
      )
    }
  }
}
