import HarnessCompatibility
import OrderedJSON

/// Winogrande: the options complete the context, and what follows the blank is scored.
///
/// - SeeAlso: `lm_eval/tasks/winogrande/preprocess_winogrande.py`, commit 4e7e0d4.
enum Winogrande {
  /// The right option's position: an integer text makes lm-eval score the contexts.
  static func text(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    .integer(try DocumentFields(document).position(of: "answer", among: ["1", "2"]))
  }

  /// What follows the first blank, without white space around it.
  static func target(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    .string(try halves(DocumentFields(document)).after.pythonStripped())
  }

  /// As ``target(_:)``, with a space in front of anything but a lone full stop.
  ///
  /// - SeeAlso: `lm_eval/tasks/icelandic_winogrande/preprocess_winogrande.py`, commit 4e7e0d4.
  static func icelandicTarget(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    let target = try halves(DocumentFields(document)).after.pythonStripped()
    return .string(target.hasSameBytes(as: ".") ? target : " " + target)
  }

  /// What precedes the blank, with each option.
  static func choices(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    let fields = try DocumentFields(document)
    let before = try halves(fields).before
    return [
      .string(before + (try fields.text("option1"))),
      .string(before + (try fields.text("option2"))),
    ]
  }

  private static func halves(
    _ fields: DocumentFields
  ) throws(NativeFunctionError) -> (before: String, after: String) {
    let scalars = try fields.text("sentence").unicodeScalars
    guard let blank = scalars.firstIndex(of: "_") else {
      throw fields.error("sentence", "no blank (_) in it")
    }
    return (String(scalars[..<blank]), String(scalars[scalars.index(after: blank)...]))
  }
}
