"""What is asked of a voxel engine, and how absorbed energy becomes dose.

An engine says where the energy of the decays goes; dividing by the mass of each voxel is the same for all of them.
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.energy import GY_G_PER_MBQ_H_KEV
from lutetia.dosimetry.voxel.body import Body
from lutetia.reference.point_kernel import Component
from lutetia.reference.tissue import SOFT_TISSUE
from lutetia.volume import Volume

LEAST_DENSITY_G_ML: Final = 0.1
"""Below this a voxel is air, and no dose is stated for it; inflated lung is about 0.26 g/mL."""


class VoxelEngine(Protocol):
    """Says where on a grid the energy of decays is absorbed."""

    @property
    def description(self) -> str:
        """Name, kernel and medium in words, for reports."""
        ...

    @property
    def transports_photons(self) -> bool:
        """Whether photons are followed at all; an engine that leaves them out gives no cross-dose."""
        ...

    def in_body(self, body: Body | None) -> VoxelEngine:
        """Return the engine for a body, as far as it looks at one; None: soft tissue everywhere."""
        ...

    def absorbed(
        self, decays: NDArray[np.float32], spacing_mm: tuple[float, float, float], component: Component = "total"
    ) -> NDArray[np.float32]:
        """Return the energy absorbed in each voxel.

        Parameters
        ----------
        decays : ndarray, axes (z, y, x)
            Decays in each voxel, in any unit [MBq h].
        spacing_mm : tuple of float
            Voxel size along axes 0, 1, 2 [mm].
        component : str
            ``total``, ``electron`` or ``photon`` by what left the nucleus.

        Returns
        -------
        ndarray
            Energy, in the unit of ``decays`` times keV [MBq h keV].
        """
        ...


def dose_map(engine: VoxelEngine, tia: Volume, density: Volume | None = None) -> Volume:
    """Return the absorbed dose for a map of time-integrated activity.

    Parameters
    ----------
    engine : VoxelEngine
    tia : Volume
        Time-integrated activity concentration [Bq h/mL].
    density : Volume, optional
        Density on the same grid [g/mL]; without it every voxel is soft tissue of 1.04 g/mL.

    Returns
    -------
    Volume
        Absorbed dose [Gy]; 0 in air (below 0.1 g/mL), where none is stated. What rounding of the transforms leaves
        below 0 is set to 0.
    """
    if tia.unit != "Bq h/mL":
        raise ValueError(f"a dose map is made from time-integrated activity in Bq h/mL, not {tia.unit}")
    if density is not None and (density.unit != "g/mL" or not density.geometry.matches(tia.geometry)):
        raise ValueError("density must be in g/mL on the grid of the activity")
    grid = tia.geometry
    body = None if density is None else Body.from_density(density.values)
    energy = engine.in_body(body).absorbed(tia.values * np.float32(grid.voxel_ml * 1e-6), grid.spacing_mm)
    gram = grid.voxel_ml * (SOFT_TISSUE.density_g_ml if density is None else density.values)
    with np.errstate(divide="ignore", invalid="ignore"):
        dose = np.clip(energy, 0, None) * np.float32(GY_G_PER_MBQ_H_KEV) / np.float32(gram)
    return tia.with_values(np.where(gram < LEAST_DENSITY_G_ML * grid.voxel_ml, np.float32(0), dose), "Gy")
