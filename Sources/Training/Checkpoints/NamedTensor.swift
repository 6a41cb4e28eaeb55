internal import Compute
internal import LanguageModel

/// A float32 tensor in memory that somebody else owns.
public struct NamedTensor: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): the bytes are only read here, and whoever makes the value keeps
  // them as they are for as long as it is in use.

  public let name: String
  /// Outermost dimension first; empty for a single number.
  public let shape: [Int]
  /// Row-major float32 in the machine's order.
  public let bytes: UnsafeRawBufferPointer

  /// Names a tensor's memory.
  ///
  /// - Parameters:
  ///   - name: Unlike every other name in the same file.
  ///   - shape: Outermost dimension first.
  ///   - bytes: Not copied. They stay valid and unchanged while the value is in use, which for a
  ///     save is until it has ended.
  /// - Precondition: The bytes hold exactly the numbers of that shape.
  public init(name: String, shape: [Int], bytes: UnsafeRawBufferPointer) {
    precondition(
      bytes.count == Self.byteCount(ofShape: shape), "\(name): not the bytes of \(shape)")
    self.name = name
    self.shape = shape
    self.bytes = bytes
  }

  /// Bytes that a float32 tensor takes.
  ///
  /// - Parameter shape: Dimensions from 0.
  /// - Returns: Four times their product.
  public static func byteCount(ofShape shape: [Int]) -> Int {
    shape.reduce(MemoryLayout<Float>.size, *)
  }

  /// What the header of a safetensors file says of the tensor.
  var header: SafetensorsWriter.Tensor {
    SafetensorsWriter.Tensor(name: name, dtype: .float32, shape: shape)
  }
}
