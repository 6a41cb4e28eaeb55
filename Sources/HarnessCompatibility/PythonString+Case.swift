/// Case conversions of Python's `str`, with the full mappings of Unicode (`"ß".upper()` is `"SS"`).
///
/// Source: CPython's `Objects/unicodeobject.c` (`do_capitalize`, `do_title`, `lower_ucs4`).
///
/// Texts are put together with `+=`: the scalar view's `append(contentsOf:)` copies all that is there
/// once per call.
extension String {
  /// Python's `text.lower()`, including the rule for the final sigma.
  public var pythonLowercased: String {
    let scalars = Array(unicodeScalars)
    var result = ""
    for index in scalars.indices { Self.appendLowercase(of: scalars, at: index, to: &result) }
    return result
  }

  /// Python's `text.upper()`.
  public var pythonUppercased: String {
    var result = ""
    for scalar in unicodeScalars {
      result += scalar.properties.uppercaseMapping
    }
    return result
  }

  /// Python's `text.capitalize()`: the first scalar in title case, **all others in lower case**.
  ///
  /// lm-evaluation-harness calls it on HellaSwag's second half-sentence
  /// (`lm_eval/tasks/hellaswag/utils.py: process_docs`), so German nouns lose their capital there.
  public var pythonCapitalized: String {
    let scalars = Array(unicodeScalars)
    guard let first = scalars.first else { return "" }
    var result = ""
    result += first.properties.titlecaseMapping
    for index in scalars.indices.dropFirst() {
      Self.appendLowercase(of: scalars, at: index, to: &result)
    }
    return result
  }

  /// Python's `text.title()`: every scalar after one without case in title case, others lower.
  public var pythonTitlecased: String {
    let scalars = Array(unicodeScalars)
    var result = ""
    var previousIsCased = false
    for (index, scalar) in scalars.enumerated() {
      if previousIsCased {
        Self.appendLowercase(of: scalars, at: index, to: &result)
      } else {
        result += scalar.properties.titlecaseMapping
      }
      previousIsCased = scalar.isPythonCased
    }
    return result
  }

  /// Python's `text.swapcase()`.
  public var pythonCaseSwapped: String {
    let scalars = Array(unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      if scalar.properties.isUppercase {
        Self.appendLowercase(of: scalars, at: index, to: &result)
      } else if scalar.properties.isLowercase {
        result += scalar.properties.uppercaseMapping
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Python's `text.isupper()`: something with case, and nothing in lower or title case.
  public var isPythonUppercase: Bool {
    var hasCase = false
    for scalar in unicodeScalars {
      if scalar.properties.isLowercase || scalar.properties.generalCategory == .titlecaseLetter {
        return false
      }
      hasCase = hasCase || scalar.properties.isUppercase
    }
    return hasCase
  }

  /// Python's `text.islower()`: something with case, and nothing in upper or title case.
  public var isPythonLowercase: Bool {
    var hasCase = false
    for scalar in unicodeScalars {
      if scalar.properties.isUppercase || scalar.properties.generalCategory == .titlecaseLetter {
        return false
      }
      hasCase = hasCase || scalar.properties.isLowercase
    }
    return hasCase
  }

  /// Python's `text.istitle()`: words that begin with upper or title case and go on in lower case.
  public var isPythonTitlecase: Bool {
    var hasCase = false
    var previousIsCased = false
    for scalar in unicodeScalars {
      if scalar.properties.isUppercase || scalar.properties.generalCategory == .titlecaseLetter {
        if previousIsCased { return false }
        previousIsCased = true
        hasCase = true
      } else if scalar.properties.isLowercase {
        if !previousIsCased { return false }
        hasCase = true
      } else {
        previousIsCased = false
      }
    }
    return hasCase
  }

  private static func appendLowercase(
    of scalars: [Unicode.Scalar], at index: Int, to result: inout String
  ) {
    let scalar = scalars[index]
    guard scalar.value == 0x3A3 else {
      result += scalar.properties.lowercaseMapping
      return
    }
    // A capital sigma ends a word if something with case stands before it and nothing after it,
    // marks that have no case of their own aside.
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    let isFinal = (before?.properties.isCased ?? false) && !(after?.properties.isCased ?? false)
    result.unicodeScalars.append(isFinal ? "\u{3C2}" : "\u{3C3}")
  }
}
