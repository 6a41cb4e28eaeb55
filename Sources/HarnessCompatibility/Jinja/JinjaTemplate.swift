/// A Jinja2 template as lm-evaluation-harness renders it: strict about names that a document lacks, the
/// last newline kept, nothing escaped, no access to files or Python objects.
///
///     let template = try JinjaTemplate("Question: {{question.strip()}}\nAnswer:")
///     let prompt = try template.render(document)
///
/// Read once, rendered for every document.
/// - SeeAlso: `lm_eval/utils.py: env, apply_template`, commit 4e7e0d4.
public struct JinjaTemplate: Sendable {
  /// The template's text as given.
  public let source: String
  private let scalars: [Unicode.Scalar]
  private let body: [JinjaStatement]

  /// Longest template, in bytes.
  public static let maximumSize = 1_000_000

  /// Reads a template.
  ///
  /// - Parameter source: Its text.
  /// - Throws: ``JinjaError`` for syntax that Jinja refuses or that is not supported here.
  /// - Complexity: O(length).
  public init(_ source: String) throws(JinjaError) {
    self.source = source
    guard source.utf8.count <= Self.maximumSize else {
      throw JinjaError("more than \(Self.maximumSize) bytes", at: 0, in: [])
    }
    scalars = Self.withUniformLineEnds(source)
    do throws(JinjaFailure) {
      var lexer = JinjaLexer(scalars)
      var parser = JinjaParser(try lexer.tokenize())
      body = try parser.parseTemplate()
    } catch {
      throw JinjaError(error.problem, at: error.offset, in: scalars)
    }
  }

  /// Renders the template for one document.
  ///
  /// - Parameter document: Its fields are the template's variables.
  /// - Returns: The text.
  /// - Throws: ``JinjaError`` for missing names, Python's errors, and work beyond the bounds.
  public func render(_ document: PythonDictionary) throws(JinjaError) -> String {
    var renderer = JinjaRenderer(document: document)
    do throws(JinjaFailure) {
      try renderer.run(body)
      return renderer.output
    } catch {
      throw JinjaError(
        error.problem, at: error.offset, in: scalars, missingName: error.missingName)
    }
  }

  /// Jinja takes `\r\n` and `\r` in a template for `\n`; documents keep theirs.
  private static func withUniformLineEnds(_ source: String) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(source.utf8.count)
    var previousIsReturn = false
    for scalar in source.unicodeScalars {
      if scalar == "\r" {
        scalars.append("\n")
      } else if !(scalar == "\n" && previousIsReturn) {
        scalars.append(scalar)
      }
      previousIsReturn = scalar == "\r"
    }
    return scalars
  }
}
