internal import HarnessCompatibility
internal import YAMLDocuments

extension EvaluationTask {
  /// The language of the task's texts as an ISO 639 code, where the task says or its name tells.
  ///
  /// `metadata.language` counts first; then a part of the data set's or the task's name, as in `m_arc`
  /// with `de` or `belebele_deu_Latn`; a built-in task that names none is English.
  public var language: String? {
    if let stated = raw.value("metadata")?.value(of: "language")?.text { return stated }
    let names = [definition.dataset.name ?? "", name]
    for part in names.flatMap({ $0.split(whereSeparator: { $0 == "_" || $0 == "-" }) }) {
      if let code = Self.languageCodes[String(part)] { return code }
    }
    if case .embedded = raw.file { return "en" }
    return nil
  }

  /// Parts of names that stand for a language and for nothing else.
  private static let languageCodes: [String: String] = [
    "de": "de", "deu": "de", "en": "en", "eng": "en", "fr": "fr", "fra": "fr", "es": "es",
    "spa": "es", "it": "it", "ita": "it", "nl": "nl", "nld": "nl", "pl": "pl", "pol": "pl",
    "pt": "pt", "por": "pt", "ru": "ru", "rus": "ru", "zh": "zh", "zho": "zh", "ja": "ja",
    "jpn": "ja", "ko": "ko", "kor": "ko", "ar": "ar", "arb": "ar",
  ]
}
