/// Filters that count, order and regroup elements.
enum JinjaSequenceFilters {
  static let names = [
    "batch", "count", "dictsort", "groupby", "items", "length", "list", "reverse", "slice", "sort",
    "sum", "unique",
  ]

  static func apply(
    _ call: JinjaFilterCall, to value: PythonValue
  ) throws(PythonError) -> PythonValue? {
    switch call.name {
    case "length", "count": return .integer(try value.length())
    case "list": return .list(try value.iterated())
    case "items":
      guard case .dictionary(let dictionary) = value else {
        throw PythonError(.typeError, "can only get item pairs from a mapping")
      }
      return .list(dictionary.entries.map { .tuple([$0, $1]) })
    case "reverse":
      if case .string(let text) = value {
        return .string(String(pythonScalars: text.unicodeScalars.reversed()))
      }
      return .list(try value.iterated().reversed())
    case "sort": return .list(try sort(value, call))
    case "unique": return .list(try unique(value, call))
    case "sum": return try sum(value, call)
    case "dictsort": return .list(try sortEntries(value, call))
    case "groupby": return .list(try group(value, call))
    case "batch": return .list(try batch(value, call))
    case "slice": return .list(try slice(value, call))
    default: return nil
    }
  }

  /// The steps of a path: `"a.0.b"` are `a`, `0` and `b`.
  static func parts(of path: PythonValue) -> [PythonValue] {
    guard case .string(let text) = path else { return [path] }
    return text.pythonSplit(separator: ".").map { part in
      part.isPythonDigits ? Int(part).map { .integer($0) } ?? .string(part) : .string(part)
    }
  }

  static func members(
    _ path: PythonValue, of items: [PythonValue]
  ) throws(PythonError) -> [PythonValue] {
    var found: [PythonValue] = []
    for item in items { found.append(try member(path, of: item)) }
    return found
  }

  private static func member(
    _ path: PythonValue, of item: PythonValue
  ) throws(PythonError) -> PythonValue {
    var value = item
    for key in parts(of: path) { value = try value.element(at: key) }
    return value
  }

  /// What is compared: the attribute if one is named, in lower case unless case counts.
  private static func key(
    of item: PythonValue, attribute: PythonValue?, isCaseSensitive: Bool
  ) throws(PythonError) -> PythonValue {
    var value = item
    if let attribute { value = try member(attribute, of: item) }
    if !isCaseSensitive, case .string(let text) = value { return .string(text.pythonLowercased) }
    return value
  }

  private static func sort(
    _ value: PythonValue, _ call: JinjaFilterCall
  ) throws(PythonError) -> [PythonValue] {
    let isCaseSensitive = call.flag(1, "case_sensitive")
    // Several attributes may stand between commas; the first counts most.
    var attributes: [PythonValue?] = [nil]
    switch call.value(2, "attribute") {
    case .string(let text)?: attributes = text.pythonSplit(separator: ",").map { .string($0) }
    case .some(.none), nil: break
    case let path?: attributes = [path]
    }
    return try PythonValue.sorted(try value.iterated(), isReversed: call.flag(0, "reverse")) {
      (item) throws(PythonError) in
      var keys: [PythonValue] = []
      for attribute in attributes {
        keys.append(try key(of: item, attribute: attribute, isCaseSensitive: isCaseSensitive))
      }
      return .list(keys)
    }
  }

  private static func unique(
    _ value: PythonValue, _ call: JinjaFilterCall
  ) throws(PythonError) -> [PythonValue] {
    var seen = Set<PythonValue>()
    var kept: [PythonValue] = []
    for item in try value.iterated() {
      let key = try key(
        of: item, attribute: attribute(call, at: 1), isCaseSensitive: call.flag(0, "case_sensitive")
      )
      guard key.isHashable else {
        throw PythonError(.typeError, "unhashable type: '\(key.typeName)'")
      }
      if seen.insert(key).inserted { kept.append(item) }
    }
    return kept
  }

  private static func attribute(_ call: JinjaFilterCall, at position: Int) -> PythonValue? {
    guard let path = call.value(position, "attribute") else { return nil }
    if case .none = path { return nil }
    return path
  }

