/// A matrix as a checkpoint holds it: bytes of some file, not copied and not owned.
public struct StoredMatrix: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): the bytes are a read-only mapping that its owner keeps alive.

  /// Which of its two dimensions comes first.
  public enum Layout: Sendable {
    /// `[outputs, inputs]`, as PyTorch's `Linear` and embeddings have it.
    case outputsByInputs
    /// `[inputs, outputs]`, as GPT-2's `Conv1D` has it.
    case inputsByOutputs
  }

  public let bytes: UnsafeRawBufferPointer
  public let type: ScalarType
  public let outputs: Int
  public let inputs: Int
  public let layout: Layout

  /// - Precondition: The bytes hold exactly `outputs · inputs` numbers.
  public init(
    bytes: UnsafeRawBufferPointer, type: ScalarType, outputs: Int, inputs: Int,
    layout: Layout = .outputsByInputs
  ) {
    precondition(bytes.count == outputs * inputs * type.byteCount)
    self.bytes = bytes
    self.type = type
    self.outputs = outputs
    self.inputs = inputs
    self.layout = layout
  }
}

/// A vector as a checkpoint holds it.
public struct StoredVector: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): as for StoredMatrix.

  public let bytes: UnsafeRawBufferPointer
  public let type: ScalarType
  public let count: Int

  /// - Precondition: The bytes hold exactly `count` numbers.
  public init(bytes: UnsafeRawBufferPointer, type: ScalarType, count: Int) {
    precondition(bytes.count == count * type.byteCount)
    self.bytes = bytes
    self.type = type
    self.count = count
  }
}
