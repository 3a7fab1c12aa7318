"""What does the body consist of, voxel by voxel, for an engine that looks at it?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lutetia.reference.material import ICRU_SOFT_TISSUE, Composition, schneider, tissue_of_density
from lutetia.reference.tissue import SOFT_TISSUE


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Density and material on a grid.

    Attributes
    ----------
    density_g_ml : ndarray, axes (z, y, x)
        [g/mL].
    material : ndarray, axes (z, y, x)
        Index into ``materials``.
    materials : tuple of Composition
    """

    density_g_ml: NDArray[np.float32]
    material: NDArray[np.uint8]
    materials: tuple[Composition, ...]

    def __post_init__(self) -> None:
        if self.density_g_ml.shape != self.material.shape:
            raise ValueError(f"densities {self.density_g_ml.shape} and materials {self.material.shape} differ in shape")
        if self.material.max() >= len(self.materials):
            raise ValueError(f"material {self.material.max()} of {len(self.materials)}")

    @classmethod
    def from_density(cls, density_g_ml: NDArray[np.floating]) -> Body:
        """Return the body of a CT: each density has the tissue of Schneider 2000 to which it belongs."""
        density = np.ascontiguousarray(density_g_ml, dtype=np.float32)
        return cls(density, tissue_of_density(density), schneider())

    @classmethod
    def uniform(
        cls,
        shape: tuple[int, ...],
        material: Composition = ICRU_SOFT_TISSUE,
        density_g_ml: float = SOFT_TISSUE.density_g_ml,
    ) -> Body:
        """Return a body of one material that fills the grid."""
        return cls(np.full(shape, density_g_ml, dtype=np.float32), np.zeros(shape, dtype=np.uint8), (material,))
