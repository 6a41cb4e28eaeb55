/// The bytes of a TensorBoard event file: `Event` messages, framed as TFRecord has it.
///
/// - SeeAlso: tensorflow/tensorflow, `tensorflow/core/util/event.proto` and
///   `tensorflow/core/framework/summary.proto`; `tensorflow/core/lib/io/record_writer.cc`.
struct EventFile {
  private(set) var bytes: [UInt8] = []

  /// Begins a file with its version, which readers demand first.
  ///
  /// - Parameter time: Seconds since 1970.
  init(time: Double) {
    var event = ProtobufWriter()
    event.double(1, time)
    event.text(3, "brain.Event:2")
    append(event.bytes)
  }

  /// Appends a scalar.
  ///
  /// - Parameter point: What was measured, and when.
  mutating func append(_ point: ScalarPoint) {
    var event = ProtobufWriter()
    event.double(1, point.time)
    // Proto3 leaves out what is 0.
    if point.step != 0 { event.integer(2, point.step) }
    event.message(5) { summary in
      summary.message(1) { value in
        value.text(1, point.tag)
        value.float(2, Float(point.value))
      }
    }
    append(event.bytes)
  }

  /// Frames a record: length, its checksum, data, their checksum.
  private mutating func append(_ record: [UInt8]) {
    let length = withUnsafeBytes(of: UInt64(record.count).littleEndian) { Array($0) }
    bytes += length
    append(CRC32C.masked(length))
    bytes += record
    append(CRC32C.masked(record))
  }

  private mutating func append(_ checksum: UInt32) {
    withUnsafeBytes(of: checksum.littleEndian) { bytes += $0 }
  }
}

/// One value of one curve.
struct ScalarPoint {
  var tag: String
  var step: Int
  /// Seconds since 1970.
  var time: Double
  var value: Double
}
