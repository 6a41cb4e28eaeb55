/// A token that is recognised in a text before the model sees it.
struct AddedToken: Equatable, Sendable {
  let content: String
  /// Only where no word character stands beside it.
  var isSingleWord = false
  /// Takes the white space before it along.
  var stripsLeft = false
  /// Takes the white space after it along.
  var stripsRight = false
  /// Looked for in the normalized text, itself normalized.
  var isNormalized = false
  /// Left out of decoded texts on request.
  var isSpecial = false

  /// Longest content, in bytes; it bounds the time that looking for tokens takes.
  static let maximumLength = 1024

  static func == (a: AddedToken, b: AddedToken) -> Bool {
    a.hasSameContent(as: b) && a.isSingleWord == b.isSingleWord && a.stripsLeft == b.stripsLeft
      && a.stripsRight == b.stripsRight && a.isNormalized == b.isNormalized
      && a.isSpecial == b.isSpecial
  }

  private func hasSameContent(as other: AddedToken) -> Bool {
    content.utf8.elementsEqual(other.content.utf8)
  }
}
