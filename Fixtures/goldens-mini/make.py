"""Writes lm-eval's answers on tasks/mini, for each checkpoint given, into <checkpoint>/<task>.json beside this file.

    python Fixtures/goldens-mini/make.py DIR/tiny-llama DIR/tiny-neox

Needs lm_eval 0.4.13 with its `hf` extra, and no network. The task files are read as they are; acc_bytes, which every
multiple-choice task reports here, is added to their metrics.
"""

import json, logging, os, shutil, sys, tempfile
from pathlib import Path

os.environ.update(HF_DATASETS_OFFLINE="1", HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
logging.disable(logging.ERROR)
import datasets
import lm_eval
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager

HERE = Path(__file__).resolve().parent
TASKS = HERE.parent.parent / "tasks" / "mini"
NAMES = [f"{family}_mini{language}" for family in ("hellaswag", "arc", "piqa") for language in ("", "_de")]
BYTES = "  - metric: acc_bytes\n    aggregation: mean\n    higher_is_better: true\n"
datasets.disable_progress_bars()
datasets.disable_caching()


def sample(made):
    requests = [list(pair) for pair in made["arguments"]]
    responses = [[[float(value), bool(greedy)]] for [(value, greedy)] in made["resps"]]
    metrics = {name: made[name] for name in made["metrics"]}
    return {"doc_id": made["doc_id"], "target": int(made["target"]), "requests": requests,
            "responses": responses, **metrics}


def write(path, head, samples):
    """One document per line, so that a difference shows where it is."""
    lines = [json.dumps(key) + ": " + json.dumps(value, ensure_ascii=False) for key, value in head.items()]
    if samples:
        rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in samples)
        lines.append('"samples": [\n' + rows + "\n]")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def numbers(results):
    return {key: value for key, value in results.items() if key == "sample_len" or "," in key}


def with_bytes(folder):
    """A copy of the task files in which every task reports acc_bytes too."""
    shutil.copytree(TASKS, folder, dirs_exist_ok=True)
    for name in NAMES:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("metadata:", BYTES + "metadata:"), encoding="utf-8")


def main(checkpoints):
    with tempfile.TemporaryDirectory() as folder:
        with_bytes(folder)
        os.chdir(folder)  # lm-eval takes data_files from the working folder
        manager = TaskManager(include_path=folder, include_defaults=False)
        for checkpoint in checkpoints:
            model = HFLM(pretrained=str(checkpoint), dtype="float32", device="cpu", batch_size=1)
            results = lm_eval.simple_evaluate(model=model, tasks=["mini"], task_manager=manager)
            target = HERE / checkpoint.name
            target.mkdir(exist_ok=True)
            for name in NAMES:
                samples = sorted(results["samples"][name], key=lambda made: made["doc_id"])
                head = {"checkpoint": checkpoint.name, "task": name, "num_fewshot": 0,
                        "results": numbers(results["results"][name])}
                write(target / f"{name}.json", head, [sample(made) for made in samples])
            groups = {name: numbers(results["groups"][name]) for name in ("mini", "mini_en", "mini_de")}
            write(target / "groups.json", {"checkpoint": checkpoint.name, "groups": groups}, [])
        os.chdir(HERE)


main([Path(argument).resolve() for argument in sys.argv[1:]])
