"""Writes golden.json: the tasks and groups that lm-eval 0.4.13 finds in files/ for some names.

    cd Fixtures/registry && python3.11 generate.py
"""

import json
import logging
import pathlib

from lm_eval.tasks import TaskManager

logging.disable(logging.CRITICAL)
REQUESTS = [
    ["plain"], ["with_base"], ["outer"], ["inner_group", "plain"], ["a_tag"], ["second_tag"], ["pl*"], ["*_one", "with_[bc]ase"],
    ["override"], ["passing_on"], ["nested_inline"], ["no_metrics"], ["rolling", "last_word"], ["other_sampler"], ["lists"], ["twice"],
]


def task(t):
    c = t.config
    return {
        "name": t.task_name, "alias": c.task_alias, "version": t.VERSION, "output_type": c.output_type, "num_fewshot": c.num_fewshot,
        "metrics": [[m, t._aggregation_list[m].__name__, t._higher_is_better[m]] for m in t._metric_fn_list],
        "doc_to_text": c.doc_to_text, "description": c.description, "target_delimiter": c.target_delimiter, "fewshot_delimiter": c.fewshot_delimiter,
        "sampler": c.fewshot_config.sampler, "fewshot_split": c.fewshot_config.split,
        "config": json.loads(json.dumps(t.dump_config(), default=str)),
    }


def group(g):
    return {
        "name": g.name, "alias": g.alias or g.name, "members": g.child_names, "version": (g.metadata or {}).get("version"),
        "aggregates": [[a.metric, a.filter_list, bool(a.weight_by_size)] for a in g.aggregate_metric_list or []],
        "leaves": [t.task_name for t in g.get_all_tasks()],
    }


manager = TaskManager(include_path="files", include_defaults=False)
golden = []
for names in REQUESTS:
    found = manager.load(manager.match_tasks(names) if any(c in n for n in names for c in "*[") else names)
    golden.append({
        "names": names,
        "tasks": [task(t) for t in found["tasks"].values()],
        "groups": [group(g) for g in found["groups"].values()],
    })
index = {"all": manager.all_tasks, "groups": manager.all_groups, "tags": manager.all_tags}
text = json.dumps({"index": index, "requests": golden}, indent=1, ensure_ascii=False)
folder = str(pathlib.Path("files").resolve())
pathlib.Path("golden.json").write_text(text.replace(folder, "files") + "\n")
