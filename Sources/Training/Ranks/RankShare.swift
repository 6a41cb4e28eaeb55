internal import Communication

/// Which part of something that all ranks have is one rank's to work on.
public enum RankShare {
  /// Neighbouring elements, as even as it goes; the parts of all ranks follow one another.
  ///
  /// What is drawn does not depend on the ranks, so any number of them trains on the same.
  /// - Parameters:
  ///   - elements: The same on all ranks.
  ///   - ranks: Who shares them.
  /// - Returns: The part of this rank.
  static func part<Element>(
    of elements: [Element], for ranks: any Communicator
  ) -> ArraySlice<Element> {
    elements[part(of: elements.count, rank: ranks.rank, size: ranks.size)]
  }

  /// Likewise, of numbers from 0.
  ///
  /// - Parameters:
  ///   - count: How many numbers there are.
  ///   - rank: Whose part.
  ///   - size: How many ranks share them.
  /// - Returns: The rank's part.
  public static func part(of count: Int, rank: Int, size: Int) -> Range<Int> {
    count * rank / size..<count * (rank + 1) / size
  }
}
