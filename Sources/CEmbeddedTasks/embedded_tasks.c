// Written by .ci/embed-tasks; do not edit.
#include "embedded_tasks.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file_0[] = {
#embed "../../tasks/arc/arc_challenge.yaml" suffix(,)
0};
static const unsigned char file_1[] = {
#embed "../../tasks/arc/arc_easy.yaml" suffix(,)
0};
static const unsigned char file_2[] = {
#embed "../../tasks/arc_mt/arc_challenge_mt_de.yaml" suffix(,)
0};
static const unsigned char file_3[] = {
#embed "../../tasks/arc_multilingual/arc_de.yaml" suffix(,)
0};
static const unsigned char file_4[] = {
#embed "../../tasks/belebele/belebele_deu_Latn.yaml" suffix(,)
0};
static const unsigned char file_5[] = {
#embed "../../tasks/boolq/boolq.yaml" suffix(,)
0};
static const unsigned char file_6[] = {
#embed "../../tasks/commonsense_qa/commonsense_qa.yaml" suffix(,)
0};
static const unsigned char file_7[] = {
#embed "../../tasks/copa/copa.yaml" suffix(,)
0};
static const unsigned char file_8[] = {
#embed "../../tasks/hellaswag/hellaswag.yaml" suffix(,)
0};
static const unsigned char file_9[] = {
#embed "../../tasks/hellaswag_multilingual/hellaswag_de.yaml" suffix(,)
0};
static const unsigned char file_10[] = {
#embed "../../tasks/hellaswag_multilingual/hellaswag_de_nouns.yaml" suffix(,)
0};
static const unsigned char file_11[] = {
#embed "../../tasks/lambada/lambada_openai.yaml" suffix(,)
0};
static const unsigned char file_12[] = {
#embed "../../tasks/mathqa/mathqa.yaml" suffix(,)
0};
static const unsigned char file_13[] = {
#embed "../../tasks/mini/arc_mini.jsonl" suffix(,)
0};
static const unsigned char file_14[] = {
#embed "../../tasks/mini/arc_mini.yaml" suffix(,)
0};
static const unsigned char file_15[] = {
#embed "../../tasks/mini/arc_mini_de.jsonl" suffix(,)
0};
static const unsigned char file_16[] = {
#embed "../../tasks/mini/arc_mini_de.yaml" suffix(,)
0};
static const unsigned char file_17[] = {
#embed "../../tasks/mini/hellaswag_mini.jsonl" suffix(,)
0};
static const unsigned char file_18[] = {
#embed "../../tasks/mini/hellaswag_mini.yaml" suffix(,)
0};
static const unsigned char file_19[] = {
#embed "../../tasks/mini/hellaswag_mini_de.jsonl" suffix(,)
0};
static const unsigned char file_20[] = {
#embed "../../tasks/mini/hellaswag_mini_de.yaml" suffix(,)
0};
static const unsigned char file_21[] = {
#embed "../../tasks/mini/mini.yaml" suffix(,)
0};
static const unsigned char file_22[] = {
#embed "../../tasks/mini/mini_de.yaml" suffix(,)
0};
static const unsigned char file_23[] = {
#embed "../../tasks/mini/mini_en.yaml" suffix(,)
0};
static const unsigned char file_24[] = {
#embed "../../tasks/mini/piqa_mini.jsonl" suffix(,)
0};
static const unsigned char file_25[] = {
#embed "../../tasks/mini/piqa_mini.yaml" suffix(,)
0};
static const unsigned char file_26[] = {
#embed "../../tasks/mini/piqa_mini_de.jsonl" suffix(,)
0};
static const unsigned char file_27[] = {
#embed "../../tasks/mini/piqa_mini_de.yaml" suffix(,)
0};
static const unsigned char file_28[] = {
#embed "../../tasks/mmlu/_mmlu_yaml" suffix(,)
0};
static const unsigned char file_29[] = {
#embed "../../tasks/mmlu/mmlu.yaml" suffix(,)
0};
static const unsigned char file_30[] = {
#embed "../../tasks/mmlu/mmlu_abstract_algebra.yaml" suffix(,)
0};
static const unsigned char file_31[] = {
#embed "../../tasks/mmlu/mmlu_anatomy.yaml" suffix(,)
0};
static const unsigned char file_32[] = {
#embed "../../tasks/mmlu/mmlu_astronomy.yaml" suffix(,)
0};
static const unsigned char file_33[] = {
#embed "../../tasks/mmlu/mmlu_business_ethics.yaml" suffix(,)
0};
static const unsigned char file_34[] = {
#embed "../../tasks/mmlu/mmlu_clinical_knowledge.yaml" suffix(,)
0};
static const unsigned char file_35[] = {
#embed "../../tasks/mmlu/mmlu_college_biology.yaml" suffix(,)
0};
static const unsigned char file_36[] = {
#embed "../../tasks/mmlu/mmlu_college_chemistry.yaml" suffix(,)
0};
static const unsigned char file_37[] = {
#embed "../../tasks/mmlu/mmlu_college_computer_science.yaml" suffix(,)
0};
static const unsigned char file_38[] = {
#embed "../../tasks/mmlu/mmlu_college_mathematics.yaml" suffix(,)
0};
static const unsigned char file_39[] = {
#embed "../../tasks/mmlu/mmlu_college_medicine.yaml" suffix(,)
0};
static const unsigned char file_40[] = {
#embed "../../tasks/mmlu/mmlu_college_physics.yaml" suffix(,)
0};
static const unsigned char file_41[] = {
#embed "../../tasks/mmlu/mmlu_computer_security.yaml" suffix(,)
0};
static const unsigned char file_42[] = {
#embed "../../tasks/mmlu/mmlu_conceptual_physics.yaml" suffix(,)
0};
static const unsigned char file_43[] = {
#embed "../../tasks/mmlu/mmlu_econometrics.yaml" suffix(,)
0};
static const unsigned char file_44[] = {
#embed "../../tasks/mmlu/mmlu_electrical_engineering.yaml" suffix(,)
0};
static const unsigned char file_45[] = {
#embed "../../tasks/mmlu/mmlu_elementary_mathematics.yaml" suffix(,)
0};
static const unsigned char file_46[] = {
#embed "../../tasks/mmlu/mmlu_formal_logic.yaml" suffix(,)
0};
static const unsigned char file_47[] = {
#embed "../../tasks/mmlu/mmlu_global_facts.yaml" suffix(,)
0};
static const unsigned char file_48[] = {
#embed "../../tasks/mmlu/mmlu_high_school_biology.yaml" suffix(,)
0};
static const unsigned char file_49[] = {
#embed "../../tasks/mmlu/mmlu_high_school_chemistry.yaml" suffix(,)
0};
static const unsigned char file_50[] = {
#embed "../../tasks/mmlu/mmlu_high_school_computer_science.yaml" suffix(,)
0};
static const unsigned char file_51[] = {
#embed "../../tasks/mmlu/mmlu_high_school_european_history.yaml" suffix(,)
0};
static const unsigned char file_52[] = {
#embed "../../tasks/mmlu/mmlu_high_school_geography.yaml" suffix(,)
0};
static const unsigned char file_53[] = {
#embed "../../tasks/mmlu/mmlu_high_school_government_and_politics.yaml" suffix(,)
0};
static const unsigned char file_54[] = {
#embed "../../tasks/mmlu/mmlu_high_school_macroeconomics.yaml" suffix(,)
0};
static const unsigned char file_55[] = {
#embed "../../tasks/mmlu/mmlu_high_school_mathematics.yaml" suffix(,)
0};
static const unsigned char file_56[] = {
#embed "../../tasks/mmlu/mmlu_high_school_microeconomics.yaml" suffix(,)
0};
static const unsigned char file_57[] = {
#embed "../../tasks/mmlu/mmlu_high_school_physics.yaml" suffix(,)
0};
static const unsigned char file_58[] = {
#embed "../../tasks/mmlu/mmlu_high_school_psychology.yaml" suffix(,)
0};
static const unsigned char file_59[] = {
#embed "../../tasks/mmlu/mmlu_high_school_statistics.yaml" suffix(,)
0};
static const unsigned char file_60[] = {
#embed "../../tasks/mmlu/mmlu_high_school_us_history.yaml" suffix(,)
0};
static const unsigned char file_61[] = {
#embed "../../tasks/mmlu/mmlu_high_school_world_history.yaml" suffix(,)
0};
static const unsigned char file_62[] = {
#embed "../../tasks/mmlu/mmlu_human_aging.yaml" suffix(,)
0};
static const unsigned char file_63[] = {
#embed "../../tasks/mmlu/mmlu_human_sexuality.yaml" suffix(,)
0};
static const unsigned char file_64[] = {
#embed "../../tasks/mmlu/mmlu_humanities.yaml" suffix(,)
0};
static const unsigned char file_65[] = {
#embed "../../tasks/mmlu/mmlu_international_law.yaml" suffix(,)
0};
static const unsigned char file_66[] = {
#embed "../../tasks/mmlu/mmlu_jurisprudence.yaml" suffix(,)
0};
static const unsigned char file_67[] = {
#embed "../../tasks/mmlu/mmlu_logical_fallacies.yaml" suffix(,)
0};
static const unsigned char file_68[] = {
#embed "../../tasks/mmlu/mmlu_machine_learning.yaml" suffix(,)
0};
static const unsigned char file_69[] = {
#embed "../../tasks/mmlu/mmlu_management.yaml" suffix(,)
0};
static const unsigned char file_70[] = {
#embed "../../tasks/mmlu/mmlu_marketing.yaml" suffix(,)
0};
static const unsigned char file_71[] = {
#embed "../../tasks/mmlu/mmlu_medical_genetics.yaml" suffix(,)
0};
static const unsigned char file_72[] = {
#embed "../../tasks/mmlu/mmlu_miscellaneous.yaml" suffix(,)
0};
static const unsigned char file_73[] = {
#embed "../../tasks/mmlu/mmlu_moral_disputes.yaml" suffix(,)
0};
static const unsigned char file_74[] = {
#embed "../../tasks/mmlu/mmlu_moral_scenarios.yaml" suffix(,)
0};
static const unsigned char file_75[] = {
#embed "../../tasks/mmlu/mmlu_nutrition.yaml" suffix(,)
0};
static const unsigned char file_76[] = {
#embed "../../tasks/mmlu/mmlu_other.yaml" suffix(,)
0};
static const unsigned char file_77[] = {
#embed "../../tasks/mmlu/mmlu_philosophy.yaml" suffix(,)
0};
static const unsigned char file_78[] = {
#embed "../../tasks/mmlu/mmlu_prehistory.yaml" suffix(,)
0};
static const unsigned char file_79[] = {
#embed "../../tasks/mmlu/mmlu_professional_accounting.yaml" suffix(,)
0};
static const unsigned char file_80[] = {
#embed "../../tasks/mmlu/mmlu_professional_law.yaml" suffix(,)
0};
static const unsigned char file_81[] = {
#embed "../../tasks/mmlu/mmlu_professional_medicine.yaml" suffix(,)
0};
static const unsigned char file_82[] = {
#embed "../../tasks/mmlu/mmlu_professional_psychology.yaml" suffix(,)
0};
static const unsigned char file_83[] = {
#embed "../../tasks/mmlu/mmlu_public_relations.yaml" suffix(,)
0};
static const unsigned char file_84[] = {
#embed "../../tasks/mmlu/mmlu_security_studies.yaml" suffix(,)
0};
static const unsigned char file_85[] = {
#embed "../../tasks/mmlu/mmlu_social_sciences.yaml" suffix(,)
0};
static const unsigned char file_86[] = {
#embed "../../tasks/mmlu/mmlu_sociology.yaml" suffix(,)
0};
static const unsigned char file_87[] = {
#embed "../../tasks/mmlu/mmlu_stem.yaml" suffix(,)
0};
static const unsigned char file_88[] = {
#embed "../../tasks/mmlu/mmlu_us_foreign_policy.yaml" suffix(,)
0};
static const unsigned char file_89[] = {
#embed "../../tasks/mmlu/mmlu_virology.yaml" suffix(,)
0};
static const unsigned char file_90[] = {
#embed "../../tasks/mmlu/mmlu_world_religions.yaml" suffix(,)
0};
static const unsigned char file_91[] = {
#embed "../../tasks/mmlu_multilingual/m_mmlu_de.yaml" suffix(,)
0};
static const unsigned char file_92[] = {
#embed "../../tasks/openbookqa/openbookqa.yaml" suffix(,)
0};
static const unsigned char file_93[] = {
#embed "../../tasks/paws-x/paws_de.yaml" suffix(,)
0};
static const unsigned char file_94[] = {
#embed "../../tasks/piqa/piqa.yaml" suffix(,)
0};
static const unsigned char file_95[] = {
#embed "../../tasks/race/race.yaml" suffix(,)
0};
static const unsigned char file_96[] = {
#embed "../../tasks/sciq/sciq.yaml" suffix(,)
0};
static const unsigned char file_97[] = {
#embed "../../tasks/siqa/social_iqa.yaml" suffix(,)
0};
static const unsigned char file_98[] = {
#embed "../../tasks/text_perplexity/text_perplexity.yaml" suffix(,)
0};
static const unsigned char file_99[] = {
#embed "../../tasks/truthfulqa/truthfulqa_mc1.yaml" suffix(,)
0};
static const unsigned char file_100[] = {
#embed "../../tasks/truthfulqa/truthfulqa_mc2.yaml" suffix(,)
0};
static const unsigned char file_101[] = {
#embed "../../tasks/truthfulqa_multilingual/truthfulqa_de_mc1.yaml" suffix(,)
0};
static const unsigned char file_102[] = {
#embed "../../tasks/truthfulqa_multilingual/truthfulqa_de_mc2.yaml" suffix(,)
0};
static const unsigned char file_103[] = {
#embed "../../tasks/winogrande/winogrande.yaml" suffix(,)
0};
static const unsigned char file_104[] = {
#embed "../../tasks/xnli/xnli_de.yaml" suffix(,)
0};

