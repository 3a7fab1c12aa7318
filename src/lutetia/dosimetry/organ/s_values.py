"""How much dose do organs get from each other, by a table of S-values?

``D(target) = sum over sources of TIA(source) S(target <- source)``, the source itself left out: self-dose is of the
region's own mass (:mod:`lutetia.dosimetry.organ.mean_dose`). An S-value is of one phantom, and cross-dose is not
scaled to the patient: of penetrating photons the dose depends on the distance of the organs rather than on their mass.

Source: MIRD pamphlet 21, J Nucl Med 2009;50:477, eq. 8 to 10; scaling: OLINDA/EXM, Stabin, J Nucl Med 2005;46:1023.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SECONDS_PER_HOUR: Final = 3600.0
MGY_PER_GY: Final = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SValues:
    """S-values of one phantom.

    Attributes
    ----------
    phantom, source : str
        Which body, and where the values are from, in words.
    mgy_per_mbq_s : mapping of str to mapping of str to float
        Source organ to target organ to S [mGy/(MBq s)].
    """

    phantom: str
    source: str
    mgy_per_mbq_s: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossOrganDose:
    """What organs get from others.

    Attributes
    ----------
    gy : mapping of str to float
        By target, those of the table [Gy].
    sources_missing : tuple of str
        Regions with activity that the table does not know as a source: their dose to others is not counted.
    pairs_missing : tuple of tuple of str
        (source, target) that the table leaves out between organs that it knows.
    """

    gy: Mapping[str, float]
    sources_missing: tuple[str, ...] = ()
    pairs_missing: tuple[tuple[str, str], ...] = ()


def cross_organ_dose(tia_mbq_h: Mapping[str, float], table: SValues) -> CrossOrganDose:
    """Return the dose of every region of the table from all others.

    Parameters
    ----------
    tia_mbq_h : mapping of str to float
        Time-integrated activity of each region, at least 0 [MBq h].
    table : SValues

    Raises
    ------
    ValueError
        If a time-integrated activity is negative.
    """
    if any(not tia >= 0 for tia in tia_mbq_h.values()):
        raise ValueError("a time-integrated activity must be at least 0 MBq h")
    known = table.mgy_per_mbq_s
    targets = {target for of_source in known.values() for target in of_source}
    sources = [name for name in sorted(tia_mbq_h) if name in known]
    doses = dict.fromkeys(sorted(targets & tia_mbq_h.keys()), 0.0)
    pairs_missing = []
    for source in sources:
        for target in doses:
            if target == source:
                continue
            if target not in known[source]:
                pairs_missing.append((source, target))
                continue
            mgy = tia_mbq_h[source] * SECONDS_PER_HOUR * known[source][target]
            doses[target] += mgy / MGY_PER_GY
    return CrossOrganDose(
        gy=doses,
        sources_missing=tuple(name for name in sorted(tia_mbq_h) if name not in known),
        pairs_missing=tuple(pairs_missing),
    )
