"""The uncertainty of a dose: closed forms, the sampled chain as check, what is missing, and how it is printed."""

import importlib.util
import sys
from dataclasses import replace
from math import exp, log, pi, sqrt
from pathlib import Path

import numpy as np
import pytest

from lutetia.dosimetry.uncertainty import (
    Budget,
    Contour,
    Contribution,
    CountNoise,
    StatedNoise,
    UncertaintyInput,
    diameter_sigma_mm,
    volume_relative_sigma,
    with_uncertainty,
)
from lutetia.dosimetry.uncertainty.budget import sum_sigma_gy
from lutetia.dosimetry.uncertainty.chain import DoseParts, RegionChain, budget_of, scan_relative_sigma
from lutetia.errors import InputError

SPHERES = Path(__file__).parents[2] / "scripts" / "coverage_spheres.py"


def of_spheres():
    spec = importlib.util.spec_from_file_location("coverage_spheres", SPHERES)
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


spheres = of_spheres()
SphereCase, chain_of, drawn_log_errors = spheres.SphereCase, spheres.chain_of, spheres.drawn_log_errors

ROUNDING = 1e-12
NUMERICAL_DERIVATIVE = 1e-5
RUNS = 4000
SAMPLED_SPREAD = 4 / sqrt(2 * RUNS)
"""Four standard errors of a standard deviation estimated from so many runs, relative."""
SAMPLED_MEAN = 4 / sqrt(RUNS)
SECOND_ORDER_MEAN = 0.1
"""In standard uncertainties: the shift that is asked for at most from a linear chain."""
CURVATURE = 0.02
"""What second order adds to the spread of the largest errors drawn here (contour 30 %, resolution 9 %)."""

STATED = UncertaintyInput(
    calibration_relative_sigma=0.04,
    calibration="camera A",
    fwhm_sigma_mm=0.6,
    contour=Contour(drawn="per cycle", voxel_mm=1.5, fwhm_mm=2.0),
    density_relative_sigma=0.02,
    noise=StatedNoise(relative_sigma=0.03),
)
FOUR = (0.1, 0.3, 0.4, 0.2)


def sphere(volume_ml, **settings):
    return SphereCase(**({"volume_ml": volume_ml, "fwhm_mm": 11.0, "background": 0.1, "weights": FOUR} | settings))


def analytic(case, stated, noise=0.03):
    chain = chain_of(case)
    one = scan_relative_sigma(chain, stated, noise)
    return budget_of(
        chain,
        stated,
        DoseParts(
            own_gy=1.0, others_gy=0.0, tia_relative_sigma=one * sqrt(sum(w**2 for w in case.weights)),
            noise_relative_sigma=noise,
        ),
    )  # fmt: skip


def test_a_diameter_is_as_unsure_as_voxels_and_resolution_make_it():
    assert diameter_sigma_mm(voxel_mm=4.8, fwhm_mm=0.0) == pytest.approx(4.8 / sqrt(6))
    assert diameter_sigma_mm(voxel_mm=0.0, fwhm_mm=8.0) == pytest.approx(8.0 / sqrt(4 * log(2)))
    assert diameter_sigma_mm(voxel_mm=3.0, fwhm_mm=4.0) == pytest.approx(sqrt(9 / 6 + 16 / (4 * log(2))))


def test_a_volume_is_three_times_as_unsure_as_its_diameter():
    diameter = (6 * 30_000 / pi) ** (1 / 3)
    assert volume_relative_sigma(30.0, voxel_mm=2.0, fwhm_mm=3.0) == pytest.approx(
        3 * diameter_sigma_mm(voxel_mm=2.0, fwhm_mm=3.0) / diameter
    )


