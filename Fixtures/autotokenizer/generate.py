"""What transformers' AutoTokenizer makes of checkpoint folders whose configuration files differ.

usage: generate.py CHECKPOINTS OUTPUT.json      (CHECKPOINTS holds tiny-neox and tiny-llama)

Each case names a checkpoint for tokenizer.json, tokens to append to its added_tokens, and the other files of the
folder; then the roles and the ids of a few texts, or the class that transformers has and cpteval refuses.
"""

import json
import os
import pathlib
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

from transformers import AutoTokenizer

TEXTS = [
    "Hello world", " Hello", "Grüße  aus Köln", "<s>hi</s> x <unk>", "<|endoftext|>a<|padding|> b", "e\u0301 \u1e9b\u0323",
    "a\tb\n\nc", "don't DON'T 123456", "日本語 \u0000", "<extra> <mytok>x <mytok>  y", "   lead", "trail   ", "", " ", "▁x",
]


def token(content, **flags):
    made = dict(content=content, lstrip=False, rstrip=False, single_word=False, normalized=False, special=True)
    made.update(flags)
    return made


def typed(content, **flags):
    return {"__type": "AddedToken", **token(content, **flags)}


def cases():
    for base in ["tiny-neox", "tiny-llama"]:
        for model_type in ["gpt_neox", "gpt2", "llama", "mistral", "qwen2", "qwen3"]:
            for name in [None, "PreTrainedTokenizerFast", "GPTNeoXTokenizerFast", "GPT2Tokenizer", "LlamaTokenizer",
                         "LlamaTokenizerFast", "Qwen2Tokenizer", "UnheardOfTokenizer"]:
                yield base, model_type, {} if name is None else {"tokenizer_class": name}, {}, []
    fast = {"tokenizer_class": "PreTrainedTokenizerFast"}
    neox = [
        dict(bos_token="<|endoftext|>", eos_token="<|endoftext|>", add_bos_token=True),
        dict(bos_token="<s>", eos_token="</s>", pad_token="<EOT>", model_max_length=77),
        dict(bos_token=typed("<s>", lstrip=True), eos_token=typed("</s>", rstrip=True)),
        dict(bos_token="<mytok>", added_tokens_decoder={
            "0": token("<|endoftext|>", lstrip=True, rstrip=True),
            "1024": token("<mytok>", lstrip=True, normalized=True, special=False), "1500": token("<extra>")}),
        dict(additional_special_tokens=["<mytok>", "<extra>"]),
        dict(extra_special_tokens=["<extra>"], image_token="<mytok>"),
        dict(extra_special_tokens={"foo_token": "<extra>"}),
        dict(split_special_tokens=True, bos_token="<|endoftext|>"),
        dict(model_max_length=int(1e30)), dict(model_max_length=1e30), dict(max_len=12),
        dict(bos_token=None, eos_token="<|endoftext|>"),
    ]
    for config in neox:
        yield "tiny-neox", "gpt_neox", {**fast, **config}, {}, []
    yield "tiny-neox", "gpt_neox", fast, {"special_tokens_map.json": {
        "bos_token": "<s>", "eos_token": {k: v for k, v in token("</s>", rstrip=True).items() if k != "special"},
        "pad_token": "<|padding|>"}}, []
    yield "tiny-neox", "gpt_neox", {**fast, "bos_token": "<mytok>"}, {"special_tokens_map.json": {
        "bos_token": "<s>", "additional_special_tokens": ["<extra>"]}}, []
    yield "tiny-neox", "gpt_neox", {**fast, "bos_token": "<mytok>", "added_tokens_decoder": {}}, {
        "special_tokens_map.json": {"bos_token": "<s>"}}, []
    yield "tiny-neox", "gpt_neox", fast, {"added_tokens.json": {"<mytok>": 1024, "<extra>": 1025}}, []
    for config in [dict(add_prefix_space=True), dict(bos_token=None), dict(add_bos_token=True)]:
        yield "tiny-neox", "gpt_neox", {"tokenizer_class": "GPTNeoXTokenizer", **config}, {}, []
    yield "tiny-neox", "gpt2", {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": True}, {}, []
    for config in [dict(legacy=True), dict(add_prefix_space=False), dict(add_prefix_space=None),
                   dict(add_bos_token=False, add_eos_token=True)]:
        yield "tiny-llama", "llama", {"tokenizer_class": "LlamaTokenizer", **config}, {}, []
    yield "tiny-llama", "llama", {**fast, "bos_token": "<s>", "add_bos_token": False}, {}, []
    yield "tiny-llama", "llama", {**fast, "unk_token": "<foo>"}, {}, []
    yield "tiny-neox", "qwen2", {"tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": True}, {}, []
    yield "tiny-neox", "qwen2", {
        "tokenizer_class": "Qwen2Tokenizer", "additional_special_tokens": ["<extra>", "<mytok>"],
        "added_tokens_decoder": {"1024": token("<extra>"), "1025": token("<mytok>", special=False, normalized=True)}}, {}, []
    gap = token("<mytok>", id=2000, normalized=True, special=False)
    for name in ["PreTrainedTokenizerFast", "GPTNeoXTokenizer"]:
        yield "tiny-neox", "gpt_neox", {"tokenizer_class": name}, {}, [gap]
    yield "tiny-neox", "gpt_neox", None, {}, []
    yield "tiny-llama", "llama", None, {}, []
    yield "tiny-llama", None, {"tokenizer_class": "LlamaTokenizer"}, {}, []


def main():
    checkpoints, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    lines = []
    for base, model_type, config, files, tokens in cases():
        files = dict(files)
        if model_type is not None:
            files["config.json"] = {"model_type": model_type}
        if config is not None:
            files["tokenizer_config.json"] = config
        with tempfile.TemporaryDirectory() as folder:
            made = json.loads((checkpoints / base / "tokenizer.json").read_text(encoding="utf-8"))
            made["added_tokens"] += tokens
            for name, content in {**files, "tokenizer.json": made}.items():
                (pathlib.Path(folder) / name).write_text(json.dumps(content), encoding="utf-8")
            tokenizer = AutoTokenizer.from_pretrained(folder)
            limit = tokenizer.model_max_length
            case = {
                "checkpoint": base, "added_tokens": tokens, "files": files, "class": type(tokenizer).__name__,
                "bos": tokenizer.bos_token_id, "eos": tokenizer.eos_token_id, "pad": tokenizer.pad_token_id,
                "unk": tokenizer.unk_token_id, "model_max_length": limit if limit < 10**18 else None,
                "vocabulary": max(tokenizer.get_vocab().values()) + 1,
                "ids": [tokenizer.encode(text) for text in TEXTS],
                "decoded": [tokenizer.decode(tokenizer.encode(text)) for text in TEXTS],
            }
            lines.append(json.dumps(case, ensure_ascii=False))
    output.write_text(
        '{"texts": %s, "cases": [\n%s\n]}\n' % (json.dumps(TEXTS), ",\n".join(lines)), encoding="utf-8")


main()
