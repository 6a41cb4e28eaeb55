public import Foundation
public import OrderedJSON

/// Reads the inputs that the repository ships.
public enum Fixture {
  /// Parses a JSON file below Fixtures/.
  ///
  /// - Parameter path: Below Fixtures/.
  /// - Returns: The value.
  /// - Throws: When the file is missing or no JSON.
  public static func json(_ path: String) throws -> JSONValue {
    try json(at: Locations.fixtures.appendingPathComponent(path))
  }

  /// Parses a JSON file; Python's `NaN` and `Infinity` are taken.
  ///
  /// - Parameter url: The file.
  /// - Returns: The value.
  /// - Throws: When the file is missing or no JSON.
  public static func json(at url: URL) throws -> JSONValue {
    try JSONValue(
      parsing: Array(Data(contentsOf: url)),
      options: JSONParsingOptions(allowsNonFiniteNumbers: true))
  }
}
