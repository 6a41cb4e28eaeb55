internal import Files

extension PairedDocuments {
  /// The pairs without listed documents.
  ///
  /// - Parameter listed: Positions, with the documents' hashes where they are known.
  /// - Returns: `nil` if none of the documents is listed.
  /// - Throws: ``ComparisonError`` for a document that is another one.
  func without(_ listed: [Int: String?]) throws(ComparisonError) -> PairedDocuments? {
    for answer in reference {
      if let entry = listed[answer.document], let hash = entry, hash != answer.documentHash {
        throw ComparisonError(problems: [
          "\(task.name.escapedForTerminal): document \(answer.document) is not the one that the list "
            + "of contaminated documents names. Make the list again, over the same data."
        ])
      }
    }
    let rest = keeping { listed[$0] == nil }
    return rest.reference.count == reference.count ? nil : rest
  }
}
