internal import Files
internal import OrderedJSON

/// Reading of one JSON file whose size, depth and shape nobody vouches for.
enum BoundedFile {
  /// Results of thousands of tasks take a few megabytes.
  static let maximumByteCount = 512 << 20

  /// Reads a JSON object.
  ///
  /// - Parameter path: A plain file.
  /// - Returns: The object; names in it are unique.
  /// - Throws: ``ResultsError``.
  static func object(path: String) throws(ResultsError) -> JSONObject {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try contents(path: path)
    } catch {
      throw .unreadable(error)
    }
    guard bytes.count <= maximumByteCount else {
      throw .malformed(path: path, problem: "it is longer than any results file")
    }
    let value: JSONValue
    do throws(JSONError) {
      // Python writes NaN and Infinity, and reads them.
      value = try JSONValue(
        parsing: bytes, options: JSONParsingOptions(allowsNonFiniteNumbers: true))
    } catch {
      throw .malformed(path: path, problem: "it is not valid JSON (\(error))")
    }
    guard let object = value.objectValue else {
      throw .malformed(path: path, problem: "it is \(value.kind), not an object")
    }
    if let name = object.firstRepeatedName {
      throw .malformed(
        path: path, problem: "\"\(name.abbreviatedForTerminal())\" occurs twice in it")
    }
    return object
  }

  /// The file's bytes, one more than the limit at most.
  private static func contents(path: String) throws(FileError) -> [UInt8] {
    let file = try MappedFile(path: path)
    // Copied by reading: a mapped file that is cut short meanwhile would end the process.
    var bytes = [UInt8](repeating: 0, count: min(file.size, maximumByteCount + 1))
    try bytes.withUnsafeMutableBufferPointer { (all) throws(FileError) in
      try file.copyBytes(into: UnsafeMutableRawBufferPointer(all), from: 0)
    }
    return bytes
  }
}
