"""What a reader says of imaging as a whole: where lesions were not measured one by one, and what no number tells."""

from __future__ import annotations

from lutetia.vocabulary.item import Item


def _flag(name: str, asks: str) -> Item:
    return Item(id=f"imaging.{name}", kind="flag", asks=asks)


low_uptake_lesion = _flag(
    "low_uptake_lesion", "On PSMA imaging, a lesion of 1 cm or more with less than half of the parotid's uptake?"
)
majority_above_parotid = _flag(
    "majority_above_parotid", "On PSMA imaging, do most lesions take up more than the parotid?"
)
beyond_vision = _flag(
    "beyond_vision", "A site no brighter than the liver on PSMA imaging, of 1 cm (viscera) or 2.5 cm (node) or more?"
)
negative_site = _flag("negative_site", "Any tumour site without PSMA uptake?")
relevant_negative_part = _flag(
    "relevant_negative_part", "A relevant part of nodal, visceral or active bone disease without PSMA uptake?"
)
suspected_negative = _flag("suspected_negative", "Is PSMA-negative disease suspected?")
uncertain_viability = _flag("uncertain_viability", "Several lesions of which it is uncertain whether they are viable?")
fdg_positive_psma_negative = _flag(
    "fdg_positive_psma_negative", "A viable lesion, positive on FDG PET, without PSMA uptake?"
)
vision_positive = _flag("vision_positive", "On PSMA imaging, a metastasis brighter than the liver?")
vision_negative = _flag(
    "vision_negative",
    "On PSMA imaging, a metastasis no brighter than the liver and large, each by its short axis: a node of 2.5 cm, an "
    "organ lesion of 1 cm, or a bone lesion with a soft-tissue component of 1 cm?",
)
therap_bright = _flag("therap_bright", "On PSMA imaging, a site with an SUVmax of 20 or more?")
therap_dim = _flag(
    "therap_dim",
    "On PSMA imaging, a site of 1 cm or more with an SUVmax of 10 or less that no partial volume, motion or artefact "
    "explains?",
)
psg_visual = Item(
    id="imaging.psg_visual",
    kind="choice",
    asks="On the maximum-intensity projection of PSMA PET, most lesions against the parotids?",
    choices={
        "high": "most lesions are brighter than the parotids",
        "intermediate": "neither high nor low",
        "low": "most lesions are dimmer than the parotids",
    },
)
fdg_uptake_high = _flag("fdg_uptake_high", "High uptake on FDG PET?")
large_tumour_volume = _flag("large_tumour_volume", "A large total tumour volume, as the reader judges?")


mi_t = Item(
    id="imaging.mi_t",
    kind="choice",
    asks="Local tumour on PSMA PET, as PROMISE V2 stages it?",
    choices={
        "T0": "none",
        "T2u": "organ-confined, one focus",
        "T2m": "organ-confined, several foci",
        "T3a": "beyond the capsule",
        "T3b": "in the seminal vesicles",
        "T4": "in adjacent structures other than the seminal vesicles",
        "Tr": "recurrence after prostatectomy",
    },
)
mi_n = Item(
    id="imaging.mi_n",
    kind="choice",
    asks="Pelvic nodes on PSMA PET, as PROMISE V2 stages them?",
    choices={"N0": "none", "N1": "in one region", "N2": "in two regions or more"},
)
mi_m1a = _flag("mi_m1a", "On PSMA PET, nodes outside the pelvis (miM1a)?")
mi_m1b = Item(
    id="imaging.mi_m1b",
    kind="choice",
    asks="Bone metastases on PSMA PET, as PROMISE V2 describes them (miM1b)?",
    choices={
        "none": "none",
        "uni": "one focus",
        "oligo": "two or three foci",
        "diss": "disseminated",
        "dmi": "diffuse marrow involvement",
    },
)
mi_m1c = _flag("mi_m1c", "On PSMA PET, metastases of other organs (miM1c)?")
primary_pattern = Item(
    id="imaging.primary_pattern",
    kind="choice",
    asks="Pattern of uptake in the prostate on PSMA PET, as the PRIMARY score asks for it?",
    choices={
        "none": "no dominant pattern",
        "diffuse": "diffuse in the transition zone, or symmetric in the central zone",
        "focal-transition": "a focus in the transition zone, at least twice the background",
        "focal-peripheral": "a focus in the peripheral zone",
    },
)
