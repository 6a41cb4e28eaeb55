internal import OrderedJSON

/// Filters that make texts.
enum JinjaTextFilters {
  static let names = [
    "capitalize", "center", "e", "escape", "forceescape", "format", "indent", "join", "lower",
    "pprint", "replace", "safe", "string", "striptags", "title", "tojson", "trim", "truncate",
    "upper", "wordcount",
  ]

  static func apply(
    _ call: JinjaFilterCall, to value: PythonValue
  ) throws(PythonError) -> PythonValue? {
    let text = { value.pythonText }
    switch call.name {
    case "string", "safe": return .string(text())
    case "lower": return .string(text().pythonLowercased)
    case "upper": return .string(text().pythonUppercased)
    case "capitalize": return .string(text().pythonCapitalized)
    case "title": return .string(title(text()))
    case "trim": return .string(text().pythonStripped(call.text(0, "chars")))
    case "center":
      let width = try call.integer(0, "width") ?? 80
      return try PythonValue.string(text()).call("center", PythonArguments([.integer(width)]))
    case "replace":
      guard let old = call.text(0, "old"), let new = call.text(1, "new") else {
        throw PythonError(.typeError, "replace needs two texts")
      }
      var arguments: [PythonValue] = [.string(old), .string(new)]
      if let count = try call.integer(2, "count") { arguments.append(.integer(count)) }
      return try PythonValue.string(text()).call("replace", PythonArguments(arguments))
    case "join": return .string(try join(value, call))
    case "format":
      let arguments: PythonValue =
        call.arguments.named.count > 0
        ? .dictionary(call.arguments.named) : .tuple(call.arguments.positional)
      return try PythonValue.string(text()).applying(.remainder, arguments)
    case "indent": return .string(try indent(text(), call))
    case "truncate": return .string(try truncate(text(), call))
    case "wordcount": return .integer(countWords(text()))
    case "e", "escape", "forceescape": return .string(escape(text()))
    case "striptags": return .string(stripTags(text()))
    case "pprint": return .string(value.representation)
    case "tojson": return .string(try toJSON(value, indent: call.integer(0, "indent")))
    default: return nil
    }
  }

