"""Writes cases.json: what Jinja2 3.1.6 makes of templates, with the settings of lm-eval 0.4.13.

    pip install jinja2==3.1.6
    python3.11 generate.py

A result of null means that Jinja refuses the template or the document.
"""

import json
import pathlib

from jinja2 import BaseLoader, Environment, StrictUndefined

environment = Environment(loader=BaseLoader, undefined=StrictUndefined, keep_trailing_newline=True)

DOCUMENT = {
    "q": "  Wie hei\u00dft der gr\u00f6\u00dfte Planet?\n", "name": "ada lovelace", "nfd": "u\u0308ber", "empty": "", "quote": "it's \"so\"",
    "n": 7, "zero": 0, "neg": -3, "f": 2.5, "whole": 3.0, "big": 12345678901234567890, "yes": True, "no": False, "nothing": None,
    "choices": ["rot", "gr\u00fcn", "blau", "Gelb"], "numbers": [3, 1, 2, 3], "nested": {"text": ["a", "b"], "label": ["A", "B"], "items": 5, "my key": 1},
    "rows": [{"k": "x", "v": 2}, {"k": "Y", "v": 1}, {"k": "x", "v": 3}], "none_list": [], "pairs": [["a", 1], ["b", 2]], "crlf": "a\r\nb\rc", "html": "<b>Fish & 'chips'</b>",
    "digits": "42", "float_text": "42.9", "text_list": "['a', 'b']", "emoji": "\U0001f468\u200d\U0001f469", "tab": "a\tb",
}