  /// The smallest or largest element; the first of equal ones.
  static func extremum(
    of value: PythonValue, _ call: JinjaFilterCall
  ) throws(PythonError) -> PythonValue? {
    var best: (key: PythonValue, item: PythonValue)?
    for item in try value.iterated() {
      let key = try key(
        of: item, attribute: attribute(call, at: 1), isCaseSensitive: call.flag(0, "case_sensitive")
      )
      guard let current = best else {
        best = (key, item)
        continue
      }
      let isBetter =
        call.name == "min"
        ? try PythonValue.isLess(key, current.key) : try PythonValue.isLess(current.key, key)
      if isBetter { best = (key, item) }
    }
    return best?.item
  }

  private static func sum(
    _ value: PythonValue, _ call: JinjaFilterCall
  ) throws(PythonError) -> PythonValue {
    var items = try value.iterated()
    if let path = attribute(call, at: 0) { items = try members(path, of: items) }
    var total = call.value(1, "start") ?? .integer(0)
    if case .string = total {
      throw PythonError(.typeError, "sum() can't sum strings [use ''.join(seq) instead]")
    }
    for item in items { total = try total.applying(.add, item) }
    return total
  }

  private static func sortEntries(
    _ value: PythonValue, _ call: JinjaFilterCall
  ) throws(PythonError) -> [PythonValue] {
    guard case .dictionary(let dictionary) = value else {
      throw PythonError(.typeError, "dictsort needs a dict, not \(value.typeName)")
    }
    let by = call.text(1, "by") ?? "key"
    guard by == "key" || by == "value" else {
      throw PythonError(.valueError, "you can only sort by either \"key\" or \"value\"")
    }
    let entries = dictionary.entries.map { PythonValue.tuple([$0, $1]) }
    return try PythonValue.sorted(entries, isReversed: call.flag(2, "reverse")) {
      (entry) throws(PythonError) in
      try key(
        of: entry, attribute: .integer(by == "key" ? 0 : 1),
        isCaseSensitive: call.flag(0, "case_sensitive"))
    }
  }

  private static func group(
    _ value: PythonValue, _ call: JinjaFilterCall
  ) throws(PythonError) -> [PythonValue] {
    guard let path = attribute(call, at: 0) else {
      throw PythonError(.typeError, "groupby needs an attribute")
    }
    let isCaseSensitive = call.flag(2, "case_sensitive")
    let sorted = try PythonValue.sorted(try value.iterated()) { (item) throws(PythonError) in
      try key(of: item, attribute: path, isCaseSensitive: isCaseSensitive)
    }
    var groups: [(key: PythonValue, name: PythonValue, items: [PythonValue])] = []
    for item in sorted {
      let key = try key(of: item, attribute: path, isCaseSensitive: isCaseSensitive)
      if let last = groups.indices.last, groups[last].key == key {
        groups[last].items.append(item)
      } else {
        groups.append((key, try member(path, of: item), [item]))
      }
    }
    return groups.map { .tuple([$0.name, .list($0.items)]) }
  }

  private static func batch(
    _ value: PythonValue, _ call: JinjaFilterCall
  ) throws(PythonError) -> [PythonValue] {
    guard let size = try call.integer(0, "linecount"), size > 0 else {
      throw PythonError(.valueError, "batch needs a size above 0")
    }
    let items = try value.iterated()
    var rows: [PythonValue] = []
    for start in stride(from: 0, to: items.count, by: size) {
      var row = Array(items[start..<min(start + size, items.count)])
      if let filler = call.value(1, "fill_with"), row.count < size {
        guard size <= 10_000 else { throw PythonError(.overflow, "a batch of \(size)") }
        row += repeatElement(filler, count: size - row.count)
      }
      rows.append(.list(row))
    }
    return rows
  }

  private static func slice(
    _ value: PythonValue, _ call: JinjaFilterCall
  ) throws(PythonError) -> [PythonValue] {
    guard let slices = try call.integer(0, "slices"), 1...10_000 ~= slices else {
      throw PythonError(.valueError, "slice needs a number from 1 to 10000")
    }
    let items = try value.iterated()
    let (size, extra) = items.count.quotientAndRemainder(dividingBy: slices)
    var start = 0
    var rows: [PythonValue] = []
    for number in 0..<slices {
      let end = start + size + (number < extra ? 1 : 0)
      var row = Array(items[start..<end])
      if let filler = call.value(1, "fill_with"), number >= extra, extra > 0 { row.append(filler) }
      rows.append(.list(row))
      start = end
    }
    return rows
  }
}
