"""The cancer: what it is, where it is, and how it is driven."""

from __future__ import annotations

from lutetia.vocabulary.item import Item

histology = Item(
    id="disease.histology",
    kind="choice",
    asks="Histology?",
    choices={
        "adenocarcinoma": "acinar adenocarcinoma",
        "ductal": "ductal adenocarcinoma",
        "neuroendocrine": "with neuroendocrine differentiation",
        "small-cell": "small-cell carcinoma",
        "other": "another histology",
    },
)
diagnosed_on = Item(id="disease.diagnosed_on", kind="day", asks="Day of the first diagnosis?")
gleason = Item(id="disease.gleason", kind="score", asks="Gleason score?", plausible=(2, 10),
               codes={"loinc": "35266-6"})  # fmt: skip
hrr_status = Item(
    id="disease.hrr_status",
    kind="choice",
    asks="Homologous recombination repair genes?",
    choices={"altered": "a pathogenic alteration was found", "not-altered": "none was found"},
)
castration = Item(
    id="disease.castration",
    kind="choice",
    asks="How is testosterone suppressed now?",
    choices={"medical": "ongoing androgen deprivation", "orchiectomy": "orchiectomy", "none": "not suppressed"},
)
castration_resistant = Item(id="disease.castration_resistant", kind="flag", asks="Castration-resistant?")
metastatic = Item(id="disease.metastatic", kind="flag", asks="Metastases on imaging?")
psma_positive = Item(id="disease.psma_positive", kind="flag", asks="PSMA-positive on imaging, as read?")
bone_metastases = Item(id="disease.bone_metastases", kind="flag", asks="Bone metastases?")
node_metastases = Item(id="disease.node_metastases", kind="flag", asks="Lymph node metastases?")
liver_metastases = Item(id="disease.liver_metastases", kind="flag", asks="Liver metastases?")
other_visceral_metastases = Item(
    id="disease.other_visceral_metastases", kind="flag", asks="Visceral metastases other than liver?"
)
new_lesions = Item(
    id="disease.new_lesions", kind="flag", asks="New lesions on imaging while testosterone was suppressed?"
)
radiographic_progression = Item(
    id="disease.radiographic_progression",
    kind="flag",
    asks="Radiographic progression by PCWG3 (bone) or RECIST 1.1 (soft tissue) while testosterone was suppressed?",
)
progressed_under_radioligand = Item(
    id="disease.progressed_under_radioligand",
    kind="flag",
    asks="Has the disease progressed under the radioligand therapy, as the clinician judges?",
)
short_hormonal_response = Item(
    id="disease.short_hormonal_response", kind="flag", asks="A short response to hormonal treatment?"
)
brain_metastases = Item(id="disease.brain_metastases", kind="flag", asks="Brain metastases?")
spinal_canal_threatened = Item(
    id="disease.spinal_canal_threatened", kind="flag", asks="Spinal metastases that threaten the canal or the cord?"
)
swelling_risk = Item(
    id="disease.swelling_risk", kind="flag", asks="Other metastases that may swell painfully or obstruct?"
)
high_tumour_burden = Item(
    id="disease.high_tumour_burden", kind="flag", asks="High tumour burden, at risk of tumour lysis?"
)
superscan = Item(id="disease.superscan", kind="flag", asks="Diffuse marrow involvement (superscan)?")
cytopenia_from_tumour = Item(
    id="disease.cytopenia_from_tumour", kind="flag", asks="Is the low blood count caused by the tumour?"
)
liver_enzymes_explained = Item(
    id="disease.liver_enzymes_explained", kind="flag", asks="Are the liver enzymes explained by liver metastases?"
)
