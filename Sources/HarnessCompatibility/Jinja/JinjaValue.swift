/// What an expression of a template can be: a value, or something that only templates have.
enum JinjaValue {
  case value(PythonValue)
  /// A name or element that does not exist; using it is an error, asking `is defined` is not.
  case undefined(problem: String, name: String?)
  /// The value of an inline `if` that is false and has no `else`: it prints as nothing even though all
  /// other missing values are errors (`jinja2/runtime.py: cond_expr_undefined`).
  case omitted
  /// A method that waits for its arguments.
  case method(PythonValue, String)
  /// One of the functions that every template can call.
  case function(JinjaFunction)
  case loop(JinjaLoopState)
  case namespace(JinjaNamespace)

  static func text(_ text: String) -> JinjaValue { .value(.string(text)) }
}

enum JinjaFunction: String {
  case range, dict, namespace
}

/// What `loop` tells inside a loop.
final class JinjaLoopState {
  let items: [PythonValue]
  var index = 0
  private var lastChanged: [PythonValue]?

  init(items: [PythonValue]) { self.items = items }

  func attribute(_ name: String) -> JinjaValue? {
    switch name {
    case "index": .value(.integer(index + 1))
    case "index0": .value(.integer(index))
    case "revindex": .value(.integer(items.count - index))
    case "revindex0": .value(.integer(items.count - index - 1))
    case "first": .value(.bool(index == 0))
    case "last": .value(.bool(index == items.count - 1))
    case "length": .value(.integer(items.count))
    // Loops count as nested only where a recursive loop calls itself.
    case "depth": .value(.integer(1))
    case "depth0": .value(.integer(0))
    case "previtem":
      index > 0
        ? .value(items[index - 1]) : .undefined(problem: "there is no previous item", name: nil)
    case "nextitem":
      index + 1 < items.count
        ? .value(items[index + 1]) : .undefined(problem: "there is no next item", name: nil)
    default: nil
    }
  }

  /// `loop.changed(…)`: whether the values differ from those of the last call.
  func changed(_ values: [PythonValue]) -> Bool {
    defer { lastChanged = values }
    return lastChanged != values
  }
}

/// `namespace(…)`: variables that a loop can set for what follows it.
final class JinjaNamespace {
  var members = PythonDictionary()
}
