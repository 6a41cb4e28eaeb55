/// How a number of a checkpoint is stored; arithmetic is float32 whatever it is.
public enum ScalarType: String, Sendable, Hashable, CaseIterable {
  case float32
  case float16
  case bfloat16

  /// Bytes per number.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    }
  }
}
