"""What does a tissue weigh, and what does a CT number say about it?

Sources: ICRP Publication 110, Ann ICRP 39 (2), 2009 (densities of organs of the adult reference computational
phantoms); Schneider, Bortfeld, Schlegel, Phys Med Biol 2000;45:459 (density from CT numbers, printed coefficients).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lutetia.provenance import Source

ICRP_110: Final = Source(
    title="ICRP Publication 110: Adult Reference Computational Phantoms",
    year=2009,
    identifier="Ann ICRP 39 (2)",
    licence="densities cited as facts",
)
SCHNEIDER_2000: Final = Source(
    title="Schneider, Bortfeld, Schlegel: Correlation between CT numbers and tissue parameters",
    year=2000,
    identifier="10.1088/0031-9155/45/2/314",
    licence="coefficients cited as facts",
)

ORGAN_DENSITY_G_ML: Final = {
    "kidney_left": 1.05,
    "kidney_right": 1.05,
    "liver": 1.05,
    "spleen": 1.04,
    "parotid_left": 1.03,
    "parotid_right": 1.03,
    "submandibular_left": 1.03,
    "submandibular_right": 1.03,
    "bladder": 1.04,
}
"""Density of organs by their code [g/mL], ICRP 110; a lesion has none: its density is stated or read from a CT."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A uniform material in which energy is deposited.

    Attributes
    ----------
    name : str
    density_g_ml : float
        Positive [g/mL].
    photons_as_water : float
        Grams of water that act on the nuclide's photons as one gram of this material.
    """

    name: str
    density_g_ml: float
    photons_as_water: float = 1.0


WATER: Final = Medium("water", 1.0)
SOFT_TISSUE: Final = Medium("ICRU four-component soft tissue", 1.04, 0.988)
"""Where voxel kernels are spread out; ICRP 110 organs lie between 1.02 and 1.06 g/mL. For the photons of 177Lu a gram
of it counts as 0.988 g of water: its mass attenuation coefficients are 0.982, 0.989 and 0.990 of water's at 56, 113
and 208 keV, its energy absorption coefficients 0.985 and 0.990 at 113 and 208 keV (NIST XCOM; composition of ICRU
Report 44), and the three groups carry 10, 20 and 65 % of the photon energy."""

AIR_G_ML: Final = 0.00121
_AIR: Final = -1000.0
_WORTH_A_TABLE: Final = 10_000
_LUNG_TO_FAT, _FAT_TO_WATER, _SOFT, _CONNECTIVE, _BONE = -98.0, 14.0, 23.0, 100.0, 3000.0


def density_from_hu(hu: ArrayLike) -> NDArray[np.float64]:
    """Return the density of tissue from CT numbers [g/mL].

    Piecewise linear as printed by Schneider 2000: air to fat, ``1.018 + 0.893e-3 H`` up to 14 HU, 1.03 up to 23 HU,
    ``1.003 + 1.169e-3 H`` up to 100 HU, ``1.017 + 0.592e-3 H`` above (published to 1600 HU, continued to 3000 HU).

    Parameters
    ----------
    hu : array_like
        CT numbers [HU]; below -1000 counts as air, above 3000 as 3000.

    Returns
    -------
    ndarray
        Densities [g/mL].

    Notes
    -----
    The relation was made for scans without contrast medium; iodine raises the density found. It steps down by
    0.04 g/mL at 100 HU, where connective tissue ends and bone begins: that step is in the publication.
    """
    h = np.clip(np.asarray(hu), _AIR, _BONE)
    if h.size > _WORTH_A_TABLE:
        index = (h - _AIR).astype(np.intp)
        if (index == h - _AIR).all():
            return np.asarray(_table()[index], dtype=np.float64)
    return _relation(h.astype(np.float64))


@cache
def _table() -> NDArray[np.float64]:
    """Return the density of every whole CT number from that of air on; scanners store whole numbers."""
    return _relation(np.arange(_AIR, _BONE + 1))


def _relation(h: NDArray[np.float64]) -> NDArray[np.float64]:
    fat = 1.018 + 0.893e-3 * _LUNG_TO_FAT
    pieces = [
        AIR_G_ML + (fat - AIR_G_ML) * (h - _AIR) / (_LUNG_TO_FAT - _AIR),
        1.018 + 0.893e-3 * h,
        np.full_like(h, 1.03),
        1.003 + 1.169e-3 * h,
    ]
    limits = [h <= _LUNG_TO_FAT, h <= _FAT_TO_WATER, h <= _SOFT, h <= _CONNECTIVE]
    return np.asarray(np.select(limits, pieces, 1.017 + 0.592e-3 * h), dtype=np.float64)
