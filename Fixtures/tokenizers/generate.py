"""Small tokenizers with every component in some combination, and what `tokenizers` makes of awkward texts.

usage: generate.py FOLDER        (writes FOLDER/<name>/{tokenizer.json,reference.json})

Needs the package tokenizers (0.23.3 made the files here). Models are trained on the lines of tasks/mini.
"""

import collections
import json
import pathlib
import random
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

ROOT = pathlib.Path(__file__).resolve().parents[2]
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace("{1,3}", "")
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

TEXTS = [
    "", "a", " ", "  two  spaces ", "Hello, world!", "I'll we've it's they'd I'M DON'T 'S'ſ 'LL'Ve 'tis",
    "Grüße aus Köln – straße, Ärger & Öl", "Donaudampfschifffahrtsgesellschaftskapitän",
    "e\u0301 A\u030a\u0301 \u1e9b\u0323 o\u0328\u0304 x\u0300\u0301\u0302\u0327\u0328y", "A\u0308 \u00c4 U\u0308 \u1e0a\u0323",
    "\u1100\u1161\u11a8 \uac01 \uac00\u11a8 \u1100\u1161 \ud7a3\u11a8", "\u0958 \u2126 \u212b \u0345\u0301a\u0345",
    "👩‍👩‍👧‍👦 🇩🇪 👍🏽 ☀️", "a\r\nb\r\n\r\nc\n\n\nd\te\t\tf", "नमस्ते दुनिया क्षि", "ภาษาไทย", "日本語のテキスト。漢字",
    "العربية ١٢٣", "\u2028x\u2029y\u0085z\u00a0w\u3000v\u200bq\ufeffu", "\ufeffBOM", "nul\u0000byte\u0000",
    "1234567890 12 3 ٤٥٦ ½ Ⅷ ²", "def f(x):\n    return x**2  # comment\n\n", "https://example.com/a_b-c?d=e&f=g#h",
    "<s>a</s> <unk><pad>  <mask> x<mask>", "  <mask>  ", "word<w>word <w> word", "[NORM] [norm] norm Norm",
    "ﬁ ﬂ ﷺ ㋿ ℌ ① ｱ", "ǅ İ ı ẞ Σς", "\u001c\u001d\u001e\u001f", "!!!...???", "ab" * 60 + " c", " " * 30, "\n" * 9 + " x",
    "<0x41><0xC3>", "▁▁a ▁b", "\U0001d11e\U000e0041\U0010ffff", "tok</w> ##ing", " .,;:!?()[]{}\"'`´“”„«»",
    "snake_case camelCase SCREAMING_CASE kebab-case", "mixed日本a語b", "naïve façade coöperate", "'' 's' 't",
    "-1.5e-10, +3", "end \t ", "x'ſa y'sa 'REst", "ab abab", "a      b     c", "     ",
]


