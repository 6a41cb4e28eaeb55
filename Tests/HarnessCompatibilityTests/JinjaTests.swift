import Foundation
import HarnessCompatibility
import OrderedJSON
import TestSupport
import Testing

@Suite("Jinja templates")
struct JinjaTests {
  @Test("Every template renders, or is refused, as Jinja does it")
  func rendersAsJinja() throws {
    let url = Locations.fixtures.appendingPathComponent("jinja/cases.json")
    let golden = try JSONValue(parsing: Array(Data(contentsOf: url)))
    let fields = try #require(golden["document"])
    let document = try #require(PythonValue(fields).dictionaryValue)
    let cases = try #require(golden["cases"]?.arrayValue)
    #expect(cases.count > 150)
    for row in cases.compactMap(\.arrayValue) {
      let source = try #require(row[0].stringValue)
      let found = Result { try JinjaTemplate(source).render(document) }
      if let expected = row[1].stringValue {
        let text = try? found.get()
        #expect(text?.hasSameBytes(as: expected) ?? false, "\(source)\n\(expected)\n\(found)")
      } else if case .success(let text) = found {
        Issue.record("\(source) gave \(text.debugDescription), Jinja refuses it")
      }
    }
  }

  @Test("A missing field is named with its place in the template")
  func namesMissingField() throws {
    let template = try JinjaTemplate("Question:\n  {{ question }}")
    let error = try #require(throws: JinjaError.self) { try template.render(PythonDictionary()) }
    #expect(error.missingName == "question")
    #expect(error.line == 2 && error.column == 6)
  }

  @Test(
    "Work, depth and size have bounds",
    arguments: [
      "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
      "{{ 'a' * 100000000000 }}",
      "{{ ['aaaaaaaaaa'] * 10000000 * 10000000 }}",
      "{{ range(10 ** 12) }}",
      "{{ 9 ** 9 ** 9 }}",
      String(repeating: "{% if 1 %}", count: 10_000),
      "{{ " + String(repeating: "(", count: 100_000) + "1",
      "{{ " + String(repeating: "not ", count: 100_000) + "1 }}",
      "{{ " + String(repeating: "-", count: 100_000) + "1 }}",
      "{{ 1" + String(repeating: " if 1 else 1", count: 100_000) + "}}",
      "{% set a = 'xxxxxxxxxx' %}" + String(repeating: "{% set a = [a, a] %}", count: 64)
        + "{{ a }}",
      "{% set a = 'xxxxxxxxxx' %}" + String(repeating: "{% set a = a ~ a %}", count: 64)
        + "{{ a }}",
      "{{ '%99999999d' % 1 }}",
      "{{ ('a' * 1000000).replace('a', 'b' * 1000000) }}",
      String(repeating: "x", count: 2_000_000),
      "{{ 9223372036854775807 + 1 }}",
      "{% set a = 'a' * 5000000 %}{% for i in range(1000000) %}{{ a[4999999] }}{% endfor %}",
      "{% set a = 'a' * 5000000 %}{% for i in range(1000000) %}{{ a|length }}{% endfor %}",
      "{% set a = range(900000) %}{% for i in range(900000) %}{{ -1 in a }}{% endfor %}",
      "{% set a = ['a' * 1000000] %}{% for i in range(1000000) %}{{ a == a }}{% endfor %}",
      "{{ (['a'] * 1000000) | join('b' * 1000000) }}",
      "{{ ('b' * 1000000).join(['a'] * 1000000) }}",
      "{{ ('a\n' * 100000) | indent(10000) }}",
      "{{ ('\t' * 1000000).expandtabs(1000) }}",
      "{{ ('{0}' * 1000000).format('a' * 1000000) }}",
      "{{ ('%(a)s' * 1000000) % {'a': 'b' * 1000000} }}",
      "{% set n = namespace(x=[]) %}{% for i in range(200000) %}{% set n.x = [n.x] %}{% endfor %}",
      "{% set n = namespace(x=[]) %}{% for i in range(200000) %}{% set n.x = {1: n.x} %}{% endfor %}",
      "{% for i in range(1000000) %}{{ ('a' * 9000000) | length }}{% endfor %}",
      "{% for i in range(100000) %}{{ i in range(1000000) | list }}{% endfor %}",
      "{% for i in range(100000) %}{% set x = ('a' * 9000000).replace('a', 'b') %}{% endfor %}",
    ])
  func boundsWork(source: String) {
    #expect(throws: JinjaError.self) { try JinjaTemplate(source).render(PythonDictionary()) }
  }

  @Test(
    "A chain of operators, members or filters that would overflow the stack is refused",
    arguments: [
      "+1", "*1", "**1", " and 1", " or 0", ".x", "[0]", "()", "|upper", " is defined",
      " if 1",
    ])
  func boundsChains(link: String) {
    let source = "{{ 1" + String(repeating: link, count: 100_000) + " }}"
    #expect(throws: JinjaError.self) { try JinjaTemplate(source) }
  }

  @Test("Extreme counts do not overflow, repetitive texts are searched in linear time")
  func survivesExtremeText() throws {
    for (source, expected) in [
      ("{{ 'abc' | truncate(9223372036854775807, true, '', 9223372036854775807) }}", "abc"),
      ("{{ ('a' * 100000 ~ 'b') in ('a' * 5000000) }}", "False"),
      ("{{ ('a' * 5000000).rfind('b' ~ 'a' * 100000) }}", "-1"),
      ("{{ 'äbcäbc'.rfind('äb') }} {{ 'äbc'.rfind('') }} {{ 'aaa'.count('aa') }}", "3 3 1"),
      ("{{ ('ß' * 1000000) | upper | length }}", "2000000"),
      ("{{ ('a' * 1000000).replace('', 'b') | length }}", "2000001"),
      ("{{ ('b' * 10).join(['a'] * 3) }}", "abbbbbbbbbbabbbbbbbbbba"),
    ] {
      #expect(try JinjaTemplate(source).render(PythonDictionary()) == expected)
    }
  }

  @Test("Chains of a length that templates have are evaluated, one after another too")
  func evaluatesChains() throws {
    let sum = "{{ 1" + String(repeating: " + 1", count: 400) + " }}"
    let template = try JinjaTemplate(sum + sum + sum)
    #expect(try template.render(PythonDictionary()) == "401401401")
  }

  @Test("Looking for a long pattern in a long text of the same letter takes linear time")
  func searchesInLinearTime() throws {
    let template = try JinjaTemplate(
      """
      {% set text = 'a' * 4000000 %}{% set long = 'a' * 2000000 ~ 'b' -%}
      {{ long in text }} {{ text.find(long) }} {{ text.rfind(long) }} {{ text.split(long)|length }}
      {{- ' ' }}{{ text.rsplit(long)|length }} {{ text.replace(long, '')|length }}
      """)
    #expect(try template.render(PythonDictionary()) == "False -1 -1 1 1 4000000")
  }

  @Test("What changes its object or asks for Python's inside is refused")
  func refusesMutation() {
    for source in [
      "{{ [1].append(2) }}", "{{ {'a': 1}.pop('a') }}", "{{ ''.__class__.__mro__ }}",
      "{{ self }}", "{{ {}.items }}", "{% include 'x' %}", "{% import 'os' as os %}",
      "{{ lipsum() }}",
    ] {
      #expect(throws: JinjaError.self, "\(source)") {
        try JinjaTemplate(source).render(PythonDictionary())
      }
    }
  }
}
