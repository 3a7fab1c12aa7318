"""A dose map with curves of voxels: sums stay the regions', and a part of a region that washes out slower shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log

import numpy as np
import pytest

from lutetia.dosimetry import CycleInput, LocalEngine, ScanInput, dose_of_cycle
from lutetia.dosimetry.result import CycleDose
from lutetia.dosimetry.voxel_map import OnOneGrid
from lutetia.errors import InputError
from lutetia.reference.nuclide import LU177
from lutetia.volume import Geometry, Mask, Volume

GRID = Geometry(shape=(20, 20, 20), spacing_mm=(4.8, 4.8, 4.8))
START = datetime(2026, 1, 12, 10, tzinfo=UTC)
HOURS = (4.0, 24.0, 72.0, 168.0)
SINGLE_PRECISION = 1e-5
STEPS_OF_THE_LINE = 5e-3
"""Forty steps along the line of rates, a parabola between them; and one exponential for a region of two."""
WEIGHTED_BY_COUNTS = 0.03
"""The half with more counts weighs more in the spread."""
SLOW, FAST = 80.0, 30.0


def liver() -> Mask:
    voxels = np.zeros(GRID.shape, dtype=bool)
    voxels[5:15, 5:15, 5:15] = True
    return Mask(voxels=voxels, geometry=GRID, name="liver")


def image(hours: float) -> Volume:
    """Two halves, one of which washes out slower, in nothing."""
    values = np.zeros(GRID.shape)
    values[5:10, 5:15, 5:15] = 1e6 * 2 ** (-hours / SLOW)
    values[10:15, 5:15, 5:15] = 1e6 * 2 ** (-hours / FAST)
    return Volume(values=values, geometry=GRID, unit="Bq/mL")


def dosed(how: str, hours: tuple[float, ...] = HOURS) -> CycleDose:
    scans = tuple(
        ScanInput(activity=image(h), hours=h, acquired_at=START + timedelta(hours=h), regions={"liver": liver()})
        for h in hours
    )
    grid = OnOneGrid(activities=tuple(s.activity for s in scans), hours=hours, durations=None, reference=1)
    return dose_of_cycle(
        CycleInput(
            cycle=1,
            agent="[177Lu]Lu-PSMA-617",
            given_mbq=7400,
            nuclide=LU177,
            scans=scans,
            engine=LocalEngine(LU177),
            reference_scan=1,
            density_elsewhere_g_ml=1.05,
            models={"liver": "mono-exponential"},
            on_one_grid=None if how == "of the region" else grid,
            voxel_curves=how,
        )
    )


@pytest.mark.parametrize("how", ["fitted", "integrated"])
def test_the_sum_over_a_region_is_what_its_own_curve_says(how: str) -> None:
    region, voxels = dosed("of the region"), dosed(how)
    assert region.tia_map is not None
    assert voxels.tia_map is not None
    inside = liver().voxels
    assert voxels.tia_map.values[inside].sum() == pytest.approx(
        region.tia_map.values[inside].sum(), rel=SINGLE_PRECISION
    )


def test_each_half_has_the_integral_of_its_own_washout() -> None:
    found = dosed("fitted")
    assert found.tia_map is not None
    slow, fast = (found.tia_map.values[part, 5:15, 5:15].mean() for part in (slice(5, 10), slice(10, 15)))
    assert slow / fast == pytest.approx(SLOW / FAST, rel=STEPS_OF_THE_LINE)
    region = dosed("of the region").tia_map
    assert region is not None
    same = region.values[5:10, 5:15, 5:15].mean() / region.values[10:15, 5:15, 5:15].mean()
    assert same == pytest.approx(2 ** (24 / FAST - 24 / SLOW), rel=SINGLE_PRECISION)


def test_the_map_says_which_voxels_have_kinetics_of_their_own() -> None:
    found = dosed("fitted")
    assert found.own_kinetics is not None
    assert found.own_kinetics.values[liver().voxels].all()
    (spread,) = (one for one in found.spread_of_voxels if one.region == "liver")
    assert (spread.voxels, spread.from_region) == (1000, 0.0)
    assert spread.spread == pytest.approx(log(SLOW / FAST) / 2, rel=WEIGHTED_BY_COUNTS)


def test_the_mean_dose_of_the_region_is_not_touched() -> None:
    region, voxels = dosed("of the region"), dosed("fitted")
    assert region.regions[0].uncorrected == voxels.regions[0].uncorrected


def test_words_follow_the_choice() -> None:
    assert any("one exponential per voxel" in said for said in dosed("fitted").assumptions)
    assert any("straight lines" in said for said in dosed("integrated").assumptions)
    assert any("one curve per region" in said for said in dosed("of the region").assumptions)


def test_two_scans_say_nothing_of_a_voxels_noise() -> None:
    with pytest.raises(InputError, match="at least 3"):
        OnOneGrid(activities=(image(4.0), image(24.0)), hours=(4.0, 24.0), durations=None, reference=0)
