"""Writes the goldens of the YAML tests: what PyYAML 6.0's safe loader makes of scalars and documents.

    pip install pyyaml==6.0.3
    python3.11 generate.py
"""

import json
import math
import pathlib

import yaml

SCALARS = """
yes Yes YES no No NO true True TRUE false False FALSE on On ON off Off OFF y n Y N yEs tRUE null Null NULL ~ nULL none None
0 1 -1 +1 12_3 1_ _1 00 01 010 -010 0o10 018 08 0x1F -0x1f 0xG 0b101 0b2 0b_ 0x_ 0_ 1:30 1:30:15 -1:30 1:60 1:5 01:30 1:30.5 190:20:30.15 1:2:3:4
1.5 -1.5 +1.5 1. .5 -.5 +.5 . .. 1e3 1e+3 1.0e3 1.0e+3 1.0E-3 1.e+3 .5e+3 1_0.5_0 1.5e+1_0 0.0 -0.0 1.2.3 .inf -.inf +.Inf .INF .nan .NaN .NAN -.nan .Nan inf nan 1e400 1.0e+400
2001-01-01 2001-1-1 2001-12-14t21:59:43.10-05:00 12:30 1,000 1.000,5 0x 0b + - -- +- 1- 12345678901234567890 -12345678901234567890 1.0.0 v1.0 1.0f = << !x a:b 1__2 0.1.
""".split()

DOCUMENTS = {
    "block scalars": "a: |\n  x\n   y\n\n  z\nb: >-\n  x\n  y\n\n  z\nc: |+\n  x\n\nd: >+\n  x\n\ne: |-\n  x\nf: |2\n    x\n",
    "quotes": "a: 'it''s \\n'\nb: \"tab\\t\\u00e4 \\x41 \\\n  folded\"\nc: plain text # comment\nd: 'a\n  b\n\n  c'\ne: \"a\n\n  b\"\nf: '1'\ng: \"yes\"\nh: ''\n",
    "flow": "a: [1, two, 'three', [4, {b: c, d: null}], ]\ne: {f: g, h: [i], \"j\": 1.5}\nk: []\nl: {}\nm: [a b, c]\n",
    "nesting": "- a\n- - b\n  - c\n- d: e\n  f:\n  - g\n  - h: i\n-\n  j: k\n",
    "anchors": "a: &x [1, 2]\nb: *x\nc: &m {k: v, w: 1}\nd: {<<: *m, k: own}\ne:\n  <<: [*m, {w: 2, z: 3}]\n",
    "tags": "a: !!str 123\nb: !!int '7'\nc: !!float 3\nd: !!null ''\ne: !!bool 'yes'\nf: !!seq [1]\ng: !!map {a: 1}\nh: ! 12\n",
    "keys": "1: a\n1.5: b\nno: c\n~: d\n'2': e\n? f\n: g\n",
    "multiline plain": "a: one\n  two\n\n  three\nb: x: y\n" .replace("b: x: y\n", "b: x:y\n"),
    "markers": "---\na: 1\n...\n",
    "unicode": "a: \u00fc\u0308 \U0001f600\nb: \"\\U0001F600 \\u00fc\"\n\u00e9: \u00e9\n",
    "windows lines": "a: 1\r\nb: |\r\n  x\r\n  y\r\n",
    "empty value": "a:\nb: \nc: ''\n",
    "template": "doc_to_text: \"Q: {{q}}\\nA:\"\ndoc_to_choice: \"{{[a, b]}}\"\nx: '{{a}}\\n'\n",
    "comment only": "# nothing\n",
    "list top": "- 1\n",
}

REFUSED = {
    "several documents": "a: 1\n---\nb: 2\n",
    "python object": "a: !!python/object/apply:os.system ['true']\n",
    "unknown tag": "a: !unknown x\n",
    "tab indentation": "a:\n\tb: 1\n",
    "unclosed flow": "a: [1, 2\n",
    "unclosed quote": "a: 'x\n",
    "undefined alias": "a: *x\n",
    "recursive alias": "a: &x [*x]\n",
    "bad indentation": "a: 1\n b: 2\n",
    "bad escape": "a: \"\\q\"\n",
    "colon in plain": "a: b: c\n",
    "control character": "a: \x01\n",
    "at sign": "a: @x\n",
    "percent": "a: %x\n",
}


def kind(value):
    if value is None or isinstance(value, (bool, str, list, dict)):
        return value
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": "nan" if math.isnan(value) else repr(value)}
    return {"text": None}


def plain(value):
    if isinstance(value, dict):
        return {"map": [[plain(k), plain(v)] for k, v in value.items()]}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return kind(value)


class Loader(yaml.CSafeLoader):
    """Timestamps stay texts, as in this project."""


Loader.yaml_implicit_resolvers = {
    first: [r for r in rules if r[0] not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value")]
    for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}

scalars = []
for text in SCALARS:
    try:
        value = yaml.load("a: " + text, Loader)["a"]
        scalars.append([text, kind(value)])
    except (yaml.YAMLError, ValueError):
        scalars.append([text, {"refused": True}])
documents = {}
for name, text in DOCUMENTS.items():
    documents[name] = [text, plain(yaml.load(text, Loader))]
for name, text in REFUSED.items():
    try:
        value = yaml.load(text, Loader)
    except (yaml.YAMLError, ValueError):
        continue
    # PyYAML builds a list that holds itself; that is the one case where this project is stricter.
    assert name == "recursive alias", (name, value)
golden = {"scalars": scalars, "documents": documents, "refused": REFUSED}
text = json.dumps(golden, ensure_ascii=True, indent=0).replace("\n]", "]").replace("[\n", "[")
(pathlib.Path(__file__).parent / "cases.json").write_text(text + "\n")
