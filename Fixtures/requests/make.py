"""Writes what lm-eval makes of the rows in this folder's files back into them.

    python Fixtures/requests/make.py [--checkpoints DIR] [TASK ...]

Needs lm_eval 0.4.13 with its `hf` extra, and no network. Of each file it reads `task`, `splits` and which settings
`cases` and `scores` have, and makes the rest anew. Without --checkpoints, a folder of Hugging Face checkpoints,
`scores` are left as they are. To add rows, edit `splits` and run it.
"""

import argparse, copy, json, logging, os
from pathlib import Path

os.environ.update(HF_DATASETS_OFFLINE="1", HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
logging.disable(logging.ERROR)
import datasets
import lm_eval
import lm_eval.api.task as lm_eval_task
from lm_eval.tasks import TaskManager
from lm_eval.tasks._yaml_loader import load_yaml
from lm_eval.utils import hash_string

HERE = Path(__file__).resolve().parent
TASKS = HERE.parent.parent / "tasks"
datasets.disable_progress_bars()
datasets.disable_caching()
lm_eval_task.tqdm = lambda x, **_: x
INDEX = TaskManager().task_index
splits = {}
lm_eval_task.datasets.load_dataset = lambda path=None, name=None, **_: datasets.DatasetDict(
    {split: datasets.Dataset.from_list(copy.deepcopy(rows)) for split, rows in splits.items()})


def keep_nouns(dataset):
    """hellaswag_de's processing, but of ctx_b only the first character changes."""
    from lm_eval.tasks.okapi.hellaswag_multilingual.utils import preprocess

    def process(doc):
        ctx = doc["ctx_a"] + " " + doc["ctx_b"][:1].capitalize() + doc["ctx_b"][1:]
        return {"query": preprocess(doc["activity_label"] + ": " + ctx),
                "choices": [preprocess(ending) for ending in doc["endings"]], "gold": int(doc["label"])}

    return dataset.map(process)


def configuration(name):
    """lm-eval's own task file, except for the two tasks that it does not have."""
    if name == "text_perplexity":
        return {**load_yaml(TASKS / "text_perplexity" / "text_perplexity.yaml"), "dataset_path": "ours"}
    config = copy.deepcopy(load_yaml(INDEX[name.removesuffix("_nouns")].yaml_path))
    for key in ("tag", "group", "task_list"):
        config.pop(key, None)
    if name.endswith("_nouns"):
        config.update(task=name, process_docs=keep_nouns)
    return config


def task(name, shots, sampler, **changes):
    config = {**configuration(name), **changes}
    if sampler:
        config["fewshot_config"] = {"sampler": sampler}
    made = lm_eval_task.ConfigurableTask(config=config)
    made.set_config("num_fewshot", shots)
    made.set_fewshot_seed(1234)
    return made


def arguments(args):
    return list(args) if len(args) == 2 else ["", args[0]]


def make_case(name, shots, sampler):
    made = task(name, shots, sampler)
    made.build_all_requests()
    documents = []
    for number, doc in enumerate(made.eval_docs):
        instances = sorted((i for i in made.instances if i.doc_id == number), key=lambda i: i.idx)
        document = {"doc_id": number}
        if not shots:
            document["doc"] = doc
        document["requests"] = [arguments(i.args) for i in instances]
        if not shots:
            target = made.doc_to_target(doc)
            document.update(target=target, target_string=str(target))
            if made.OUTPUT_TYPE == "multiple_choice":
                choices = made.doc_to_choice(doc)
                gold = made.doc_to_text(doc) if made.multiple_input else target
                gold = choices.index(gold) if isinstance(gold, str) else gold
                document.update(choices=choices, gold=gold if isinstance(gold, list) else [gold])
        documents.append(document)
    setting = {"sampler": made.fewshot_cfg.sampler, "seed": 1234} if shots else {}
    return {"num_fewshot": shots, **setting, "documents": documents}, made


def make_scores(name, model, checkpoint, shots, sampler):
    metrics = configuration(name)["metric_list"]
    changes = {}
    if configuration(name)["output_type"] == "multiple_choice" and "process_results" not in configuration(name):
        added = {"metric": "acc_bytes", "aggregation": "mean", "higher_is_better": True}
        changes["metric_list"] = metrics + [added]
    results = lm_eval.evaluate(
        lm=model, task_dict={"tasks": {name: task(name, shots, sampler, **changes)}, "groups": {}},
        bootstrap_iters=100000)
    samples = sorted(results["samples"][name], key=lambda sample: sample["doc_id"])
    answers = [sample["filtered_resps"] for sample in samples]
    scores = {"checkpoint": checkpoint, "num_fewshot": shots}
    if shots:
        scores["sampler"] = sampler
    if isinstance(answers[0][0], float):
        scores["log_likelihoods"] = [[round(x, 6) for x in answer] for answer in answers]
    else:
        scores["log_likelihoods"] = [[round(float(x), 6) for x, _ in answer] for answer in answers]
        scores["greedy"] = [[bool(greedy) for _, greedy in answer] for answer in answers]
    scores["metrics"] = {key: value for key, value in results["results"][name].items() if "," in key}
    scores["task_hash"] = hash_string("".join(s["doc_hash"] + s["prompt_hash"] + s["target_hash"] for s in samples))
    return scores


def compact(value):
    """JSON on one line; what would not show in an editor is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "\u0085\u00a0\u2028":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def write(file, path):
    """One row, document and score per line, so that a difference shows where it is."""
    lines = ["{"] + [f"{compact(key)}: {compact(value)}," for key, value in file.items() if isinstance(value, str)]
    rows = (f"{compact(split)}: [\n" + ",\n".join(map(compact, rows)) + "\n]" for split, rows in file["splits"].items())
    lines += ['"splits": {', ",\n".join(rows), "},", '"cases": [']
    cases = []
    for case in file["cases"]:
        setting = ",".join(f"{compact(k)}:{compact(v)}" for k, v in case.items() if k != "documents")
        cases.append("{" + setting + ',"documents":[\n' + ",\n".join(map(compact, case["documents"])) + "\n]}")
    lines += [",\n".join(cases), "],", '"scores": [', ",\n".join(map(compact, file["scores"])), "]", "}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoints", type=Path)
    parser.add_argument("tasks", nargs="*")
    options = parser.parse_args()
    paths = [HERE / f"{name}.json" for name in options.tasks] or sorted(HERE.glob("*.json"))
    models = {}
    for path in paths:
        file = json.loads(path.read_text(encoding="utf-8"))
        name = file["task"]
        splits.clear()
        splits.update(file["splits"])
        settings = [(case["num_fewshot"], case.get("sampler")) for case in file["cases"]]
        file["cases"] = []
        for shots, sampler in settings:
            case, made = make_case(name, shots, sampler)
            file["cases"].append(case)
        config = made.config
        file["output_type"] = made.OUTPUT_TYPE
        file["evaluated_split"] = config.test_split or config.validation_split
        file["fewshot_split"] = config.fewshot_split or config.training_split or file["evaluated_split"]
        if options.checkpoints:
            import torch
            from lm_eval.models.huggingface import HFLM

            torch.set_num_threads(1)  # the last bits depend on it
            for number, old in enumerate(file["scores"]):
                checkpoint = old["checkpoint"]
                if checkpoint not in models:
                    models[checkpoint] = HFLM(
                        pretrained=str(options.checkpoints / checkpoint), dtype="float32", batch_size=1, device="cpu")
                file["scores"][number] = make_scores(
                    name, models[checkpoint], checkpoint, old["num_fewshot"], old.get("sampler"))
        write(file, path)


main()