static const cpteval_embedded_file files[] = {
    {"arc/arc_challenge.yaml", file_0, sizeof file_0 - 1},
    {"arc/arc_easy.yaml", file_1, sizeof file_1 - 1},
    {"arc_mt/arc_challenge_mt_de.yaml", file_2, sizeof file_2 - 1},
    {"arc_multilingual/arc_de.yaml", file_3, sizeof file_3 - 1},
    {"belebele/belebele_deu_Latn.yaml", file_4, sizeof file_4 - 1},
    {"boolq/boolq.yaml", file_5, sizeof file_5 - 1},
    {"commonsense_qa/commonsense_qa.yaml", file_6, sizeof file_6 - 1},
    {"copa/copa.yaml", file_7, sizeof file_7 - 1},
    {"hellaswag/hellaswag.yaml", file_8, sizeof file_8 - 1},
    {"hellaswag_multilingual/hellaswag_de.yaml", file_9, sizeof file_9 - 1},
    {"hellaswag_multilingual/hellaswag_de_nouns.yaml", file_10, sizeof file_10 - 1},
    {"lambada/lambada_openai.yaml", file_11, sizeof file_11 - 1},
    {"mathqa/mathqa.yaml", file_12, sizeof file_12 - 1},
    {"mini/arc_mini.jsonl", file_13, sizeof file_13 - 1},
    {"mini/arc_mini.yaml", file_14, sizeof file_14 - 1},
    {"mini/arc_mini_de.jsonl", file_15, sizeof file_15 - 1},
    {"mini/arc_mini_de.yaml", file_16, sizeof file_16 - 1},
    {"mini/hellaswag_mini.jsonl", file_17, sizeof file_17 - 1},
    {"mini/hellaswag_mini.yaml", file_18, sizeof file_18 - 1},
    {"mini/hellaswag_mini_de.jsonl", file_19, sizeof file_19 - 1},
    {"mini/hellaswag_mini_de.yaml", file_20, sizeof file_20 - 1},
    {"mini/mini.yaml", file_21, sizeof file_21 - 1},
    {"mini/mini_de.yaml", file_22, sizeof file_22 - 1},
    {"mini/mini_en.yaml", file_23, sizeof file_23 - 1},
    {"mini/piqa_mini.jsonl", file_24, sizeof file_24 - 1},
    {"mini/piqa_mini.yaml", file_25, sizeof file_25 - 1},
    {"mini/piqa_mini_de.jsonl", file_26, sizeof file_26 - 1},
    {"mini/piqa_mini_de.yaml", file_27, sizeof file_27 - 1},
    {"mmlu/_mmlu_yaml", file_28, sizeof file_28 - 1},
    {"mmlu/mmlu.yaml", file_29, sizeof file_29 - 1},
    {"mmlu/mmlu_abstract_algebra.yaml", file_30, sizeof file_30 - 1},
    {"mmlu/mmlu_anatomy.yaml", file_31, sizeof file_31 - 1},
    {"mmlu/mmlu_astronomy.yaml", file_32, sizeof file_32 - 1},
    {"mmlu/mmlu_business_ethics.yaml", file_33, sizeof file_33 - 1},
    {"mmlu/mmlu_clinical_knowledge.yaml", file_34, sizeof file_34 - 1},
    {"mmlu/mmlu_college_biology.yaml", file_35, sizeof file_35 - 1},
    {"mmlu/mmlu_college_chemistry.yaml", file_36, sizeof file_36 - 1},
    {"mmlu/mmlu_college_computer_science.yaml", file_37, sizeof file_37 - 1},
    {"mmlu/mmlu_college_mathematics.yaml", file_38, sizeof file_38 - 1},
    {"mmlu/mmlu_college_medicine.yaml", file_39, sizeof file_39 - 1},
    {"mmlu/mmlu_college_physics.yaml", file_40, sizeof file_40 - 1},
    {"mmlu/mmlu_computer_security.yaml", file_41, sizeof file_41 - 1},
    {"mmlu/mmlu_conceptual_physics.yaml", file_42, sizeof file_42 - 1},
    {"mmlu/mmlu_econometrics.yaml", file_43, sizeof file_43 - 1},
    {"mmlu/mmlu_electrical_engineering.yaml", file_44, sizeof file_44 - 1},
    {"mmlu/mmlu_elementary_mathematics.yaml", file_45, sizeof file_45 - 1},
    {"mmlu/mmlu_formal_logic.yaml", file_46, sizeof file_46 - 1},
    {"mmlu/mmlu_global_facts.yaml", file_47, sizeof file_47 - 1},
    {"mmlu/mmlu_high_school_biology.yaml", file_48, sizeof file_48 - 1},
    {"mmlu/mmlu_high_school_chemistry.yaml", file_49, sizeof file_49 - 1},
    {"mmlu/mmlu_high_school_computer_science.yaml", file_50, sizeof file_50 - 1},
    {"mmlu/mmlu_high_school_european_history.yaml", file_51, sizeof file_51 - 1},
    {"mmlu/mmlu_high_school_geography.yaml", file_52, sizeof file_52 - 1},
    {"mmlu/mmlu_high_school_government_and_politics.yaml", file_53, sizeof file_53 - 1},
    {"mmlu/mmlu_high_school_macroeconomics.yaml", file_54, sizeof file_54 - 1},
    {"mmlu/mmlu_high_school_mathematics.yaml", file_55, sizeof file_55 - 1},
    {"mmlu/mmlu_high_school_microeconomics.yaml", file_56, sizeof file_56 - 1},
    {"mmlu/mmlu_high_school_physics.yaml", file_57, sizeof file_57 - 1},
    {"mmlu/mmlu_high_school_psychology.yaml", file_58, sizeof file_58 - 1},
    {"mmlu/mmlu_high_school_statistics.yaml", file_59, sizeof file_59 - 1},
    {"mmlu/mmlu_high_school_us_history.yaml", file_60, sizeof file_60 - 1},
    {"mmlu/mmlu_high_school_world_history.yaml", file_61, sizeof file_61 - 1},
    {"mmlu/mmlu_human_aging.yaml", file_62, sizeof file_62 - 1},
    {"mmlu/mmlu_human_sexuality.yaml", file_63, sizeof file_63 - 1},
    {"mmlu/mmlu_humanities.yaml", file_64, sizeof file_64 - 1},
    {"mmlu/mmlu_international_law.yaml", file_65, sizeof file_65 - 1},
    {"mmlu/mmlu_jurisprudence.yaml", file_66, sizeof file_66 - 1},
    {"mmlu/mmlu_logical_fallacies.yaml", file_67, sizeof file_67 - 1},
    {"mmlu/mmlu_machine_learning.yaml", file_68, sizeof file_68 - 1},
    {"mmlu/mmlu_management.yaml", file_69, sizeof file_69 - 1},
    {"mmlu/mmlu_marketing.yaml", file_70, sizeof file_70 - 1},
    {"mmlu/mmlu_medical_genetics.yaml", file_71, sizeof file_71 - 1},
    {"mmlu/mmlu_miscellaneous.yaml", file_72, sizeof file_72 - 1},
    {"mmlu/mmlu_moral_disputes.yaml", file_73, sizeof file_73 - 1},
    {"mmlu/mmlu_moral_scenarios.yaml", file_74, sizeof file_74 - 1},
    {"mmlu/mmlu_nutrition.yaml", file_75, sizeof file_75 - 1},
    {"mmlu/mmlu_other.yaml", file_76, sizeof file_76 - 1},
    {"mmlu/mmlu_philosophy.yaml", file_77, sizeof file_77 - 1},
    {"mmlu/mmlu_prehistory.yaml", file_78, sizeof file_78 - 1},
    {"mmlu/mmlu_professional_accounting.yaml", file_79, sizeof file_79 - 1},
    {"mmlu/mmlu_professional_law.yaml", file_80, sizeof file_80 - 1},
    {"mmlu/mmlu_professional_medicine.yaml", file_81, sizeof file_81 - 1},
    {"mmlu/mmlu_professional_psychology.yaml", file_82, sizeof file_82 - 1},
    {"mmlu/mmlu_public_relations.yaml", file_83, sizeof file_83 - 1},
    {"mmlu/mmlu_security_studies.yaml", file_84, sizeof file_84 - 1},
    {"mmlu/mmlu_social_sciences.yaml", file_85, sizeof file_85 - 1},
    {"mmlu/mmlu_sociology.yaml", file_86, sizeof file_86 - 1},
    {"mmlu/mmlu_stem.yaml", file_87, sizeof file_87 - 1},
    {"mmlu/mmlu_us_foreign_policy.yaml", file_88, sizeof file_88 - 1},
    {"mmlu/mmlu_virology.yaml", file_89, sizeof file_89 - 1},
    {"mmlu/mmlu_world_religions.yaml", file_90, sizeof file_90 - 1},
    {"mmlu_multilingual/m_mmlu_de.yaml", file_91, sizeof file_91 - 1},
    {"openbookqa/openbookqa.yaml", file_92, sizeof file_92 - 1},
    {"paws-x/paws_de.yaml", file_93, sizeof file_93 - 1},
    {"piqa/piqa.yaml", file_94, sizeof file_94 - 1},
    {"race/race.yaml", file_95, sizeof file_95 - 1},
    {"sciq/sciq.yaml", file_96, sizeof file_96 - 1},
    {"siqa/social_iqa.yaml", file_97, sizeof file_97 - 1},
    {"text_perplexity/text_perplexity.yaml", file_98, sizeof file_98 - 1},
    {"truthfulqa/truthfulqa_mc1.yaml", file_99, sizeof file_99 - 1},
    {"truthfulqa/truthfulqa_mc2.yaml", file_100, sizeof file_100 - 1},
    {"truthfulqa_multilingual/truthfulqa_de_mc1.yaml", file_101, sizeof file_101 - 1},
    {"truthfulqa_multilingual/truthfulqa_de_mc2.yaml", file_102, sizeof file_102 - 1},
    {"winogrande/winogrande.yaml", file_103, sizeof file_103 - 1},
    {"xnli/xnli_de.yaml", file_104, sizeof file_104 - 1},
};

const cpteval_embedded_file *cpteval_embedded_files(size_t *count) {
  *count = sizeof files / sizeof *files;
  return files;
}
