"""How long do organs and tumours of other patients keep a PSMA ligand labelled with 177Lu?

Source: AAPM annual meeting 2026, abstract 2620 (medians and ranges of 20 patients); lognormal after Hou et al., J Nucl
Med 2021, PMC8882881. The value for tumours is not traced to a publication, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lutetia.reference.dataset import Dataset, load_rows
from lutetia.vocabulary.region import ORGANS

TABLE: Final = "effective_half_lives_psma"
TISSUES: Final = {
    "kidney_left": "kidney",
    "kidney_right": "kidney",
    "parotid_left": "salivary",
    "parotid_right": "salivary",
    "submandibular_left": "salivary",
    "submandibular_right": "salivary",
    "liver": "liver",
    "spleen": "spleen",
    "marrow": "marrow",
}
"""Organ code to the tissue of the table; submandibular glands are taken as parotid glands."""
WITHOUT: Final = frozenset({"remainder", "blood"})
"""Region codes that are neither an organ nor a lesion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TissueHalfLife:
    """Effective half-life of a tissue between patients: lognormal.

    Attributes
    ----------
    tissue : str
    median_h : float
    lowest_h, highest_h : float or None
        Of those measured [h]; None where no range was printed.
    log_sigma : float
        Standard deviation of the natural logarithm.
    traced : bool
        The numbers were read in a publication.
    dataset : Dataset
    """

    tissue: str
    median_h: float
    lowest_h: float | None
    highest_h: float | None
    log_sigma: float
    traced: bool
    dataset: Dataset

    @property
    def origin(self) -> str:
        """Where the numbers come from, in words."""
        if not self.traced:
            return f"{self.tissue}, table {self.dataset.name}: customary value, not traced to a publication"
        return f"{self.tissue}, {self.dataset.source.identifier}"


def is_lesion(region: str) -> bool:
    """Tell whether a region is a lesion: it has no organ code."""
    return region not in ORGANS and region not in WITHOUT


def tissue_half_life(region: str) -> TissueHalfLife | None:
    """Return the effective half-life of a region's tissue; None where the table has none.

    Parameters
    ----------
    region : str
        Organ code, or lesion id for a tumour.
    """
    tissue = "tumour" if is_lesion(region) else TISSUES.get(region)
    dataset, rows = load_rows(TABLE)
    for row in rows:
        if row["tissue"] == tissue:
            return TissueHalfLife(
                tissue=row["tissue"],
                median_h=float(row["median_h"]),
                lowest_h=float(row["lowest_h"]) if row["lowest_h"] else None,
                highest_h=float(row["highest_h"]) if row["highest_h"] else None,
                log_sigma=float(row["log_sigma"]),
                traced=row["traced"] == "yes",
                dataset=dataset,
            )
    return None
