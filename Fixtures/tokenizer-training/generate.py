"""Texts of our own, and the tokenizers that Hugging Face's trainer makes of them.

usage: generate.py FOLDER        (writes FOLDER/texts.jsonl and FOLDER/<case>/tokenizer.json)

Needs the package tokenizers (0.23.3 made the files here).
"""

import json
import pathlib
import random
import sys

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

ROOT = pathlib.Path(__file__).resolve().parents[2]
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace("{1,3}", "")
AWKWARD = [
    "", " ", "  two  spaces ", "I'll we've it's they'd I'M DON'T 'S'ſ 'LL'Ve 'tis", "Grüße aus Köln – straße, Ärger & Öl",
    "e\u0301 A\u030a\u0301 \u1e9b\u0323 o\u0328\u0304 u\u0308ber u\u0308ber \u00fcber", "\u1100\u1161\u11a8 \uac01 \uac00\u11a8",
    "👩‍👩‍👧‍👦 🇩🇪 👍🏽 👩‍👩‍👧‍👦", "a\r\nb\r\n\r\nc\n\n\nd\te\t\tf\n\n\n", "日本語のテキスト。漢字 日本語", "العربية ١٢٣ ١٢٣٤",
    "\u2028x\u2029y\u0085z\u00a0w\u3000v\u200bq\ufeffu", "nul\u0000byte\u0000", "1234567890 12 3 ٤٥٦ ½ Ⅷ ² 1234 1234 1234",
    "def f(x):\n    return x**2  # comment\n\n", "!!!...??? !!!...???", "<|endoftext|> in a text <|endoftext|>", "\n" * 9 + " x",
]


def texts():
    for path in sorted((ROOT / "tasks" / "mini").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[:40]:
            for value in json.loads(line).values():
                if isinstance(value, str):
                    yield value
                elif isinstance(value, list):
                    yield from (v for v in value if isinstance(v, str))
    yield from AWKWARD
    # Few letters in long words: many ties, pairs that overlap, and words that become one token.
    generator = random.Random(1)
    for _ in range(40):
        letters = generator.choice(["a", "aaab", "äa", "abc"])
        words = ("".join(generator.choices(letters, k=generator.randint(1, 20))) for _ in range(20))
        yield " ".join(words)


def byte_level(pattern=None):
    if pattern is None:
        return pre_tokenizers.ByteLevel(add_prefix_space=False)
    split = pre_tokenizers.Split(Regex(pattern), "isolated")
    return pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def train(size, minimum, special, pattern=None, nfc=False):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = byte_level(pattern)
    tokenizer.decoder = decoders.ByteLevel()
    if nfc:
        tokenizer.normalizer = normalizers.NFC()
    trainer = trainers.BpeTrainer(
        vocab_size=size, min_frequency=minimum, special_tokens=special, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(all_texts, trainer)
    return tokenizer


folder = pathlib.Path(sys.argv[1])
all_texts = list(texts())
with open(folder / "texts.jsonl", "w", encoding="utf-8") as file:
    for text in all_texts:
        file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
cases = {
    "gpt2": train(600, 2, ["<|endoftext|>"]),
    "gpt-neox": train(500, 3, ["<|endoftext|>", "<|padding|>"], nfc=True),
    # Special tokens that merges and bytes spell as well.
    "llama3": train(700, 2, ["ab", "<|end|>", "e", "ä b"], pattern=LLAMA3),
    # Until no pair is left.
    "qwen2": train(100_000, 4, ["<|endoftext|>"], pattern=QWEN2, nfc=True),
}
for name, tokenizer in cases.items():
    (folder / name).mkdir(exist_ok=True)
    tokenizer.save(str(folder / name / "tokenizer.json"))
    print(name, tokenizer.get_vocab_size())
