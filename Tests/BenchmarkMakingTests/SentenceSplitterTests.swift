import Testing

@testable import BenchmarkMaking

@Suite("Sentences")
struct SentenceSplitterTests {
  @Test(
    "A text is cut where sentences end",
    arguments: [
      (
        "One two. Three!  Four? \"Five.\" Six", ["One two.", "Three!", "Four?", "\"Five.\"", "Six"]
      ),
      (
        "Am 3. Mai kam Dr. Ott, z. B. mit Nr. 5. Dann ging er.",
        ["Am 3. Mai kam Dr. Ott, z. B. mit Nr. 5. Dann ging er."]
      ),
      (
        "Er sagte: „Geh!“ Sie ging. (Wirklich.) Ende",
        ["Er sagte: „Geh!“", "Sie ging.", "(Wirklich.)", "Ende"]
      ),
      (
        "Version 2.5.1 of file.txt is here. e.g. this",
        ["Version 2.5.1 of file.txt is here. e.g. this"]
      ),
      ("これは本です。それは何？はい。", ["これは本です。", "それは何？", "はい。"]),
      ("So… Wait… what", ["So…", "Wait… what"]), ("   ", []), ("...", ["..."]),
      ("Größe\u{A0}zählt. Äpfel auch.", ["Größe zählt.", "Äpfel auch."]),
    ])
  func splits(_ text: String, _ sentences: [String]) {
    #expect(SentenceSplitter.paragraphs(of: text).flatMap { $0 } == sentences)
  }

  @Test("Lines are paragraphs, but where a text is wrapped at a width")
  func findsParagraphs() {
    #expect(
      SentenceSplitter.paragraphs(of: "Title\nOne. Two.\n\n") == [["Title"], ["One.", "Two."]])
    let line = "The words of this line go on until there is no more room at all for"
    let wrapped = "\(line)\n\(line)\nanother one. New.\n\n\(line)\n\(line)\nthe end.\n"
    let joined = "\(line) \(line)"
    #expect(
      SentenceSplitter.paragraphs(of: wrapped)
        == [["\(joined) another one.", "New."], ["\(joined) the end."]])
  }

  @Test("Words are runs of letters and digits in lower case, ideographs stand alone")
  func findsWords() {
    #expect(
      wordsForStatistics("The 2nd Größe-Test: 日本語カ, x")
        == ["the", "2nd", "größe", "test", "日", "本", "語", "カ", "x"])
  }
}
