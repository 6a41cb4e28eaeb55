"""Writes the goldens of HarnessCompatibility's tests: what CPython itself answers.

    python3.11 generate.py

Only the standard library is used. Unicode properties are those of Python's unicodedata.
"""

import ast
import json
import pathlib
import random
import unicodedata

FOLDER = pathlib.Path(__file__).parent


def write(name, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    (FOLDER / name).write_text(text.replace("],[", "],\n[").replace("},{", "},\n{") + "\n")


def ranges(predicate):
    found = []
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000 or not predicate(chr(code)):
            continue
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def unicode_properties():
    properties = {
        name: ranges(getattr(str, name))
        for name in ["isspace", "isdecimal", "isdigit", "isnumeric", "isalpha", "isprintable"]
    }
    properties["unassigned"] = ranges(lambda c: unicodedata.category(c) == "Cn")
    for name in ["lower", "upper", "title"]:
        method = getattr(str, name)
        properties[name] = [
            [ord(c), method(c)]
            for c in map(chr, [*range(0xD800), *range(0xE000, 0x110000)])
            if method(c) != c
        ]
    properties["version"] = unicodedata.unidata_version
    return properties


TEXTS = [
    "", " ", "  a  b ", "\t\n a\u00a0b\u3000\x1c", "die Frau nimmt den Ball", "\u00dfa \u00c4PFEL",
    "e\u0301A e\u0301", "\u01c6x \u01c5", "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3 \u03a3", "a.b'c d-e3f G", "1\r\n2\r3\n\n4\x0b5\u20286",
    "aaa", "abcabcab", "\U0001f600\u200d\U0001f468 x\U0001f600", "\u0130I\u0131i", "They're Bill's", "123", "\u00b2", "\u0661\u0662",
    "a,b,,c,", "'", '"', "'\"", "tab\tback\\slash\x00\x7f\xad\u2028\U000e0001", "UPPER", "Title Case", "\u1f88\u1fb3",
]


def string_cases():
    cases = []

    def add(text, method, *arguments, **named):
        if named:
            result = getattr(text, method)(*arguments, **named)
        else:
            try:
                result = getattr(text, method)(*arguments)
            except ValueError:
                return
        cases.append([text, method, [*arguments, *named.values()], result])

    for text in TEXTS:
        for method in ["strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "swapcase",
                       "split", "rsplit", "splitlines", "isspace", "isdigit", "isdecimal", "isnumeric", "isalpha",
                       "isalnum", "islower", "isupper", "istitle", "__len__", "__repr__"]:
            add(text, method)
        add(text, "splitlines", True)
        for argument in ["a", "ab", " ", "\n", "3\u0301", "bca", ","]:
            for method in ["strip", "lstrip", "rstrip", "startswith", "endswith", "find", "rfind", "count",
                           "index", "split", "rsplit", "partition", "rpartition", "removeprefix", "removesuffix"]:
                add(text, method, argument)
            for limit in [0, 1, 2]:
                add(text, "split", argument, limit)
                add(text, "rsplit", argument, limit)
        for limit in [0, 1, 2]:
            add(text, "split", None, limit)
            add(text, "rsplit", None, limit)
        for old, new in [("a", "bb"), ("", "-"), ("  ", " "), ("aa", "a"), ("\u0301", "")]:
            add(text, "replace", old, new)
            add(text, "replace", old, new, 1)
            add(text, "replace", old, new, 2)
        add(text, "find", "a", 1)
        add(text, "find", "", 2)
        add(text, "find", "b", -3, -1)
        add(text, "count", "")
        add(text, "center", 9, "*")
        add(text, "ljust", 9)
        add(text, "rjust", 9)
        add(text, "zfill", 6)
        add(text, "join", ["x", "y", "z"])
        add(text, "expandtabs", 4)
    return cases


def random_cases():
    cases = []
    for seed in [0, 1, 1234, -7, 2**31, 2**32, 2**40 + 17, 987654321]:
        r = random.Random(seed)
        case = {"seed": seed, "random": [r.random() for _ in range(5)]}
        case["bits"] = [[k, str(r.getrandbits(k))] for k in [1, 5, 31, 32, 33, 53, 64]]
        case["randrange"] = [r.randrange(n) for n in [1, 2, 3, 10, 1000, 2**33]]
        case["stepped"] = [r.randrange(-5, 50, 7), r.randrange(9, -9, -4), r.randint(3, 4)]
        case["sample"] = [
            [n, k, r.sample(range(n), k)]
            for n, k in [(5, 5), (10, 0), (21, 5), (22, 5), (40, 6), (85, 6), (86, 6), (3000, 25), (100, 100), (10042, 3)]
        ]
        case["choices"] = [[n, r.choices(range(n), k=6)] for n in [1, 3, 40, 100000]]
        shuffled = list(range(30))
        r.shuffle(shuffled)
        case["shuffle"] = shuffled
        r.choices(range(7), k=5000)
        case["afterRefills"] = r.random()
        cases.append(case)
    return cases


LITERALS = [
    "1", "-1", "+2", "0x1F", "0o17", "0b101", "1_000", "1.5", "1e3", ".5", "1.", "1E-2", "-0.0", "00", "01", "1__0", "_1",
    "True", "False", "None", "true", "null", "...", "'a'", '"a"', "'a' 'b'", "'a'\"b\"", "r'a\\n'", "R'\\x'", "u'x'", "b'x'", "f'x'",
    "'''a\nb'''", '"""a"b"""', "'a\nb'", "'\\n\\t\\\\\\'\\\"\\a\\b\\f\\v\\r\\0'", "'\\x41\\u00e4\\U0001F600\\101\\7\\08'",
    "'\\N{LATIN SMALL LETTER A WITH DIAERESIS}'", "'\\N{NO SUCH NAME}'", "'\\q'", "'\\x4'", "'\\u12'", "'a\\\nb'", "'", "'a", "'''a''",
    "[]", "[1]", "[1,]", "[,]", "[1,,2]", "[1 2]", "['a', 'b']", '["a", "it\'s"]', "[\"a\", 'b\"c']", "['a'", "['a']]", "[['a'], [1, [2]]]", "[1,\n 2]",
    "()", "(1)", "(1,)", "(1, 2)", "1, 2", "1,", "('a' 'b')", "('a'\n'b')", "{}", "{'a': 1}", "{'a': 1, 'a': 2}", "{1: 2, True: 3}", "{'a'}", "{'a', 1}", "set()",
    "{'a': [1, (2, None)]}", "{[1]: 2}", "{'a': 1,}", "{'a' 1}", " 1", "\t'a'", "\n1", "\n 1", "\n\n# c\n1", "1\n", "# c", "1 # comment", "[1, # one\n 2]", "a", "a.b", "f(1)", "1+2", "1-2", "1+2j", "2j", "- 1", "--1",
    "-True", "+'a'", "not True", "['\u00e4', 'e\u0301']", "['\U0001f600']", "[1]\n[2]", "1;2", "", "   ", "'a'[0]", "[1] + [2]", "1 if True else 2", "lambda: 1", "'a' % 1", "1e400", "0xG",
    "123456789012345678901234567890", "'\\ud800'", "[True, False, None]", "[ 'a' , 'b' ]", "['a' , ]", "\\\n1", "[1, \\\n2]", "5.0", "1e16", "\u0661", "\u00b2", "1_0.5_0", "1e1_0", "0_7", "0.0", "0xf_f", "1a", "1if", "'a'b", "u'a' r'\\d'", "ur'a'", "1e_0", "[1, # o\rne\n]", "rb'a'", "[*[1]]", "{**{}}",
]


def literal_cases():
    cases = []
    for text in LITERALS:
        try:
            value = ast.literal_eval(text)
            if isinstance(value, (complex, bytes, set)) or value is ...:
                cases.append([text, False, None])
            else:
                value.encode() if isinstance(value, str) else None
                cases.append([text, True, repr(value)])
        except (ValueError, SyntaxError, TypeError, UnicodeError):
            cases.append([text, False, None])
    return cases


VALUES = [None, True, False, 0, -5, 42, 1000000, 3.0, -0.5, 1e16, 1e-5, 123456.789, float("inf"), "", "abc", "\u00e4'\"", [1, "a"], {"a": None}]
SPECIFICATIONS = ["", "d", "5", "<5", ">8", "^9", "*^9", "+", "+d", " d", "05", "05d", ",", ",d", "_d", "x", "X", "#x", "b", "#b", "o", "c", "e", ".2e", "f", ".3f", "08.2f", "+.1f", ",.2f", "g", ".3g", "G", "%", ".1%", "s", ".2", ".2s", "10s", ">10s", "=+7", "0>4", "#o", "n", "E", "F", "q"]
PERCENT = [
    ["%s", "a"], ["%s", 1], ["%d", 3], ["%d", 3.9], ["%5d|", 3], ["%-5d|", 3], ["%05d", -3], ["%+d", 3], ["%x", 255], ["%.2f", 1.005], ["%e", 12345.678], ["%g", 1e-7], ["%r", "a'b"], ["%%"], ["%c", 65], ["%c", "x"],
    ["%s and %s", "a", "b"], ["%s", None], ["%10s|", "a"], ["%-10s|", "a"], ["%.1s", "abc"], ["%i", 7], ["%s"], ["%d", "a"], ["%s", [1]], ["%q", 1], ["%", 1], ["%#x", 255], ["%*d", 4, 3],
]
FORMATS = [
    ["{}", 1], ["{} {}", 1, "a"], ["{1} {0}", 1, 2], ["{0!r}", "a"], ["{:>5}|", "a"], ["{:.2f}", 3.14159], ["{{}}"], ["{", 1], ["}", 1], ["{} {}", 1], ["{0} {}", 1, 2], ["{0[1]}", [1, 2]], ["{0[a]}", {"a": 3}], ["{:{}}|", "a", 4], ["{!s:>4}", 7], ["{:,}", 1234567],
]


def format_cases():
    cases = []
    for value in VALUES:
        for specification in SPECIFICATIONS:
            try:
                cases.append([value, specification, format(value, specification)])
            except (ValueError, TypeError, OverflowError):
                cases.append([value, specification, None])
    percent = []
    for template, *arguments in PERCENT:
        try:
            percent.append([template, arguments, template % tuple(arguments)])
        except (ValueError, TypeError, OverflowError):
            percent.append([template, arguments, None])
    formats = []
    for template, *arguments in FORMATS:
        try:
            formats.append([template, arguments, template.format(*arguments)])
        except (ValueError, TypeError, IndexError, KeyError):
            formats.append([template, arguments, None])
    texts = [[value, str(value), repr(value)] for value in VALUES]
    return {"format": cases, "percent": percent, "str.format": formats, "texts": texts}


write("unicode.json", unicode_properties())
write("strings.json", string_cases())
write("random.json", random_cases())
write("literals.json", literal_cases())
write("formats.json", format_cases())
