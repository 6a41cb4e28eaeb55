internal import HarnessCompatibility

/// The cleaning that HellaSwag and several translated tasks give their texts.
enum WikiHowText {
  /// Strips, turns `" [title]"` into `". "`, deletes `[…]` within a line, and halves double spaces once.
  ///
  /// - Parameter text: A text of the data.
  /// - Returns: The text for the prompt.
  /// - SeeAlso: `lm_eval/tasks/hellaswag/utils.py: preprocess`, commit 4e7e0d4.
  static func cleaned(_ text: String) -> String {
    let stripped = text.pythonStripped().pythonReplacing(" [title]", with: ". ")
    return withoutBrackets(stripped).pythonReplacing("  ", with: " ")
  }

  /// Deletes what the expression `\[.*?\]` matches; its dot does not match a newline.
  ///
  /// - Parameter text: Any text.
  /// - Returns: The rest.
  /// - Complexity: O(length).
  static func withoutBrackets(_ text: String) -> String {
    // Brackets and newlines are ASCII, so bytes will do.
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    // The first bracket or newline that can end what begins here; it only ever moves on.
    var stop = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "[") {
        stop = max(stop, position + 1)
        while stop < bytes.count, bytes[stop] != UInt8(ascii: "]"),
          bytes[stop] != UInt8(ascii: "\n")
        {
          stop += 1
        }
        if stop < bytes.count, bytes[stop] == UInt8(ascii: "]") {
          position = stop + 1
          continue
        }
      }
      result.append(bytes[position])
      position += 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}
