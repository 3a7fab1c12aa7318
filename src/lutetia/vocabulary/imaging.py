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
