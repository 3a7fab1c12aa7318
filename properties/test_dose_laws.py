"""Laws of dose: what must hold for every activity, grid, density and set of samples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lutetia.dosimetry import KernelEngine
from lutetia.dosimetry.organ import absorbed_kev
from lutetia.dosimetry.result import Sample, TimeActivityFit
from lutetia.dosimetry.time_activity import fit
from lutetia.dosimetry.time_activity.curve import after_mbq_h, tia_mbq_h
from lutetia.dosimetry.voxel.parts import near_part
from lutetia.quantification import measure
from lutetia.reference.nuclide import LU177
from lutetia.reference.point_kernel import point_kernel
from lutetia.reference.tissue import SOFT_TISSUE, Medium
from lutetia.volume import Geometry, Mask, Volume

SINGLE_PRECISION = 1e-5
COARSE_NODES = 0.005
"""The photon tail goes through nodes some 10 mm apart; between them it is accurate to this part of itself."""
START = datetime(2026, 1, 12, 10, tzinfo=UTC)
FEW = settings(max_examples=8, deadline=None)
MANY = settings(max_examples=40, deadline=None)

spacings = st.tuples(*[st.sampled_from([2.4, 4.0, 4.42, 4.8])] * 3)
places = st.tuples(*[st.integers(0, 13)] * 3)


def absorbed(decays: np.ndarray, spacing_mm: tuple[float, float, float]) -> np.ndarray:
    return KernelEngine("Lu-177").absorbed(decays.astype(np.float32), spacing_mm)


def delta(at: tuple[int, ...], shape: tuple[int, ...] = (14, 14, 14)) -> np.ndarray:
    grid = np.zeros(shape, dtype=np.float32)
    grid[at] = 1.0
    return grid


@FEW
@given(spacing_mm=spacings, at=places)
def test_no_voxel_absorbs_more_than_the_table_holds_and_none_gives_energy_back(spacing_mm, at) -> None:
    kev = absorbed(delta(at), spacing_mm)
    assert kev.sum(dtype=np.float64) <= point_kernel("Lu-177").whole_kev() * (1 + SINGLE_PRECISION)
    assert kev.min() > -SINGLE_PRECISION * kev.max()


@FEW
@given(spacing_mm=spacings, at=places, factor=st.floats(0.01, 1e4))
def test_dose_is_linear_in_activity(spacing_mm, at, factor) -> None:
    one, other = delta(at), delta((7, 7, 7))
    together = absorbed(one * factor + other, spacing_mm)
    apart = absorbed(one, spacing_mm) * factor + absorbed(other, spacing_mm)
    assert np.abs(together - apart).max() <= SINGLE_PRECISION * float(apart.max())


@FEW
@given(at=places, to=places)
def test_moving_the_source_moves_the_dose(at, to) -> None:
    here, there = absorbed(delta(at), (4.8,) * 3), absorbed(delta(to), (4.8,) * 3)
    shift = np.array(to) - np.array(at)
    low, high = np.maximum(0, -shift), np.minimum(14, 14 - shift)
    before = here[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
    after = there[tuple(slice(a + s, b + s) for a, b, s in zip(low, high, shift, strict=True))]
    assert np.allclose(before, after, rtol=COARSE_NODES, atol=SINGLE_PRECISION * float(here.max()))


@FEW
@given(spacing_mm=spacings, axes=st.permutations([0, 1, 2]))
def test_turning_the_patient_turns_the_dose(spacing_mm, axes) -> None:
    source = delta((3, 9, 6)) + 2 * delta((10, 2, 5))
    turned = absorbed(source.transpose(axes), tuple(spacing_mm[a] for a in axes))
    expected = absorbed(source, spacing_mm).transpose(axes)
    assert np.allclose(turned, expected, rtol=COARSE_NODES, atol=SINGLE_PRECISION * float(expected.max()))


@FEW
@given(at=places, to=places)
def test_what_one_voxel_gives_to_another_it_would_get_back(at, to) -> None:
    given_to, got_back = absorbed(delta(at), (4.8,) * 3)[to], absorbed(delta(to), (4.8,) * 3)[at]
    assert given_to == pytest.approx(float(got_back), rel=COARSE_NODES, abs=SINGLE_PRECISION * 137)


@FEW
@given(density=st.floats(0.3, 2.0), size_cm=st.sampled_from([0.3, 0.442, 0.48]))
def test_a_denser_medium_is_a_larger_voxel(density, size_cm) -> None:
    """E(d, rho) = E(d rho, 1), voxel by voxel, as far as the near part is not faded out."""
    kernel, water = point_kernel("Lu-177"), Medium("tissue", 1.0, SOFT_TISSUE.photons_as_water)
    dense = Medium("tissue", density, SOFT_TISSUE.photons_as_water)
    scaled = near_part(kernel, (size_cm * density,) * 3, water, "electron")
    direct = near_part(kernel, (size_cm,) * 3, dense, "electron")
    around = (slice(-2, 3),) * 3

    def middle(whole: np.ndarray) -> np.ndarray:
        half = whole.shape[0] // 2
        return whole[tuple(slice(half + s.start, half + s.stop) for s in around)]

    shells_of_a_twentieth_of_a_voxel = 0.003
    assert np.allclose(middle(direct), middle(scaled), rtol=shells_of_a_twentieth_of_a_voxel, atol=1e-3)


@MANY
@given(mass_g=st.floats(1e-3, 3000), more=st.floats(1.01, 3))
def test_a_larger_sphere_keeps_more_of_its_energy(mass_g, more) -> None:
    assert 0 < absorbed_kev(mass_g) < absorbed_kev(mass_g * more) < point_kernel("Lu-177").whole_kev()


times = st.lists(st.floats(0.5, 250), min_size=1, max_size=8, unique_by=lambda h: round(h, 1))


def samples(hours: list[float], mbq: list[float], sigma: float | None = None) -> list[Sample]:
    return [
        Sample(
            hours=h, acquired_at=START + timedelta(hours=h), volume_ml=1, uncorrected_mbq=a, recovery=None,
            relative_sigma=sigma,
        )
        for h, a in zip(hours, mbq, strict=True)
    ]  # fmt: skip


@MANY
@given(data=st.data(), hours=times, sigma=st.none() | st.floats(0.01, 0.5))
def test_no_fitted_curve_is_slower_than_physical_decay(data, hours, sigma) -> None:
    mbq = data.draw(st.lists(st.floats(1e-3, 1e4), min_size=len(hours), max_size=len(hours)))
    for model in (None, "mono-exponential", "bi-exponential", "bi-exponential with uptake", "physical decay only"):
        found = fit(
            samples(hours, mbq, sigma), half_life_h=LU177.half_life_h, region="L1", corrected=False, model=model
        )
        if isinstance(found, TimeActivityFit):
            assert all(term.rate_per_h >= LU177.decay_per_h * (1 - 1e-12) for term in found.terms)
            assert found.effective_half_life_h <= LU177.half_life_h * (1 + 1e-12)
            assert 0 < found.tia_mbq_h < np.inf
            assert 0 <= found.tail_fraction <= 1 + 1e-9
            assert len(found.residuals) == len(hours)


@MANY
@given(
    hours=times,
    effective_h=st.floats(2, 158),
    start=st.floats(1e-2, 1e5),
    factor=st.floats(1e-2, 1e2),
)
def test_twice_the_activity_is_twice_the_integral(hours, effective_h, start, factor) -> None:
    assume(len(hours) > 1)
    assume(max(hours) < 20 * effective_h)
    assume(max(hours) - min(hours) > 0.2 * effective_h)
    mbq = [start * 2 ** (-h / effective_h) for h in hours]
    one = fit(samples(hours, mbq), half_life_h=LU177.half_life_h, region="L1", corrected=False)
    more = fit(samples(hours, [factor * a for a in mbq]), half_life_h=LU177.half_life_h, region="L1", corrected=False)
    assert isinstance(one, TimeActivityFit)
    assert isinstance(more, TimeActivityFit)
    search_of_the_rate = 1e-4
    assert one.tia_mbq_h == pytest.approx(start * effective_h / log(2), rel=search_of_the_rate)
    assert more.tia_mbq_h == pytest.approx(factor * one.tia_mbq_h, rel=search_of_the_rate)


@MANY
@given(hours=times, effective_h=st.floats(2, 150), at=st.floats(0, 200))
def test_the_parts_of_an_integral_add_up(hours, effective_h, at) -> None:
    assume(len(hours) > 1)
    assume(max(hours) < 20 * effective_h)
    assume(max(hours) - min(hours) > 0.2 * effective_h)
    found = fit(
        samples(hours, [100 * 2 ** (-h / effective_h) for h in hours]),
        half_life_h=LU177.half_life_h,
        region="L1",
        corrected=False,
    )
    assert isinstance(found, TimeActivityFit)
    t = np.linspace(0, at, 4001)
    values = np.array([found.activity_mbq(h) for h in t])
    until = float(np.sum((values[1:] + values[:-1]) / 2 * np.diff(t)))
    trapezoids = 1e-3
    assert until + after_mbq_h(found.terms, at) == pytest.approx(tia_mbq_h(found.terms), rel=trapezoids)


@FEW
@given(fwhm_mm=st.floats(1, 20), more_mm=st.floats(0.5, 10), half=st.integers(1, 4))
def test_a_blurrier_image_shows_less_of_a_region(fwhm_mm, more_mm, half) -> None:
    grid = Geometry(shape=(25, 25, 25), spacing_mm=(4.8, 4.8, 4.8))
    voxels = np.zeros(grid.shape, dtype=bool)
    voxels[(slice(12 - half, 13 + half),) * 3] = True
    image = Volume(values=voxels.astype(np.float32), geometry=grid, unit="Bq/mL")
    region = Mask(voxels=voxels, geometry=grid, name="L1")
    sharp, blurry = (measure(image, region, fwhm_mm=w).recovery for w in (fwhm_mm, fwhm_mm + more_mm))
    assert 0 < blurry <= sharp <= 1 + SINGLE_PRECISION


@MANY
@given(data=st.data(), count=st.integers(1, 8), sigma=st.none() | st.floats(1e-3, 1.0))
def test_no_samples_however_hostile_end_in_anything_but_a_curve_or_a_refusal(data, count, sigma) -> None:
    """Times from half a minute to six weeks, some a breath apart; activities over fifteen powers of ten."""
    hours = data.draw(st.lists(st.floats(0.01, 1000), min_size=count, max_size=count, unique=True))
    if count > 1 and data.draw(st.booleans()):
        hours[1] = hours[0] * (1 + 1e-12)
        assume(hours[1] not in {hours[0], *hours[2:]})
    powers = data.draw(st.lists(st.floats(-9, 6), min_size=count, max_size=count))
    for model in (None, "mono-exponential", "bi-exponential", "bi-exponential with uptake", "physical decay only"):
        found = fit(
            samples(hours, [10.0**p for p in powers], sigma),
            half_life_h=LU177.half_life_h, region="L1", corrected=False, model=model,
        )  # fmt: skip
        if isinstance(found, TimeActivityFit):
            assert 0 < found.tia_mbq_h < np.inf
            assert -1e-9 <= found.tail_fraction <= 1 + 1e-9
            assert np.isfinite(found.residuals).all()
        else:
            assert found.reason