@pytest.mark.parametrize("volume_ml", [2.0, 10.0, 30.0, 160.0, 1500.0])
@pytest.mark.parametrize("drawn", ["per cycle", "per scan"])
def test_the_analytic_uncertainty_is_that_of_the_sampled_chain(volume_ml, drawn):
    stated = replace(STATED, contour=Contour(drawn=drawn, voxel_mm=1.5, fwhm_mm=2.0))
    case = sphere(volume_ml)
    budget = analytic(case, stated)
    errors = drawn_log_errors(case, stated, noise=0.03, runs=RUNS, generator=np.random.default_rng(177))
    assert errors.std() == pytest.approx(budget.relative_sigma, rel=SAMPLED_SPREAD + CURVATURE)
    assert errors.mean() == pytest.approx(0.0, abs=(SAMPLED_MEAN + SECOND_ORDER_MEAN) * budget.relative_sigma)


def test_a_stated_mass_takes_the_place_of_density_and_of_the_volume_in_it():
    stated = replace(STATED, density_relative_sigma=None, mass_relative_sigma=0.05)
    case = sphere(30.0, mass_stated=True)
    budget = analytic(case, stated)
    errors = drawn_log_errors(case, stated, noise=0.03, runs=RUNS, generator=np.random.default_rng(178))
    assert errors.std() == pytest.approx(budget.relative_sigma, rel=SAMPLED_SPREAD + CURVATURE)
    assert [part.name for part in budget.contributions][3] == "stated mass"


def test_activity_and_mass_partly_cancel_through_the_common_volume():
    case, only_contour = sphere(160.0), replace(
        STATED, calibration_relative_sigma=0.0, fwhm_sigma_mm=0.0, density_relative_sigma=0.0
    )  # fmt: skip
    budget = analytic(case, only_contour, noise=1e-9)
    volume = volume_relative_sigma(160.0, voxel_mm=1.5, fwhm_mm=2.0)
    assert budget.correlation < 0
    assert 0.4 * volume < budget.relative_sigma < 0.6 * volume


def test_the_steps_of_the_guidance_give_the_same_uncertainty_with_their_covariance():
    for drawn in ("per cycle", "per scan"):
        stated = replace(STATED, contour=Contour(drawn=drawn, voxel_mm=1.5, fwhm_mm=2.0))
        budget = analytic(sphere(30.0), stated)
        steps = {step.name: step.relative_sigma for step in budget.steps}
        tia, factor = steps["time-integrated activity"], steps["dose per time-integrated activity"]
        whole = tia**2 + factor**2 + 2 * budget.correlation * tia * factor
        assert sqrt(whole) == pytest.approx(budget.relative_sigma, rel=ROUNDING)


def test_a_larger_contour_sees_half_of_what_a_larger_object_would():
    """dlnC/dlnV = (1 + dlnR/dlnV)/2, the phi/2R of the guidance, from the closed form of a sphere."""
    from lutetia.quantification.sphere import seen_ml

    for volume in (2.0, 30.0, 1500.0):
        h = 1e-4
        seen = log(seen_ml(volume * (1 + h), volume, 11.0) / seen_ml(volume * (1 - h), volume, 11.0)) / (2 * h)
        assert seen == pytest.approx((1 + chain_of(sphere(volume)).recovery_by_volume) / 2, rel=NUMERICAL_DERIVATIVE)


def test_shares_add_up_to_the_whole_and_the_largest_is_named():
    budget = analytic(sphere(2.0), STATED)
    assert sum(budget.shares) == pytest.approx(1.0)
    assert budget.dominant.name.startswith("contour")
    assert budget.dominant.relative_sigma == max(part.relative_sigma for part in budget.contributions)


def test_the_interval_is_a_factor_to_both_sides_and_never_reaches_zero():
    budget = Budget(contributions=(Contribution(name="contour", relative_sigma=0.5),))
    low, high = budget.interval_gy(2.0)
    assert low == pytest.approx(2.0 * exp(-1.959964 * 0.5))
    assert low * high == pytest.approx(4.0)
    assert low > 0


