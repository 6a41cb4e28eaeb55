internal import OrderedJSON

/// How a byte-level tokenizer in training cuts texts into words, as a known model family does.
public enum TrainingPattern: String, CaseIterable, Sendable {
  /// The pattern that `ByteLevel` has built in, texts as they are.
  case gpt2
  /// The same pattern over texts in Unicode's form NFC.
  case gptNeoX = "gpt-neox"
  /// Numbers in groups of three digits, a newline's white space apart, contractions in any case.
  case llama3
  /// As ``llama3`` with single digits, over texts in form NFC.
  case qwen2

  var scanner: PieceScanner {
    switch self {
    case .gpt2, .gptNeoX: .gpt2
    case .llama3: .cl100k(maximumDigits: 3)
    case .qwen2: .cl100k(maximumDigits: 1)
    }
  }

  var normalizationForm: NormalizationForm? {
    switch self {
    case .gpt2, .llama3: nil
    case .gptNeoX, .qwen2: .nfc
    }
  }

  /// The member `normalizer` of tokenizer.json.
  var normalizerJSON: JSONValue {
    normalizationForm == nil ? .null : .object(JSONObject([.init(name: "type", value: "NFC")]))
  }

  /// The member `pre_tokenizer` of tokenizer.json.
  var preTokenizerJSON: JSONValue {
    guard let expression = scanner.expression else {
      return Self.byteLevelJSON(addsPrefixSpace: false, usesPattern: true)
    }
    var split = JSONObject()
    split["type"] = "Split"
    split["pattern"] = .object(JSONObject([.init(name: "Regex", value: .string(expression))]))
    split["behavior"] = "Isolated"
    split["invert"] = false
    var sequence = JSONObject()
    sequence["type"] = "Sequence"
    sequence["pretokenizers"] = .array([
      .object(split), Self.byteLevelJSON(addsPrefixSpace: false, usesPattern: false),
    ])
    return .object(sequence)
  }

  /// A component `ByteLevel`, as pre-tokenizer or as decoder.
  static func byteLevelJSON(addsPrefixSpace: Bool, usesPattern: Bool) -> JSONValue {
    var object = JSONObject()
    object["type"] = "ByteLevel"
    object["add_prefix_space"] = .bool(addsPrefixSpace)
    object["trim_offsets"] = true
    object["use_regex"] = .bool(usesPattern)
    return .object(object)
  }
}
