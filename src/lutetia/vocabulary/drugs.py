"""Which class a drug belongs to: a small table of what men with prostate cancer are given.

The table is used to refuse a drug that is listed under another class, and to offer a code. It is no list of
what may be entered: a drug that is not in it is taken as written.

Sources: WHO Collaborating Centre for Drug Statistics Methodology, ATC/DDD index (the codes); the classes are
Lutetia's, ``arpi`` being what the joint EANM/SNMMI guideline calls novel androgen-axis drugs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

DrugClass = Literal[
    "adt", "arpi", "taxane", "other-chemotherapy", "parp-inhibitor", "immunotherapy", "bone-protection",
    "corticosteroid", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug by its international non-proprietary name.

    Attributes
    ----------
    name, atc : str
    classes : tuple of str
        The classes under which it may be listed, the usual one first; empty for supportive drugs.
    brands : tuple of str
        Other names under which records carry it.
    long_acting : bool or None
        For growth factors.
    """

    name: str
    atc: str
    classes: tuple[DrugClass, ...] = ()
    brands: tuple[str, ...] = ()
    long_acting: bool | None = None


DRUGS: Final = (
    Drug("leuprorelin", "L02AE02", ("adt",), ("leuprolide", "eligard", "lupron")),
    Drug("goserelin", "L02AE03", ("adt",), ("zoladex",)),
    Drug("triptorelin", "L02AE04", ("adt",)),
    Drug("degarelix", "L02BX02", ("adt",), ("firmagon",)),
    Drug("relugolix", "L02BX04", ("adt",), ("orgovyx",)),
    # First-generation antiandrogens are no novel androgen-axis drugs; records list them with ADT or apart.
    Drug("flutamide", "L02BB01", ("adt", "other")),
    Drug("bicalutamide", "L02BB03", ("adt", "other"), ("casodex",)),
    Drug("enzalutamide", "L02BB04", ("arpi",), ("xtandi",)),
    Drug("apalutamide", "L02BB05", ("arpi",), ("erleada",)),
    Drug("darolutamide", "L02BB06", ("arpi",), ("nubeqa",)),
    Drug("abiraterone", "L02BX03", ("arpi",), ("abiraterone acetate", "zytiga")),
    Drug("docetaxel", "L01CD02", ("taxane",), ("taxotere",)),
    Drug("cabazitaxel", "L01CD04", ("taxane",), ("jevtana",)),
    Drug("paclitaxel", "L01CD01", ("taxane",)),
    Drug("carboplatin", "L01XA02", ("other-chemotherapy",)),
    Drug("cisplatin", "L01XA01", ("other-chemotherapy",)),
    Drug("etoposide", "L01CB01", ("other-chemotherapy",)),
    Drug("mitoxantrone", "L01DB07", ("other-chemotherapy",)),
    Drug("olaparib", "L01XK01", ("parp-inhibitor",), ("lynparza",)),
    Drug("niraparib", "L01XK02", ("parp-inhibitor",), ("zejula",)),
    Drug("rucaparib", "L01XK03", ("parp-inhibitor",)),
    Drug("talazoparib", "L01XK04", ("parp-inhibitor",), ("talzenna",)),
    Drug("pembrolizumab", "L01FF02", ("immunotherapy",), ("keytruda",)),
    Drug("sipuleucel-t", "L03AX17", ("immunotherapy",), ("provenge",)),
    Drug("denosumab", "M05BX04", ("bone-protection",), ("xgeva", "prolia")),
    Drug("zoledronic acid", "M05BA08", ("bone-protection",), ("zoledronate", "zometa")),
    Drug("dexamethasone", "H02AB02", ("corticosteroid",)),
    Drug("prednisolone", "H02AB06", ("corticosteroid",)),
    Drug("prednisone", "H02AB07", ("corticosteroid",)),
    Drug("filgrastim", "L03AA02", long_acting=False),
    Drug("lenograstim", "L03AA10", long_acting=False),
    Drug("pegfilgrastim", "L03AA13", long_acting=True, brands=("neulasta",)),
    Drug("lipegfilgrastim", "L03AA14", long_acting=True, brands=("lonquex",)),
)
"""The drugs known by name."""

RADIOLIGANDS: Final = (
    Drug("radium-223", "V10XX03", brands=("radium (223ra) dichloride", "radium-223 dichloride", "xofigo")),
    Drug("lutetium (177lu) vipivotide tetraxetan", "V10XX05", brands=("177lu-psma-617", "pluvicto")),
)
"""Radionuclide therapies: they stand in a list of their own, not among systemic treatments."""

_BY_NAME: Final = {name: drug for drug in (*DRUGS, *RADIOLIGANDS) for name in (drug.name, *drug.brands)}


def drug(name: str) -> Drug | None:
    """Return what is known of a drug by its name or a brand; None for a name that is not in the table.

    Strengths and salts after the name are passed over (``"abiraterone 1000 mg"``), and nothing else is.
    """
    plain = re.sub(r"\s+", " ", name.strip().lower())
    return _BY_NAME.get(plain) or _BY_NAME.get(re.sub(r" \d[\d.,]* ?(mg|g|mg/m2|mg/m²).*$", "", plain))
