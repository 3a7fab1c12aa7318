"""How much of a decay's energy is deposited within which distance?

The table is a Monte Carlo result in spherical shells (``data/point_kernel_lu177_water``). What is interpolated is the
*cumulative* energy as a function of the radius, monotonically (PCHIP; Fritsch and Carlson, SIAM J Numer Anal
1980;17:238): spreading a shell's energy evenly over its volume would put some 6 % too much into the next voxel.
In a medium of another density energies scale as E(r, rho) = E(r rho, 1), exactly for one composition; in tissue
photons are scaled a little less than electrons (see :class:`lutetia.reference.tissue.Medium`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lutetia.errors import InputError
from lutetia.reference.dataset import Dataset, load
from lutetia.reference.tissue import WATER, Medium

if TYPE_CHECKING:
    from scipy.interpolate import PchipInterpolator, PPoly

Part = Literal["electron", "photon"]
Component = Literal["total", "electron", "photon"]

_TABLES: Final = {"Lu-177": "point_kernel_lu177_water"}
_COLUMNS: Final[dict[Part, tuple[str, ...]]] = {"electron": ("E_beta", "E_ce_auger"), "photon": ("E_photon",)}
_PARTS: Final[dict[Component, tuple[Part, ...]]] = {
    "total": ("electron", "photon"),
    "electron": ("electron",),
    "photon": ("photon",),
}


def _stretch(part: Part, medium: Medium) -> float:
    """Return how many centimetres of unit-density water one centimetre of the medium is worth."""
    return medium.density_g_ml * (medium.photons_as_water if part == "photon" else 1.0)


@dataclass(frozen=True, eq=False)
class PointKernel:
    """Energy deposited around a point source in unbounded water.

    Attributes
    ----------
    nuclide : str
    dataset : Dataset
    range_cm : float
        Radius at which the table ends, in water of 1 g/mL [cm].
    """

    nuclide: str
    dataset: Dataset
    range_cm: float
    _cumulative: dict[Part, PchipInterpolator]
    _slope: Mapping[Part, PPoly]
    _edges_cm: NDArray[np.float64]
    _sigma: NDArray[np.float64]

    def within_kev(
        self, radius_cm: ArrayLike, component: Component = "total", *, medium: Medium = WATER
    ) -> NDArray[np.float64]:
        """Return the energy deposited within a radius [keV per decay].

        Parameters
        ----------
        radius_cm : array_like
            Radii, at least 0 [cm]; beyond the table's range the value stays that of the whole table.
        component : str
            ``total``, ``electron`` or ``photon`` by what left the nucleus.
        medium : Medium
            Water by default.
        """
        radius = np.asarray(radius_cm, dtype=np.float64)
        total = np.zeros_like(radius)
        for part in _PARTS[component]:
            total += self._cumulative[part](np.minimum(radius * _stretch(part, medium), self.range_cm))
        return total

    def density_kev_cm3(
        self, radius_cm: ArrayLike, component: Component = "total", *, medium: Medium = WATER
    ) -> NDArray[np.float64]:
        """Return the energy deposited per volume at a radius above 0 [keV/cm3 per decay]; 0 beyond the range."""
        radius = np.asarray(radius_cm, dtype=np.float64)
        slope = np.zeros_like(radius)
        for part in _PARTS[component]:
            scaled = radius * _stretch(part, medium)
            inside = self._slope[part](np.minimum(scaled, self.range_cm)) * _stretch(part, medium)
            slope += np.where(scaled <= self.range_cm, inside, 0.0)
        return np.asarray(slope / (4 * np.pi * radius**2), dtype=np.float64)

    def relative_sigma(self, radius_cm: ArrayLike) -> NDArray[np.float64]:
        """Return the relative statistical standard uncertainty of the shell at a radius in water."""
        shell = np.searchsorted(self._edges_cm, np.asarray(radius_cm, dtype=np.float64), side="right") - 1
        return np.asarray(self._sigma[np.clip(shell, 0, len(self._sigma) - 1)], dtype=np.float64)

    def whole_kev(self, component: Component = "total") -> float:
        """Return the energy within the table's range [keV per decay]."""
        return float(self.within_kev(self.range_cm, component))


@cache
def point_kernel(nuclide: str) -> PointKernel:
    """Load the point kernel of a nuclide.

    Raises
    ------
    InputError
        If there is none.
    """
    from scipy.interpolate import PchipInterpolator

    if nuclide not in _TABLES:
        raise InputError("point kernel", f"there is none for '{nuclide}'", f"available: {', '.join(sorted(_TABLES))}")
    dataset, table = load(_TABLES[nuclide])
    edges = np.concatenate([[0.0], table["r_out_cm"]])
    cumulative = {
        part: PchipInterpolator(edges, np.concatenate([[0.0], np.cumsum(sum(table[c] for c in columns))]))
        for part, columns in _COLUMNS.items()
    }
    slope = {part: curve.derivative() for part, curve in cumulative.items()}
    return PointKernel(nuclide, dataset, float(edges[-1]), cumulative, slope, edges, table["unc_rel_1sigma"])
