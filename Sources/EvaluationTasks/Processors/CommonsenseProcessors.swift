internal import HarnessCompatibility

/// Commonsense families: COPA in other languages, Winograd schemas, Moral Stories, HellaSwag in Arabic
/// dialects.
///
/// - SeeAlso: `lm_eval/tasks/{xcopa,copal_id,xwinograd,wsc273,moral_stories,histoires_morales,
///   egyhellaswag,darijahellaswag,icelandic_winogrande}`, `super_glue/wsc/preprocess_wsc.py`,
///   commit 4e7e0d4.
enum CommonsenseProcessors {
  static let functions = copa + winograd + stories + dialects

  /// Function, words for cause and for effect.
  private static let connectors = [
    ("et", "sest", "seetõttu"), ("ht", "poukisa", "donk sa"), ("it", "perché", "quindi"),
    ("id", "karena", "maka"), ("qu", "imataq", "chaymi"), ("sw", "kwa sababu", "kwa hiyo"),
    ("zh", "因为", "所以"), ("ta", "காரணமாக", "எனவே"), ("th", "เพราะ", "ดังนั้น"),
    ("tr", "çünkü", "bu yüzden"), ("vi", "bởi vì", "vì vậy"),
  ]

  private static let copa =
    connectors.flatMap { language, cause, effect in
      NativeFunction.value(
        language == "id" ? ["xcopa", "copal_id"] : ["xcopa"], "utils.doc_to_text_\(language)"
      ) { (row) throws(ProcessingError) in
        let premise = try row.text("premise").pythonStripped().unicodeScalars.dropLast()
        let isEffect = try row.position(of: "question", among: ["cause", "effect"]) == 1
        return .string("\(String(premise)) \(isEffect ? effect : cause)")
      }
    }
    + NativeFunction.value(["basque_bench"], "utils.xcopa_doc_to_text") {
      (row) throws(ProcessingError) in
      let isEffect = try row.position(of: "question", among: ["cause", "effect"]) == 1
      let premise = try row.text("premise").pythonStripped()
      return .string(premise + (isEffect ? " Beraz," : " Izan ere,"))
    }
    + [
      (["xcopa", "copal_id"], "utils.doc_to_choice"),
      (["basque_bench"], "utils.xcopa_doc_to_choice"),
    ].flatMap { families, reference in
      NativeFunction.value(families, reference) { (row) throws(ProcessingError) in
        .list([
          .string(try row.withSmallInitial("choice1")),
          .string(try row.withSmallInitial("choice2")),
        ])
      }
    }
    + [
      ("catalan_bench", "utils.process_docs_copa_ca"),
      ("spanish_bench", "utils.process_docs_copa_es"),
    ].flatMap { family, reference in
      NativeFunction.documents([family], reference) { (row) throws(ProcessingError) in
        var row = row
        row["choice1"] = .string(try row.withSmallInitial("choice1"))
        row["choice2"] = .string(try row.withSmallInitial("choice2"))
        return row
      }
    }

  private static let winograd =
    NativeFunction.documents(["wsc273"], "utils.process_doc") {
      (row) throws(ProcessingError) in try schema(row)
    }
    + NativeFunction.value(["wsc"], "preprocess_wsc.default_doc_to_text") {
      (row) throws(ProcessingError) in try pronounQuestion(row)
    }

  private static let possessives = ["my", "his", "her", "our", "their"]
  private static let openers = [
    "A", "An", "The", "She", "He", "It", "They", "My", "His", "Her", "Their",
  ]

  /// Makes the two options fit where the pronoun stands.
  private static func schema(
    _ row: PythonDictionary
  ) throws(ProcessingError) -> PythonDictionary {
    var row = row
    let text = try row.text("text").pythonReplacing("  ", with: " ")
    row["text"] = .string(text)
    var options = try row.texts("options")
    guard options.count >= 2 else {
      throw ProcessingError("options", "\(options.count) options, where two should stand")
    }
    let scalars = Array(text.unicodeScalars)
    // As in Python, a place before the first character counts from the end.
    let place = try row.integer("pronoun_loc")
    let (before, overflow) = place.subtractingReportingOverflow(2)
    let index = before < 0 ? before + scalars.count : before
    guard !overflow, scalars.indices.contains(index) else {
      throw ProcessingError("pronoun_loc", "\(place) lies outside the text")
    }
    let isPossessive = possessives.contains(try row.text("pronoun").pythonLowercased)
    for position in 0..<2 {
      var option = options[position]
      if isPossessive { option += "'s" }
      guard let first = option.pythonSplit(maximumSplits: 1).first else {
        throw ProcessingError("options", "an option without words")
      }
      if scalars[index] != ".", openers.contains(first) {
        option = option.pythonReplacing(first, with: first.pythonLowercased)
      }
      options[position] = option
    }
    row["options"] = .list(options.map { .string($0) })
    return row
  }

  /// Marks the pronoun with stars and asks what it refers to.
  private static func pronounQuestion(
    _ row: PythonDictionary
  ) throws(ProcessingError) -> PythonValue {
    let text = try row.text("text")
    let pronoun = try row.text("span2_text")
    let noun = try row.formatted("span1_text")
    let words = text.pythonSplit()
    let place = try row.integer("span2_index")
    // Python's words[:place], where a negative place counts from the end.
    let count = place < 0 ? max(0, words.count + place) : min(place, words.count)
    let start = words.prefix(count).joined(separator: " ")
    let end = text.unicodeScalars.dropFirst(start.pythonLength + pronoun.pythonLength + 1)
    let passage = EnglishDetokenizer.joined("\(start) *\(pronoun)*\(String(end))")
    return .string(
      "Passage: \(passage)\nQuestion: In the passage above, does the pronoun \"*\(pronoun)*\" "
        + "refer to \"*\(noun)*\"?\nAnswer:")
  }

  private static let stories = NativeFunction.documents(
    ["moral_stories", "histoires_morales"], "utils.process_docs"
  ) { (row) throws(ProcessingError) in
    var document = row
    var parts: [String] = []
    for field in ["norm", "situation", "intention"] {
      parts.append(try row.text(field).pythonCapitalized)
    }
    document["query"] = .string(parts.joined(separator: " "))
    document["choices"] = .list([
      try row.required("moral_action"), try row.required("immoral_action"),
    ])
    document["label"] = .integer(0)
    return document
  }

  private static let dialects = NativeFunction.documents(
    ["egyhellaswag", "darijahellaswag"], "utils.process_docs"
  ) { (row) throws(ProcessingError) in
    var document = row
    document["query"] = .string(try row.text("activity_label") + ": " + (try row.text("ctx")))
    document["choices"] = try row.required("endings")
    document["gold"] = .integer(try row.integer("label"))
    return document
  }
}
