extension String {
  /// The number of pieces that Python's `re.split(r"\s+", text)` gives.
  ///
  /// White space at either end adds an empty piece, and an empty text is one piece, as
  /// lm-evaluation-harness counts words (`lm_eval/api/task.py`, `count_words`, commit 4e7e0d4).
  /// - Complexity: O(bytes).
  public var harnessWordCount: Int {
    var pieces = 1
    var insideSpace = false
    for scalar in unicodeScalars {
      let isSpace = scalar.isPythonSpace
      if isSpace && !insideSpace { pieces += 1 }
      insideSpace = isSpace
    }
    return pieces
  }
}
