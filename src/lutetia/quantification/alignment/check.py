"""May a deformation be used, or does the rigid motion stay?

Three looks at it: whether tissue folds or changes its volume by more than any does, whether there is a way back, and
whether less is left between the two images than the rigid motion left. One that fails is not repaired: the rigid motion
is used, and what failed is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lutetia.quantification.alignment.residual import LEAST_BLOCKS, Residual
from lutetia.volume import Deformation, Mask, nodes_of, resample_mask

SMALLEST_FACTOR, LARGEST_FACTOR = 0.25, 4.0
"""Of volume, about any place of the patient. Lutetia's choice: tissue hardly changes its volume and lung in quiet
breathing by a third, but bladder, stomach and bowel fill and empty severalfold between two scans."""
LARGEST_DISPLACEMENT_MM: Final = 40.0
"""Beside the rigid motion. Lutetia's choice: free breathing moves the diaphragm by 10 to 20 mm, a deep breath by 40."""
WAY_BACK_WITHIN_MM: Final = 1.0
"""There and back, anywhere in the patient."""
NOISE_OF_THE_RESIDUAL_MM: Final = 0.5
"""Where a block lies is read to about a tenth of a voxel: so much more than the rigid motion leaves is not yet worse,
and so much less not yet better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeformationCheck:
    """How a deformation fared.

    Attributes
    ----------
    smallest_factor, largest_factor : float
        Of volume, over the patient.
    largest_mm : float
        The largest displacement beside the rigid motion, in the patient [mm].
    way_back_mm : float
        How far from itself a place comes to lie, there and back, at most [mm].
    residual : Residual
        What the deformation leaves.
    rigid_residual : Residual
        What the rigid motion alone leaves.
    """

    smallest_factor: float
    largest_factor: float
    largest_mm: float
    way_back_mm: float
    residual: Residual
    rigid_residual: Residual

    @property
    def failed(self) -> tuple[str, ...]:
        """Which checks it failed, and by how much; none where it is used."""
        return (*self._of_tissue(), *self._of_residual())

    def _of_tissue(self) -> list[str]:
        said = []
        if self.smallest_factor <= 0:
            said.append(f"tissue folds (Jacobian determinant down to {self.smallest_factor:.2f})")
        elif self.smallest_factor < SMALLEST_FACTOR:
            said.append(
                f"tissue shrinks to {self.smallest_factor:.2f} of its volume; at least {SMALLEST_FACTOR:g} is taken"
            )
        if self.largest_factor > LARGEST_FACTOR:
            said.append(
                f"tissue swells to {self.largest_factor:.1f} times its volume; at most {LARGEST_FACTOR:g} is taken"
            )
        if self.largest_mm > LARGEST_DISPLACEMENT_MM:
            said.append(
                f"a place is displaced by {self.largest_mm:.0f} mm; at most {LARGEST_DISPLACEMENT_MM:g} mm is taken"
            )
        if self.way_back_mm > WAY_BACK_WITHIN_MM:
            said.append(f"there and back a place lies {self.way_back_mm:.1f} mm off")
        return said

    def _of_residual(self) -> list[str]:
        after, rigid = self.residual, self.rigid_residual
        if after.blocks < LEAST_BLOCKS:
            return [f"only {after.blocks} places can be recognised in both afterwards"]
        said = [
            f"{now:.1f} mm are left in the {what}, and the rigid motion leaves {then:.1f} mm"
            for what, now, then in (
                ("median", after.median_mm, rigid.median_mm),
                ("90th percentile", after.high_mm, rigid.high_mm),
            )
            if now > then + NOISE_OF_THE_RESIDUAL_MM
        ]
        gain = max(rigid.median_mm - after.median_mm, rigid.high_mm - after.high_mm)
        if not said and gain < NOISE_OF_THE_RESIDUAL_MM:
            now, then = (f"{one.median_mm:.1f} and {one.high_mm:.1f} mm" for one in (after, rigid))
            said.append(f"it gains nothing: median and 90th percentile are {now}, of the rigid motion {then}")
        if after.correlation < rigid.correlation:
            now, then = f"{after.correlation:.3f}", f"{rigid.correlation:.3f}"
            said.append(f"the images are less alike (correlation {now}, rigid {then})")
        return said

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "used": not self.failed,
            "failed": list(self.failed),
            "jacobian": [self.smallest_factor, self.largest_factor],
            "largest_displacement_mm": self.largest_mm,
            "way_back_mm": self.way_back_mm,
            "residual_median_mm": self.residual.median_mm,
            "residual_90th_percentile_mm": self.residual.high_mm,
            "correlation": self.residual.correlation,
            "rigid_residual_median_mm": self.rigid_residual.median_mm,
            "rigid_residual_90th_percentile_mm": self.rigid_residual.high_mm,
            "rigid_correlation": self.rigid_residual.correlation,
        }


def checked(deformation: Deformation, patient: Mask, after: Residual, rigid: Residual) -> DeformationCheck:
    """Look at a deformation.

    Parameters
    ----------
    deformation : Deformation
    patient : Mask
        In the first scan.
    after, rigid : Residual
        What the deformation leaves, and what the rigid motion alone leaves.
    """
    within = resample_mask(patient, deformation.grid).voxels
    places = nodes_of(deformation.grid)[within]
    there = deformation.point(places)
    smallest, largest = deformation.jacobian_range(within)
    return DeformationCheck(
        smallest_factor=smallest,
        largest_factor=largest,
        largest_mm=float(np.linalg.norm(deformation.displaced_mm(places), axis=-1).max()),
        way_back_mm=float(np.linalg.norm(deformation.before(there) - places, axis=-1).max()),
        residual=after,
        rigid_residual=rigid,
    )
