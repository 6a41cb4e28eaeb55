"""Writes reference.json: which examples lm-eval's samplers draw. Run with lm_eval 0.4.13 installed."""

import json
import pathlib

from lm_eval.api.samplers import get_sampler

cases = []


def draw(sampler, pool, evaluated, count, excludes, seed=1234):
    """pool and evaluated hold numbers; equal numbers are equal documents."""
    drawing = get_sampler(sampler)([{"n": n, "at": None} for n in pool])
    drawing.set_rnd(seed)
    # Which of equal rows was drawn shows in no prompt; their numbers are compared.
    draws = []
    for number in evaluated:
        document = {"at": None, "n": number} if excludes else None
        try:
            draws.append([row["n"] for row in drawing.sample(count, eval_doc=document)])
        except (ValueError, AssertionError):
            draws.append(None)
            break
    cases.append(
        {"sampler": sampler, "pool": pool, "evaluated": evaluated, "count": count, "excludes": excludes, "seed": seed,
         "draws": draws}
    )


for sampler in ["default", "first_n"]:
    for excludes in [False, True]:
        for size, count in [(1, 1), (2, 1), (2, 2), (3, 2), (20, 5), (21, 6), (22, 1), (30, 5), (85, 6), (100, 25), (400, 5)]:
            numbers = list(range(size))
            draw(sampler, numbers, numbers[:12], count, excludes)
            draw(sampler, numbers, [n + 1000 for n in range(6)], count, excludes)
        # Equal rows in the pool, also equal to what is asked.
        draw(sampler, [1, 1, 1, 2, 3, 1, 4, 1], [1, 2, 1, 1, 3, 1, 4], 3, excludes)
        draw(sampler, [1, 1, 1, 1, 2, 3], [1, 1, 1, 1, 1, 1], 2, excludes)
        draw(sampler, [1, 1, 1, 1], [2, 1], 2, excludes)
        draw(sampler, list(range(50)), list(range(50)), 3, excludes, seed=7)
        draw(sampler, list(range(50)), list(range(3)), 0, excludes)

with open(pathlib.Path(__file__).parent / "reference.json", "w", encoding="utf-8") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
