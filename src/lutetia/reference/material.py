"""What is tissue made of, and which tissue has which density?

Sources: Schneider, Bortfeld, Schlegel, Phys Med Biol 2000;45:459 (composition by CT number); ICRU Report 44 (soft
tissue of four components, water).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.reference.dataset import load
from lutetia.reference.tissue import density_from_hu

_BONE_FROM_HU: Final = 101


@dataclass(frozen=True, slots=True)
class Composition:
    """A material by the elements in it.

    Attributes
    ----------
    name : str
    parts : tuple of (int, float)
        Atomic number and part of the mass; the parts add up to 1.
    """

    name: str
    parts: tuple[tuple[int, float], ...]

    def __post_init__(self) -> None:
        whole = sum(part for _, part in self.parts)
        if abs(whole - 1) > 1e-9 or any(part < 0 for _, part in self.parts):
            raise ValueError(f"{self.name}: parts of the mass are at least 0 and add up to 1, not to {whole:g}")

    @classmethod
    def of(cls, name: str, masses: dict[int, float]) -> Composition:
        """Return a composition from masses in any one unit."""
        whole = sum(masses.values())
        return cls(name, tuple((z, mass / whole) for z, mass in sorted(masses.items()) if mass > 0))


WATER_H2O: Final = Composition.of("water", {1: 0.111894, 8: 0.888106})
ICRU_SOFT_TISSUE: Final = Composition.of(
    "ICRU four-component soft tissue", {1: 0.101172, 6: 0.111, 7: 0.026, 8: 0.761828}
)


@cache
def schneider() -> tuple[Composition, ...]:
    """Return the tissues of Schneider 2000 in the order of their CT numbers."""
    _, table = load("schneider_materials")
    elements = [(int(name[1:]), column) for name, column in table.items() if name != "from_hu"]
    return tuple(
        Composition.of(f"tissue from {hu:g} HU", {z: float(column[row]) for z, column in elements})
        for row, hu in enumerate(table["from_hu"])
    )


def tissue_of_density(density_g_ml: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return which tissue of :func:`schneider` has a density.

    CT numbers were turned into densities before they were averaged over a voxel; the composition is the one whose
    densities hold this one. Between 1.076 and 1.120 g/mL soft tissue and marrow-rich bone overlap; soft tissue is
    taken, so that contrast medium does not turn a kidney into bone.

    Parameters
    ----------
    density_g_ml : ndarray
        [g/mL].
    """
    return np.searchsorted(_lowest_densities(), density_g_ml, side="right").astype(np.uint8)


@cache
def _lowest_densities() -> NDArray[np.float64]:
    """Return the density at which each tissue after the first begins [g/mL]; it rises from one to the next."""
    _, table = load("schneider_materials")
    hu = table["from_hu"][1:]
    soft_ends = density_from_hu(_BONE_FROM_HU - 1)
    return np.asarray(np.where(hu < _BONE_FROM_HU, density_from_hu(hu), np.maximum(density_from_hu(hu), soft_ends)))
