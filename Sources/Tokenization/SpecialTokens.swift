/// The tokens with a role that a tokenizer's configuration names.
///
/// A role is `nil` when the configuration gives it no token.
public struct SpecialTokens: Equatable, Sendable {
  /// One token with its id.
  public struct Token: Equatable, Sendable {
    public let text: String
    public let id: Int32

    public init(text: String, id: Int32) {
      self.text = text
      self.id = id
    }
  }

  /// Beginning of sequence.
  public let bos: Token?
  /// End of sequence.
  public let eos: Token?
  public let pad: Token?
  public let unk: Token?

  public init(bos: Token? = nil, eos: Token? = nil, pad: Token? = nil, unk: Token? = nil) {
    self.bos = bos
    self.eos = eos
    self.pad = pad
    self.unk = unk
  }
}
