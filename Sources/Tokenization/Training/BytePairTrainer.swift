internal import Files

/// Learns the merges of a byte-level byte-pair tokenizer from counted words.
///
/// The merges are those of `BpeTrainer` of Hugging Face's `tokenizers` with the alphabet of
/// `ByteLevel`, over the same texts given as whole documents: again and again the most frequent pair
/// of neighbouring tokens becomes a token, of equally frequent ones the one with the lower ids.
///
/// Source: `tokenizers/src/models/bpe/trainer.rs`, `do_train`, and `word.rs`, `Word::merge`, 0.23.
public struct BytePairTrainer: Sendable {
  /// What is asked of a tokenizer.
  public struct Options: Equatable, Sendable {
    /// Tokens to end with, bytes and special tokens included.
    public var vocabularySize: Int
    /// Occurrences below which a pair is not merged.
    public var minimumFrequency: Int
    /// Tokens of their own, with the first ids.
    public var specialTokens: [String]

    public init(
      vocabularySize: Int, minimumFrequency: Int = 2, specialTokens: [String] = ["<|endoftext|>"]
    ) {
      self.vocabularySize = vocabularySize
      self.minimumFrequency = minimumFrequency
      self.specialTokens = specialTokens
    }
  }

  /// Highest vocabulary size that a tokenizer.json may have here.
  public static let maximumVocabularySize = Int(Vocabulary.maximumID) + 1

  public let options: Options

  /// Takes the options if they can be met.
  ///
  /// - Throws: ``TokenizerTrainingError``.
  public init(_ options: Options) throws(TokenizerTrainingError) {
    var known = Set<[UInt8]>()
    for token in options.specialTokens {
      if token.isEmpty { throw .emptySpecialToken }
      if token.utf8.count > AddedToken.maximumLength {
        throw .longSpecialToken(token, limit: AddedToken.maximumLength)
      }
      if !known.insert(Array(token.utf8)).inserted { throw .repeatedSpecialToken(token) }
    }
    let least = 256 + options.specialTokens.count
    guard least...Self.maximumVocabularySize ~= options.vocabularySize else {
      throw .vocabularySize(
        options.vocabularySize, least: least, most: Self.maximumVocabularySize)
    }
    self.options = options
  }

  /// Learns the merges.
  ///
  /// - Parameters:
  ///   - counter: The words; it is used up.
  ///   - isCancelled: Asked at every merge.
  ///   - progress: Told the number of tokens now and then.
  /// - Returns: The tokenizer; with fewer tokens than asked for if the pairs run out.
  /// - Throws: ``TokenizerTrainingError/cancelled``.
  /// - Complexity: O(n log n) in the tokens of the distinct words, as good as; memory of some 20 bytes
  ///   per byte of the distinct words.
  public func train(
    on counter: consuming WordCounter, isCancelled: () -> Bool = { false },
    progress: (_ tokens: Int) -> Void = { _ in }
  ) throws(TokenizerTrainingError) -> TrainedTokenizer {
    let pattern = counter.pattern
    var vocabulary = TrainedVocabulary(specialTokens: options.specialTokens)
    var search = MergeSearch(SymbolWords(counter.words, byteIDs: vocabulary.byteIDs))
    var merges: [TrainedTokenizer.Merge] = []
    while vocabulary.count < options.vocabularySize,
      let pair = search.next(atLeast: max(options.minimumFrequency, 1))
    {
      if isCancelled() { throw .cancelled }
      let token = vocabulary.fuse(pair.left, pair.right)
      merges.append(.init(left: pair.left, right: pair.right))
      search.merge(to: token)
      if vocabulary.count.isMultiple(of: 64) { progress(vocabulary.count) }
    }
    return TrainedTokenizer(
      pattern: pattern, specialTokens: options.specialTokens, vocabulary: vocabulary,
      merges: merges)
  }
}

/// The tokens of a tokenizer in training.
struct TrainedVocabulary: Sendable {
  /// Tokens by id, in the alphabet of ``ByteAlphabet``; special ones as they are.
  private(set) var texts: [[UInt8]] = []
  private var ids = ByteStringMap(capacity: 1 << 12)
  /// The token of each byte.
  private(set) var byteIDs: [Int32] = []

  var count: Int { texts.count }

  /// The special tokens, then a token for each byte in the order of the alphabet's scalars.
  init(specialTokens: [String]) {
    for token in specialTokens { _ = add(Array(token.utf8)) }
    byteIDs = [Int32](repeating: 0, count: 256)
    let scalars = ByteAlphabet.scalars
    for byte in (0..<256).sorted(by: { scalars[$0] < scalars[$1] }) {
      var text: [UInt8] = []
      UTF8Text.append(scalars[byte], to: &text)
      byteIDs[byte] = add(text)
    }
  }

  /// The token that two tokens make: a new one unless there is one with that text already.
  mutating func fuse(_ left: Int32, _ right: Int32) -> Int32 {
    add(texts[Int(left)] + texts[Int(right)])
  }

  private mutating func add(_ text: [UInt8]) -> Int32 {
    text.withUnsafeBufferPointer { bytes in
      if let known = ids.value(of: bytes) { return known }
      let id = Int32(texts.count)
      ids.set(bytes, to: id)
      texts.append(text)
      return id
    }
  }
}
