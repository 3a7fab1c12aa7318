"""What do the stated errors do to a dose if they are drawn, and the chain is run on each draw?

A sphere in uniform surroundings, seen by a contour of another size through another resolution: everything in closed
form and nothing linearised. It checks :mod:`lutetia.dosimetry.uncertainty.chain`, whose contributions are derivatives;
called by ``coverage_study.py`` and by the tests of the chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.organ import mean_dose_gy
from lutetia.dosimetry.uncertainty.chain import RegionChain
from lutetia.dosimetry.uncertainty.declared import UncertaintyInput
from lutetia.quantification.sphere import seen_ml, sphere_recovery

Array = NDArray[np.float64]
STEP = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class SphereCase:
    """A sphere whose dose is measured.

    Attributes
    ----------
    volume_ml : float
    fwhm_mm : float
        Stated resolution [mm].
    background : float
        Concentration around it over that inside.
    weights : tuple of float
        How the time-integrated activity follows the activity of each scan (dlnTIA/dlnA); they sum to 1.
    density_g_ml : float
    mass_stated : bool
    """

    volume_ml: float
    fwhm_mm: float
    background: float
    weights: tuple[float, ...]
    density_g_ml: float = 1.04
    mass_stated: bool = False


def chain_of(case: SphereCase, region: str = "sphere") -> RegionChain:
    """Return the chain of a sphere, its derivatives taken in closed form's own small steps."""
    v, f = case.volume_ml, case.fwhm_mm
    sides = np.array([1 + STEP, 1 - STEP])
    width = log(sides[0] / sides[1])
    by_volume, by_fwhm = np.log(sphere_recovery(v * sides, f)), np.log(sphere_recovery(v, f * sides))
    mass = v * case.density_g_ml
    return RegionChain(
        region=region,
        volume_ml=v,
        scans=len(case.weights),
        fwhm_mm=f,
        recovery_by_fwhm=float(by_fwhm[0] - by_fwhm[1]) / width,
        recovery_by_volume=float(by_volume[0] - by_volume[1]) / width,
        solved_by_fwhm=-float(by_fwhm[0] - by_fwhm[1]) / width,
        background=case.background,
        mass_stated=case.mass_stated,
        dose_by_mass=log(mean_dose_gy(1.0, mass * sides[0]) / mean_dose_gy(1.0, mass * sides[1])) / width,
    )


def drawn_log_errors(
    case: SphereCase, stated: UncertaintyInput, *, noise: float, runs: int, generator: np.random.Generator
) -> Array:
    """Return ln(dose found / true dose) of many runs, each with errors drawn from the stated distributions.

    Parameters
    ----------
    case : SphereCase
    stated : UncertaintyInput
        Calibration, resolution, contour and density (or mass) must be stated.
    noise : float
        Relative standard uncertainty of the activity on one scan.
    runs : int
    generator : numpy.random.Generator
    """
    contour = stated.contour_for("sphere")
    assert contour is not None
    assert stated.calibration_relative_sigma is not None
    assert stated.fwhm_sigma_mm is not None

    def normal(sigma: float, *shape: int) -> Array:
        return np.asarray(generator.normal(0.0, sigma, size=(runs, *shape)), dtype=np.float64)

    scans = len(case.weights)
    per_scan = contour.drawn == "per scan"
    edge = normal(contour.relative_sigma(case.volume_ml), scans if per_scan else 1) * np.ones(scans)
    drawn_ml = case.volume_ml * np.exp(edge)
    true_mm = case.fwhm_mm * np.exp(normal(stated.fwhm_sigma_mm / case.fwhm_mm, 1))
    found = np.log(_measured_ml(case, drawn_ml, true_mm) / case.volume_ml) + normal(noise, scans)
    tia = found @ np.array(case.weights) + normal(stated.calibration_relative_sigma)
    true_g = case.volume_ml * case.density_g_ml
    heavy = stated.mass_relative_sigma if case.mass_stated else stated.density_relative_sigma
    assert heavy is not None
    volume_ml = case.volume_ml if case.mass_stated else np.exp(np.log(drawn_ml).mean(axis=1))
    mass = volume_ml * case.density_g_ml * np.exp(normal(heavy))
    factor = np.array([mean_dose_gy(1.0, float(m)) for m in mass])
    return np.asarray(tia + np.log(factor / mean_dose_gy(1.0, true_g)), dtype=np.float64)


def _measured_ml(case: SphereCase, drawn_ml: Array, true_mm: Array) -> Array:
    """Return the activity found, in units of the sphere's concentration [mL]: background taken off, recovery undone."""
    warm = case.background * drawn_ml
    seen = (1 - case.background) * seen_ml(drawn_ml, case.volume_ml, true_mm)
    return np.asarray(seen / sphere_recovery(drawn_ml, case.fwhm_mm) + warm, dtype=np.float64)
