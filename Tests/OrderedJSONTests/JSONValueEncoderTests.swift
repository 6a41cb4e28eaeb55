import OrderedJSON
import Testing

@Suite("Encoding values to JSON in order")
struct JSONValueEncoderTests {
  private struct Inner: Encodable {
    var zebra = 1
    var apple: Double?
    var list: [[Int]] = [[1], []]
  }

  private enum Kind: String, Encodable { case one }

  private struct Outer: Encodable {
    var name = "ü"
    var inner = [Inner(), Inner(apple: .nan)]
    var kind = Kind.one
    var flag = false
    var big = UInt64.max
    var nothing: Inner?
    var nested = Nested()
  }

  /// Uses the containers that synthesised code does not.
  private struct Nested: Encodable {
    enum Key: String, CodingKey { case b, a, c }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      var list = container.nestedUnkeyedContainer(forKey: .b)
      try list.encode("x")
      try list.encodeNil()
      var object = list.nestedContainer(keyedBy: Key.self)
      try object.encode(1.5, forKey: .c)
      try container.encodeNil(forKey: .a)
    }
  }

  @Test("Members keep their order, NaN is a number, absent optionals are left out")
  func order() throws {
    let expected = """
      {"name": "ü", "inner": [{"zebra": 1, "list": [[1], []]}, \
      {"zebra": 1, "apple": NaN, "list": [[1], []]}], "kind": "one", "flag": false, \
      "big": 18446744073709551615, "nested": {"b": ["x", null, {"c": 1.5}], "a": null}}
      """
    #expect(try JSONValueEncoder().encode(Outer()).serialized() == expected)
  }

  @Test("Values that are no objects can stand alone")
  func scalars() throws {
    #expect(try JSONValueEncoder().encode([1, 2]).serialized() == "[1, 2]")
    #expect(try JSONValueEncoder().encode("a").serialized() == "\"a\"")
    #expect(try JSONValueEncoder().encode([String: Int]()).serialized() == "{}")
  }
}
