public import Files
internal import OrderedJSON

/// One tensor of a safetensors file: where its bytes lie, checked, and what the header calls it.
public struct SafetensorsEntry: Sendable, Equatable {
  public let name: String
  /// The format's name of the dtype, such as `F32`; unknown ones are kept.
  public let dtype: String
  public let shape: [Int]
  /// Bytes of the file.
  public let range: Range<Int>
}

/// A safetensors file, memory-mapped, its header checked in full.
///
/// The rules are the format's own: eight bytes of header length, at most 100 MB of UTF-8 JSON that
/// begins with `{`, then tensors that cover the rest of the file without hole or overlap. Repeated
/// names are refused, sums and products are checked for overflow, and nothing is allocated by a
/// number that the file claims.
public struct SafetensorsFile: Sendable {
  static let maximumHeaderLength: UInt64 = 100_000_000
  /// Far more than dimensions of any tensor; a bound for messages and loops.
  static let maximumRank = 64

  public let file: MappedFile
  /// In the order of their bytes.
  public let entries: [SafetensorsEntry]
  /// `__metadata__` of the header, in file order.
  public let metadata: [(key: String, value: String)]

  /// Maps a file and checks its header.
  ///
  /// - Parameter path: A plain file or a symbolic link to one.
  /// - Throws: ``FileError`` or ``SafetensorsError``.
  /// - Complexity: O(header · log tensors).
  public init(path: String) throws {
    let file = try MappedFile(path: path)
    self.file = file
    let header = try Self.header(of: file)
    let parsed = try SafetensorsHeader(
      parsing: header, dataSize: file.size - 8 - header.count, path: path)
    entries = parsed.entries.map { entry in
      let start = 8 + header.count
      return SafetensorsEntry(
        name: entry.name, dtype: entry.dtype, shape: entry.shape,
        range: start + entry.range.lowerBound..<start + entry.range.upperBound)
    }
    metadata = parsed.metadata
  }

  private static func header(of file: MappedFile) throws(SafetensorsError) -> UnsafeRawBufferPointer
  {
    func fail(_ problem: SafetensorsError.Problem) -> SafetensorsError {
      SafetensorsError(path: file.path, problem: problem)
    }
    guard file.size >= 8 else { throw fail(.shorterThanEightBytes(size: file.size)) }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    if length > maximumHeaderLength { throw fail(.headerTooLong(length: length)) }
    guard length <= UInt64(file.size - 8) else {
      throw fail(.headerBeyondFile(length: length, size: file.size))
    }
    return UnsafeRawBufferPointer(rebasing: file.bytes[8..<8 + Int(length)])
  }
}

/// The header of a safetensors file, its offsets still relative to the data.
struct SafetensorsHeader {
  private(set) var entries: [SafetensorsEntry] = []
  private(set) var metadata: [(key: String, value: String)] = []

  /// Parses and checks a header.
  ///
  /// - Parameters:
  ///   - bytes: The JSON text.
  ///   - dataSize: Bytes that follow it in the file.
  ///   - path: For messages.
  /// - Throws: ``SafetensorsError``.
  init(
    parsing bytes: UnsafeRawBufferPointer, dataSize: Int, path: String
  ) throws(SafetensorsError) {
    func fail(_ problem: SafetensorsError.Problem) -> SafetensorsError {
      SafetensorsError(path: path, problem: problem)
    }
    guard bytes.first == UInt8(ascii: "{") else { throw fail(.headerNotAnObject) }
    let json: JSONValue
    do throws(JSONError) {
      // An entry is two levels deep and its lists three; a little more names the culprit instead.
      json = try JSONValue(
        parsing: bytes.assumingMemoryBound(to: UInt8.self),
        options: JSONParsingOptions(maximumDepth: 8))
    } catch {
      throw fail(.headerNotJSON(error))
    }
    guard let object = json.objectValue else { throw fail(.headerNotAnObject) }
    if let name = object.firstRepeatedName { throw fail(.repeatedName(tensor: name)) }
    entries.reserveCapacity(object.members.count)
    for member in object.members {
      if member.name.hasSameBytes(as: "__metadata__") {
        metadata = try Self.metadata(member.value, fail: fail)
      } else {
        entries.append(try Self.entry(member, dataSize: dataSize, fail: fail))
      }
    }
    try checkCover(dataSize: dataSize, fail: fail)
  }

