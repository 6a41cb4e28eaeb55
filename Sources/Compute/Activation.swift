/// The non-linearity of a feed-forward layer, under the name of its formula.
///
/// Hugging Face has several spellings of most of them; the configuration maps each to one case.
public enum Activation: String, Sendable, Hashable, CaseIterable {
  /// x · Φ(x), with the error function (`gelu`).
  case geluExact
  /// x · Φ(x), at most 10 (`gelu_10`); the bound of -10 below is never reached.
  case geluClipped
  /// x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))) (`gelu_new`, `gelu_fast`, `gelu_pytorch_tanh`).
  case geluTanh
  /// x · sigmoid(1.702·x) (`quick_gelu`).
  case geluSigmoid
  /// max(x, 0).
  case relu
  /// x · sigmoid(x) (`silu`, `swish`).
  case silu
  /// tanh(x).
  case tanh
}