TEMPLATES = r"""
plain
{{q}}|
{{ q.strip() }}
{{- q -}}
  {{- q }}  x
a {%- if yes %} b {% endif -%} c
a {%+ if yes +%} b {%+ endif +%} c
{# comment #}x{#- y -#} z
x {#- a -#} y
{% raw %}{{ q }}{% endraw %}
{%- raw -%} {{ q }} {%- endraw -%} x
{{ name|upper }} {{ name|title }} {{ name|capitalize }} {{ 'ABC'|lower }}
{{ nfd|length }} {{ emoji|length }} {{ q|length }} {{ choices|length }} {{ nested|count }}
{{ choices[0] }} {{ choices[-1] }} {{ choices[1:3] }} {{ choices[::-1] }} {{ q[:3] }} {{ name[-3:] }}
{{ choices[9] }}
{{ choices['x'] }}
{{ nested.text[1] }} {{ nested['label'][0] }} {{ nested['my key'] }}
{{ nested['items'] }}
{{ nested.missing }}
{{ nested['missing'] }}
{{ missing }}
{{ missing.x }}
{{ missing is defined }} {{ q is defined }} {{ nested.missing is defined }}
{{ missing.x is defined }}
{{ missing|default('d') }} {{ empty|default('d') }} {{ empty|default('d', true) }} {{ missing|d }} {{ nothing|default('x', boolean=true) }}
{{ n + 1 }} {{ n - 1 }} {{ n * 2 }} {{ n / 2 }} {{ n // 2 }} {{ n % 3 }} {{ n ** 2 }} {{ -n }} {{ neg // 2 }} {{ neg % 2 }} {{ -7 // 2 }}
{{ 2 ** 3 ** 2 }} {{ 2 ** -1 }} {{ -2 ** 2 }} {{ 10 / 5 }} {{ f // 1 }} {{ f % 1 }} {{ 1e3 }} {{ 1_000 }} {{ 0x1F }} {{ 0b11 }} {{ 0o17 }}
{{ 1.5e-7 }} {{ 1e16 }} {{ 123456789.0 }} {{ 0.1 + 0.2 }} {{ whole }} {{ f * 2 }} {{ big }}
{{ n / 0 }}
{{ n ~ name ~ f ~ nothing ~ yes }}
{{ n + name }}
{{ name + ' x' }} {{ choices + ['x'] }} {{ 'ab' * 3 }} {{ [1] * 2 }} {{ 3 * 'x' }}
{{ yes }} {{ no }} {{ nothing }} {{ true }} {{ False }} {{ None }} {{ none }}
{{ choices }} {{ nested }} {{ pairs }} {{ (1, 2) }} {{ (1,) }} {{ () }} {{ 1, 2 }} {{ {'a': 1, 2: 'b'} }} {{ [] }} {{ {} }}
{{ [quote, 'x\'y', "d\"e", 'n\nm', nfd] }}
{{ quote }} {{ [quote] }} {{ tab }} {{ [tab] }}
{{ n > 3 }} {{ n >= 7 }} {{ n < 3 }} {{ n <= 7 }} {{ n == 7.0 }} {{ n != 7 }} {{ 1 < n < 10 }} {{ 1 < n < 5 }} {{ yes == 1 }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }}
{{ n < name }}
{{ 'rot' in choices }} {{ 'x' not in choices }} {{ 'ove' in name }} {{ 'text' in nested }} {{ 3 in numbers }} {{ 3.0 in numbers }}
{{ n in n }}
{{ yes and n }} {{ no and n }} {{ no or name }} {{ zero or empty or none_list or 'last' }} {{ not yes }} {{ not none_list }} {{ yes and not no }}
{{ 'a' if yes else 'b' }} {{ 'a' if no else 'b' }} {{ 'a' if yes }} {{ 'x' if no else 'y' if no else 'z' }}
{{ 'a' if no }}|{{ ('a' if no)|length }}{{ ('a' if no)|upper }}{{ ('a' if no) or 'b' }}{% for x in ('a' if no) %}x{% endfor %}
{{ ('a' if no) is defined }}
{% if n > 5 %}gross{% elif n > 2 %}mittel{% else %}klein{% endif %}
{% if zero %}a{% elif none_list %}b{% elif nothing %}c{% else %}d{% endif %}
{% if missing %}x{% endif %}
{% for c in choices %}{{ loop.index }}/{{ loop.length }} {{ c }}{% if not loop.last %}, {% endif %}{% endfor %}
{% for c in choices %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.previtem|default('-') }}{{ loop.nextitem|default('-') }} {% endfor %}
{% for a, b in pairs %}{{ a }}={{ b }};{% endfor %}{% for (a, b) in pairs %}{{ a }}{% endfor %}
{% for k, v in nested.items() %}{{ k }}{% endfor %}
{% for k in nested %}{{ k }};{% endfor %}{% for ch in 'abc' %}[{{ ch }}]{% endfor %}
{% for x in none_list %}x{% else %}leer{% endfor %}
{% for x in numbers if x > 1 %}{{ loop.index }}:{{ x }} {% endfor %}
{% for x in n %}{% endfor %}
{% for a, b in numbers %}{% endfor %}
{% for i in [1, 2] %}{% for j in [3, 4] %}{{ i }}{{ j }}{{ loop.depth }} {% endfor %}{% endfor %}
{% for i in [1, 2, 3] %}{{ loop.cycle('a', 'b') }}{{ loop.changed(i // 2) }}{% endfor %}
{% set x = 3 %}{{ x }}{% for i in [1] %}{% set x = 4 %}{{ x }}{% endfor %}{{ x }}
{% for i in [1, 2] %}{% if loop.first %}{% set y = 'set' %}{% endif %}{{ y is defined }}{% endfor %}
{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set (c, d) = (3, 4) %}{{ c }}{{ d }}
{% set a, b = [1] %}
{% set t %}Text {{ n }}{% endset %}{{ t }}|{{ t|length }}
{% set t | upper | trim %} abc {% endset %}{{ t }}
{% set ns = namespace(found=false, n=1) %}{% for c in choices %}{% if c == 'blau' %}{% set ns.found = true %}{% endif %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.found }}{{ ns.n }}
{% set q.x = 1 %}
{% with a=1, b=n %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}
{% with %}{% set z = 1 %}{{ z }}{% endwith %}
{% filter upper %}abc {{ name }}{% endfilter %}
{% filter replace('a', 'b') | upper %}aaa{% endfilter %}
{{ q.strip().replace('e', 'E').split(' ')|join('_') }}
{{ name.split() }} {{ name.split('a') }} {{ name.split(' ', 1)[1] }} {{ name.rsplit('a', 1) }} {{ crlf.splitlines() }}
{{ name.upper() }} {{ name.title() }} {{ name.capitalize() }} {{ name.swapcase() }} {{ name.startswith('ada') }} {{ name.endswith(('x', 'ace')) }} {{ name.find('love') }} {{ name.count('a') }} {{ name.index('l') }}
{{ name.index('zzz') }}
{{ choices.index('blau') }} {{ choices.count('rot') }} {{ numbers.index(3, 1) }}
{{ choices.index('nicht da') }}
{{ ['A', 'B', 'C'].index('B') }} {{ {'x': 1}['x'] }} {{ {'a': 'b'}.get('a') }} {{ {'a': 'b'}.get('z') }} {{ {'a': 'b'}.get('z', 9) }} {{ nested.keys()|list }} {{ nested.values()|list|length }}
{{ '{} und {}'.format('a', 2) }} {{ '{0:>5}|{1:.2f}'.format('x', f) }} {{ '%s-%03d' % ('a', n) }} {{ '%s'|format(name) }} {{ '%.1f'|format(f) }}
{{ ', '.join(choices) }} {{ choices|join }} {{ choices|join(' / ') }} {{ numbers|join(',') }} {{ rows|join('+', attribute='k') }}
{{ ', '.join(numbers) }}
{{ q|trim }}| {{ 'xxaxx'|trim('x') }} {{ name|replace('a', 'b') }} {{ name|replace('a', 'b', 1) }} {{ n|replace(7, 8) }}
{{ digits|int + 1 }} {{ float_text|int }} {{ 'x'|int }} {{ 'x'|int(5) }} {{ '0x1A'|int(0, 16) }} {{ f|int }} {{ yes|int }} {{ nothing|int }} {{ ' 12 '|int }} {{ '-7'|int }}
{{ digits|float }} {{ 'x'|float }} {{ n|float }} {{ float_text|float }} {{ nothing|float(1.5) }} {{ n|string }} {{ choices|string }} {{ f|string }}
{{ 42.55|round }} {{ 42.55|round(1) }} {{ 42.55|round(1, 'floor') }} {{ 42.51|round(1, 'ceil') }} {{ n|round }} {{ 2.5|round }} {{ 3.5|round }} {{ 2.675|round(2) }} {{ neg|abs }} {{ -2.5|abs }}
{{ choices|first }} {{ choices|last }} {{ 'abc'|first }} {{ 'abc'|list }} {{ 'abc'|reverse }} {{ choices|reverse|list }} {{ numbers|sort }} {{ choices|sort }} {{ choices|sort(true) }} {{ choices|sort(case_sensitive=true) }}
{{ none_list|first }}
{{ none_list|first|default('leer') }}
{{ rows|sort(attribute='v')|map(attribute='k')|list }} {{ rows|sort(attribute='k,v')|map(attribute='v')|list }} {{ numbers|unique|list }} {{ ['a', 'A', 'b']|unique|list }} {{ numbers|sum }} {{ rows|sum(attribute='v') }} {{ numbers|min }} {{ numbers|max }} {{ choices|max }} {{ rows|max(attribute='v') }}
{{ choices|map('upper')|list }} {{ choices|map('replace', 'r', 'R')|list }} {{ rows|map(attribute='v')|list }} {{ rows|map(attribute='zz', default=0)|list }} {{ nothing|map('upper')|list }}
{{ numbers|select('odd')|list }} {{ numbers|reject('odd')|list }} {{ numbers|select('greaterthan', 1)|list }} {{ [0, 1, '', 'a']|select|list }} {{ rows|selectattr('k', 'equalto', 'x')|map(attribute='v')|list }} {{ rows|rejectattr('v', 'gt', 1)|list }} {{ rows|selectattr('v')|list|length }}
{{ rows|groupby('k')|length }} {% for k, g in rows|groupby('k') %}{{ k }}:{{ g|length }} {% endfor %}
{{ [1, 2, 3]|batch(2)|list }} {{ [1, 2, 3]|batch(2, 0)|list }} {{ [1, 2, 3, 4, 5]|slice(3)|list }} {{ [1, 2, 3, 4]|slice(3, 'x')|list }}
{{ {'b': 1, 'A': 2}|dictsort }} {{ {'b': 1, 'A': 2}|dictsort(by='value') }} {{ {'b': 1, 'A': 2}|dictsort(true) }} {{ {'b': 1}|items|list }}
{{ nested|tojson }} {{ html|tojson }} {{ [1, 2.0, none, true, 'ü']|tojson }} {{ {'b': [1], 'a': {}}|tojson(indent=2) }} {{ emoji|tojson }}
{{ html|e }} {{ html|safe }} {{ html|striptags }} {{ html|escape|length }}
{{ 'foo bar baz qux'|truncate(9) }} {{ 'foo bar baz qux'|truncate(9, True) }} {{ 'foo bar baz qux'|truncate(11) }} {{ 'foo bar baz qux'|truncate(11, False, '...', 0) }}
{{ 'a\nb\n\nc'|indent }} {{ 'a\nb'|indent(2, true) }} {{ 'a\n\nb'|indent('> ', blank=true) }} {{ 'x'|center(7) }}| {{ 'one two-three _x 4'|wordcount }}
{{ 'hello-world (foo) [bar] straße'|title }} {{ 'ǆ'|title }}
{{ n is odd }} {{ n is even }} {{ n is divisibleby 7 }} {{ n is divisibleby(2) }} {{ nothing is none }} {{ q is string }} {{ n is number }} {{ yes is number }} {{ n is integer }} {{ yes is integer }} {{ f is float }} {{ choices is sequence }} {{ nested is mapping }} {{ q is iterable }} {{ n is iterable }} {{ yes is boolean }} {{ yes is true }} {{ no is false }} {{ 1 is true }}
{{ 'abc' is lower }} {{ 'ABC' is upper }} {{ 3 is in numbers }} {{ 3 is in([1]) }} {{ n is eq 7 }} {{ n is ne(7) }} {{ n is gt 3 }} {{ n is lt 3 }} {{ n is sameas 7 }} {{ yes is sameas true }} {{ nothing is not none }} {{ not nothing is none }} {{ 'upper' is filter }} {{ 'odd' is test }} {{ 'zz' is filter }}
{{ range(2, 9, 3)|list }} {{ range(3)|join }} {{ range(0)|length }}
{{ namespace is callable }} {% for i in dict(a=1) %}{{ i }}{% endfor %}
{{ q|nofilter }}
{{ q is notest }}
{% unknown %}
{{ q
{{ q }
{% if q %}
{% endif %}
{% for x %}{% endfor %}
{{ (1 }}
{{ [1, 2 }}
{{ 'abc }}
{{ q | }}
{{ 1 2 }}
{# open
{% raw %} open
{{ }}
{{ q.strip(}}
{{ 'a' 'b' "c" }}
{{ "tab\there \x41 \u00e4 \\ \" \' \q" }}
{{ q.nomethod() }}
{{ q() }}
{{ n.x }}
{{ nothing.x }}
{{ choices.0 }} {{ pairs.0.1 }} {{ pairs[0].1 }}
{{ choices|length > 3 }} {{ choices|length + 1 }} {{ -1|abs }} {{ 'a'|upper ~ 'b' }} {{ not choices|length }}
{{ choices[choices|length - 1] }} {{ choices[n - 6] }} {{ choices[none_list|length] }} {{ 'ABCD'[choices.index('blau')] }} {{ choices[yes] }}
{{ choices[whole] }}
{{ text_list }} {{ text_list[0] }} {{ [text_list] }}
{{ crlf }} {{ [crlf] }}
{{ {'text': q.strip(), 'n': n}.text }} {{ {'A': 0, 'B': 1}[nested.label[1]] }}
{% set labels = ['A', 'B'] %}{% for c in choices[:2] %}{{ labels[loop.index0] }}. {{ c }}\n{% endfor %}
{{ "%s" % n }} {{ "%s" % (n,) }} {{ "%d%%" % n }}
{{ '%s %s' % choices }}
{{ q.strip()[0].lower() + q.strip()[1:] }} {{ (q.strip() + ' x').replace('\n', '') }}
{{ choices|map('length')|list }} {{ choices|map('first')|join }} {{ numbers|map('string')|join('') }} {{ ['1', '2']|map('int')|sum }}
{{ [3, 'a']|sort }}
{{ 'a' ~ (1 + 2) ~ [1] }} {{ 1 ~ 2 }} {{ +n }} {{ - -n }}
{{ yes + yes }} {{ yes * 3 }} {{ [1, [2, 3]][1][0] }} {{ ((1, 2), 3)[0][1] }}
{{ 'x' * -1 }}| {{ choices[:0] }} {{ choices[5:] }} {{ choices[-2:] }} {{ choices[::2] }} {{ choices[3:0:-1] }}
{{ q[::0] }}
{{ ''.join(['a', 'b']) }} {{ 'abc'.replace('', '-') }} {{ 'a,b'.partition(',') }} {{ 'aXbX'.rstrip('X') }} {{ '007'.lstrip('0') }} {{ '7'.zfill(3) }} {{ 'a'.ljust(3) }}| {{ 'a'.isalpha() }} {{ '1'.isdigit() }}
{{ loop }}
{{ loop.index }}
{% for i in range(3) %}{{ i }}{% endfor %}
{{ 'äöü'|upper }} {{ 'ß'|upper }} {{ 'İ'|lower|length }} {{ 'ΑΣ'|lower }}
{{ 1 if 1 else }}
{{ q.upper(1) }}
{{ choices|sort(reversed=true) }}
{{ n is odd(3) }}
{{ choices|join(',', none, 3) }}
{% for i in [1] %}{{ loop.nothing }}{% endfor %}
{{ '' % choices }}
x{#-#}  y {#
{{ a.b.c }}
{{ q if q is defined else 'x' }} {{ missing if missing is defined else 'x' }}
{{ missing or 'x' }}
{{ missing == 1 }}
{{ missing ~ 'x' }}
{{ [1] == [1.0] }} {{ (1,) == [1] }} {{ {'a': 1} == {'a': 1.0} }} {{ 'ä' == nfd }} {{ nothing == 0 }} {{ nothing == none }} {{ no == 0 }}
{{ 10 // 3 }} {{ 10.0 // 3 }} {{ -10 % 3 }} {{ 10 % -3 }} {{ 5.5 % 2 }} {{ 7 / 7 }} {{ 1 / 3 }}
{% if 'a' in 'abc' and not ('z' in 'abc' or no) %}ok{% endif %}
{% for c in choices -%} {{ c }} {%- endfor %}
{%if yes%}x{%endif%}{{q.strip()}}{%for c in choices%}{{c}}{%endfor%}
""".strip("\n").split("\n")

