internal import OrderedJSON
internal import Records

extension ScoredResults {
  /// Most files of a task that are named.
  private static let namedFiles = 8

  /// Gathers what cpteval's own record tells.
  ///
  /// - Parameter own: The record; lm-eval's results have none.
  /// - Returns: In the order in which they are shown.
  static func facts(_ own: JSONValue?) -> [ProvenanceRecord] {
    guard let own else { return [] }
    var facts: [ProvenanceRecord] = []
    func add(_ label: String, _ value: String?) {
      if let value, !value.isEmpty { facts.append(ProvenanceRecord(label: label, value: value)) }
    }
    func number(_ value: JSONValue?) -> String? { value?.integerValue.map { "\($0)" } }
    let settings = own["settings"]
    add("scored by", own["program"]?.stringValue)
    add("mirrors", settings?["compat"]?.stringValue)
    add("beginning of sequence", settings?["bos"]?.stringValue)
    add("window", number(settings?["window"]).map { "\($0) tokens" })
    add("document limit", number(settings?["limit"]))
    add("examples per prompt", number(settings?["num_fewshot"]))
    add("bootstrap iterations", number(settings?["bootstrap_iters"]))
    for file in own["checkpoint"]?["tokenizer_files"]?.arrayValue ?? [] {
      let name = file["path"]?.stringValue?.split(separator: "/").last.map(String.init) ?? ""
      add("SHA-256 of \(name)", file["sha256"]?.stringValue)
    }
    for task in own["tasks"]?.arrayValue ?? [] {
      guard let name = task["name"]?.stringValue else { continue }
      add("task \(name)", task["version"]?.stringValue.map { "version \($0)" })
      for key in ["task_files", "data_files"] {
        for file in (task[key]?.arrayValue ?? []).prefix(namedFiles) {
          let path = file["path"]?.stringValue?.split(separator: "/").last.map(String.init) ?? ""
          add("SHA-256 of \(path)", file["sha256"]?.stringValue)
        }
      }
    }
    let machine = own["machine"]
    add("processor", machine?["processor"]?.stringValue)
    add("system", machine?["system"]?.stringValue)
    return facts
  }
}
