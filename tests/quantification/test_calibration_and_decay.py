from math import exp, log

import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.quantification import Sensitivity, activity_at_scan, counts_to_activity, decay_factor
from lutetia.reference.nuclide import LU177
from lutetia.volume import Geometry, Volume

SINGLE_PRECISION = 1e-06

GRID = Geometry(shape=(4, 5, 6), spacing_mm=(4.8, 4.8, 4.8))


def image(value, unit):
    return Volume(values=np.full(GRID.shape, value, dtype=np.float32), geometry=GRID, unit=unit)


def test_counts_become_the_activity_at_the_start_of_the_acquisition():
    """A source of known activity, counted while it decays."""
    mbq, seconds, half_life_h = 5.0, 7200.0, 2.0
    turned = log(2) * seconds / 3600 / half_life_h
    counts = mbq * 9.4 * seconds * (1 - exp(-turned)) / turned / GRID.voxels
    found = counts_to_activity(
        image(counts, "count"), sensitivity=Sensitivity(cps_per_mbq=9.4), duration_s=seconds, half_life_h=half_life_h
    )
    single_precision = 1e-6
    assert found.unit == "Bq/mL"
    assert found.total() * 1e-6 == pytest.approx(mbq, rel=single_precision)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_an_acquisition_without_duration_is_refused(seconds):
    with pytest.raises(InputError, match=r"(?i)state its duration in seconds"):
        counts_to_activity(
            image(1, "count"), sensitivity=Sensitivity(cps_per_mbq=9.4), duration_s=seconds, half_life_h=159.5
        )


@pytest.mark.parametrize("cps", [0.0, -3.0, float("nan"), float("inf")])
def test_an_impossible_sensitivity_is_refused(cps):
    with pytest.raises(InputError, match="cps/MBq is impossible"):
        Sensitivity(cps_per_mbq=cps)


def test_activity_is_not_taken_for_counts():
    with pytest.raises(ValueError, match="counts are needed"):
        counts_to_activity(image(1, "Bq/mL"), sensitivity=Sensitivity(cps_per_mbq=9.4), duration_s=1, half_life_h=1)


def test_correction_to_administration_is_undone():
    shown = activity_at_scan(
        image(1000, "Bq/mL"), hours_since_administration=24, half_life_h=LU177.half_life_h, state="to-administration"
    )
    assert float(shown.values[0, 0, 0]) == pytest.approx(
        1000 * decay_factor(24, LU177.half_life_h), rel=SINGLE_PRECISION
    )


def test_an_image_as_acquired_is_left_alone():
    volume = image(1000, "Bq/mL")
    kept = activity_at_scan(volume, hours_since_administration=24, half_life_h=159.5, state="as-acquired")
    assert kept is volume


def test_a_scan_before_the_administration_is_refused():
    with pytest.raises(InputError, match=r"(?i)check the times of administration and scan"):
        activity_at_scan(image(1, "Bq/mL"), hours_since_administration=-1, half_life_h=159.5, state="as-acquired")
