"""How is dose spread over a region's volume?

From voxels of a dose map. A map of SPECT keeps the camera's blur: near edges it is too low, hot spots are flattened,
and noise widens the histogram; spread over a volume smaller than a few resolution widths says little. The mean of a
histogram is therefore not the region's dose, which is computed from activity and mass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lutetia.dosimetry.exponential import Exponential
from lutetia.dosimetry.radiobiology.bed import bed_of_voxels
from lutetia.dosimetry.radiobiology.protraction import protraction_factor
from lutetia.quantification.cover import cover
from lutetia.reference.radiobiology import Repair
from lutetia.volume import Coverage, Mask, Volume

Array = NDArray[np.float64]

BLUR_NOTE = (
    "Dose-volume histograms come from the dose map, which keeps the camera's blur and noise: edges are too low, and "
    "the spread inside a region is not that of the dose alone."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dvh:
    """Dose or BED over the volume of a region.

    Attributes
    ----------
    values_gy : ndarray
        In falling order [Gy]; read-only.
    volumes_ml : ndarray
        Volume of each value [mL]; read-only.
    """

    values_gy: Array = field(repr=False)
    volumes_ml: Array = field(repr=False)

    def __post_init__(self) -> None:
        for array in (self.values_gy, self.volumes_ml):
            array.flags.writeable = False

    @property
    def volume_ml(self) -> float:
        """Volume of the region [mL]."""
        return float(self.volumes_ml.sum())

    @property
    def mean_gy(self) -> float:
        """Mean over the volume [Gy]."""
        return float(self.values_gy @ self.volumes_ml / self.volumes_ml.sum())

    @property
    def max_gy(self) -> float:
        """Largest value [Gy]."""
        return float(self.values_gy[0])

    @property
    def min_gy(self) -> float:
        """Smallest value [Gy]."""
        return float(self.values_gy[-1])

    def dose_gy(self, percent: float) -> float:
        """Return D_x: the least value within the hottest ``percent`` of the volume [Gy]."""
        if not 0 < percent <= 100:
            raise ValueError(f"a part of the volume lies above 0 and up to 100 %, not {percent}")
        filled = np.cumsum(self.volumes_ml)
        index = int(np.searchsorted(filled, percent / 100 * filled[-1] * (1 - 1e-12)))
        return float(self.values_gy[min(index, len(self.values_gy) - 1)])

    def curve(self, points: int = 101) -> tuple[Array, Array]:
        """Return the cumulative histogram: values from 0 to the largest [Gy], and the volume at or above them [%]."""
        gy = np.linspace(0.0, self.max_gy, points)
        above = np.concatenate([[0.0], np.cumsum(self.volumes_ml)])
        index = np.searchsorted(-self.values_gy, -gy, side="right")
        return gy, 100 * above[index] / above[-1]


def dvh(values: Volume, region: Mask | Coverage) -> Dvh:
    """Return the histogram of a map over a region.

    Parameters
    ----------
    values : Volume
        Dose or BED [Gy].
    region : Mask or Coverage
        A mask may lie on another grid; voxels at its edge count with the part that it covers.

    Raises
    ------
    ValueError
        If the map is not in gray, or the region holds nothing of it.
    """
    if values.unit != "Gy":
        raise ValueError(f"a histogram of dose needs gray, not {values.unit}")
    covered = cover(region, values.geometry) if isinstance(region, Mask) else region
    if not covered.geometry.matches(values.geometry):
        raise ValueError(f"coverage '{covered.name}' and map lie on different grids")
    held = covered.fractions > 0
    if not held.any():
        raise ValueError(f"region '{covered.name}' holds nothing of the map")
    return of_values(values.values[held], covered.fractions[held] * values.geometry.voxel_ml)


def of_values(gy: ArrayLike, volumes_ml: ArrayLike) -> Dvh:
    """Return the histogram of values [Gy] with their volumes [mL]."""
    found, weights = np.asarray(gy, dtype=np.float64), np.asarray(volumes_ml, dtype=np.float64)
    order = np.argsort(-found, kind="stable")
    return Dvh(values_gy=found[order], volumes_ml=weights[order])


def bed_values(doses: Dvh, terms: Sequence[Exponential], repair: Repair) -> Dvh:
    """Return the histogram of BED from that of dose, every voxel with the region's kinetics.

    BED grows with dose, so the order stays.
    """
    g = protraction_factor(terms, repair_half_life_h=repair.repair_half_life_h)
    beds = bed_of_voxels(doses.values_gy, protraction=g, alpha_beta_gy=repair.alpha_beta_gy)
    return Dvh(values_gy=beds, volumes_ml=doses.volumes_ml.copy())
