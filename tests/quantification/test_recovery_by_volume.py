"""Is a recovery curve fitted with its covariance, and used only where it was measured?"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from lutetia.errors import InputError, RefusedError
from lutetia.quantification import RecoveryByVolume, fit_recovery, recovery_of_volume
from lutetia.quantification.sphere import sphere_recovery

FITTED_WITHOUT_NOISE = 0.0001

VOLUMES = np.array([0.5, 1.15, 2.57, 5.58, 11.5, 26.5, 60.0])
A, B = 0.87, 3.1


def truth(volume: np.ndarray) -> np.ndarray:
    return 1 - 1 / (1 + (volume / B) ** A)


def test_exact_spheres_give_back_the_curve() -> None:
    found = fit_recovery(VOLUMES.tolist(), truth(VOLUMES).tolist(), sigmas=[0.02] * len(VOLUMES))
    converged = 1e-5
    assert (found.exponent, found.half_ml) == pytest.approx((A, B), rel=converged)
    assert (found.smallest_ml, found.largest_ml) == (0.5, 60.0)


def test_the_covariance_is_the_spread_of_the_parameters_over_repeated_phantoms() -> None:
    rng, sigma = np.random.default_rng(3), 0.015
    stated = fit_recovery(VOLUMES.tolist(), truth(VOLUMES).tolist(), sigmas=[sigma] * len(VOLUMES))
    fits = [
        fit_recovery(
            VOLUMES.tolist(), (truth(VOLUMES) + rng.normal(0, sigma, len(VOLUMES))).tolist(), sigmas=[sigma] * 7
        )
        for _ in range(400)
    ]
    spread = np.cov([fit.exponent for fit in fits], [fit.half_ml for fit in fits])
    four_hundred_samples = 0.25  # 4 sigma of a variance from 400 samples, with the curve's bend
    assert spread[0, 0] == pytest.approx(stated.variance_exponent, rel=four_hundred_samples)
    assert spread[1, 1] == pytest.approx(stated.variance_half, rel=four_hundred_samples)
    scale = sqrt(stated.variance_exponent * stated.variance_half)
    assert abs(spread[0, 1] - stated.covariance) < four_hundred_samples * scale


def test_the_uncertainty_of_a_recovery_is_its_spread_by_parameters_and_volume() -> None:
    rng = np.random.default_rng(5)
    curve = fit_recovery(VOLUMES.tolist(), truth(VOLUMES).tolist(), sigmas=[0.02] * len(VOLUMES))
    covariance = [[curve.variance_exponent, curve.covariance], [curve.covariance, curve.variance_half]]
    a, b = rng.multivariate_normal([curve.exponent, curve.half_ml], covariance, 20_000).T
    volume = 4.0 * np.exp(rng.normal(0, 0.1, 20_000))
    drawn = 1 - 1 / (1 + (volume / b) ** a)
    at = recovery_of_volume(curve, 4.0, volume_relative_sigma=0.1)
    linearised = 0.03
    assert at.sigma == pytest.approx(float(drawn.std()), rel=linearised)
    assert not at.extrapolated


def test_blurred_spheres_are_described_within_a_few_hundredths() -> None:
    """The curve is a description: spheres seen through a Gaussian of 10 mm follow it only so far."""
    seen = sphere_recovery(VOLUMES, np.full(len(VOLUMES), 10.0))
    curve = fit_recovery(VOLUMES.tolist(), seen.tolist())
    shape_of_the_curve = 0.03
    assert max(abs(curve.recovery(v) - r) for v, r in zip(VOLUMES, seen, strict=True)) < shape_of_the_curve
    assert curve.variance_half > 0, "without stated uncertainties the scatter stands for them"


@pytest.mark.parametrize("volume_ml", [0.4, 61.0, 300.0])
def test_nothing_is_extrapolated_silently(volume_ml: float) -> None:
    curve = fit_recovery(VOLUMES.tolist(), truth(VOLUMES).tolist(), sigmas=[0.02] * len(VOLUMES), name="cal")
    with pytest.raises(RefusedError, match=r"outside the spheres \(0.5 to 60 mL\)"):
        recovery_of_volume(curve, volume_ml, volume_relative_sigma=0.05)
    asked = recovery_of_volume(curve, volume_ml, volume_relative_sigma=0.05, beyond_spheres=True)
    assert asked.extrapolated
    assert asked.recovery == pytest.approx(float(truth(np.array(volume_ml))), rel=FITTED_WITHOUT_NOISE)


@pytest.mark.parametrize(
    ("volumes", "recoveries", "words"),
    [
        ([1, 2], [0.3, 0.5], "at least 3 spheres"),
        ([1, 1, 1], [0.3, 0.3, 0.3], "at least 3 spheres"),
        ([1, 2, 4], [0.3, 0.5], "at least 3 spheres"),
        ([1, 2, 4], [30.0, 50.0, 70.0], r"0.62, not 62"),
        ([1, 2, 4], [0.3, -0.5, 0.7], "a recovery of -0.5 is impossible"),
        ([0, 2, 4], [0.3, 0.5, 0.7], "a volume is not positive"),
        ([1, 2, 4, 8], [0.8, 0.6, 0.4, 0.2], "larger spheres show less"),
        ([1, 2, 4, 8, 16], [0.2, 0.9, 0.3, 0.95, 0.5], "lies 0"),
    ],
)
def test_impossible_spheres_are_refused(volumes: list[float], recoveries: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_recovery(volumes, recoveries)


def test_a_covariance_beyond_its_variances_is_refused() -> None:
    with pytest.raises(InputError, match="covariance are impossible"):
        RecoveryByVolume(exponent=1, half_ml=3, variance_exponent=0.01, variance_half=0.01, covariance=0.02,
                         smallest_ml=1, largest_ml=10)  # fmt: skip
