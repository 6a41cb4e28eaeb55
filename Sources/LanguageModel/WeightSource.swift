public import Compute

/// Where a model takes its weights from: a checkpoint's files, or parameters that are being trained.
///
/// Names and shapes are those of ``ParameterLayout``; asking for another name is a bug in model code.
public protocol WeightSource {
  var configuration: ModelConfiguration { get }
  var layout: ParameterLayout { get }

  /// A matrix of a `Linear` layer or an embedding, or of a `Conv1D`.
  ///
  /// - Parameters:
  ///   - name: Of the tensor.
  ///   - layout: Which of its dimensions is which.
  /// - Returns: A view of the bytes, valid while the source is kept.
  func matrix(_ name: String, _ layout: StoredMatrix.Layout) -> StoredMatrix

  /// A bias, or the weight of a norm.
  ///
  /// - Parameter name: Of the tensor.
  /// - Returns: A view of the bytes, valid while the source is kept.
  func vector(_ name: String) -> StoredVector
}

extension WeightSource {
  /// A matrix in the layout of PyTorch's `Linear`.
  func matrix(_ name: String) -> StoredMatrix { matrix(name, .outputsByInputs) }
}

extension Checkpoint: WeightSource {
  public func matrix(_ name: String, _ layout: StoredMatrix.Layout) -> StoredMatrix {
    let tensor = tensor(name)
    precondition(tensor.shape.count == 2)
    let (first, second) = (tensor.shape[0], tensor.shape[1])
    return StoredMatrix(
      bytes: tensor.bytes, type: tensor.dtype,
      outputs: layout == .outputsByInputs ? first : second,
      inputs: layout == .outputsByInputs ? second : first, layout: layout)
  }

  public func vector(_ name: String) -> StoredVector {
    let tensor = tensor(name)
    precondition(tensor.shape.count == 1)
    return StoredVector(bytes: tensor.bytes, type: tensor.dtype, count: tensor.shape[0])
  }
}
