"""Reference values of aggregations, standard errors, windows and word counts, from lm-eval itself."""

import json
import os
import random
import re
import sys

os.environ["DISABLE_MULTIPROC"] = "1"

from lm_eval.api import metrics as M
from lm_eval.utils import get_rolling_token_windows, make_disjoint_window

rnd = random.Random(7)
numbers = [-rnd.random() * 9 for _ in range(37)]
pairs = [(rnd.randrange(2), rnd.randrange(2)) for _ in range(23)]
triples = [(rnd.randrange(3), rnd.randrange(3)) for _ in range(19)]
out = {"numbers": numbers, "pairs": pairs, "triples": triples, "statistics": []}


def add(name, function, values, key, iterations):
    error = M.stderr_for_metric(function, iterations)
    out["statistics"].append(
        {
            "aggregation": name,
            "values": key,
            "iterations": iterations,
            "value": float(function(values)),
            "stderr": None if error is None else float(error(values)),
        }
    )


add("mean", M.mean, numbers, "numbers", 100000)
add("perplexity", M.perplexity, numbers, "numbers", 2500)
add("perplexity", M.perplexity, numbers, "numbers", 100000)
add("median", M.median, numbers, "numbers", 2500)
add("nanmean", M.nanmean, numbers, "numbers", 2500)
add("f1", M.f1_score, pairs, "pairs", 2000)
add("matthews_corrcoef", M.matthews_corrcoef, pairs, "pairs", 2000)
add("matthews_corrcoef", M.matthews_corrcoef, triples, "triples", 2000)

errors, sizes, values = [0.1, 0.02, 0.033], [100, 57, 1200], [0.3, 0.5, 0.9]
out["group"] = {
    "stderrs": errors,
    "sizes": sizes,
    "values": values,
    "weighted": M.aggregate_subtask_metrics(values, sizes),
    "unweighted": M.aggregate_subtask_metrics(values, sizes, False),
    "pooled": float(M.pooled_sample_stderr(errors, sizes)),
    "plain": float(M.unweighted_mean_stderr(errors)),
}

out["windows"] = [
    {
        "tokens": n,
        "window": w,
        # Input and targets as _loglikelihood_tokens feeds them.
        "windows": [
            [(a + b)[-(w + 1) :][:-1], b]
            for a, b in map(
                make_disjoint_window,
                get_rolling_token_windows(list(range(100, 100 + n)), 7, w, 1),
            )
        ],
    }
    for n, w in [(0, 4), (1, 4), (3, 4), (4, 4), (5, 4), (8, 4), (9, 4), (11, 4), (3, 1), (9, 8)]
]

texts = ["", " ", "a", " a", "a ", "a  b", "\u001ca\u001db\u0085c\u00a0d", "a\r\nb\u3000c\u200bd"]
out["words"] = [[t, len(re.split(r"\s+", t))] for t in texts]

json.dump(out, sys.stdout, indent=1, ensure_ascii=False)
