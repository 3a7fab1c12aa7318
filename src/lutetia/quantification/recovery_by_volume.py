"""How much of a small object's activity is seen, judged by its volume alone?

Spheres of a phantom are measured once, and ``R(V) = 1 - 1/(1 + (V/b)^a)`` is fitted to them. It holds for compact
objects, for the reconstruction it was measured with, within the range of the spheres, and in surroundings as cold or
warm as the phantom's: lesions. For flat glands and organs, which lose more over their edge than a sphere and gain some
from neighbours, recovery by a stated resolution (:mod:`lutetia.quantification.recovery`) follows the contour itself.

Source: Gear et al., EANM practical guidance on uncertainty analysis, Eur J Nucl Med Mol Imaging 2018;45:2456.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import InputError, RefusedError

FEWEST_SPHERES: Final = 3
"""Two parameters, and at least one degree of freedom that can contradict them."""
MOST_RECOVERED: Final = 1.1
"""The curve never exceeds 1; more than noise above it is an edge artefact that it cannot describe."""
LARGEST_RESIDUAL: Final = 0.1
"""A sphere further from the curve than this means that the curve is not the phantom's (Lutetia's choice)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryByVolume:
    """A fitted recovery curve.

    Attributes
    ----------
    exponent : float
        a, positive.
    half_ml : float
        b, the volume of which half is recovered, positive [mL].
    variance_exponent, variance_half, covariance : float
        Of a, of b [mL^2] and between both [mL].
    smallest_ml, largest_ml : float
        Volumes of the smallest and the largest sphere [mL].
    name : str
        Of the calibration, for traceability.
    """

    exponent: float
    half_ml: float
    variance_exponent: float
    variance_half: float
    covariance: float
    smallest_ml: float
    largest_ml: float
    name: str = ""

    def __post_init__(self) -> None:
        numbers = (self.exponent, self.half_ml, self.smallest_ml, self.largest_ml)
        positive = all(isfinite(value) and value > 0 for value in numbers) and self.smallest_ml < self.largest_ml
        variances = self.variance_exponent >= 0 and self.variance_half >= 0
        if not (positive and variances and self.covariance**2 <= self.variance_exponent * self.variance_half * 1.0001):
            raise InputError(
                f"recovery by volume {self.name}".strip(),
                "its parameters, range or covariance are impossible",
                "take them from the fit as they are: a, b, volumes positive, covariance within its sigmas",
            )

    def recovery(self, volume_ml: float) -> float:
        """Return the curve at a volume [mL], without asking whether it was measured there."""
        return float(1 - 1 / (1 + (volume_ml / self.half_ml) ** self.exponent))

    def by_volume(self, volume_ml: float) -> float:
        """Return dlnR/dlnV at a volume [mL], which is ``a (1 - R)``."""
        return self.exponent * (1 - self.recovery(volume_ml))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryAt:
    """The recovery of one object.

    Attributes
    ----------
    recovery : float
    sigma : float
        Standard uncertainty u(R), from the fit and from the object's volume.
    extrapolated : bool
        Whether the volume lies outside the spheres'; only where that was asked for.
    """

    recovery: float
    sigma: float
    extrapolated: bool = False


def recovery_of_volume(
    curve: RecoveryByVolume, volume_ml: float, *, volume_relative_sigma: float, beyond_spheres: bool = False
) -> RecoveryAt:
    """Return the recovery R of a volume and its standard uncertainty u(R).

    Parameters
    ----------
    curve : RecoveryByVolume
    volume_ml : float
        Volume of the object, positive [mL].
    volume_relative_sigma : float
        Relative standard uncertainty of that volume, at least 0.
    beyond_spheres : bool
        Allow a volume outside those of the spheres; the result then says so.

    Raises
    ------
    InputError
        If volume or uncertainty is impossible.
    RefusedError
        If the volume lies outside the spheres' and that was not allowed.
    """
    if not (isfinite(volume_ml) and volume_ml > 0 and isfinite(volume_relative_sigma) and volume_relative_sigma >= 0):
        raise InputError(
            "recovery by volume",
            f"a volume of {volume_ml} mL, known to {volume_relative_sigma}, is impossible",
            "give a positive volume and an uncertainty of at least 0",
        )
    outside = not curve.smallest_ml <= volume_ml <= curve.largest_ml
    if outside and not beyond_spheres:
        raise RefusedError(
            f"recovery by volume {curve.name}".strip(),
            f"{volume_ml:.3g} mL lies outside the spheres ({curve.smallest_ml:.3g} to {curve.largest_ml:.3g} mL)",
            "take recovery by resolution, measure such a sphere, or allow the extrapolation by name",
            "the curve was never compared with a measurement there",
        )
    found = curve.recovery(volume_ml)
    lost = 1 - found
    by_a, by_b = lost * log(volume_ml / curve.half_ml), -lost * curve.exponent / curve.half_ml
    of_fit = by_a**2 * curve.variance_exponent + by_b**2 * curve.variance_half + 2 * by_a * by_b * curve.covariance
    of_volume = (curve.by_volume(volume_ml) * volume_relative_sigma) ** 2
    return RecoveryAt(recovery=found, sigma=found * sqrt(max(of_fit, 0.0) + of_volume), extrapolated=outside)


