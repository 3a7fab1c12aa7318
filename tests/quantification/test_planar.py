"""Conjugate views: activities of slabs and points worked out by hand, and what cannot be right."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lutetia.errors import InputError
from lutetia.quantification.planar import (
    ConjugateCounts,
    Path,
    activity_mbq,
    scaled_to_spect,
    transmission_of,
    whole_from_free,
    without_background,
    without_scatter,
)

FLOATING_POINT = 1e-9
MANY_THIN_SLICES = 1e-5
"""A slab as the sum of 2000 thin sources."""
WATER_PER_CM = 0.135


def path(**more: float) -> Path:
    given = {
        "transmission": exp(-WATER_PER_CM * 22),
        "attenuation_per_cm": WATER_PER_CM,
        "source_cm": 0.0,
        "body_cm": 22.0,
    }
    return Path(**(given | more))


@given(depth=st.floats(0, 22))
def test_a_thin_source_is_found_at_any_depth(depth: float) -> None:
    counts = ConjugateCounts(
        anterior=50 * 5 * 240 * exp(-WATER_PER_CM * depth), posterior=50 * 5 * 240 * exp(-WATER_PER_CM * (22 - depth))
    )
    assert activity_mbq(counts, path(), cps_per_mbq=5, duration_s=240) == pytest.approx(50, rel=FLOATING_POINT)


def test_a_thick_source_is_found_by_its_self_attenuation() -> None:
    """Uniform from 8 to 14 cm depth, counted slice by slice."""
    depths = 8 + 6 * (np.arange(2000) + 0.5) / 2000
    counts = ConjugateCounts(
        anterior=float(np.mean(np.exp(-WATER_PER_CM * depths))) * 1000,
        posterior=float(np.mean(np.exp(-WATER_PER_CM * (22 - depths)))) * 1000,
    )
    found = activity_mbq(counts, path(source_cm=6.0), cps_per_mbq=10, duration_s=100)
    assert found == pytest.approx(1.0, rel=MANY_THIN_SLICES)


def test_uniform_tissue_around_a_cold_source_leaves_nothing() -> None:
    """Twenty pixels; a cold slab of 6 cm in a body of 24 cm that gives 4 and 8 counts per pixel where it is whole."""
    beside = ConjugateCounts(anterior=4.0, posterior=8.0)
    gross = ConjugateCounts(anterior=4.0 * 20 * 18 / 24, posterior=8.0 * 20 * 18 / 24)
    net = without_background(gross, beside, pixels=20, path=path(source_cm=6.0, body_cm=24.0))
    assert net.anterior == pytest.approx(0.0, abs=FLOATING_POINT)
    assert net.posterior == pytest.approx(0.0, abs=FLOATING_POINT)


def test_scatter_under_the_peak_is_a_trapezium() -> None:
    """Scatter of 10 per keV below and 6 above a peak of 40 keV: 8 per keV under it."""
    found = without_scatter(1000 + 8 * 40, 10 * 12, 6 * 20, peak_kev=40, lower_kev=12, upper_kev=20)
    assert float(found) == pytest.approx(1000, rel=FLOATING_POINT)


def test_a_part_that_is_free_of_other_organs_speaks_for_the_whole() -> None:
    found = whole_from_free(ConjugateCounts(anterior=30, posterior=90), free_pixels=40, whole_pixels=100)
    assert (found.anterior, found.posterior) == pytest.approx((75, 225))


def test_counts_go_with_the_root_of_the_transmission() -> None:
    assert transmission_of([0.04, 0.16]) == pytest.approx(((0.2 + 0.4) / 2) ** 2)


def test_the_hybrid_curve_goes_through_the_spect_and_keeps_its_shape() -> None:
    hours, planar = (4.0, 24.0, 96.0), [120 * 2 ** (-h / 36) for h in (4.0, 24.0, 96.0)]
    found = scaled_to_spect(hours, planar, spect_hours=48.0, spect_mbq=70 * 2 ** (-48 / 36))
    assert found == pytest.approx([70 * 2 ** (-h / 36) for h in hours], rel=FLOATING_POINT)


@given(factor=st.floats(0.1, 10))
def test_what_raises_all_planar_views_alike_leaves_the_hybrid_curve_as_it_is(factor: float) -> None:
    hours, planar = (4.0, 24.0, 96.0), (90.0, 60.0, 15.0)
    plain = scaled_to_spect(hours, planar, spect_hours=24.0, spect_mbq=50.0)
    raised = scaled_to_spect(hours, [a * factor for a in planar], spect_hours=24.0, spect_mbq=50.0)
    assert raised == pytest.approx(plain, rel=FLOATING_POINT)


@given(st.floats(0.01, 1e6), st.floats(0.01, 1e6), st.floats(0.1, 10))
def test_more_counts_give_more_activity_in_proportion(front: float, back: float, factor: float) -> None:
    once = activity_mbq(ConjugateCounts(anterior=front, posterior=back), path(), cps_per_mbq=5, duration_s=10)
    more = ConjugateCounts(anterior=front * factor, posterior=back * factor)
    assert activity_mbq(more, path(), cps_per_mbq=5, duration_s=10) == pytest.approx(once * factor)
    assert once == pytest.approx(sqrt(front * back) / 50 * exp(WATER_PER_CM * 11))


def test_noise_that_leaves_nothing_on_one_side_gives_no_activity() -> None:
    counts = ConjugateCounts(anterior=-3.0, posterior=100.0)
    assert activity_mbq(counts, path(), cps_per_mbq=5, duration_s=10) == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"transmission": 0.0}, "transmission 0"),
        ({"transmission": 5.0}, "a part of 1"),
        ({"source_cm": 30.0}, "thicker than the body"),
        ({"attenuation_per_cm": float("nan")}, "nan"),
    ],
)
def test_an_impossible_body_is_refused(more: dict[str, float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        path(**more)


@pytest.mark.parametrize(
    ("hours", "planar", "at", "words"),
    [
        ((4.0, 24.0), (90.0, 60.0), 96.0, "lies outside the views"),
        ((24.0, 4.0), (90.0, 60.0), 20.0, "by time"),
        ((4.0,), (90.0,), 4.0, "two or more"),
        ((4.0, 24.0), (90.0, 0.0), 20.0, "not positive"),
    ],
)
def test_a_curve_that_cannot_be_scaled_is_refused(
    hours: tuple[float, ...], planar: tuple[float, ...], at: float, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        scaled_to_spect(hours, planar, spect_hours=at, spect_mbq=50.0)


def test_nothing_free_of_other_organs_is_refused() -> None:
    with pytest.raises(InputError, match="0 of 100 pixels"):
        whole_from_free(ConjugateCounts(anterior=1, posterior=1), free_pixels=0, whole_pixels=100)
