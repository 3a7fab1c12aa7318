"""How long does a nuclide live, and how much energy does it emit per decay?

Source: ICRP Publication 107, Nuclear Decay Data for Dosimetric Calculations, Ann ICRP 38 (3), 2008. One evaluation is
used throughout: the yield of the 208 keV line differs by 5.7 % between ICRP 107 and DDEP, and a calibration made with
one and a dose made with the other would not be consistent.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final

from lutetia.errors import InputError
from lutetia.provenance import Source

ICRP_107: Final = Source(
    title="ICRP Publication 107: Nuclear Decay Data for Dosimetric Calculations",
    year=2008,
    identifier="Ann ICRP 38 (3)",
    licence="summary numbers cited as facts",
)


@dataclass(frozen=True, slots=True)
class Nuclide:
    """A radionuclide as dosimetry needs it.

    Attributes
    ----------
    name : str
        As ICRP writes it, e.g. ``"Lu-177"``.
    half_life_h : float
        Physical half-life [h].
    electron_kev, photon_kev : float
        Mean energy emitted per decay as electrons (beta, conversion, Auger) and as photons (gamma, X) [keV].
    source : Source
    """

    name: str
    half_life_h: float
    electron_kev: float
    photon_kev: float
    source: Source

    @property
    def decay_per_h(self) -> float:
        """Decay constant [1/h]."""
        return log(2) / self.half_life_h


LU177: Final = Nuclide("Lu-177", 6.647 * 24, 147.92, 35.10, ICRP_107)
"""177Lu: half-life 6.647 d; beta 133.27, conversion 13.52 and Auger 1.13 keV; gamma 31.56 and X 3.54 keV per decay."""

_KNOWN: Final = {LU177.name: LU177}


def nuclide(name: str) -> Nuclide:
    """Look up a nuclide by name.

    Parameters
    ----------
    name : str
        Such as ``"Lu-177"`` or ``"177Lu"``; capitals and hyphen do not matter.

    Raises
    ------
    InputError
        If there are no data for it.
    """
    key = "".join(c for c in name.casefold() if c.isalnum())
    for known in _KNOWN.values():
        symbol, mass = known.name.casefold().split("-")
        if key in (symbol + mass, mass + symbol):
            return known
    raise InputError("nuclide", f"there are no decay data for '{name}'", f"known nuclides: {', '.join(sorted(_KNOWN))}")
