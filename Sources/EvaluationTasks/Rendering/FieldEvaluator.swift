internal import HarnessCompatibility
internal import OrderedJSON

/// Evaluates `doc_to_text`, `doc_to_target` and `doc_to_choice` for one row.
///
/// Source: `lm_eval/api/task.py: ConfigurableTask.doc_to_text, doc_to_target, doc_to_choice`, commit
/// 4e7e0d4.
struct FieldEvaluator {
  /// Names of the fields that the evaluated split has; they decide whether a text is a field's name.
  let fieldNames: Set<ByteString>
  /// Whether the task has choices at all, which makes digits a number.
  let hasChoices: Bool

  /// The context: a text, or the index of the right choice in a multiple-input task.
  func text(_ source: FieldSource, _ key: String, _ row: DataRow) throws(RowError) -> PythonValue {
    let (value, isRendered) = try evaluate(source, key, row)
    guard isRendered, case .string(let text) = value else { return value }
    return try number(in: text, key, row) ?? value
  }

  /// The target: an index, a list of them, or a text.
  func target(
    _ source: FieldSource, _ key: String, _ row: DataRow
  ) throws(RowError) -> PythonValue {
    let (value, isRendered) = try evaluate(source, key, row)
    guard isRendered, case .string(let text) = value else { return value }
    if let number = try number(in: text, key, row) { return number }
    let scalars = text.unicodeScalars
    if scalars.count >= 2, scalars.first == "[", scalars.last == "]" {
      // What is no literal after all stays a text.
      return (try? PythonLiteral.evaluate(text)) ?? value
    }
    return value
  }

  /// The choices, as texts.
  func choices(
    _ source: FieldSource, _ key: String, _ row: DataRow
  ) throws(RowError) -> [String] {
    var (value, isRendered) = try evaluate(source, key, row)
    if isRendered, case .string(let text) = value {
      do throws(PythonError) {
        value = try PythonLiteral.evaluate(text)
      } catch {
        throw row.error(
          fieldName(source), "\(key) gives \(shown(text)), which is no list: \(error.problem)")
      }
    }
    guard case .list(let elements) = value else {
      throw row.error(
        fieldName(source), "\(key) gives \(value.described), where a list of choices should stand")
    }
    if elements.isEmpty { throw row.error(fieldName(source), "\(key) gives no choices") }
    var choices: [String] = []
    for (index, element) in elements.enumerated() {
      guard case .string(let text) = element else {
        throw row.error(
          fieldName(source),
          "choice \(index) is \(element.described), where a text should stand")
      }
      choices.append(text)
    }
    return choices
  }

  /// A text or field without further meaning: description, prefix.
  func plain(_ source: FieldSource, _ key: String, _ row: DataRow) throws(RowError) -> String {
    switch try evaluate(source, key, row).value {
    case .string(let text): return text
    case .none: return ""
    case let value:
      throw row.error(
        fieldName(source), "\(key) gives \(value.described), where a text should stand")
    }
  }

  /// Digits alone are a number where there are choices; `"²"` is a digit for Python that it then
  /// cannot read.
  private func number(
    in text: String, _ key: String, _ row: DataRow
  ) throws(RowError) -> PythonValue? {
    guard hasChoices, text.isPythonDigits else { return nil }
    do throws(PythonError) {
      return try PythonLiteral.evaluate(text)
    } catch {
      throw row.error(nil, "\(key) gives the digits \(shown(text)), which are no number in Python")
    }
  }

  private func evaluate(
    _ source: FieldSource, _ key: String, _ row: DataRow
  ) throws(RowError) -> (value: PythonValue, isRendered: Bool) {
    switch source {
    case .constant(let value): return (value, false)
    case .function(let function):
      guard case .value(let make) = function.work else {
        throw row.error(nil, "\(function.name) makes no value")
      }
      do throws(ProcessingError) {
        return (try make(row.fields), false)
      } catch {
        throw row.error(error.field, error.problem)
      }
    case .text(let text, let template):
      if fieldNames.contains(ByteString(text)) {
        guard let value = row.fields[text] else {
          throw row.error(text, "the field is missing")
        }
        return (value, false)
      }
      if isMissingField(text, key) { throw row.error(text, "no row has this field") }
      do throws(JinjaError) {
        return (.string(try template.get().render(row.fields)), true)
      } catch {
        throw row.error(error.missingName, "\(key): \(error)")
      }
    }
  }

  /// Whether a text without markup must mean a field, though no row has one of that name.
  ///
  /// lm-eval then takes the name itself for the text of every document. A score over that means
  /// nothing, except for a target that is one of the choices, such as `doc_to_target: "yes"`.
  private func isMissingField(_ text: String, _ key: String) -> Bool {
    let means = key == "doc_to_target" ? !hasChoices : key.hasPrefix("doc_to_")
    guard means, let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
      default: false
      }
    }
  }

  private func fieldName(_ source: FieldSource) -> String? {
    if case .text(let text, _) = source, fieldNames.contains(ByteString(text)) { text } else { nil }
  }

  private func shown(_ text: String) -> String {
    let scalars = text.unicodeScalars
    return scalars.count > 80
      ? String(scalars.prefix(80)).pythonRepresentation + "…" : text.pythonRepresentation
  }
}

extension PythonValue {
  /// The value in a few words, for error messages.
  var described: String {
    switch self {
    case .none: "null"
    case .string(let text) where text.utf8.count > 60: "a text"
    case .list, .tuple, .dictionary: "a \(typeName)"
    default: representation
    }
  }
}