def corpus():
    for path in sorted((ROOT / "tasks" / "mini").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for value in json.loads(line).values():
                if isinstance(value, str):
                    yield value
                elif isinstance(value, list):
                    yield from (v for v in value if isinstance(v, str))


def train(pre_tokenizer, size=420, alphabet=None, limit=None, marker="", special=(), **options):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    if limit is not None:
        # The most frequent characters; the trainer's own choice among equals differs from run to run.
        counts = collections.Counter("".join(sorted(set(corpus()))).replace(" ", ""))
        alphabet = list(marker) + [c for c, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
        alphabet = alphabet[:limit]
        options["limit_alphabet"] = limit
    trainer = trainers.BpeTrainer(
        vocab_size=size, show_progress=False, initial_alphabet=alphabet or [], special_tokens=list(special), **options)
    tokenizer.train_from_iterator(sorted(set(corpus())), trainer)
    return json.loads(tokenizer.to_str())


def byte_level(**changes):
    made = train(
        pre_tokenizers.ByteLevel(add_prefix_space=False), alphabet=pre_tokenizers.ByteLevel.alphabet())
    made["model"].update(changes)
    return made


def characters(special=("<unk>", "<s>", "</s>"), bytes_from=None, marker="▁", **changes):
    made = train(pre_tokenizers.Metaspace(replacement=marker), limit=70, marker=marker, special=special)
    if bytes_from is not None:
        vocab = made["model"]["vocab"]
        for byte in bytes_from:
            vocab["<0x%02X>" % byte] = len(vocab)
        changes["byte_fallback"] = True
    made["model"].update(changes)
    return made


def added(content, **flags):
    token = dict(id=0, content=content, single_word=False, lstrip=False, rstrip=False, normalized=False, special=False)
    token.update(flags)
    return token


def level(prefix=False, regex=True):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": regex}


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def sequence(kind, *parts):
    return {"type": "Sequence", kind: list(parts)}


def template(before, after, vocab):
    special = {t: {"id": t, "ids": [vocab[t]], "tokens": [t]} for t in before + after}
    text = {"Sequence": {"id": "A", "type_id": 0}}
    single = [{"SpecialToken": {"id": t, "type_id": 0}} for t in before] + [text]
    single += [{"SpecialToken": {"id": t, "type_id": 0}} for t in after]
    pair = single + [{"Sequence": {"id": "B", "type_id": 1}}]
    return {"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": special}


def metaspace(scheme, splits, replacement="▁"):
    return {"type": "Metaspace", "replacement": replacement, "prepend_scheme": scheme, "split": splits}


def replace(text, content, kind="String"):
    return {"type": "Replace", "pattern": {kind: text}, "content": content}


SPECIAL = [
    added("<s>", special=True), added("</s>", special=True), added("<unk>", special=True),
    added("<pad>", special=True, rstrip=True), added("<mask>", special=True, lstrip=True),
    added("<w>", single_word=True), added("[NORM]", normalized=True), added("norm", normalized=True, single_word=True),
    added("   ", normalized=True),
]
FALLBACK_DECODER = sequence(
    "decoders", replace("▁", " "), {"type": "ByteFallback"}, {"type": "Fuse"},
    {"type": "Strip", "content": " ", "start": 1, "stop": 0})


def tokenizers():
    t = byte_level()
    t.update(pre_tokenizer=level(prefix=True), post_processor=level(), decoder=level(), added_tokens=SPECIAL)
    yield "gpt2-prefix-space", t

    t = byte_level(ignore_merges=True)
    # A whole word that no merge leads to: only ignore_merges finds it.
    t["model"]["vocab"]["Ġkebab"] = len(t["model"]["vocab"])
    t.update(
        pre_tokenizer=sequence("pretokenizers", split(LLAMA3), level(regex=False)), decoder=level(),
        added_tokens=SPECIAL[:3])
    t["model"]["vocab"].update({"<s>": len(t["model"]["vocab"])})
    t["post_processor"] = sequence("processors", level(), template(["<s>"], [], t["model"]["vocab"]))
    yield "llama3", t

    t = byte_level()
    t["model"]["merges"] = [" ".join(pair) for pair in t["model"]["merges"]]
    t.update(
        normalizer={"type": "NFC"}, decoder=level(), added_tokens=SPECIAL[3:7],
        pre_tokenizer=sequence("pretokenizers", split(QWEN2), level(regex=False)))
    yield "qwen2", t

    t = byte_level()
    t.update(pre_tokenizer=sequence("pretokenizers", split(O200K), level(regex=False)), decoder=level())
    yield "o200k-pattern", t

    t = byte_level()
    t.update(decoder=level(), pre_tokenizer=sequence(
        "pretokenizers", split(r"[\r\n]"), split(r"\s?[A-Za-zµÀ-ÖØ-öø-ƺ]+"), split(r"\s?[!-/:-~！-／：-～‘-‟　-。]+"),
        split(r"\s+$"), split(r"[一-龥ࠀ-一가-퟿]+"), {"type": "Digits", "individual_digits": True}, level(regex=False)))
    yield "deepseek-pattern", t

    t = byte_level()
    t.update(decoder=level(), pre_tokenizer=sequence(
        "pretokenizers", {"type": "Punctuation", "behavior": "Contiguous"}, level(),
        {"type": "Digits", "individual_digits": False}, split("[0-9][0-9][0-9]")))
    yield "falcon-pattern", t

    t = byte_level()
    t.update(decoder=level(), pre_tokenizer=sequence(
        "pretokenizers", split(r" ?[^(\s|[.,!?…。，、।۔،])]+"), level(regex=False)))
    yield "bloom-pattern", t

    t = byte_level()
    t.update(normalizer={"type": "ByteLevel"}, decoder=level(), added_tokens=[added("word", normalized=True)])
    yield "byte-level-normalizer", t

    t = characters(bytes_from=range(256), fuse_unk=True, unk_token="<unk>")
    t.update(pre_tokenizer=metaspace("first", False), decoder=FALLBACK_DECODER, added_tokens=SPECIAL)
    t["post_processor"] = template(["<s>"], ["</s>"], t["model"]["vocab"])
    yield "metaspace-first", t

    # Some bytes are missing, so that unknown characters and bytes alternate.
    t = characters(bytes_from=[b for b in range(256) if b % 3], fuse_unk=True, unk_token="<unk>")
    t.update(pre_tokenizer=metaspace("always", True), decoder=metaspace("always", True))
    yield "metaspace-always-missing-bytes", t

    t = characters(bytes_from=[b for b in range(256) if b % 5], fuse_unk=False, unk_token="<unk>", marker="_")
    t.update(pre_tokenizer=metaspace("never", True, "_"), decoder=metaspace("never", True, "_"))
    yield "metaspace-never", t

    t = characters(bytes_from=range(256), unk_token="<unk>", fuse_unk=True)
    t.update(
        normalizer=replace(" ", "▁"), pre_tokenizer=split(" ", "MergedWithPrevious", kind="String"),
        decoder=sequence("decoders", replace("▁", " "), {"type": "ByteFallback"}, {"type": "Fuse"}))
    yield "gemma", t

    t = characters(unk_token="<unk>", fuse_unk=True)
    t.update(
        normalizer=sequence(
            "normalizers", {"type": "NFKC"}, {"type": "Lowercase"},
            {"type": "Strip", "strip_left": True, "strip_right": True}, replace(" {2,}", " ", "Regex"),
            {"type": "Prepend", "prepend": "▁"}, replace(" ", "▁")),
        added_tokens=SPECIAL[:-1], decoder=sequence("decoders", replace("▁", " "), {"type": "Fuse"}))
    yield "normalizer-chain", t

    t = train(
        pre_tokenizers.WhitespaceSplit(), limit=80, special=["<unk>", "<s>", "</s>"], end_of_word_suffix="</w>")
    t["model"]["unk_token"] = "<unk>"
    t.update(
        normalizer=sequence("normalizers", {"type": "NFKD"}, replace(r"\s+", " ", "Regex"), {"type": "Lowercase"}),
        pre_tokenizer={"type": "Whitespace"}, decoder={"type": "BPEDecoder", "suffix": "</w>"}, added_tokens=SPECIAL)
    vocab = t["model"]["vocab"]
    t["post_processor"] = {
        "type": "RobertaProcessing", "sep": ["</s>", vocab["</s>"]], "cls": ["<s>", vocab["<s>"]],
        "trim_offsets": True, "add_prefix_space": False}
    yield "word-suffix", t

    t = train(
        pre_tokenizers.BertPreTokenizer(), limit=80, special=["<unk>", "<s>", "</s>"], continuing_subword_prefix="##")
    t["model"].update(unk_token="<unk>", fuse_unk=True)
    t.update(
        normalizer={"type": "NFD"}, pre_tokenizer={"type": "BertPreTokenizer"},
        decoder={"type": "WordPiece", "prefix": "##", "cleanup": True})
    vocab = t["model"]["vocab"]
    t["post_processor"] = {"type": "BertProcessing", "sep": ["</s>", vocab["</s>"]], "cls": ["<s>", vocab["<s>"]]}
    yield "subword-prefix", t

    for behavior in ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]:
        t = characters(unk_token="<unk>")
        t["pre_tokenizer"] = sequence(
            "pretokenizers", split(r"\p{P}|\d|\s", behavior, invert=behavior in ("Isolated", "Contiguous")),
            split("e", behavior, kind="String"), {"type": "Punctuation", "behavior": behavior})
        t["decoder"] = None
        yield "split-" + behavior.lower(), t

    t = characters(unk_token=None)
    t["pre_tokenizer"] = sequence(
        "pretokenizers", {"type": "CharDelimiterSplit", "delimiter": "a"}, {"type": "WhitespaceSplit"},
        {"type": "FixedLength", "length": 3})
    t["decoder"] = {"type": "Fuse"}
    yield "delimiters", t


    # Runs of spaces are tokens, so that words may not be cut apart inside them.
    t = characters(unk_token="<unk>", fuse_unk=True)
    vocab = t["model"]["vocab"]
    for run in ["▁▁", "▁▁▁▁"]:
        vocab[run] = len(vocab)
    t["model"]["merges"] = [["▁", "▁"], ["▁▁", "▁▁"]] + t["model"]["merges"]
    t.update(normalizer=replace(" ", "▁"), decoder=replace("▁", " "))
    yield "space-runs", t

    t = characters(unk_token="<unk>")
    t.update(
        added_tokens=[added("  ", lstrip=True, rstrip=True), added("x", rstrip=True), added(" a", lstrip=True)],
        normalizer=sequence("normalizers", replace("ab", "c"), {"type": "Strip", "strip_left": True, "strip_right": False}),
        pre_tokenizer=metaspace("first", True), decoder=metaspace("first", True))
    yield "strips", t


def decodings(tokenizer, vocabulary):
    """Ids in no sensible order, some without a token."""
    draw = random.Random(3)
    ids = sorted(vocabulary.values())
    for _ in range(15):
        some = [draw.choice(ids) for _ in range(draw.randint(1, 14))]
        if draw.random() < 0.3:
            some.insert(draw.randint(0, len(some)), ids[-1] + 7)
        yield {
            "ids": some, "decoded": tokenizer.decode(some, skip_special_tokens=False),
            "decoded_without_special": tokenizer.decode(some, skip_special_tokens=True)}


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, made in tokenizers():
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        text = json.dumps(made, ensure_ascii=False)
        (target / "tokenizer.json").write_text(text + "\n", encoding="utf-8")
        tokenizer = Tokenizer.from_str(text)
        cases = []
        for sample in TEXTS:
            ids = tokenizer.encode(sample, add_special_tokens=False).ids
            special = tokenizer.encode(sample).ids
            cases.append({
                "text": sample, "ids": ids, "ids_with_special": special,
                "decoded": tokenizer.decode(ids, skip_special_tokens=False),
                "decoded_without_special": tokenizer.decode(special, skip_special_tokens=True)})
        lines = ",\n".join(json.dumps(case) for case in cases)
        decoded = ",\n".join(json.dumps(d) for d in decodings(tokenizer, tokenizer.get_vocab()))
        (target / "reference.json").write_text(
            '{"tokenizer": %s, "cases": [\n%s\n], "decodings": [\n%s\n]}\n' % (json.dumps(name), lines, decoded),
            encoding="utf-8")


main()