def test_what_cycles_share_adds_up_and_the_rest_partly_cancels():
    budget = Budget(
        contributions=(
            Contribution(name="calibration", relative_sigma=0.05, shared_as="calibration A"),
            Contribution(name="noise", relative_sigma=0.10),
        )
    )
    other = replace(budget, contributions=(replace(budget.contributions[0], shared_as="calibration B"),
                                           budget.contributions[1]))  # fmt: skip
    assert sum_sigma_gy([(4.0, budget), (4.0, budget)]) == pytest.approx(sqrt(0.4**2 + 2 * 0.4**2))
    assert sum_sigma_gy([(4.0, budget), (4.0, other)]) == pytest.approx(sqrt(2 * 0.2**2 + 2 * 0.4**2))


def test_what_is_not_stated_is_named_and_never_replaced():
    chain = chain_of(sphere(30.0))
    assert chain.missing(STATED) == ()
    assert chain.missing(UncertaintyInput()) == (
        "the calibration", "the image resolution", "the contour", "the tissue density"
    )  # fmt: skip
    assert chain.missing(replace(STATED, contour=None)) == ("the contour",)
    assert scan_relative_sigma(chain, STATED, None) is None
    assert replace(chain, mass_stated=True).missing(STATED) == ("the stated mass",)


def test_a_contour_of_its_own_stands_before_that_of_every_region():
    own = Contour(drawn="per scan", volume_relative_sigma=0.25)
    stated = replace(STATED, contour_of={"L1": own})
    assert stated.contour_for("L1") is own
    assert stated.contour_for("liver") is STATED.contour


def test_a_contour_is_stated_by_its_image_or_by_observers():
    for settings in ({}, {"voxel_mm": 2.0}, {"voxel_mm": 2.0, "fwhm_mm": 3.0, "volume_relative_sigma": 0.1}):
        with pytest.raises(InputError, match="voxel_mm and fwhm_mm"):
            Contour(drawn="per scan", **settings)


def test_impossible_uncertainties_are_refused():
    with pytest.raises(InputError, match="calibration_relative_sigma"):
        UncertaintyInput(calibration_relative_sigma=-0.1)
    with pytest.raises(InputError, match="3 %"):
        StatedNoise(relative_sigma=0.0)
    with pytest.raises(InputError, match="variance_factor"):
        CountNoise(cps_per_mbq=10.0, duration_s=1200.0, variance_factor=0.0)


def test_noise_from_counts_is_that_of_poisson_times_the_measured_factor():
    noise = CountNoise(cps_per_mbq=10.0, duration_s=1200.0, variance_factor=4.0)
    assert noise.of("L1", 5.0) == pytest.approx(2 / sqrt(5.0 * 10 * 1200))
    with pytest.raises(InputError, match="no counts"):
        noise.of("L1", 0.0)


@pytest.mark.parametrize(
    ("value", "sigma", "text"),
    [
        (3.7042, 0.5123, "3.7 ± 0.5"),
        (3.7042, 0.2561, "3.70 ± 0.26"),
        (3.7042, 0.1449, "3.70 ± 0.14"),
        (41.44, 3.2, "41 ± 3"),
        (41.44, 12.3, "41 ± 12"),
        (1234.0, 345.0, "1200 ± 300"),
        (0.0043, 0.00096, "0.0043 ± 0.0010"),
        (-1.25, 0.4, "−1.2 ± 0.4"),
        (2.5, 0.0, "2.5"),
        (0.2, 1.0, "0.2 ± 1.0"),
    ],
)
def test_a_value_has_no_more_digits_than_its_uncertainty_allows(value, sigma, text):
    assert with_uncertainty(value, sigma) == text


def test_an_uncertainty_that_is_no_number_is_a_mistake():
    with pytest.raises(ValueError, match="finite"):
        with_uncertainty(1.0, float("nan"))


def test_background_moves_the_activity_with_the_contour():
    cold, warm = (chain_of(sphere(30.0, background=b)) for b in (0.0, 1.0))
    assert warm.activity_by_volume == pytest.approx(1.0)
    assert warm.activity_by_fwhm == pytest.approx(0.0)
    assert cold.activity_by_volume < 0.5
    assert isinstance(cold, RegionChain)
