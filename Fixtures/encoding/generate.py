"""What lm-eval feeds a model for awkward requests: its own HFLM with the forward pass recorded.

usage: generate.py CHECKPOINT_FOLDER
"""

import json
import logging
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM

logging.disable(logging.CRITICAL)


class Recorder(HFLM):
    def _model_call(self, inps, **kwargs):
        self.seen.append(inps[0].tolist())
        return torch.zeros((*inps.shape, self.model.config.vocab_size))


PAIRS = [
    ["The tire was flat. She", " loosens the lug nuts."],
    ["Question: Wo liegt Köln?\nAnswer:", " am Rhein"],
    ["Trailing space ", "moves over"],
    ["Trailing mix \t\n\u00a0", " moves over"],
    ["Control\u001c\u001f", "x"],
    ["\u3000", "only space before"],
    ["   ", " spaces"],
    ["", " no context"],
    ["", "no context, no space"],
    ["", ""],
    ["", " "],
    ["Nothing to score", ""],
    ["Nothing but space ", ""],
    ["mer", "ge"],
    ["to", "gether"],
    ["Stra", "ße"],
    ["a\r", "\nb"],
    ["e", "\u0301t\u00e9"],
    ["{bos}starts with the prefix", " and goes on"],
    ["", "{bos}prefix in the continuation"],
    ["", "{bos}"],
    ["{bos}", "x"],
    ["middle {bos} token", " there"],
    ["long " * 400, " context"],
    ["short", " long" * 600],
    ["", " long" * 600],
    ["x" * 30, "y" * 30],
]
TEXTS = ["", "One short text.", "{bos}begins with the prefix", " ", "Ein Satz mit Umlauten: äöü. " * 60]

folder = sys.argv[1]
out = {"checkpoint": os.path.basename(folder), "cases": []}
for add_bos in [None, True, False]:
    lm = Recorder(
        pretrained=folder, dtype="float32", device="cpu", batch_size=1, add_bos_token=add_bos
    )
    lm.seen = []
    bos = lm.tokenizer.decode(lm.prefix_token_id)
    out["window"] = lm.max_length
    out["prefix"] = bos
    case = {"add_bos_token": add_bos, "pairs": [], "texts": []}

    def run(method, arguments):
        request = Instance("loglikelihood", {}, tuple(arguments), 0)
        lm.seen.clear()
        cut = []
        inner = lm._loglikelihood_tokens

        def record(requests, **kwargs):
            cut.extend([list(r[1]), list(r[2])] for r in requests)
            return inner(requests, **kwargs)

        lm._loglikelihood_tokens = record
        try:
            getattr(lm, method)([request], disable_tqdm=True)
        except (AssertionError, IndexError) as error:
            return {"arguments": arguments, "aborts": type(error).__name__, "cut": cut}
        finally:
            del lm._loglikelihood_tokens
        return {"arguments": arguments, "cut": cut, "inputs": [list(s) for s in lm.seen]}

    for pair in PAIRS:
        case["pairs"].append(run("loglikelihood", [t.replace("{bos}", bos) for t in pair]))
    for text in TEXTS:
        case["texts"].append(run("loglikelihood_rolling", [text.replace("{bos}", bos)]))
    out["cases"].append(case)
json.dump(out, sys.stdout, ensure_ascii=False)
print()
