"""How much of the radioligand is in each region at each time, and how much decays there in all.

Every region takes its share up from the rest of the body and gives it back to the urine in two phases; the share
not bound leaves in three. What leaves passes through the bladder. The whole is a linear compartment scheme written
out as sums of exponentials: activity is conserved exactly, every effective rate is physical decay plus a biological
rate, and every integral to infinity has a closed form.

Central values were set so that doses per activity and effective half-lives lie where they were published for
[177Lu]Lu-PSMA-617; see ``docs/simulated-patient.md`` for the sources, row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

LU177_HALF_LIFE_H: Final = 159.528
"""6.647 d, ICRP Publication 107."""

LU177_DECAY_PER_H: Final = log(2) / LU177_HALF_LIFE_H


@dataclass(frozen=True, slots=True)
class Phase:
    """One term ``share * exp(-rate * t)`` of the retained share, decay left out; a negative share is uptake."""

    share: float
    rate_per_h: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The activity of one region over time, as a sum of exponentials.

    Attributes
    ----------
    phases : tuple of Phase
        Biological phases; shares are of the activity given.
    """

    phases: tuple[Phase, ...]

    def share(self, hours: ArrayLike) -> NDArray[np.float64]:
        """Return the share of the activity given that is there, decay left out."""
        t = np.asarray(hours, dtype=np.float64)
        return np.asarray(sum(p.share * np.exp(-p.rate_per_h * t) for p in self.phases), dtype=np.float64)

    def activity_mbq(self, hours: ArrayLike, given_mbq: float) -> NDArray[np.float64]:
        """Return the activity [MBq] at times after the administration [h]."""
        t = np.asarray(hours, dtype=np.float64)
        return np.asarray(given_mbq * np.exp(-LU177_DECAY_PER_H * t) * self.share(t), dtype=np.float64)

    def tia_mbq_h(self, given_mbq: float) -> float:
        """Return the activity integrated from the administration to infinity [MBq h]."""
        return given_mbq * sum(p.share / (p.rate_per_h + LU177_DECAY_PER_H) for p in self.phases)

    def slowest_effective_half_life_h(self) -> float:
        """Return the effective half-life of the slowest phase [h]."""
        return log(2) / (min(p.rate_per_h for p in self.phases) + LU177_DECAY_PER_H)

    def mean_over(self, hours: float, duration_h: float, given_mbq: float) -> float:
        """Return the mean activity [MBq] while a scan lasts, decaying but otherwise at rest."""
        decayed = (1 - exp(-LU177_DECAY_PER_H * duration_h)) / (LU177_DECAY_PER_H * duration_h)
        return float(self.activity_mbq(hours, given_mbq)) * decayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Uptake:
    """What one kind of region does with the radioligand.

    Attributes
    ----------
    share_per_g : float
        Share of the activity given that is bound per gram, before washout [1/g].
    effective_h : float
        Effective half-life of the slow phase [h], at most the physical one.
    fast_fraction, fast_effective_h : float
        Part of the bound share that leaves sooner, and its effective half-life [h].
    uptake_h : float
        Half-time of uptake [h].
    spread, spread_h : float
        Standard deviations of the logarithms of share and of half-life between men.
    """

    share_per_g: float
    effective_h: float
    fast_fraction: float
    fast_effective_h: float
    uptake_h: float
    spread: float = 0.18
    spread_h: float = 0.10


UPTAKES: Final[Mapping[str, Uptake]] = {
    "kidney": Uptake(share_per_g=1.10e-4, effective_h=36, fast_fraction=0.06, fast_effective_h=8, uptake_h=0.35),
    "liver": Uptake(share_per_g=4.2e-5, effective_h=27, fast_fraction=0.06, fast_effective_h=7, uptake_h=0.25),
    "spleen": Uptake(share_per_g=8.6e-5, effective_h=22, fast_fraction=0.06, fast_effective_h=7, uptake_h=0.25),
    "parotid": Uptake(share_per_g=1.25e-4, effective_h=40, fast_fraction=0.05, fast_effective_h=9, uptake_h=0.5),
    "submandibular": Uptake(share_per_g=1.05e-4, effective_h=39, fast_fraction=0.05, fast_effective_h=9, uptake_h=0.5),
    "lacrimal": Uptake(share_per_g=2.6e-4, effective_h=42, fast_fraction=0.0, fast_effective_h=9, uptake_h=0.5),
    "small_bowel": Uptake(share_per_g=6.0e-5, effective_h=24, fast_fraction=0.2, fast_effective_h=7, uptake_h=0.6),
    "marrow": Uptake(share_per_g=1.5e-5, effective_h=32, fast_fraction=0.5, fast_effective_h=3, uptake_h=0.1),
    "lesion": Uptake(
        share_per_g=5.2e-4, effective_h=56, fast_fraction=0.0, fast_effective_h=9, uptake_h=2.2, spread=0.35,
        spread_h=0.10,
    ),
}  # fmt: skip
"""By kind of region, for PSMA-617."""

