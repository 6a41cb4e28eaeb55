internal import Files
internal import OrderedJSON

/// Reading of one JSON file whose size, depth and shape nobody vouches for.
enum BoundedFile {
  /// Results of thousands of tasks take a few megabytes.
  static let maximumByteCount = 128 << 20

  /// Reads a JSON object.
  ///
  /// - Parameter path: A plain file.
  /// - Returns: The object; the names of its own members are unique.
  /// - Throws: ``ResultsError``.
  static func object(path: String) throws(ResultsError) -> JSONObject {
    let file: MappedFile
    let bytes: [UInt8]
    do throws(FileError) {
      file = try MappedFile(path: path)
    } catch {
      throw .unreadable(error)
    }
    guard file.size <= maximumByteCount else {
      throw .malformed(
        path: path,
        problem: "it has \(file.size) bytes, more than any results file; the limit is "
          + "\(maximumByteCount)")
    }
    do throws(FileError) {
      bytes = try contents(of: file)
    } catch {
      throw .unreadable(error)
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

  private static func contents(of file: MappedFile) throws(FileError) -> [UInt8] {
    // Copied by reading: a mapped file that is cut short meanwhile would end the process.
    var bytes = [UInt8](repeating: 0, count: file.size)
    try bytes.withUnsafeMutableBufferPointer { (all) throws(FileError) in
      try file.copyBytes(into: UnsafeMutableRawBufferPointer(all), from: 0)
    }
    return bytes
  }
}
