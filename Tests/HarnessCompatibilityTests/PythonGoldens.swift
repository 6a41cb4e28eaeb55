import Foundation
import HarnessCompatibility
import OrderedJSON
import TestSupport

/// What CPython answers, as Fixtures/python/generate.py wrote it.
enum PythonGoldens {
  static func load(_ name: String) throws -> JSONValue {
    let url = Locations.fixtures.appendingPathComponent("python/\(name).json")
    return try JSONValue(
      parsing: Array(Data(contentsOf: url)),
      options: JSONParsingOptions(allowsNonFiniteNumbers: true))
  }

  static func rows(_ name: String) throws -> [[JSONValue]] {
    try load(name).arrayValue?.compactMap(\.arrayValue) ?? []
  }
}