  /// Upper case after white space, hyphens and opening brackets, lower case elsewhere.
  private static func title(_ text: String) -> String {
    var result = ""
    var word: [Unicode.Scalar] = []
    func flush() {
      guard let first = word.first else { return }
      result += String(first).pythonUppercased
      result += String(pythonScalars: word.dropFirst()).pythonLowercased
      word = []
    }
    for scalar in text.unicodeScalars {
      if scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar) {
        flush()
        result.unicodeScalars.append(scalar)
      } else {
        word.append(scalar)
      }
    }
    flush()
    return result
  }

  private static func join(_ value: PythonValue, _ call: JinjaFilterCall) throws(PythonError)
    -> String
  {
    var items = try value.iterated()
    if let path = call.value(1, "attribute") {
      items = try JinjaSequenceFilters.members(path, of: items)
    }
    return try PythonValue.joined(items.map(\.pythonText), by: call.text(0, "d") ?? "")
  }

  private static func indent(_ text: String, _ call: JinjaFilterCall) throws(PythonError) -> String
  {
    var indentation = String(repeating: " ", count: 4)
    if case .string(let given)? = call.value(0, "width") {
      indentation = given
    } else if let width = try call.integer(0, "width") {
      guard width <= 10_000 else { throw PythonError(.overflow, "an indentation of \(width)") }
      indentation = String(repeating: " ", count: max(width, 0))
    }
    let lines = (text + "\n").pythonSplitLines()
    let (added, overflow) = lines.count.multipliedReportingOverflow(by: indentation.utf8.count + 1)
    try PythonValue.checkLength(
      overflow ? PythonValue.maximumSequenceLength : added, plus: text.utf8.count)
    var result = lines.first ?? ""
    for line in lines.dropFirst() {
      result += "\n" + (line.isEmpty && !call.flag(2, "blank") ? "" : indentation) + line
    }
    return call.flag(1, "first") ? indentation + result : result
  }

  private static func truncate(_ text: String, _ call: JinjaFilterCall) throws(PythonError)
    -> String
  {
    let length = try call.integer(0, "length") ?? 255
    let end = call.text(2, "end") ?? "..."
    let leeway = try call.integer(3, "leeway") ?? 5
    guard length >= end.pythonLength, leeway >= 0 else {
      throw PythonError(.assertion, "expected length >= \(end.pythonLength), got \(length)")
    }
    let (longest, overflow) = length.addingReportingOverflow(leeway)
    if overflow || text.pythonLength <= longest { return text }
    let cut = text.pythonSlice(from: 0, to: length - end.pythonLength)
    if call.flag(1, "killwords") { return cut + end }
    return cut.pythonRightSplit(separator: " ", maximumSplits: 1)[0] + end
  }

  private static func countWords(_ text: String) -> Int {
    var count = 0
    var isInWord = false
    for scalar in text.unicodeScalars {
      let isWord = scalar == "_" || scalar.isPythonAlphabetic || scalar.isPythonNumeric
      if isWord && !isInWord { count += 1 }
      isInWord = isWord
    }
    return count
  }

  private static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "'": result += "&#39;"
      case "\"": result += "&#34;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Without entities: what stands between `<` and `>` goes, white space becomes single spaces.
  private static func stripTags(_ text: String) -> String {
    var kept = String.UnicodeScalarView()
    var isInTag = false
    for scalar in text.unicodeScalars {
      if scalar == "<" { isInTag = true }
      if !isInTag { kept.append(scalar) }
      if scalar == ">" { isInTag = false }
    }
    return String(kept).pythonSplit().joined(separator: " ")
  }

  /// `json.dumps` with sorted keys and ASCII escapes, and with `<`, `>`, `&`, `'` escaped too.
  private static func toJSON(_ value: PythonValue, indent: Int?) throws(PythonError) -> String {
    let text = try value.withSortedKeys().json.serialized(indent: indent)
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x7F && !"<>&'".unicodeScalars.contains(scalar) {
        result.unicodeScalars.append(scalar)
        continue
      }
      for unit in UTF16.encode(scalar).map({ Array($0) }) ?? [] {
        let digits = String(unit, radix: 16)
        let zeros = String(repeating: "0", count: 4 - digits.count)
        // Jinja writes the four characters of HTML in lower case, Python's `json` does so too.
        result += "\\u\(zeros)\(digits)"
      }
    }
    return result
  }
}

extension PythonValue {
  /// The value with the keys of all dictionaries in order.
  fileprivate func withSortedKeys() throws(PythonError) -> PythonValue {
    switch self {
    case .list(let elements), .tuple(let elements):
      var sorted: [PythonValue] = []
      for element in elements { sorted.append(try element.withSortedKeys()) }
      return .list(sorted)
    case .dictionary(let dictionary):
      var sorted = PythonDictionary()
      for key in try PythonValue.sorted(dictionary.keys) {
        sorted[key] = try dictionary[key]?.withSortedKeys()
      }
      return .dictionary(sorted)
    default: return self
    }
  }

  /// Python's `sorted(values)`: stable, with Python's order.
  ///
  /// - Parameters:
  ///   - values: What is sorted.
  ///   - isReversed: Whether the largest comes first; equal values keep their order either way.
  ///   - key: What is compared in place of a value.
  /// - Returns: The values in order.
  /// - Throws: ``PythonError`` where two values have no order.
  static func sorted(
    _ values: [PythonValue], isReversed: Bool = false,
    by key: (PythonValue) throws(PythonError) -> PythonValue = { $0 }
  ) throws(PythonError) -> [PythonValue] {
    var keyed: [(key: PythonValue, value: PythonValue)] = []
    for value in values { keyed.append((try key(value), value)) }
    do {
      return try keyed.sorted { a, b in
        isReversed ? try isLess(b.key, a.key) : try isLess(a.key, b.key)
      }.map(\.value)
    } catch let error as PythonError {
      throw error
    } catch {
      throw PythonError(.typeError, "\(error)")
    }
  }
}
