public import Compute
public import Files
internal import OrderedJSON

/// Writes a safetensors file tensor by tensor; the file appears when it is complete.
///
/// The header is that of the format's own library, byte for byte: tensors by falling size of their
/// dtype, then by name, so that each is aligned, and spaces up to a multiple of eight.
public final class SafetensorsWriter {
  /// What the header says of one tensor.
  public struct Tensor: Sendable, Equatable {
    public let name: String
    public let dtype: ScalarType
    /// Outermost dimension first.
    public let shape: [Int]

    public init(name: String, dtype: ScalarType, shape: [Int]) {
      self.name = name
      self.dtype = dtype
      self.shape = shape
    }

    /// Bytes of the tensor.
    public var byteCount: Int { shape.reduce(dtype.byteCount, *) }
  }

  /// All tensors, in the order in which their bytes are to be written.
  public let tensors: [Tensor]
  private let output: AtomicFile
  private var written = 0
  private let totalBytes: Int

  /// Opens the file and writes the header.
  ///
  /// - Parameters:
  ///   - path: Where the file shall appear.
  ///   - tensors: All tensors, in any order, names unlike one another.
  ///   - metadata: `__metadata__`; transformers asks for `format`.
  ///   - isHashed: Whether ``fingerprint`` will be asked for.
  /// - Throws: `FileError`.
  public init(
    path: String, tensors: [Tensor], metadata: [(key: String, value: String)] = [("format", "pt")],
    isHashed: Bool = false
  ) throws(FileError) {
    self.tensors = Self.inFileOrder(tensors)
    let header = Self.header(self.tensors, metadata: metadata)
    totalBytes = self.tensors.reduce(0) { $0 + $1.byteCount }
    output = try AtomicFile(path: path, isHashed: isHashed)
    let length = UInt64(header.count)
    try output.write((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
    try output.write(header)
  }

  /// Appends bytes of the next tensor or of a part of it.
  ///
  /// - Parameter bytes: Row-major, little-endian.
  /// - Throws: `FileError`.
  /// - Precondition: Not more than the tensors take.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    written += bytes.count
    precondition(written <= totalBytes, "more bytes than the tensors take")
    try output.write(bytes)
  }

  /// Flushes the file and lets it appear.
  ///
  /// - Throws: `FileError`; nothing appears then.
  /// - Precondition: All bytes have been written.
  public func finish() throws(FileError) {
    precondition(written == totalBytes, "\(written) of \(totalBytes) bytes were written")
    try output.commit()
  }

  /// Length and digest of the file after ``finish()``; `nil` unless hashing was asked for.
  public var fingerprint: FileFingerprint? { output.fingerprint }

  /// Bytes that a file of these tensors takes, for a look at the free space beforehand.
  ///
  /// - Parameters:
  ///   - tensors: All tensors, in any order.
  ///   - metadata: As it will be written.
  /// - Returns: Header and data.
  public static func byteCount(
    of tensors: [Tensor], metadata: [(key: String, value: String)] = [("format", "pt")]
  ) -> Int {
    8 + header(inFileOrder(tensors), metadata: metadata).count
      + tensors.reduce(0) { $0 + $1.byteCount }
  }

  private static func inFileOrder(_ tensors: [Tensor]) -> [Tensor] {
    tensors.sorted { a, b in
      a.dtype.byteCount != b.dtype.byteCount
        ? a.dtype.byteCount > b.dtype.byteCount
        : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }
  }

  private static func header(
    _ tensors: [Tensor], metadata: [(key: String, value: String)]
  ) -> [UInt8] {
    func quoted(_ text: String) -> String { JSONValue.string(text).serialized() }
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.dtype.safetensorsName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    while !header.count.isMultiple(of: 8) { header.append(0x20) }
    return header
  }
}
