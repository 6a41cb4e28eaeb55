import HarnessCompatibility
import OrderedJSON

/// COPA: a premise joined to its cause or effect.
///
/// - SeeAlso: `lm_eval/tasks/super_glue/copa/utils.py`, commit 4e7e0d4.
enum COPA {
  /// The premise without its last character, and the connecting word.
  static func text(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    let fields = try DocumentFields(document)
    let kind = try fields.position(of: "question", among: ["cause", "effect"])
    let premise = try fields.text("premise").pythonStripped().droppingLastScalars(1)
    return .string("\(premise) \(kind == 0 ? "because" : "therefore")")
  }

  static func choices(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    let fields = try DocumentFields(document)
    return [try choice("choice1", fields), try choice("choice2", fields)]
  }

  /// The right choice, as a text.
  static func target(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    let fields = try DocumentFields(document)
    let label = try fields.integer("label")
    guard 0...1 ~= label else {
      throw fields.error("label", "\(label) is neither 0 nor 1")
    }
    return try choice(label == 0 ? "choice1" : "choice2", fields)
  }

  private static func choice(
    _ name: String, _ fields: DocumentFields
  ) throws(NativeFunctionError) -> JSONValue {
    guard let choice = try fields.text(name).withFirstScalarLowercased else {
      throw fields.error(name, "is empty")
    }
    return .string(" " + choice)
  }
}
