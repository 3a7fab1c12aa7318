"""The simplest engine: every electron's energy stays in the voxel where it was emitted.

Photons are left out: they leave a voxel almost entirely and, in a kidney, add some 2 % to the dose. For voxels of 4 mm
and more, blurred by a camera's resolution of 10 mm and more, electrons travel less than the image can show.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.voxel.body import Body
from lutetia.reference.nuclide import Nuclide
from lutetia.reference.point_kernel import Component


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Local deposition of the electron energy of a nuclide; photon energy leaves the grid."""

    nuclide: Nuclide

    @property
    def description(self) -> str:
        """Name and energy in words."""
        return (
            f"local deposition of {self.nuclide.electron_kev:g} keV of electrons per decay of {self.nuclide.name}; "
            "photon dose is left out"
        )

    @property
    def transports_photons(self) -> bool:
        """Photons are left out."""
        return False

    def in_body(self, body: Body | None) -> LocalEngine:
        """Return itself: what stays where it arises does not depend on the tissue."""
        return self

    def absorbed(
        self, decays: NDArray[np.float32], spacing_mm: tuple[float, float, float], component: Component = "total"
    ) -> NDArray[np.float32]:
        """Return the energy absorbed in each voxel; see :class:`VoxelEngine`."""
        kev = 0.0 if component == "photon" else self.nuclide.electron_kev
        return np.asarray(decays * np.float32(kev), dtype=np.float32)