LONG = [
    "{%- for i in choices %}\n{{ loop.index }}. {{ i }}\n{%- endfor %}",
    "a{% if yes -%}\n   b\n{%- endif %}\n",
    "Line one\n{% if yes %}\nkept\n{% endif %}\nlast\n",
    "{{ q }}\n\n",
    "\n{{ n }}\n",
    "a\r\nb\r{{ n }}\r\n",
    "{% set x = 1 -%}\n\n  {{ x }}",
    "{% for c in choices %}\n- {{ c }}\n{% endfor %}end",
    "{{ n }}\u00a0{{- n }}\u2028{{ n -}}\u3000 x",
    "{{ {'a': {'b': [1, {'c': 2}]}}.a.b[1].c }}",
    "{{ '}}' }} {{ '{{' }} {{ '%}' }} {{ \"{#\" }}",
    "{ q } {q} {%  raw  %}{% if %}{%  endraw  %} #} }} %}",
    "{{ q.strip() }}\nA. {{choices[0]}}\nB. {{choices[1]}}\nAnswer:",
    "{{choices[0]}}" * 50,
    "{% if n == 7 %}a{% if no %}b{% else %}{% for i in numbers %}{{ i }}{% endfor %}{% endif %}{% endif %}",
]


def case(template):
    try:
        return [template, environment.from_string(template).render(**json.loads(json.dumps(DOCUMENT)))]
    except Exception:
        return [template, None]


folder = pathlib.Path(__file__).parent
# Without the blanks that end a line of this file, in case an editor dropped them.
cases = [case(template) for template in [*TEMPLATES, *LONG]]
text = json.dumps({"document": DOCUMENT, "cases": cases}, ensure_ascii=True, separators=(",", ":"))
(folder / "cases.json").write_text(text.replace("],[", "],\n[") + "\n")
