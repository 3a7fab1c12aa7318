"""Which dose in infinitely small portions would have the same effect?

``BED = D (1 + G D / (alpha/beta))`` with the region's own kinetics in G; ``EQD2 = BED / (1 + 2 / (alpha/beta))``.
Between cycles all repairable damage is taken as repaired, so their BEDs add up; regrowth is left out. The ratio of
coefficients and the repair half-life are the tissue's, see :mod:`lutetia.reference.radiobiology`; their own spread,
which is large, is not in any uncertainty. Sources: Barendsen, Int J Radiat Oncol Biol Phys 1982;8:1981; MIRD pamphlet
20, J Nucl Med 2008;49:1884.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.exponential import Exponential
from lutetia.dosimetry.radiobiology.protraction import protraction_factor
from lutetia.reference.radiobiology import Repair

PORTION_GY = 2.0
"""Dose of one fraction to which EQD2 refers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """Biologically effective dose of a region in one cycle, or summed over cycles.

    Attributes
    ----------
    bed_gy, eqd2_gy : float
        [Gy].
    protraction : float or None
        Lea-Catcheside factor of the cycle; None for a sum.
    sigma_gy : float or None
        Standard uncertainty of ``bed_gy`` from that of the dose alone [Gy].
    repair : Repair
        The tissue's parameters with their source.
    """

    bed_gy: float
    eqd2_gy: float
    protraction: float | None
    repair: Repair
    sigma_gy: float | None = None


def bed_gy(dose_gy: float, *, protraction: float, alpha_beta_gy: float) -> float:
    """Return the biologically effective dose [Gy].

    Parameters
    ----------
    dose_gy : float
        Absorbed dose, at least 0 [Gy].
    protraction : float
        Lea-Catcheside factor, from 0 to 1.
    alpha_beta_gy : float
        Positive [Gy].
    """
    if not (isfinite(dose_gy) and dose_gy >= 0):
        raise ValueError(f"a dose must be at least 0 Gy, not {dose_gy}")
    if not (isfinite(alpha_beta_gy) and alpha_beta_gy > 0):
        raise ValueError(f"alpha/beta must be positive gray, not {alpha_beta_gy}")
    return float(bed_of_voxels(np.asarray(dose_gy), protraction=protraction, alpha_beta_gy=alpha_beta_gy))


def bed_of_voxels(gy: NDArray[np.float64], *, protraction: float, alpha_beta_gy: float) -> NDArray[np.float64]:
    """Return the biologically effective dose of each of many doses with the same kinetics [Gy]; see :func:`bed_gy`."""
    return np.asarray(gy * (1 + protraction * gy / alpha_beta_gy), dtype=np.float64)


def eqd2_gy(bed: float, *, alpha_beta_gy: float) -> float:
    """Return the dose in fractions of 2 Gy with the same effect as a BED [Gy]."""
    return bed / (1 + PORTION_GY / alpha_beta_gy)


def bed_of(dose_gy: float, terms: Sequence[Exponential], repair: Repair, *, dose_sigma_gy: float | None = None) -> Bed:
    """Return the BED of a region in one cycle.

    Parameters
    ----------
    dose_gy : float
        Absorbed dose of the cycle [Gy]; cross-dose in it is taken to come with the region's own kinetics.
    terms : sequence of Exponential
        The region's time-activity curve.
    repair : Repair
    dose_sigma_gy : float, optional
        Standard uncertainty of the dose [Gy].
    """
    protraction = protraction_factor(terms, repair_half_life_h=repair.repair_half_life_h)
    ratio = repair.alpha_beta_gy
    bed = bed_gy(dose_gy, protraction=protraction, alpha_beta_gy=ratio)
    steepness = 1 + 2 * protraction * dose_gy / ratio
    return Bed(
        bed_gy=bed,
        eqd2_gy=eqd2_gy(bed, alpha_beta_gy=ratio),
        protraction=protraction,
        repair=repair,
        sigma_gy=None if dose_sigma_gy is None else steepness * dose_sigma_gy,
    )


def sum_of(beds: Sequence[Bed], *, sigma_gy: float | None = None) -> Bed:
    """Return the BED of several cycles, all damage repaired in between.

    Parameters
    ----------
    beds : sequence of Bed
        At least one; of one tissue.
    sigma_gy : float, optional
        Standard uncertainty of the sum [Gy]; what cycles share has to be in it.
    """
    repair = beds[0].repair
    if any(bed.repair != repair for bed in beds):
        raise ValueError("BEDs with different tissue parameters cannot be added")
    whole = sum(bed.bed_gy for bed in beds)
    return Bed(
        bed_gy=whole,
        eqd2_gy=eqd2_gy(whole, alpha_beta_gy=repair.alpha_beta_gy),
        protraction=None,
        repair=repair,
        sigma_gy=sigma_gy,
    )
