/// The words of a text for statistics: runs of letters and digits in lower case, and each ideograph or
/// kana for itself, since no blanks separate those.
///
/// - Parameter text: Any text.
/// - Returns: In order.
/// - Complexity: O(scalars).
func wordsForStatistics(_ text: String) -> [String] {
  var words: [String] = []
  var word = ""
  func isAlone(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x2E80
      && (scalar.properties.isIdeographic || 0x3040...0x30FF ~= scalar.value)
  }
  for scalar in text.unicodeScalars {
    let properties = scalar.properties
    if isAlone(scalar) {
      if !word.isEmpty { words.append(word) }
      word = ""
      words.append(String(Character(scalar)))
    } else if properties.isAlphabetic || properties.numericType != nil
      || properties.generalCategory == .nonspacingMark
    {
      word += properties.lowercaseMapping
    } else if !word.isEmpty {
      words.append(word)
      word = ""
    }
  }
  if !word.isEmpty { words.append(word) }
  return words
}
