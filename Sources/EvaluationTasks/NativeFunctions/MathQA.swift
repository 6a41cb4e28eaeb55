import HarnessCompatibility
import OrderedJSON

/// MathQA: five options in one text, `a ) 38 , b ) 27.675 , …`.
///
/// - SeeAlso: `lm_eval/tasks/mathqa/utils.py`, commit 4e7e0d4.
enum MathQA {
  /// The options, in the order in which they stand.
  ///
  /// The harness finds them with `[abcd] \) .*?, |e \) .*?$`, where the point stands for anything but a
  /// line feed and the dollar sign also matches before a line feed at the very end.
  static func choices(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    let fields = try DocumentFields(document)
    let scalars = Array(try fields.text("options").unicodeScalars)
    var choices: [JSONValue] = []
    var index = 0
    while index < scalars.count {
      guard let end = matchEnd(in: scalars, from: index) else {
        index += 1
        continue
      }
      var option = String.UnicodeScalarView()
      option.append(contentsOf: scalars[(index + 4)..<end])
      choices.append(.string(String(option).pythonRightStripped(" ,")))
      index = end
    }
    if choices.isEmpty { throw fields.error("options", "no option of the form \"a ) …\" in it") }
    return .array(choices)
  }

  /// Where an option that begins at a position ends, if one does.
  private static func matchEnd(in scalars: [Unicode.Scalar], from start: Int) -> Int? {
    guard start + 4 <= scalars.count,
      scalars[(start + 1)..<(start + 4)].elementsEqual([" ", ")", " "])
    else { return nil }
    switch scalars[start] {
    case "a", "b", "c", "d":
      var index = start + 4
      while index + 1 < scalars.count {
        if scalars[index] == ",", scalars[index + 1] == " " { return index + 2 }
        if scalars[index] == "\n" { return nil }
        index += 1
      }
      return nil
    case "e":
      let lineEnd = scalars[(start + 4)...].firstIndex(of: "\n") ?? scalars.count
      return lineEnd >= scalars.count - 1 ? lineEnd : nil
    default: return nil
    }
  }
}
