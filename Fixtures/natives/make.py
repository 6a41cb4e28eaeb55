"""Writes reference.json: what lm-eval's own Python functions make of rows written for this project.

Run with lm_eval 0.4.13 and datasets installed: python make.py
"""

import importlib.util
import json
import pathlib
import sys
import types

import datasets
import lm_eval.tasks

ROOT = pathlib.Path(lm_eval.tasks.__file__).parent
HERE = pathlib.Path(__file__).parent
datasets.disable_progress_bars()

# Imported by some of the modules for metrics that are not called here.
for name in ["transformers.data.metrics", "transformers.data.metrics.squad_metrics", "evaluate", "sacrebleu", "rouge_score"]:
    sys.modules.setdefault(name, types.ModuleType(name))
sys.modules["transformers.data.metrics"].squad_metrics = sys.modules["transformers.data.metrics.squad_metrics"]
for name in ["rouge_scorer", "scoring"]:
    setattr(sys.modules["rouge_score"], name, None)


def function(folder, reference):
    module, name = reference.rsplit(".", 1)
    path = ROOT / folder / f"{module}.py"
    spec = importlib.util.spec_from_file_location("utils", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return getattr(loaded, name)


cases = []


def documents(folder, reference, rows):
    made = function(folder, reference)(datasets.Dataset.from_list(rows))
    cases.append(
        {"folder": folder, "reference": reference, "key": "process_docs", "rows": rows, "documents": list(made)}
    )


def values(folder, reference, key, rows):
    call = function(folder, reference)
    made = []
    for row in rows:
        value = call(json.loads(json.dumps(row)))
        made.append(value.item() if hasattr(value, "item") else value)
    cases.append({"folder": folder, "reference": reference, "key": key, "rows": rows, "values": made})


# Parts of one table.
subjects = [
    {"question": "Wie viele?", "subject": "anatomy", "subject_category": "Medical", "answer": "A"},
    {"question": "Où ?", "subject": "Anatomy", "subject_category": "Social Sciences", "answer": "B"},
    {"question": "Why?", "subject": "high_school_us_history", "subject_category": "Humanities", "answer": "C"},
]
documents("global_mmlu/full/de", "utils.process_anatomy", subjects)
documents("global_mmlu/full/en", "utils.process_high_school_us_history", subjects)
documents("global_mmlu/default/de", "utils.process_social_sciences", subjects)
documents("global_mmlu/default/en", "utils.process_medical", subjects)
for name in ["anatomy", "astronomy"]:
    documents(
        "openai-mmmlu/default",
        f"utils.process_{name}",
        [
            {"Question": "eins", "Subject": "anatomy"},
            {"Question": "zwei", "Subject": "anatomy_test.csv_de-DE.csv"},
            {"Question": "drei", "Subject": "astronomy_test-sw-KE.csv"},
            {"Question": "vier", "Subject": "astronomy_testing"},
        ],
    )
domains = [
    {"question": "eins", "domain": "Arts & Humanities"},
    {"question": "zwei", "domain": "General knowledge"},
    {"question": "drei", "domain": "STEM"},
    {"question": "vier", "domain": "Business & Commerce"},
]
for name in ["arts_humanities", "general_knowledge", "stem", "business_commerce", "marine_license"]:
    documents("include/default/German", f"utils.process_{name}", domains)
for name in ["male", "female", "neutral"]:
    documents(
        "winogender",
        f"utils.filter_{name}",
        [{"sentence": "She left.", "gender": "female"}, {"sentence": "They left.", "gender": "neutral"}],
    )
indic = [
    {"question_text": "ભારત?", "option_a": "એ", "option_b": 2, "option_c": None, "option_d": "", "correct_answer": "b",
     "subject": "Gujarati_surya"},
    {"question_text": "x", "option_a": "1", "option_b": "2", "option_c": "3", "option_d": "4", "correct_answer": "D",
     "subject": "Sanskrit Mix"},
]
for name in ["gujarati", "sanskrit_mix", "sanskrit"]:
    documents("indicparam", f"utils.process_docs_{name}", [dict(r, option_b=str(r["option_b"])) for r in indic])
for key in ["doc_to_text", "doc_to_choice", "doc_to_target"]:
    values("indicparam", f"utils.{key}", key, indic)
documents(
    "bigbench",
    "utils.filter_multiple_choice",
    [{"inputs": "a", "multiple_choice_targets": ["x", "y"]}, {"inputs": "b", "multiple_choice_targets": []}],
)
documents(
    "eus_exams",
    "utils.process_docs",
    [
        {"id": 1, "answer": 0, "candidates": ["a", "b", "c", "d"]},
        {"id": 2, "answer": 4, "candidates": ["a", "b", "c", "d"]},
        {"id": 3, "answer": None, "candidates": ["a", "b", "c", "d"]},
        {"id": 4, "answer": 3, "candidates": ["", "", "", ""]},
        {"id": 5, "answer": 3, "candidates": ["", "", "", "x"]},
    ],
)

# Letters before options.
values(
    "medmcqa",
    "utils_medmcqa.doc_to_text",
    "doc_to_text",
    [
        {"question": "Which \"bone\"?", "opa": "ulna", "opb": "femur ", "opc": None, "opd": "3"},
        {"question": " Warum\n?", "opa": "ä", "opb": "ä", "opc": 1.5, "opd": True},
    ],
)
medqa = [
    {"sent1": "A 40-year-old man …", "sent2": "", "ending0": "a", "ending1": " b", "ending2": None, "ending3": "d", "label": 2},
    {"sent1": 7, "sent2": "", "ending0": "a", "ending1": "b", "ending2": "c", "ending3": "d", "label": 0},
]
values("medqa", "preprocess_medqa.doc_to_text", "doc_to_text", medqa)
values("medqa", "preprocess_medqa.doc_to_target", "doc_to_target", medqa)
values(
    "pubmedqa",
    "preprocess_pubmedqa.doc_to_text",
    "doc_to_text",
    [{"CONTEXTS": ["One.", " Two. ", ""], "QUESTION": "Does it?"}, {"CONTEXTS": [], "QUESTION": "Hilft's?"}],
)
logiqa = [
    {"context": "All men are mortal.", "question": "So?", "options": ["x", "y ", "", "z"], "label": " b "},
    {"context": "Kein Satz", "question": "Also?", "options": ["eins", "zwei", "drei"], "label": "a"},
    {"context": "Five", "question": "?", "options": ["1", "2", "3", "4", "5"], "label": "d\n"},
]
values("logiqa", "utils_logiqa.doc_to_text", "doc_to_text", logiqa)
values("logiqa", "utils_logiqa.doc_to_target", "doc_to_target", logiqa)
values("logiqa2", "utils_logiqa2.doc_to_text", "doc_to_text", [dict(r, text=r["context"]) for r in logiqa])
candidates = [
    {"context": "Bilbon.", "question": "Non?", "candidates": ["hemen", "han"], "answer": 0},
    {"context": "", "question": "Nor?", "candidates": ["a", "b", "c", "d"], "answer": 3},
]
values("eus_trivia", "utils.doc_to_text", "doc_to_text", candidates)
values("eus_trivia", "utils.doc_to_choice", "doc_to_choice", candidates)
values("eus_reading", "utils.doc_to_text_context", "doc_to_text", candidates)
values("eus_reading", "utils.doc_to_choice", "doc_to_choice", candidates)
musr = [
    {"narrative": "It was dark.", "question": "Who?", "choices": "['Tom', \"Ann's dog\"]"},
    {"narrative": "Es regnet. ", "question": "Wo?", "choices": "['K\\xf6ln', 'Bonn', 3]"},
]
values("leaderboard/musr", "utils.doc_to_text", "doc_to_text", musr)
values("leaderboard/musr", "utils.doc_to_choice", "doc_to_choice", musr)
options = [{"question": "Q ", "options": ["a", "b"]}, {"question": "Elf?", "options": [str(i) for i in range(11)]}]
values("leaderboard/mmlu_pro", "utils.doc_to_text", "doc_to_text", options)
values("leaderboard/mmlu_pro", "utils.doc_to_choice", "doc_to_choice", options)

# MMLU's kin.
arabic = [
    {"Subject": "Law", "Level": "Prof", "Country": "Egypt", "Context": "نص", "Question": "ما؟", "Option 1": "أ",
     "Option 2": "ب", "Option 3": None, "Option 4": "", "Option 5": None},
    {"Subject": "Math", "Level": None, "Country": "", "Context": None, "Question": "2+2", "Option 1": "3", "Option 2": "4",
     "Option 3": "5", "Option 4": "6", "Option 5": "7"},
    {"Subject": "Biology", "Level": "High", "Country": None, "Context": "", "Question": "q", "Option 1": "x", "Option 2": "",
     "Option 3": "y", "Option 4": None, "Option 5": None},
]
values("arabicmmlu", "utils.doc_to_text", "doc_to_text", arabic)
values("arabicmmlu", "utils.doc_to_choice", "doc_to_choice", arabic)
for folder, field in [("egymmlu", "egy_subject"), ("darijammlu", "subject_darija")]:
    rows = [
        {field: "الفيزياء", "context": "", "question": "سؤال", "choices": ["١", "٢", "٣", "٤"]},
        {field: "x", "context": "متن", "question": "q", "choices": ["a", "b"]},
        {field: "y", "context": None, "question": "q", "choices": ["a", "b", "c", "d", "e"]},
    ]
    values(folder, "utils.doc_to_text", "doc_to_text", rows)
    values(folder, "utils.doc_to_choice", "doc_to_choice", rows)
greek = [
    {"subject": "Law", "question": "Τι;", "choices": ["α", "β"]},
    {"subject": "Alchemy", "question": "Πού;", "choices": ["α", "β", "γ", "δ"]},
    {"subject": "Maritime Safety and Rescue Operations", "question": "Πώς;", "choices": ["α", "β", "γ"]},
]
values("greekmmlu", "utils.doc_to_text", "doc_to_text", greek)
values("greekmmlu", "utils.doc_to_choice", "doc_to_choice", greek)
letters = [
    {"question": "eins", "choice1": "a", "choice2": "b", "choice3": None, "choice4": "", "answer": " A "},
    {"question": "zwei", "choice1": "a", "choice2": "b", "choice3": "c", "choice4": "d", "answer": None},
]
documents("mmlusr/answer_only", "utils.process_docs", letters)
documents("mmlusr/question_and_answer", "utils.process_docs", letters)
table = [
    {"question": "一？", "A": "甲", "B": "乙", "C": "丙", "D": "丁", "E": None, "F": None, "answer": "B"},
    {"question": "二？", "A": "1", "B": "2", "C": "3", "D": "4", "E": "5", "F": "", "answer": "E"},
    {"question": "三？", "A": "1", "B": "2", "C": "3", "D": "4", "E": "", "F": "6", "answer": "F"},
]
documents("tmlu/default", "utils.process_docs", table)
documents("tmmluplus/default", "utils.process_docs", [dict(r, answer="D") for r in table])
documents(
    "csatqa",
    "utils.process_docs",
    [{"question": "왜?", "context": "글", "option#1": "가", "option#2": "나", "option#3": "다", "option#4": "라",
      "option#5": "마", "gold": "3"}],
)

# COPA, Winograd schemas, stories.
premises = [
    {"premise": "Der Mann fiel hin. ", "choice1": "Es war glatt.", "choice2": "ÜBER ihm war Licht.", "question": "cause",
     "label": 0},
    {"premise": "İki", "choice1": "İyi.", "choice2": "Kötü", "question": "effect", "label": 1},
]
for language in ["et", "ht", "it", "id", "qu", "sw", "zh", "ta", "th", "tr", "vi"]:
    values("xcopa", f"utils.doc_to_text_{language}", "doc_to_text", premises)
values("xcopa", "utils.doc_to_choice", "doc_to_choice", premises)
values("copal_id", "utils.doc_to_text_id", "doc_to_text", premises)
values("copal_id", "utils.doc_to_choice", "doc_to_choice", premises)
blanks = [
    {"sentence": "The cup is in the bag because _ is small .", "option1": "the cup", "option2": "the bag", "answer": "1"},
    {"sentence": "Ina dankt Eva, denn _ half_sehr. ", "option1": "Ina", "option2": "Eva", "answer": "2"},
    {"sentence": "It was _.", "option1": "x", "option2": "y", "answer": "2"},
]
for folder, module in [("xwinograd", "utils"), ("icelandic_winogrande", "preprocess_winogrande")]:
    for key in ["doc_to_text", "doc_to_choice", "doc_to_target"]:
        values(folder, f"{module}.{key}", key, blanks)
documents(
    "wsc273",
    "utils.process_doc",
    [
        {"text": "The dog saw  the cat. It ran.", "pronoun": "It", "pronoun_loc": 22, "options": ["The dog", "The cat"],
         "label": 0},
        {"text": "Tom met Jim when he fell.", "pronoun": "he", "pronoun_loc": 17, "options": ["Tom", "The The Jim"],
         "label": 1},
        {"text": "They took his hat.", "pronoun": "his", "pronoun_loc": 10, "options": ["My man", "Their  son"], "label": 0},
        {"text": "She left.", "pronoun": "She", "pronoun_loc": 0, "options": ["An aunt", "Her mother"], "label": 0},
        {"text": "He left", "pronoun": "He", "pronoun_loc": 1, "options": ["A man", "The boy"], "label": 0},
    ],
)
values(
    "super_glue/wsc",
    "preprocess_wsc.default_doc_to_text",
    "doc_to_text",
    [
        {"text": "Mark told Pete many lies about himself , which Pete included . He should have been more truthful .",
         "span1_text": "Mark", "span2_text": "He", "span1_index": 0, "span2_index": 12},
        {"text": "The  trophy does n't fit ( \" here \" ) because it is big .", "span1_text": "The trophy", "span2_text": "it",
         "span1_index": 0, "span2_index": 11},
        {"text": "It rains .", "span1_text": "It", "span2_text": "It", "span1_index": 0, "span2_index": 0},
        {"text": "one two three", "span1_text": "one", "span2_text": "three", "span1_index": 0, "span2_index": -1},
    ],
)
for folder in ["moral_stories", "histoires_morales"]:
    documents(
        folder,
        "utils.process_docs",
        [{"norm": "it's WRONG to lie.", "situation": "élise hat Äpfel.", "intention": "sie will ESSEN.",
          "moral_action": "Sie fragt.", "immoral_action": "Sie nimmt."}],
    )
for folder in ["egyhellaswag", "darijahellaswag"]:
    documents(
        folder,
        "utils.process_docs",
        [{"activity_label": "طبخ", "ctx": "هي [x]  تطبخ", "endings": ["أ [y]", " ب"], "label": "1"}],
    )

# Classification and answers.
values(
    "glue/mnli",
    "utils.doc_to_text",
    "doc_to_text",
    [{"premise": "It rains. ", "hypothesis": " It is wet "}, {"premise": "Es regnet", "hypothesis": "Nass. "},
     {"premise": "x", "hypothesis": ""}],
)
values(
    "toxigen",
    "utils.doc_to_target",
    "doc_to_target",
    [{"toxicity_ai": 2.5, "toxicity_human": 3.0}, {"toxicity_ai": 2, "toxicity_human": 3.6},
     {"toxicity_ai": 5, "toxicity_human": 5}, {"toxicity_ai": 1, "toxicity_human": 1}],
)
documents(
    "arithmetic",
    "utils.process_docs",
    [{"context": "\nQ: What is 1+1?\n\nA:", "completion": " 2"}, {"context": "Q: Q: \n\n\nA: A:\n", "completion": "x"}],
)
answers = [
    {"question": "Who?", "answers": ["Jamaican Creole English Language", "Jamaican English", "Jamaican"]},
    {"question": "Wo?", "answers": ["Zürich", "Aarau", "ärmel", "Aa"]},
    {"question": "?", "answers": ["only"]},
]
values("webqs", "utils.doc_to_choice", "doc_to_choice", answers)
values("webqs", "utils.doc_to_target", "doc_to_target", answers)
values("paloma", "paloma_utils.doc_to_target", "doc_to_target", [{"text": "abc "}, {"text": 12}, {"text": None}])
pairs = [
    {"premise": "Ells ( tots ) van venir !", "hypothesis": "Ningú no va \" venir \" ."},
    {"premise": "Això és així,", "hypothesis": "És 'n gos"},
]
for folder in ["catalan_bench", "spanish_bench"]:
    documents(folder, "utils.process_doc_nli", pairs)
sentences = [
    {"sentence1": "El riu és llarg .", "sentence2": "Llarg és el riu ."},
    {"sentence1": "", "sentence2": "Res"},
    {"sentence1": "Hola ;", "sentence2": None},
]
for folder, name in [
    ("catalan_bench", "process_docs_paraphrases"), ("spanish_bench", "process_docs_paraphrases"),
    ("galician_bench", "process_docs_paws"), ("basque_bench", "paws_process_docs"),
]:
    documents(folder, f"utils.{name}", sentences)
documents("catalan_bench", "utils.process_docs_copa_ca", premises)
documents("spanish_bench", "utils.process_docs_copa_es", premises)
values("basque_bench", "utils.xcopa_doc_to_text", "doc_to_text", premises)
values("basque_bench", "utils.xcopa_doc_to_choice", "doc_to_choice", premises)

# Whole documents.
pages = [
    " = Heading = \n \n The dogs ' owner paid 1 @,@ 200 @.@ 50 , or so ; well @-@ known : yes ! No ? End . \n",
    "( a ( b ) c ) [ x\u00a0] { \n y } \" quoted text \" and ' single ' , 5 \u00b0 C N of = = = here = = = and = = = = 's",
    "/' 1/' 2/ /' 3/ ( open [ shut ) ] \" one ' two ' three",
    "",
    "(\x1c\u3000)( )\"\"  ''",
]
for folder, module, name, field in [
    ("wikitext", "preprocess_wikitext", "wikitext_detokenizer", "page"),
    ("c4", "preprocess_c4", "c4_detokenizer", "text"),
    ("french_bench", "preprocess_wikitext", "wikitext_detokenizer", "paragraph"),
]:
    values(folder, f"{module}.{name}", "doc_to_target", [{field: page} for page in pages])

# The Open Arabic LLM Leaderboard.
listed = [
    {"query": "ما هذا؟", "sol1": "قلم", "sol2": "كتاب", "label": "1", "__few_shots": False},
    {"query": "من؟", "sol1": "أنا", "sol2": None, "label": "0", "__few_shots": True},
]
exam = [
    {"subject": "social_science_x", "question": "أين؟", "A": "هنا", "B": "هناك", "C": "فوق", "D": "تحت", "answer": "C"},
    {"subject": "y", "question": "كم؟", "A": "1", "B": "2", "C": "3", "D": None, "answer": "A"},
]
for ending, folder in [("", "arabic_leaderboard_complete"), ("_light", "arabic_leaderboard_light")]:
    def family(name):
        return f"{folder}/arabic_leaderboard_{name}{ending}"

    documents(family("alghafa"), "utils.process_docs", listed)
    for name in ["arc_challenge", "arc_easy", "mmlu", "openbook_qa", "piqa", "race"]:
        documents(family(f"arabic_mt_{name}"), "utils.process_docs", listed)
    documents(family("arabic_mmlu"), "utils.process_docs", exam)
    documents(family("arabic_exams"), "utils.process_docs", exam)
    documents(
        family("avca"), "utils.process_docs",
        [{"question": "صحيح؟", "answer": "صح"}, {"question": "خطأ؟", "answer": "خطأ"}],
    )
    documents(
        family("arabic_mt_boolq"), "utils.process_docs",
        [{"passage": "نص\nطويل", "question": "هل؟", "answer": True}, {"passage": "", "question": "؟", "answer": False}],
    )
    documents(
        family("arabic_mt_copa"), "utils.process_docs",
        [{"premise": "سقط", "choice1": "زلق", "choice2": "نام", "question": "cause", "label": 0},
         {"premise": "أكل", "choice1": "شبع", "choice2": "جاع", "question": "effect", "label": 1}],
    )
    documents(
        family("arabic_mt_hellaswag"), "utils.process_docs",
        [{"ctx": "هو [header] يمشي [a\nb]", "endings": "['إلى [x] البيت', \"في الشارع\"]", "label": 1}],
    )
    documents(
        family("arabic_mt_toxigen"), "utils.process_docs",
        [{"text": "جملة", "toxicity_ai": 3.0, "toxicity_human": 2.5}, {"text": "x", "toxicity_ai": 3.0, "toxicity_human": 4.0}],
    )

with open(HERE / "reference.json", "w", encoding="utf-8") as file:
    file.write("[\n")
    file.write(",\n".join(json.dumps(case, ensure_ascii=False) for case in cases))
    file.write("\n]\n")
