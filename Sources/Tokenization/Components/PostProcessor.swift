/// Adds the tokens that frame a text.
indirect enum PostProcessor: Sendable {
  /// Changes offsets only.
  case byteLevel
  /// Special tokens and the text, in order.
  case template([Part])
  case sequence([PostProcessor])

  enum Part: Equatable, Sendable {
    case tokens([Int32])
    case text
  }

  /// What stands before and after the text's ids when special tokens are wanted.
  ///
  /// - Throws: ``TokenizerError`` if the text is left out or repeated, or templates follow one
  ///   another, where `tokenizers` makes up pairs or stops.
  func frame(at place: JSONPlace) throws(TokenizerError) -> (before: [Int32], after: [Int32]) {
    switch self {
    case .byteLevel: return ([], [])
    case .template(let parts):
      var before: [Int32] = []
      var after: [Int32] = []
      var texts = 0
      for part in parts {
        switch part {
        case .text: texts += 1
        case .tokens(let ids): if texts == 0 { before += ids } else { after += ids }
        }
      }
      guard texts == 1 else {
        throw place.malformed("the text must stand in the template once, not \(texts) times")
      }
      return (before, after)
    case .sequence(let steps):
      var frame: (before: [Int32], after: [Int32]) = ([], [])
      var hasTemplate = false
      for step in steps {
        if case .byteLevel = step { continue }
        guard !hasTemplate else {
          throw place.unsupported(
            "a second template behind the first", supported: ["one template in a Sequence"])
        }
        hasTemplate = true
        frame = try step.frame(at: place)
      }
      return frame
    }
  }
}
