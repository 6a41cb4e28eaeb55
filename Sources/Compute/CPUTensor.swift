internal import Foundation

/// Float32 memory at an address that vector loads like, owned by one object.
final class FloatBuffer: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): only the backend's operations write, each row by one thread.

  let base: UnsafeMutablePointer<Float>
  let count: Int

  /// - Precondition: The size in bytes fits `Int`; callers check sizes from files long before.
  init(count: Int) {
    precondition(count >= 0)
    let bytes = max(count, 16) * MemoryLayout<Float>.stride
    // Large blocks are aligned to 2 MiB, so that the kernel can back them by huge pages.
    let alignment = bytes >= 4 << 20 ? 2 << 20 : 64
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
    if alignment > 64 { madvise(raw, bytes, Int32(MADV_HUGEPAGE)) }
    base = raw.bindMemory(to: Float.self, capacity: max(count, 16))
    self.count = count
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}

/// Rows of float32 numbers in the machine's memory; a view that keeps its memory alive.
public struct CPUTensor: ComputeTensor {
  let buffer: FloatBuffer
  let base: UnsafeMutablePointer<Float>
  public let rowCount: Int
  public let columnCount: Int
  /// Numbers from the start of a row to the start of the next.
  let stride: Int

  init(rows: Int, columns: Int) {
    buffer = FloatBuffer(count: rows * columns)
    base = buffer.base
    rowCount = rows
    columnCount = columns
    stride = columns
  }

  private init(
    buffer: FloatBuffer, base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int
  ) {
    self.buffer = buffer
    self.base = base
    rowCount = rows
    columnCount = columns
    self.stride = stride
  }

  func hasShape(of other: CPUTensor) -> Bool {
    rowCount == other.rowCount && columnCount == other.columnCount
  }

  public func rows(_ range: Range<Int>) -> CPUTensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount)
    return CPUTensor(
      buffer: buffer, base: base + range.lowerBound * stride, rows: range.count,
      columns: columnCount, stride: stride)
  }

  public func columns(_ range: Range<Int>) -> CPUTensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= columnCount)
    return CPUTensor(
      buffer: buffer, base: base + range.lowerBound, rows: rowCount, columns: range.count,
      stride: stride)
  }
}

extension CPUTensor {
  public func cut(rows: Int, columns: Int) -> CPUTensor {
    precondition(rowCount == 1 && columnCount == rows * columns)
    return CPUTensor(buffer: buffer, base: base, rows: rows, columns: columns, stride: columns)
  }
}

/// A weight matrix in the order in which the product reads it.
public final class CPUMatrix {
  let inputs: Int
  /// Outputs that hold weights; set when the matrix is filled.
  let outputs: Int
  /// `[panels, inputs, tile columns]`; the last panel's surplus columns are zero.
  let packed: FloatBuffer
  let panelCount: Int

  init(inputs: Int, outputs: Int, tileColumns: Int) {
    self.inputs = inputs
    self.outputs = outputs
    panelCount = (outputs + tileColumns - 1) / tileColumns
    packed = FloatBuffer(count: panelCount * inputs * tileColumns)
  }
}

/// Float32 parameters in the machine's memory.
public final class CPUVector {
  let buffer: FloatBuffer
  var count: Int { buffer.count }

  init(count: Int) { buffer = FloatBuffer(count: count) }
}
