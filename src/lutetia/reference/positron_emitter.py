"""How long does a nuclide of PET live, and does a half-life in a header belong to one?

Source: ICRP Publication 107, half-lives as printed there. Headers round differently (18F: 6586.2 and 6588 s; 68Ga:
4057.7 and 4062.6 s), so a half-life is compared within a part in a hundred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lutetia.provenance import Source
from lutetia.reference.nuclide import ICRP_107

HALF_LIFE_WITHIN: Final = 0.01
"""Spellings of one half-life in headers differ by less; the closest two nuclides of PET by far more."""

PLAUSIBLE_INJECTED_MBQ: Final = (1.0, 10_000.0)
"""What is injected for a PET: from an infant's activity to the generator nuclides of the heart."""

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True, slots=True)
class PositronEmitter:
    """A nuclide of PET: its name as ICRP writes it, and its half-life [s]."""

    name: str
    half_life_s: float
    source: Source = ICRP_107


POSITRON_EMITTERS: Final = (
    PositronEmitter("F-18", 109.77 * _MINUTE),
    PositronEmitter("Ga-68", 67.71 * _MINUTE),
    PositronEmitter("Cu-64", 12.700 * _HOUR),
    PositronEmitter("Cu-61", 3.333 * _HOUR),
    PositronEmitter("Sc-44", 3.97 * _HOUR),
    PositronEmitter("Zr-89", 78.41 * _HOUR),
    PositronEmitter("I-124", 4.1760 * _DAY),
    PositronEmitter("C-11", 20.39 * _MINUTE),
    PositronEmitter("N-13", 9.965 * _MINUTE),
    PositronEmitter("O-15", 122.24),
    PositronEmitter("Rb-82", 1.273 * _MINUTE),
)
"""The first six label PSMA ligands; 18F and 68Ga nearly all of them."""


def positron_emitter(name: str | None) -> PositronEmitter | None:
    """Return a nuclide of PET by its name, such as ``"Ga-68"``; None where there are no data for it."""
    return next((one for one in POSITRON_EMITTERS if one.name == name), None)


def of_half_life(half_life_s: float) -> PositronEmitter | None:
    """Return the nuclide of PET that a half-life [s] belongs to; None where it belongs to none."""
    return next((one for one in POSITRON_EMITTERS if same_half_life(half_life_s, one)), None)


def same_half_life(half_life_s: float, nuclide: PositronEmitter) -> bool:
    """Tell whether a half-life [s] is another spelling of a nuclide's."""
    return abs(half_life_s / nuclide.half_life_s - 1) < HALF_LIFE_WITHIN
