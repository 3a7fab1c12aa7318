"""How does tissue repair radiation damage, and which cumulative doses are quoted for organs at risk?

All of it is reference, nothing stops anything: no limit here was validated for radioligand therapy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from lutetia.provenance import Source

KIDNEYS: Final = ("kidney_left", "kidney_right")
SALIVARY: Final = ("parotid_left", "parotid_right", "submandibular_left", "submandibular_right")
REFERENCE_NOT_A_STOP: Final = "reference, not a stop"

BARONE_2005: Final = Source(
    title="Barone et al.: Patient-specific dosimetry in predicting renal toxicity with 90Y-DOTATOC",
    year=2005,
    identifier="J Nucl Med 2005;46 Suppl 1:99S",
    licence="parameters cited as facts",
)
WANG_2003: Final = Source(
    title="Wang, Guerrero, Li: How low is the alpha/beta ratio for prostate cancer?",
    year=2003,
    identifier="10.1016/s0360-3016(02)03828-2",
    licence="parameters cited as facts",
)
EMAMI_1991: Final = Source(
    title="Emami et al.: Tolerance of normal tissue to therapeutic irradiation",
    year=1991,
    identifier="Int J Radiat Oncol Biol Phys 1991;21:109",
    licence="values cited as facts",
)
BODEI_2008: Final = Source(
    title="Bodei et al.: Long-term evaluation of renal toxicity after peptide receptor radionuclide therapy",
    year=2008,
    identifier="Eur J Nucl Med Mol Imaging 2008;35:1847",
    licence="values cited as facts",
)
HINDORF_2010: Final = Source(
    title="Hindorf et al.: EANM Dosimetry Committee guidelines for bone marrow and whole-body dosimetry",
    year=2010,
    identifier="Eur J Nucl Med Mol Imaging 2010;37:1238",
    licence="values cited as facts",
)
DEASY_2010: Final = Source(
    title="Deasy et al.: Radiotherapy dose-volume effects on salivary gland function (QUANTEC)",
    year=2010,
    identifier="Int J Radiat Oncol Biol Phys 2010;76 Suppl 3:S58",
    licence="values cited as facts",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Parameters of the linear-quadratic model of a tissue.

    Attributes
    ----------
    tissue : str
        In words.
    alpha_beta_gy : float
        Ratio of both coefficients [Gy].
    repair_half_life_h : float
        Of sublethal damage, one component [h].
    alpha_per_gy : float or None
        Coefficient of the linear term, where the source has one [1/Gy].
    source : Source
    note : str
        What a reader has to know about where it comes from.
    """

    tissue: str
    alpha_beta_gy: float
    repair_half_life_h: float
    source: Source
    note: str
    alpha_per_gy: float | None = None


KIDNEY: Final = Repair(
    tissue="kidney",
    alpha_beta_gy=2.6,
    repair_half_life_h=2.8,
    source=BARONE_2005,
    note="alpha/beta 2.5 to 2.6 Gy in the literature; the repair half-life was measured in animals",
)
PROSTATE_CANCER: Final = Repair(
    tissue="prostate cancer",
    alpha_beta_gy=3.1,
    repair_half_life_h=16 / 60,
    alpha_per_gy=0.15,
    source=WANG_2003,
    note="of the untreated primary under external beam and brachytherapy, 0 to 90 min of repair half-life; other "
    "analyses give 1.2 to 3.9 Gy. Not used unless asked for by name",
)

REPAIR: Final[dict[str, Repair]] = dict.fromkeys(KIDNEYS, KIDNEY)
"""Tissues whose parameters are used without being asked for, by organ code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceDose:
    """A cumulative dose that is quoted for an organ.

    Attributes
    ----------
    regions : tuple of str
        Organ codes.
    quantity : str
        ``dose`` or ``BED``.
    value_gy : float
    meaning : str
        What it stands for and where it was found.
    source : Source
    """

    regions: tuple[str, ...]
    quantity: Literal["dose", "BED"]
    value_gy: float
    meaning: str
    source: Source


REFERENCE_DOSES: Final = (
    ReferenceDose(
        regions=KIDNEYS,
        quantity="dose",
        value_gy=23.0,
        meaning="5 % complications in 5 years, whole kidney, external beam in fractions",
        source=EMAMI_1991,
    ),
    ReferenceDose(
        regions=KIDNEYS,
        quantity="BED",
        value_gy=28.0,
        meaning="late loss of renal function with risk factors (hypertension, diabetes), DOTA-peptides",
        source=BODEI_2008,
    ),
    ReferenceDose(
        regions=KIDNEYS,
        quantity="BED",
        value_gy=40.0,
        meaning="late loss of renal function without risk factors, DOTA-peptides",
        source=BODEI_2008,
    ),
    ReferenceDose(
        regions=SALIVARY[:2],
        quantity="dose",
        value_gy=25.0,
        meaning="mean dose of both parotids, external beam in fractions; not transferable to radioligands",
        source=DEASY_2010,
    ),
    ReferenceDose(
        regions=("marrow",),
        quantity="dose",
        value_gy=2.0,
        meaning="red marrow, usual limit of radioiodine therapy (by blood dose)",
        source=HINDORF_2010,
    ),
)


def references_for(region: str, quantity: Literal["dose", "BED"] | None = None) -> tuple[ReferenceDose, ...]:
    """Return the doses quoted for an organ, in the order of their value; all quantities if none is named."""
    found = (r for r in REFERENCE_DOSES if region in r.regions and quantity in (None, r.quantity))
    return tuple(sorted(found, key=lambda r: (r.quantity, r.value_gy)))
