internal import HarnessCompatibility

extension NativeFunction {
  /// One `process_docs` for several families.
  static func documents(
    _ families: [String], _ reference: String, _ work: @escaping DocumentProcessor
  ) -> [NativeFunction] {
    families.map { NativeFunction(family: $0, reference: reference, work: .documents(work)) }
  }

  /// One `doc_to_text`, `doc_to_choice` or `doc_to_target` for several families.
  static func value(
    _ families: [String], _ reference: String, _ work: @escaping ValueMaker
  ) -> [NativeFunction] {
    families.map { NativeFunction(family: $0, reference: reference, work: .value(work)) }
  }

  /// A `process_docs` that keeps the rows whose field has a certain text.
  static func filter(
    _ family: String, _ reference: String, _ field: String, _ wanted: String
  ) -> NativeFunction {
    NativeFunction(
      family: family, reference: reference,
      work: .documents { (row) throws(ProcessingError) in
        try row.required(field) == .string(wanted) ? row : nil
      })
  }
}
