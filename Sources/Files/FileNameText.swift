extension String {
  /// Longest file name that a name lends, in bytes.
  private static let longestName = 150

  /// The text as part of a file name, without what file systems and shells take amiss.
  ///
  /// Each run of such characters becomes two underscores, as lm-evaluation-harness has it for names of
  /// models (`lm_eval/utils.py`, `sanitize_model_name`, commit 4e7e0d4). A name longer than 150 bytes
  /// keeps its beginning and gets part of its SHA-256.
  public var sanitizedForFileName: String {
    var result = ""
    var insideRun = false
    for scalar in unicodeScalars {
      // Control characters do not occur in lm-eval's list; a line break in a file name serves nobody.
      let isBad = "\"<>:/|\\?*[]".unicodeScalars.contains(scalar) || scalar.value < 0x20
      if !isBad { result.unicodeScalars.append(scalar) }
      if isBad && !insideRun { result += "__" }
      insideRun = isBad
    }
    if result.isEmpty || result == "." || result == ".." { result = "__" }
    guard result.utf8.count > Self.longestName else { return result }
    var head = String.UnicodeScalarView()
    var bytes = 0
    for scalar in result.unicodeScalars {
      bytes += String(scalar).utf8.count
      if bytes > Self.longestName - 17 { break }
      head.append(scalar)
    }
    return "\(String(head))_\(SHA256Digest(of: self).hex.prefix(16))"
  }
}
