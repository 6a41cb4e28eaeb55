internal import OrderedJSON

/// Finds the text in a JSON record.
struct RecordText {
  let path: String
  let line: Int
  /// The member that holds the text.
  let field: String

  /// The text of a record.
  ///
  /// - Parameter bytes: A JSON text, valid UTF-8.
  /// - Returns: The member's string, as UTF-8.
  /// - Throws: ``DocumentError`` for anything but an object with such a member.
  /// - Complexity: O(bytes), mostly without allocating anything but the text.
  func text(of bytes: [UInt8]) throws(DocumentError) -> [UInt8] {
    var field = field
    let quick = bytes.withUnsafeBufferPointer { bytes in
      field.withUTF8 { name in
        var scanner = JSONMemberScanner(bytes: bytes, name: name)
        return scanner.scan()
      }
    }
    if let quick { return quick }
    return try carefully(bytes)
  }

  /// Reads the record as a whole, for errors above all.
  private func carefully(_ bytes: [UInt8]) throws(DocumentError) -> [UInt8] {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: bytes)
    } catch {
      // Lines inside an array's element count from the element.
      throw .malformedRecord(
        path: path, line: line + error.line - 1,
        problem: "column \(error.column): \(error.problem)")
    }
    guard let object = value.objectValue else {
      throw .malformedRecord(path: path, line: line, problem: "found \(value.kind)")
    }
    guard let member = object[field] else {
      throw .missingField(
        path: path, line: line, field: field, present: object.members.prefix(8).map(\.name))
    }
    guard let text = member.stringValue else {
      throw .fieldNotText(path: path, line: line, field: field, kind: member.kind)
    }
    return Array(text.utf8)
  }
}
