@testable import Reports

/// Reads event files back, written apart from the writer and after the format's description.
enum EventReader {
  struct Event {
    var time = 0.0
    var step = 0
    var version: String?
    var tag: String?
    var value: Float?
  }

  enum Problem: Error {
    case truncated, checksum, field(Int)
  }

  /// All events of a file.
  ///
  /// - Parameter bytes: The file.
  /// - Returns: The events in their order.
  /// - Throws: ``Problem``.
  static func events(in bytes: [UInt8]) throws -> [Event] {
    var events: [Event] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let head = try take(8, of: &rest)
      guard unmask(UInt32(little(try take(4, of: &rest)))) == CRC32C.checksum(head) else {
        throw Problem.checksum
      }
      let data = try take(Int(little(head)), of: &rest)
      guard unmask(UInt32(little(try take(4, of: &rest)))) == CRC32C.checksum(data) else {
        throw Problem.checksum
      }
      events.append(try event(data))
    }
    return events
  }

  private static func event(_ data: ArraySlice<UInt8>) throws -> Event {
    var event = Event()
    for field in try fields(data) {
      switch field.number {
      case 1: event.time = Double(bitPattern: little(field.content))
      case 2: event.step = Int(truncatingIfNeeded: field.integer)
      case 3: event.version = String(decoding: field.content, as: UTF8.self)
      case 5:
        for value in try fields(field.content) {
          guard value.number == 1 else { throw Problem.field(value.number) }
          for part in try fields(value.content) {
            switch part.number {
            case 1: event.tag = String(decoding: part.content, as: UTF8.self)
            case 2: event.value = Float(bitPattern: UInt32(little(part.content)))
            default: throw Problem.field(part.number)
            }
          }
        }
      default: throw Problem.field(field.number)
      }
    }
    return event
  }

  private static func fields(
    _ data: ArraySlice<UInt8>
  ) throws -> [(number: Int, integer: UInt64, content: ArraySlice<UInt8>)] {
    var fields: [(number: Int, integer: UInt64, content: ArraySlice<UInt8>)] = []
    var rest = data
    while !rest.isEmpty {
      let key = try variableLength(&rest)
      switch key & 7 {
      case 0: fields.append((Int(key >> 3), try variableLength(&rest), []))
      case 1: fields.append((Int(key >> 3), 0, try take(8, of: &rest)))
      case 2: fields.append((Int(key >> 3), 0, try take(Int(variableLength(&rest)), of: &rest)))
      case 5: fields.append((Int(key >> 3), 0, try take(4, of: &rest)))
      default: throw Problem.field(Int(key))
      }
    }
    return fields
  }

  private static func variableLength(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0 as UInt64, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { throw Problem.truncated }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw Problem.truncated
  }

  private static func take(_ count: Int, of rest: inout ArraySlice<UInt8>) throws
    -> ArraySlice<UInt8>
  {
    guard rest.count >= count else { throw Problem.truncated }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private static func little(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func unmask(_ value: UInt32) -> UInt32 {
    let turned = value &- 0xA282_EAD8
    return turned >> 17 | turned << 15
  }
}
