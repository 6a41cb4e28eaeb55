"""Where regular expressions match, as the package tokenizers (Oniguruma) finds it, and its classes of characters.

usage: generate.py FOLDER       (writes FOLDER/matches.json, classes.json and normalized.json)

A match is shown by replacing it with U+0001; an empty match shows as a U+0001 that takes nothing's place.
"""

import json
import pathlib
import random
import sys

from tokenizers import Regex, normalizers, pre_tokenizers

LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PATTERNS = [
    "", "a", "a*", "a+?", "a??b", "a{2}", "a{2}?", "a{1,2}+", "a{,2}", "a{2,}", "a{2,1}", "a{x", "a**", "x*", "ab|a", "a|ab",
    "(?:a|ab)(?:c|bcd)?", "(a|b*)*", "(|a)*", "(?:a?)*?b", "(a|b)*c", "(?>a+)b", "a++b", "a*+a", r"\s+(?!\S)", r"\s+$", r"^", r"$",
    r"\A.|.\Z|.\z", r"\Z", r"\b", r"\B", r"\bx", r".", r"(?m:.)+", r"[\s\S]{3}", r"[^a]*?b", r"[a-c&&b-z]+", r"[^a-c&&b-z]+", r"[]a]",
    r"[a\]b-]+", r"[\p{L}&&[^a-m]]+", r"[[:punct:]]+", r"[[:^alpha:]]+", r"[\w]+", r"[^\w\s]+", r"\W+", r"\w+", r"\d+", r"\D+", r"\h+",
    r"\R", r"\N+", r"\O", r"\p{Lu}\p{Ll}*+", r"\p{^L}+", r"\P{L}", r"\p{Han}+|\p{Hiragana}+", r"\p{Latin}{2}", r"\p{P}|\p{S}",
    r"\p{Punct}", r"\x41|\x{e9}|\u00e4|\t", r"(?<=a|bc)d", r"(?<!a)b", r"(?<=^|\s)\S", r"(?<!\s)\s(?=\S)", r"(?=(?:\d{3})+(?!\d))",
    r"(?<=[a-z])(?=[A-Z])", r"(?i)abc", r"(?i:k)+", r"(?i:'s)", r"(?i:[a-c]+)", r"(?i:\p{Lu})", r"ab(?i)c|d", r"(?x: a  b # c" + "\n )",
    r"(?#note)a", r"(?<name>a)b", r" ?[^(\s|[.,!?…。，、।۔،])]+", r"'(?i:[sdmt]|ll|ve|re)", r"[ ]{2,}", r"(?:(?:a|e|i)+x?)*n",
    LLAMA3, LLAMA3.replace("{1,3}", ""), r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
]
TEXTS = [
    "", "a", "aaaa", "abcabcd", "ab aab b", "ad bcd cd db", "a]b-c", "xXx KkK ſs 's 'S 'ſ", "Hello, World! It's 12345 o'clock",
    "line one\nline two\r\n\n  end  ", "  lead\ttab\u3000wide  ", "Grüße ÄÖÜ é e\u0301 ß", "日本語ひらがなABC", "²³½ \u0018²¤ x_y 1_000",
    "camelCaseHTTPServer", "ABCabc DEF", "a{x a{2}", "\u2028x\u0085y\u000b", "einen Xaein xn", "“„(x)|[y].,!?…。", "A\u00e9\u00e4\tz",
    "don't DON'T we'LL 'tis", "aa\n\n \n b", "abC abc D d", "x'ſa y'sa 'REst",
]
CLASSES = [r"\s", r"\w", r"\d", r"\h"] + [r"\p{%s}" % c for c in (
    "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co L M N P S Z "
    "Han Hiragana Katakana Hangul Latin Greek Cyrillic Arabic Thai Common Inherited").split()] + [
    "[[:%s:]]" % c for c in "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split()]


def runs(values):
    found, start, last = [], None, None
    for value in sorted(values):
        if last is None or value != last + 1:
            if last is not None:
                found += [start, last + 1]
            start = value
        last = value
    return found + ([start, last + 1] if last is not None else [])


def members(step):
    """Scalars that a normalizer deletes."""
    every = [chr(v) for v in range(0x110000) if not 0xD800 <= v < 0xE000]
    kept = set()
    for start in range(0, len(every), 1 << 16):
        kept.update(step.normalize_str("".join(every[start : start + (1 << 16)])))
    return [ord(c) for c in every if c not in kept]


def split_members(step, shape):
    found = []
    for value in range(0x110000):
        if not 0xD800 <= value < 0xE000:
            pieces = [p for p, _ in step.pre_tokenize_str("a" + chr(value) + "b")]
            if pieces == shape(chr(value)):
                found.append(value)
    return found


LETTERS = list("aeouéÅạế가각ᄀяΐﬁ b①Ω") + ["\u1100", "\u1161", "\u11a8", "\u212b", "\U0001d11e"]
MARKS = [chr(v) for v in (0x300, 0x301, 0x308, 0x323, 0x327, 0x328, 0x345, 0x3099, 0x5B0, 0x11A8, 0x1161, 0x34F)]


def normalized():
    """Random letters with random marks, each with its four normalization forms."""
    draw = random.Random(7)
    forms = [normalizers.NFC(), normalizers.NFD(), normalizers.NFKC(), normalizers.NFKD()]
    for _ in range(500):
        text = "".join(draw.choice(draw.choice([LETTERS, MARKS])) for _ in range(draw.randint(1, 12)))
        yield [text] + [form.normalize_str(text) for form in forms]


def main():
    folder = pathlib.Path(sys.argv[1])
    lines = []
    for pattern in PATTERNS:
        step = normalizers.Replace(Regex(pattern), "\u0001")
        lines.append(json.dumps({"pattern": pattern, "replaced": [step.normalize_str(t) for t in TEXTS]}))
    (folder / "matches.json").write_text(
        '{"texts": %s, "patterns": [\n%s\n]}\n' % (json.dumps(TEXTS), ",\n".join(lines)), encoding="utf-8")
    (folder / "normalized.json").write_text(
        "[\n%s\n]\n" % ",\n".join(json.dumps(row) for row in normalized()), encoding="utf-8")
    classes = {c: runs(members(normalizers.Replace(Regex(c), ""))) for c in CLASSES}
    classes["Digits"] = runs(split_members(pre_tokenizers.Digits(True), lambda c: ["a", c, "b"]))
    classes["Punctuation"] = runs(split_members(pre_tokenizers.Punctuation(), lambda c: ["a", c, "b"]))
    classes["WhitespaceSplit"] = runs(split_members(pre_tokenizers.WhitespaceSplit(), lambda c: ["a", "b"]))
    classes["Whitespace"] = runs(split_members(pre_tokenizers.Whitespace(), lambda c: ["a" + c + "b"]))
    body = ",\n".join("%s: %s" % (json.dumps(k), json.dumps(v, separators=(",", ":"))) for k, v in classes.items())
    (folder / "classes.json").write_text("{%s}\n" % body, encoding="utf-8")


main()