def fit_recovery(
    volumes_ml: Sequence[float], recoveries: Sequence[float], *, sigmas: Sequence[float] | None = None, name: str = ""
) -> RecoveryByVolume:
    """Fit the curve to spheres.

    Parameters
    ----------
    volumes_ml : sequence of float
        Inner volumes of the spheres, all different [mL].
    recoveries : sequence of float
        Activity seen inside the sphere's contour over its true activity.
    sigmas : sequence of float, optional
        Standard uncertainty of each recovery. Without them the scatter around the curve stands for it.

    Raises
    ------
    InputError
        If there are fewer than three spheres, a value is impossible, or the curve does not describe them.
    """
    volume, seen = np.asarray(volumes_ml, dtype=np.float64), np.asarray(recoveries, dtype=np.float64)
    spread = None if sigmas is None else np.asarray(sigmas, dtype=np.float64)
    _require_spheres(volume, seen, spread)
    from scipy.optimize import OptimizeWarning, curve_fit

    with warnings.catch_warnings():
        warnings.simplefilter("error", OptimizeWarning)
        try:
            best, covariance = curve_fit(
                _curve, np.log(volume), seen, p0=(0.0, log(float(np.median(volume)))), sigma=spread,
                absolute_sigma=spread is not None,
            )  # fmt: skip
        except (RuntimeError, OptimizeWarning):
            raise _not_described("no curve of this kind comes near them") from None
    residual = float(np.max(np.abs(_curve(np.log(volume), *best) - seen)))
    if residual > LARGEST_RESIDUAL:
        raise _not_described(f"one of them lies {residual:.2f} from the best curve")
    a, b = exp(best[0]), exp(best[1])
    return RecoveryByVolume(
        exponent=a,
        half_ml=b,
        variance_exponent=float(covariance[0, 0]) * a**2,
        variance_half=float(covariance[1, 1]) * b**2,
        covariance=float(covariance[0, 1]) * a * b,
        smallest_ml=float(volume.min()),
        largest_ml=float(volume.max()),
        name=name,
    )


def _curve(log_volume: NDArray[np.float64], log_a: float, log_b: float) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.exp(log_a) * (log_volume - log_b))), dtype=np.float64)


def _not_described(found: str) -> InputError:
    return InputError(
        "spheres",
        f"R = 1 - 1/(1 + (V/b)^a) does not describe them: {found}",
        "check that volumes are volumes (not diameters), and that each recovery stands beside its own sphere",
    )


def _require_spheres(
    volume: NDArray[np.float64], seen: NDArray[np.float64], spread: NDArray[np.float64] | None
) -> None:
    if len(volume) != len(seen) or len(set(volume.tolist())) < FEWEST_SPHERES:
        raise InputError(
            "spheres",
            f"{len(set(volume.tolist()))} different volumes and {len(seen)} recoveries",
            f"measure at least {FEWEST_SPHERES} spheres of different size, each with one recovery",
        )
    if not ((volume > 0) & np.isfinite(volume)).all():
        raise InputError("spheres", "a volume is not positive", "write the inner volume of each sphere in mL")
    if not ((seen > 0) & (seen <= MOST_RECOVERED)).all():
        worst = float(seen[np.argmax(np.abs(seen - 0.5))])
        raise InputError(
            "spheres",
            f"a recovery of {worst:g} is impossible",
            f"write parts of 1 (0.62, not 62), above 0 and at most {MOST_RECOVERED:g}",
        )
    if spread is not None and (len(spread) != len(seen) or not ((spread > 0) & np.isfinite(spread)).all()):
        raise InputError("spheres", "an uncertainty is missing or not positive", "state one for each sphere, or none")
    if np.corrcoef(np.log(volume), seen)[0, 1] <= 0:
        raise _not_described("larger spheres show less than smaller ones")