_REST_PHASES: Final = ((0.66, 1.6), (0.24, 9.0), (0.10, 60.0))
"""Share and biological half-life [h] of what is not bound: about half is in the urine after 4 h, 70 % after 12 h."""

_BLADDER_HALF_TIME_H: Final = 0.5
"""Half-time of emptying: a man who drinks much and voids just before every scan."""


def kind_of(region: str) -> str:
    """Return the kind of region: ``kidney_left`` is a ``kidney``, ``L3`` a ``lesion``."""
    if region.startswith("L"):
        return "lesion"
    return region if region in UPTAKES else region.rpartition("_")[0]


@dataclass(frozen=True, slots=True)
class Kinetics:
    """Where the radioligand is: one curve per region, and what is left for the rest of the body and the bladder.

    Attributes
    ----------
    curves : mapping of str to Curve
        Regions, ``bladder`` and ``remainder``.
    """

    curves: Mapping[str, Curve]


@dataclass(frozen=True, slots=True)
class Habit:
    """How one man differs: factors on bound share and effective half-life by region, drawn once."""

    share: Mapping[str, float]
    half_life: Mapping[str, float]

    @classmethod
    def drawn(cls, regions: tuple[str, ...], rng: np.random.Generator) -> Habit:
        """Draw a man; the two sides of a pair go together."""

        def factor(spread: float) -> float:
            return float(np.exp(spread * np.clip(rng.standard_normal(), -2, 2)))

        common = {kind: (factor(u.spread), factor(u.spread_h)) for kind, u in UPTAKES.items()}
        common["lesion"] = (factor(0.15), factor(0.06))
        share, half_life = {}, {}
        for region in regions:
            kind, own = kind_of(region), UPTAKES[kind_of(region)]
            alone = (own.spread, own.spread_h) if kind == "lesion" else (0.04, 0.02)
            share[region] = common[kind][0] * factor(alone[0])
            half_life[region] = common[kind][1] * factor(alone[1])
        return cls(share, half_life)


def kinetics(masses_g: Mapping[str, float], habit: Habit, *, lesion_share: float = 1.0) -> Kinetics:
    """Return the curves of a man whose regions have these masses.

    Parameters
    ----------
    masses_g : mapping of str to float
        Mass of every region that binds the radioligand [g].
    habit : Habit
    lesion_share : float
        Uptake per gram of every lesion relative to the first cycle.
    """
    curves: dict[str, Curve] = {}
    leaving: list[Phase] = []
    waiting: list[Phase] = []
    for region, mass in masses_g.items():
        uptake = UPTAKES[kind_of(region)]
        bound = uptake.share_per_g * mass * habit.share[region] * (lesion_share if kind_of(region) == "lesion" else 1.0)
        slow = _biological(min(uptake.effective_h * habit.half_life[region], 0.95 * LU177_HALF_LIFE_H))
        phases = [Phase(bound * (1 - uptake.fast_fraction), slow)]
        if uptake.fast_fraction:
            phases.append(Phase(bound * uptake.fast_fraction, _biological(uptake.fast_effective_h)))
        rising = Phase(-bound, log(2) / uptake.uptake_h)
        curves[region] = Curve((*phases, rising))
        leaving += phases
        waiting.append(Phase(bound, rising.rate_per_h))
    free = 1.0 - sum(phase.share for phase in waiting)
    if free < 0.4:
        raise ValueError(f"the regions bind {1 - free:.0%} of the activity, which leaves too little for the rest")
    rest = [Phase(share * free, log(2) / half_life) for share, half_life in _REST_PHASES]
    curves["bladder"] = _bladder((*leaving, *rest))
    curves["remainder"] = Curve((*rest, *waiting))
    return Kinetics(curves)


def _biological(effective_h: float) -> float:
    return log(2) / effective_h - LU177_DECAY_PER_H


def _bladder(leaving: tuple[Phase, ...]) -> Curve:
    """Return the content of a bladder filled by all that leaves and emptied at a constant rate."""
    emptying = log(2) / _BLADDER_HALF_TIME_H
    filled = [Phase(p.share * p.rate_per_h / (emptying - p.rate_per_h), p.rate_per_h) for p in leaving]
    return Curve((*filled, Phase(-sum(p.share for p in filled), emptying)))
