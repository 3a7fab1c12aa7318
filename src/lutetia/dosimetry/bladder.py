"""Which dose does the inner surface of the bladder's wall get from urine that comes, stays and is voided?

The contents are a sphere that grows with the urine and shrinks to its residual volume at every voiding; what leaves the
body in stated phases enters it. At a point of the surface a sphere of radius R covers the part ``(1 - r / 2R) / 2`` of
all directions up to the distance r; integrated with the point kernel by parts, the energy that arrives there per decay
and unit of concentration is

    E = 1 / (4 R) integral from 0 to 2R of E(r) dr,

for electrons half their energy (their range is short against R), for photons what the size of the bladder gives. One
interval between voidings holds day and night: the longer pause of the night is not modelled.

Sources: Thomas et al., MIRD pamphlet 14 revised, J Nucl Med 1999;40:102S (expanding sphere, residual volume, dose at
the surface of the wall); Cloutier et al., Health Phys 1973;25:147 (one interval between voidings, closed form).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.energy import GY_G_PER_MBQ_H_KEV
from lutetia.errors import InputError
from lutetia.reference.point_kernel import Component, PointKernel, point_kernel
from lutetia.reference.tissue import WATER

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_LENGTHS: Final = np.concatenate([np.linspace(0.0, 0.25, 101), np.geomspace(0.25, 60.0, 161)[1:]])
FOLLOWED_HALF_LIVES: Final = 14.0
"""After so many physical half-lives less than one part in ten thousand is left to decay."""
VOLUMES: Final = 120
"""Sizes of the bladder at which the surface energy is computed; between them it is interpolated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcretionPhase:
    """Part of the activity given that leaves by urine with one biological half-life [h]."""

    share: float
    half_life_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BladderInput:
    """What a centre states of excretion and voiding.

    Attributes
    ----------
    excretion : tuple of ExcretionPhase
    interval_h : float
        Between voidings, also up to the first after the start of administration [h].
    urine_ml_per_h : float
    residual_ml : float
        Left after a voiding [mL].
    initial_ml : float
        In the bladder at the start of administration, without activity [mL].
    source : str
    """

    excretion: tuple[ExcretionPhase, ...]
    interval_h: float
    urine_ml_per_h: float
    residual_ml: float
    initial_ml: float
    source: str

    def __post_init__(self) -> None:
        """Refuse what no bladder does."""
        numbers = (self.interval_h, self.urine_ml_per_h, self.residual_ml, self.initial_ml)
        if not all(isfinite(n) and n > 0 for n in numbers):
            raise InputError(
                "bladder",
                f"interval, urine, residual and initial volume {numbers} are not all positive",
                "correct them",
            )
        shares = sum(phase.share for phase in self.excretion)
        if not self.excretion or not 0 < shares <= 1 or any(phase.half_life_h <= 0 for phase in self.excretion):
            raise InputError(
                "bladder", f"{shares:g} of the activity given leaves by urine", "state shares that add up to at most 1"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class BladderDose:
    """An estimate of the dose at the inner surface of the bladder's wall.

    Attributes
    ----------
    electron_gy, photon_gy : float
        From the contents, by what left the nucleus [Gy].
    contents_mbq_h : float
        Time-integrated activity of the contents [MBq h].
    rests_on : str
    """

    electron_gy: float
    photon_gy: float
    contents_mbq_h: float
    rests_on: str

    @property
    def total_gy(self) -> float:
        """From electrons and photons of the contents [Gy]."""
        return self.electron_gy + self.photon_gy


@lru_cache(maxsize=512)
def surface_kev(volume_ml: float, component: Component, kernel: PointKernel) -> float:
    """Return the energy per decay that a point of a filled sphere's surface gets [keV].

    Parameters
    ----------
    volume_ml : float
        Of the sphere of water [mL].
    component : str
        ``electron``, ``photon`` or ``total``.
    kernel : PointKernel
    """
    diameter = 2 * (3 * volume_ml / (4 * np.pi)) ** (1 / 3)
    ends = np.append(_LENGTHS[diameter > _LENGTHS], diameter)
    centre, half = (ends[1:] + ends[:-1]) / 2, np.diff(ends) / 2
    within = kernel.within_kev(centre[:, None] + half[:, None] * _NODES, component, medium=WATER)
    return float(np.sum(within * _WEIGHTS * half[:, None]) / (2 * diameter))


def bladder_dose(stated: BladderInput, *, given_mbq: float, half_life_h: float, nuclide: str) -> BladderDose:
    """Return the dose at the surface of the wall.

    Parameters
    ----------
    stated : BladderInput
    given_mbq : float
        Activity given [MBq].
    half_life_h : float
        Physical half-life [h].
    nuclide : str
    """
    weights, mbq, volume = _contents(stated, given_mbq, half_life_h)
    kernel = point_kernel(nuclide)
    sizes = np.geomspace(volume.min(), volume.max(), VOLUMES)

    def gy(component: Component) -> float:
        kev = np.interp(volume, sizes, [surface_kev(float(size), component, kernel) for size in sizes])
        return float(np.sum(weights * mbq / volume * kev)) * GY_G_PER_MBQ_H_KEV / WATER.density_g_ml

    return BladderDose(
        electron_gy=gy("electron"),
        photon_gy=gy("photon"),
        contents_mbq_h=float(np.sum(weights * mbq)),
        rests_on=(
            f"voiding every {stated.interval_h:g} h, {stated.urine_ml_per_h:g} mL of urine per hour, "
            f"{stated.initial_ml:g} mL at the start and {stated.residual_ml:g} mL left each time; "
            f"{sum(phase.share for phase in stated.excretion):.0%} of the activity leaves by urine ({stated.source})"
        ),
    )


_Array = NDArray[np.float64]


def _contents(stated: BladderInput, given_mbq: float, half_life_h: float) -> tuple[_Array, _Array, _Array]:
    """Return weights of times in an integral [h], activity [MBq] and volume [mL] of the contents."""
    fillings = int(np.ceil(FOLLOWED_HALF_LIVES * half_life_h / stated.interval_h))
    starts = np.asarray(stated.interval_h * np.arange(fillings), dtype=np.float64)
    after = np.asarray(stated.interval_h * (_NODES + 1) / 2, dtype=np.float64)
    times = np.asarray(starts[:, None] + after, dtype=np.float64)
    entered = _entered(stated, times) - _entered(stated, starts)[:, None]
    held, left = np.zeros(fillings), 0.0
    begin = np.full(fillings, stated.residual_ml)
    begin[0] = stated.initial_ml
    new = _entered(stated, starts + stated.interval_h) - _entered(stated, starts)
    for n in range(fillings):
        held[n] = left
        left = (left + new[n]) * stated.residual_ml / (begin[n] + stated.urine_ml_per_h * stated.interval_h)
    volume = begin[:, None] + stated.urine_ml_per_h * after
    mbq = given_mbq * np.exp(-log(2) / half_life_h * times) * (held[:, None] + entered)
    weights = np.broadcast_to(_WEIGHTS * stated.interval_h / 2, times.shape)
    return weights, mbq, volume


def _entered(stated: BladderInput, hours: _Array) -> _Array:
    """Return the share of the activity given that has come into the bladder by some times, decay left out."""
    parts = [phase.share * -np.expm1(-log(2) / phase.half_life_h * hours) for phase in stated.excretion]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)
