internal import Files
internal import YAMLDocuments

extension PlanReader {
  private static let maximumGlobs = 1000

  private enum Format: String, CaseIterable {
    case text, packed, megatron
  }

  func dataSets(_ top: MappingReader) -> [DataSet] {
    guard let value = top.value("data") else {
      top.report(nil, "data is missing: the data sets by name")
      return []
    }
    guard
      let reader = MappingReader(
        value, path: "data", problems: problems, expected: "data sets by name")
    else { return [] }
    guard reader.entries.count <= Self.maximumDataSets else {
      reader.report(
        nil, "\(reader.entries.count) data sets, more than the \(Self.maximumDataSets) possible")
      return []
    }
    if reader.entries.isEmpty { reader.report(nil, "at least one data set is needed") }
    return reader.entries.compactMap { entry in
      guard reader.checkName(entry.key, nil, at: entry.value) else { return nil }
      return dataSet(entry.key, entry.value)
    }
  }

  private func dataSet(_ name: String, _ node: PlanNode) -> DataSet? {
    guard
      let reader = MappingReader(
        node, path: "data.\(name)", problems: problems, expected: "a mapping such as {train: […]}")
    else { return nil }
    reader.refuseUnknown(
      [
        "format", "dtype", "train", "validation", "shuffle", "text_field", "end_of_document",
      ], "a data set")
    let train = reader.texts("train", limit: Self.maximumGlobs)
    if train.isEmpty && reader.value("train")?.sequence?.isEmpty != false {
      reader.report(nil, "train is missing: a list of files or globs")
    }
    let validation = reader.texts("validation", limit: Self.maximumGlobs)
    return DataSet(
      name: name, format: format(reader, files: train + validation), train: train,
      validation: validation,
      shuffle: reader.flag("shuffle", default: true),
      textField: reader.text("text_field") ?? "text", endOfDocument: endOfDocument(reader))
  }

  /// What is written, else what the files' endings tell.
  private func format(_ reader: MappingReader, files: [String]) -> DataSet.Format {
    let isIndexed = !files.isEmpty && files.allSatisfy { $0.hasSuffix(".idx") }
    let format: Format = reader.choice("format", default: isIndexed ? .megatron : .text)
    switch format {
    case .text:
      if reader.value("dtype") != nil {
        reader.report("dtype", "only packed data has a dtype; add format: packed or remove it")
      }
      return .text
    case .megatron:
      refuseTextField(reader)
      if reader.value("dtype") != nil {
        reader.report("dtype", "an .idx file says how its ids are stored; remove it")
      }
      return .megatron
    case .packed:
      refuseTextField(reader)
      if reader.value("dtype") == nil {
        let words = DataSet.PackedType.allCases.map(\.rawValue)
        reader.report(
          nil, "dtype is missing: packed data is \(MappingReader.alternatives(words))")
      }
      return .packed(reader.choice("dtype", default: .int32))
    }
  }

  private func refuseTextField(_ reader: MappingReader) {
    if reader.value("text_field") != nil {
      reader.report("text_field", "packed data holds tokens, no texts; remove it")
    }
  }

  private func endOfDocument(_ reader: MappingReader) -> DataSet.EndOfDocument {
    guard let value = reader.value("end_of_document"), value.text != "tokenizer" else {
      return .tokenizer
    }
    guard value.integer != nil else {
      reader.expect("tokenizer or the id of a token", "end_of_document", value)
      return .tokenizer
    }
    let id = reader.count("end_of_document", in: 0...Int(Int32.max), default: nil)
    return id.map { .token(id: $0) } ?? .tokenizer
  }

  /// A sentence's part for a name that does not exist.
  func unknown(_ what: String, _ name: String, _ names: [String]) -> String {
    let near = suggestions(for: name, among: names, limit: 1).first
    let listed = names.prefix(20).joined(separator: ", ")
    return "there is no \(what) \"\(name)\""
      + (near.map { ". Did you mean \($0)?" } ?? (names.isEmpty ? "" : "; there is \(listed)"))
  }
}