  private typealias Failure = (SafetensorsError.Problem) -> SafetensorsError

  private static func metadata(
    _ value: JSONValue, fail: Failure
  ) throws(SafetensorsError) -> [(key: String, value: String)] {
    guard let object = value.objectValue else { throw fail(.malformedMetadata) }
    var result: [(key: String, value: String)] = []
    for member in object.members {
      guard let text = member.value.stringValue else { throw fail(.malformedMetadata) }
      result.append((member.name, text))
    }
    return result
  }

  private static func entry(
    _ member: JSONObject.Member, dataSize: Int, fail: Failure
  ) throws(SafetensorsError) -> SafetensorsEntry {
    let name = member.name
    func malformed(_ detail: String) -> SafetensorsError {
      fail(.malformedEntry(tensor: name, detail: detail))
    }
    guard let object = member.value.objectValue else {
      throw malformed("its entry is \(member.value.kind), not an object")
    }
    if let key = object.firstRepeatedName { throw malformed("\(key) occurs twice") }
    guard let dtype = object["dtype"]?.stringValue else {
      throw malformed("dtype is missing or not a string")
    }
    let shape = try naturals(object["shape"], "shape", malformed)
    let offsets = try naturals(object["data_offsets"], "data_offsets", malformed)
    guard offsets.count == 2 else {
      throw malformed("data_offsets has \(offsets.count) numbers instead of 2")
    }
    let (begin, end) = (offsets[0], offsets[1])
    guard begin <= end else { throw malformed("data_offsets [\(begin), \(end)] are reversed") }
    guard end <= dataSize else {
      throw fail(.beyondData(tensor: name, end: end, dataSize: dataSize))
    }
    if let bits = bitCount(ofDtype: dtype) {
      guard let needed = bitProduct(shape, bits) else {
        throw fail(.shapeTooLarge(tensor: name, shape: shape))
      }
      guard needed.isMultiple(of: 8), needed / 8 == end - begin else {
        throw fail(
          .lengthMismatch(tensor: name, dtype: dtype, shape: shape, stored: end - begin))
      }
    }
    return SafetensorsEntry(name: name, dtype: dtype, shape: shape, range: begin..<end)
  }

  /// Reads a list of integers from 0.
  private static func naturals(
    _ value: JSONValue?, _ key: String, _ malformed: (String) -> SafetensorsError
  ) throws(SafetensorsError) -> [Int] {
    guard let array = value?.arrayValue else {
      throw malformed("\(key) is missing or not a list")
    }
    guard array.count <= SafetensorsFile.maximumRank else {
      throw malformed("\(key) has \(array.count) numbers")
    }
    var numbers: [Int] = []
    for element in array {
      guard let number = element.integerValue, number >= 0 else {
        throw malformed("\(key) holds something other than integers from 0")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// Bits that a shape takes, `nil` if they do not fit `Int`.
  private static func bitProduct(_ shape: [Int], _ bits: Int) -> Int? {
    // A zero makes everything zero, whatever the other factors are.
    if shape.contains(0) { return 0 }
    var product = bits
    for dimension in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// Bits per number of the dtypes that the format knows (safetensors 0.8), `nil` for others.
  private static func bitCount(ofDtype dtype: String) -> Int? {
    switch dtype {
    case "F4": 4
    case "F6_E2M3", "F6_E3M2": 6
    case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ": 8
    case "U16", "I16", "F16", "BF16": 16
    case "U32", "I32", "F32": 32
    case "U64", "I64", "F64", "C64": 64
    default: nil
    }
  }

  /// Sorts the entries by their bytes and checks that they cover the data exactly.
  private mutating func checkCover(dataSize: Int, fail: Failure) throws(SafetensorsError) {
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var covered = 0
    for entry in entries {
      guard entry.range.lowerBound == covered else {
        throw fail(
          .gapOrOverlap(tensor: entry.name, begin: entry.range.lowerBound, expected: covered))
      }
      covered = entry.range.upperBound
    }
    guard covered == dataSize else {
      throw fail(.trailingBytes(covered: covered, dataSize: dataSize))
    }
  }
}
