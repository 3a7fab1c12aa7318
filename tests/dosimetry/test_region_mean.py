"""Region means on the coarse grid of a SPECT against bodies of known shape, imaged perfectly.

The activity image is perfect: every 4.8 mm voxel holds the exact mean over itself, without blur or noise; contours are
true on a finer CT grid. The truth has no grid at all: two random points of an ellipsoid that lie r apart in a random
direction are both inside with a probability in closed form (the sphere's, 1 - 3r/4R + r^3/16R^3; Berger, MIRD pamphlet
7, 1971; along each direction stretched to the ellipsoid's width), and the point kernel (EGSnrc) is integrated with it;
photons from the other bodies are summed over pairs of points. Energy goes in straight lines, so what surrounds a convex
body does not change its own energy: the lesion in lung has the truth of a lesion in soft tissue.

The CT grid is fine (0.8 x 0.8 x 1.0 mm) so that the contours are true. On one of 1.0 x 1.0 x 1.5 mm the lesion in lung,
placed as here, is drawn 0.6 % too small and its mean is 1.1 % too high: then the contour decides, not the SPECT grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from math import log, pi

import numpy as np
import pytest

from lutetia.dosimetry import CycleInput, KernelEngine, ScanInput, dose_of_cycle
from lutetia.dosimetry.energy import GY_G_PER_MBQ_H_KEV
from lutetia.dosimetry.organ import absorbed_kev
from lutetia.dosimetry.result import CycleDose, DoseValue
from lutetia.quantification.cover import cover
from lutetia.reference.nuclide import LU177
from lutetia.reference.point_kernel import point_kernel
from lutetia.reference.tissue import SOFT_TISSUE
from lutetia.volume import Geometry, Mask, Volume, resample_mask
from lutetia.volume.blur import FWHM_PER_SIGMA

WITHIN = 0.01
"""Asked for by the design."""
LOST_BY_READING = (0.03, 0.30)
"""What whole voxels at the edge cost: about 5 % in a kidney, 10 % in salivary glands and a lesion of 30 mL, 5 to 25 %
in one of 2 mL, as its edge happens to fall on the grid. The lesion in lung loses less: its edge voxels weigh less."""
MORE_LOST_BY_PARTS = 1.1
"""Weighting the edge voxels with the part that is covered loses more still: they hold the activity of a part only."""
SAME_SHAPE = 1e-3
"""Numerical integration over directions, against the closed form of a sphere."""

SPECT = Geometry(shape=(32, 28, 44), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-104.1, -65.3, -75.2))
CT = Geometry(shape=(144, 150, 245), spacing_mm=(1.0, 0.8, 0.8), origin_mm=(-97.6, -59.3, -71.0))
NO_BLUR_MM = FWHM_PER_SIGMA * 4.8 / 12**0.5
"""Resolution of an image that is blurred by its voxels alone."""
LUNG_G_ML = 0.26
START = datetime(2026, 1, 12, 10, tzinfo=UTC)
HOURS, HALF_LIFE_H = (4.0, 24.0, 72.0, 168.0), 45.0
FINER = 8


@dataclass(frozen=True)
class Body:
    """An ellipsoid: centre (x, y, z) and half axes [mm], and its activity at the start [MBq/mL]."""

    centre: tuple[float, float, float]
    half: tuple[float, float, float]
    mbq_ml: float

    @property
    def ml(self) -> float:
        return 4 / 3 * pi * float(np.prod(self.half)) / 1000

    def holds(self, grid: Geometry) -> np.ndarray:
        z, y, x = (
            (np.arange(n) * d + o - c) / h
            for n, d, o, c, h in zip(
                grid.shape, grid.spacing_mm, grid.origin_mm[::-1], self.centre[::-1], self.half[::-1], strict=True
            )
        )
        return z[:, None, None] ** 2 + y[:, None] ** 2 + x**2 < 1


def ball(ml: float) -> tuple[float, float, float]:
    return ((3000 * ml / (4 * pi)) ** (1 / 3),) * 3


BODIES = {
    "kidney_left": Body((-58.3, 2.1, 4.4), (28.1, 27.1, 47.0), 0.6),
    "parotid_left": Body((3.7, -31.2, -30.6), (13.0, 17.0, 27.0), 0.5),
    "L30": Body((7.2, 21.4, 31.1), ball(30), 0.8),
    "L2": Body((11.9, 28.8, -42.3), ball(2), 0.8),
    "L2_in_lung": Body((64.6, -5.3, 3.1), ball(2), 0.8),
}
LUNG = Body((64.6, -5.3, 3.1), (27.0, 50.0, 60.0), 0.0)


def perfect() -> np.ndarray:
    """MBq/mL at the start: the mean of many points in each voxel."""
    step = SPECT.spacing_mm[0] / FINER
    first = tuple(o + step * (1 - FINER) / 2 for o in SPECT.origin_mm)
    fine = Geometry(shape=tuple(n * FINER for n in SPECT.shape), spacing_mm=(step,) * 3, origin_mm=first)
    values = np.zeros(SPECT.shape)
    for body in BODIES.values():
        z, y, x = SPECT.shape
        part = body.holds(fine).reshape(z, FINER, y, FINER, x, FINER).mean(axis=(1, 3, 5))
        values += part * (body.mbq_ml * body.ml / (part.sum() * SPECT.voxel_ml))
    return values


def truth_gy(name: str) -> float:
    """Mean dose without any grid: its own energy, and photons from the other bodies."""
    body = BODIES[name]
    tia_h = HALF_LIFE_H / log(2)
    own = body.mbq_ml * own_kev(body) / SOFT_TISSUE.density_g_ml
    others = sum(other.mbq_ml * other.ml * photons_kev_g(other, body) for n, other in BODIES.items() if n != name)
    return tia_h * GY_G_PER_MBQ_H_KEV * (own + others)


def own_kev(body: Body) -> float:
    """Energy per decay that a uniformly filled ellipsoid of soft tissue absorbs itself."""
    kernel = point_kernel("Lu-177")
    cosines, weights = np.polynomial.legendre.leggauss(24)
    turns = (np.arange(24) + 0.5) * pi / 48
    sines = np.sqrt(1 - cosines[:, None] ** 2)
    x, y, z = (sines * np.cos(turns), sines * np.sin(turns), cosines[:, None] + 0 * turns)
    a, b, c = (h / 10 for h in body.half)
    width_cm = 1 / np.sqrt((x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2)
    radii = np.concatenate([np.linspace(0, 0.3, 1201), np.geomspace(0.3, 2 * max(a, b, c), 1200)[1:]])
    energy = np.diff(kernel.within_kev(radii, medium=SOFT_TISSUE))
    t = np.minimum((radii[1:] + radii[:-1])[:, None, None] / 2 / width_cm, 2.0)
    both = ((1 - 3 * t / 4 + t**3 / 16).mean(axis=2) * weights).sum(axis=1) / 2
    return float((energy * both).sum())


def photons_kev_g(source: Body, target: Body, points: int = 400) -> float:
    """Photon energy per decay and gram from one body in another, in soft tissue throughout."""
    random = np.random.default_rng(177)

    def inside(body: Body) -> np.ndarray:
        on = random.standard_normal((points, 3))
        on *= random.random((points, 1)) ** (1 / 3) / np.linalg.norm(on, axis=1, keepdims=True)
        return (on * body.half + body.centre) / 10

    apart = np.linalg.norm(inside(source)[:, None] - inside(target), axis=-1)
    spread = point_kernel("Lu-177").density_kev_cm3(apart, "photon", medium=SOFT_TISSUE)
    return float(spread.mean()) / SOFT_TISSUE.density_g_ml


@cache
def contour(name: str) -> Mask:
    return Mask(voxels=BODIES[name].holds(CT), geometry=CT, name=name)


@cache
def dosed() -> CycleDose:
    density = np.full(CT.shape, SOFT_TISSUE.density_g_ml, dtype=np.float32)
    masks = {name: contour(name) for name in BODIES}
    density[LUNG.holds(CT) & ~masks["L2_in_lung"].voxels] = LUNG_G_ML
    image = perfect() * 1e6
    scans = tuple(
        ScanInput(
            activity=Volume(values=image * 2 ** (-h / HALF_LIFE_H), geometry=SPECT, unit="Bq/mL"),
            hours=h,
            acquired_at=START + timedelta(hours=h),
            regions=masks,
            fwhm_mm=NO_BLUR_MM,
            density=Volume(values=density, geometry=CT, unit="g/mL"),
        )
        for h in HOURS
    )
    return dose_of_cycle(
        CycleInput(
            cycle=1,
            agent="[177Lu]Lu-PSMA-617",
            given_mbq=7400,
            nuclide=LU177,
            scans=scans,
            engine=KernelEngine("Lu-177"),
        )
    )


def chain_gy(name: str) -> float:
    value = next(r for r in dosed().regions if r.region == name).corrected
    assert isinstance(value, DoseValue)
    assert value.total_dose_gy is not None
    return value.total_dose_gy


def read_off_gy(name: str) -> float:
    """What a mean over the voxels of the dose map says whose centres lie in the contour."""
    made = dosed().dose_map
    assert made is not None
    return resample_mask(contour(name), SPECT).mean(made)


@pytest.mark.parametrize("name", BODIES)
def test_with_perfect_activity_region_means_are_right_within_one_percent(name: str) -> None:
    assert chain_gy(name) == pytest.approx(truth_gy(name), rel=WITHIN)


@pytest.mark.parametrize("name", BODIES)
def test_reading_the_mean_off_the_dose_map_loses_dose_at_the_edge(name: str) -> None:
    low, high = LOST_BY_READING
    assert low < 1 - read_off_gy(name) / truth_gy(name) < high


@pytest.mark.parametrize("name", BODIES)
def test_weighting_with_covered_parts_loses_more_still(name: str) -> None:
    made = dosed().dose_map
    assert made is not None
    by_parts = cover(contour(name), SPECT).mean(made)
    assert 1 - by_parts / truth_gy(name) > MORE_LOST_BY_PARTS * (1 - read_off_gy(name) / truth_gy(name))


def test_the_truth_of_an_ellipsoid_is_that_of_the_sphere_where_it_is_one() -> None:
    lesion = BODIES["L30"]
    assert own_kev(lesion) == pytest.approx(absorbed_kev(lesion.ml * SOFT_TISSUE.density_g_ml), rel=SAME_SHAPE)
