"""How much dose does a region get from the photons of everything else in the field?

The camera's blur is undone as far as the contours allow it: what was seen inside a region's contour is scaled to the
region's own time-integrated activity, and what lies outside all regions is lowered by as much as was seen there of
them. From the energy of all photons absorbed in a region, that of its own photons is taken off: its own are in the mean
dose already, for a sphere of its mass. A photon's dose hardly depends on the density of the tissue that it meets
(energy per mass; mass energy-absorption coefficients of lung, muscle and soft tissue differ by 1 % at 208 keV, those of
bone at 113 keV by up to a half), so the energy absorbed in soft tissue is divided by the mass of as much soft tissue.

The Monte Carlo engine follows only the photons of everything else, once for each region, through the CT's own tissues;
what they leave is divided by the CT's own mass, and its statistical uncertainty goes with the dose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from lutetia.dosimetry.energy import GY_G_PER_MBQ_H_KEV
from lutetia.dosimetry.voxel.body import Body
from lutetia.dosimetry.voxel.engine import VoxelEngine
from lutetia.dosimetry.voxel.monte_carlo import MonteCarloEngine
from lutetia.quantification.division import Division
from lutetia.quantification.patch import Array, Box, Patch
from lutetia.reference.tissue import SOFT_TISSUE
from lutetia.volume import Coverage, Geometry, Volume

MOST_PHOTONS: Final = 10_000_000
"""Followed for one region at most: the dose from elsewhere is some per cent of the region's own, and is then known to a
few per cent of itself where the region is as small as a few millilitres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a region emits.

    Attributes
    ----------
    ratio_h : float
        Its time-integrated activity over its activity at the reference scan [h].
    recovery : float
        Of its activity at the reference scan; 1 where nothing is corrected.
    """

    ratio_h: float
    recovery: float = 1.0

    @property
    def scale(self) -> float:
        """What the activity inside the contour is multiplied with for the region's own."""
        return 1 / self.recovery if self.recovery > 0 else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossDose:
    """Dose from photons emitted elsewhere.

    Attributes
    ----------
    gy : float
    sigma_gy : float
        Its statistical standard uncertainty; 0 where the engine leaves nothing to chance [Gy].
    """

    gy: float
    sigma_gy: float = 0.0


def cross_doses(
    engine: VoxelEngine,
    activity: Volume,
    covered: Mapping[str, Coverage],
    division: Division,
    sources: Mapping[str, Source],
    rest_h: float,
    density: Volume | None = None,
) -> dict[str, CrossDose]:
    """Return each region's dose from photons emitted outside it.

    Parameters
    ----------
    engine : VoxelEngine
    activity : Volume
        At the reference scan [Bq/mL]; negative values count as 0.
    covered : mapping of str to Coverage
        Regions on the grid of ``activity``.
    division : Division
        The same regions as parts without overlap.
    sources : mapping of str to Source
    rest_h : float
        Time-integrated activity over activity at the reference scan of what lies outside all regions [h].
    density : Volume, optional
        Of the CT on the grid of ``activity`` [g/mL]; only the Monte Carlo engine looks at it.
    """
    grid = activity.geometry
    seen = np.clip(activity.values, 0, None) * np.float32(grid.voxel_ml * 1e-6)
    emitted = {
        name: Patch(part.box, part.values * seen[part.box] * np.float32(sources[name].scale * sources[name].ratio_h))
        for name, part in division.parts.items()
    }
    decays = _outside(seen, division, sources) * np.float32(rest_h)
    for patch in emitted.values():
        decays[patch.box] += patch.values
    own = {
        name: _own(Patch.around(region.fractions), name, division, emitted) for name, region in covered.items()
    }  # fmt: skip
    if isinstance(engine, MonteCarloEngine):
        return _followed(engine, grid, decays, own, covered, density)
    absorbed = engine.absorbed(decays, grid.spacing_mm, "photon")
    gram_per_voxel = grid.voxel_ml * SOFT_TISSUE.density_g_ml
    doses = {}
    for name, region in covered.items():
        whole = Patch.around(region.fractions)
        by_itself = engine.absorbed(own[name].values, grid.spacing_mm, "photon")
        kev = whole.measure(absorbed) - float(np.sum(by_itself * whole.values, dtype=np.float64))
        gram = float(whole.values.sum(dtype=np.float64)) * gram_per_voxel
        doses[name] = CrossDose(gy=max(0.0, kev) * GY_G_PER_MBQ_H_KEV / gram)
    return doses


def _followed(
    engine: MonteCarloEngine, grid: Geometry, decays: Array, own: Mapping[str, Patch], covered: Mapping[str, Coverage],
    density: Volume | None,
) -> dict[str, CrossDose]:  # fmt: skip
    """Return what photons of all activity but its own leave in each region, followed through the CT."""
    body = None if density is None else Body.from_density(density.values)
    engine = replace(engine.in_body(body), most_histories=min(engine.most_histories, MOST_PHOTONS))
    doses = {}
    for name, region in covered.items():
        part = region.fractions
        others = decays.copy()
        others[own[name].box] -= own[name].values
        found = engine.certain_in({name: part}).followed(others, grid.spacing_mm, "photon").regions
        kev, sigma = found.get(name, (0.0, 0.0))
        weight = SOFT_TISSUE.density_g_ml * part if density is None else density.values * part
        gy = kev * GY_G_PER_MBQ_H_KEV / (float(weight.sum(dtype=np.float64)) * grid.voxel_ml)
        doses[name] = CrossDose(gy=gy, sigma_gy=gy * sigma if gy > 0 else 0.0)
    return doses


def _outside(seen: Array, division: Division, sources: Mapping[str, Source]) -> Array:
    """Return what lies outside all regions, without what was seen there of them [MBq]."""
    outside = seen * division.left_over((seen.shape[0], seen.shape[1], seen.shape[2]))
    spilled = sum(part.measure(seen) * (sources[name].scale - 1) for name, part in division.parts.items())
    total = float(outside.sum(dtype=np.float64))
    return outside * np.float32(max(0.0, 1 - spilled / total) if total > 0 else 0.0)


def _own(region: Patch, name: str, division: Division, emitted: Mapping[str, Patch]) -> Patch:
    """Return what a region emits itself, that of smaller regions inside it included, within its box [MBq h]."""
    own = np.zeros(region.values.shape, dtype=np.float32)
    for other, voxels in division.shares[name].items():
        patch, part = emitted[other], division.parts[other]
        inside = 1.0 if other == name else min(1.0, voxels / float(part.values.sum(dtype=np.float64)))
        _add(own, region.box, Patch(patch.box, patch.values * np.float32(inside)))
    return Patch(region.box, own)


def _add(field: Array, box: Box, patch: Patch) -> None:
    """Add the part of a patch that lies in a box to a field over that box."""
    shared = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(box, patch.box, strict=True)]
    if any(s.start >= s.stop for s in shared):
        return
    here, there = (
        tuple(slice(s.start - b.start, s.stop - b.start) for s, b in zip(shared, origin, strict=True))
        for origin in (box, patch.box)
    )
    field[here] += patch.values[there]
