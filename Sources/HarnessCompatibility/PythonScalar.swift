/// Character classes of Python's `str`, which differ from those of Swift's `Character`.
///
/// Source: CPython's `Objects/unicodectype.c` and `Tools/unicode/makeunicodedata.py`. Scores depend
/// on them wherever lm-evaluation-harness calls `str.isspace`, `str.rstrip` or `str.isdigit`
/// (`lm_eval/api/model.py: TemplateLM._encode_pair`, `lm_eval/api/task.py`, commit 4e7e0d4).
extension Unicode.Scalar {
  /// Whether `str.isspace` holds: bidirectional class WS, B or S, or general category Zs.
  ///
  /// The list includes U+001C to U+001F, which Swift's `isWhitespace` leaves out.
  public var isPythonSpace: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
      0x205F, 0x3000:
      true
    default: false
    }
  }

  /// Whether `str.isdecimal` holds: a digit of a positional system.
  public var isPythonDecimal: Bool { properties.numericType == .decimal }

  /// Whether `str.isdigit` holds: decimal digits, and superscripts and the like.
  public var isPythonDigit: Bool {
    properties.numericType == .decimal || properties.numericType == .digit
  }

  /// Whether `str.isnumeric` holds: digits, fractions, Roman numerals, numeral ideographs.
  public var isPythonNumeric: Bool { properties.numericType != nil }

  /// Whether `str.isalpha` holds: a letter of any kind.
  public var isPythonAlphabetic: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// Whether `str.isprintable` holds, so that `repr` writes the character as it is.
  public var isPythonPrintable: Bool {
    if value == 0x20 { return true }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }

  /// Whether the character has case in the sense of `str.title` and `str.isupper`.
  var isPythonCased: Bool {
    properties.isLowercase || properties.isUppercase
      || properties.generalCategory == .titlecaseLetter
  }

  /// Whether `str.splitlines` ends a line here.
  var isPythonLineBreak: Bool {
    switch value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}
