"""How much energy a region absorbs from its own activity, if it were a sphere of the same mass.

The table beside this module was computed by Monte Carlo for spheres from 0.01 g to 1000 g; its sidecar says how.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Final

import numpy as np

TABLE: Final = "egsnrc_sphere_lu177_icru4soft_1.00.csv"
JOULE_PER_KEV: Final = 1.602176634e-16
"""Exact by the SI definition of the electronvolt."""


@cache
def table() -> tuple[tuple[float, float], ...]:
    """Return mass [g] and absorbed energy per decay [keV], as printed."""
    text = (resources.files("lutetia.simulation") / "data" / TABLE).read_text(encoding="utf-8")
    return tuple(
        (float(row["mass_g"]), float(row["E_self_keV_per_decay"])) for row in csv.DictReader(text.splitlines())
    )


def absorbed_kev(mass_g: float) -> float:
    """Return the energy per decay of Lu-177 that a sphere absorbs from activity spread evenly in it [keV].

    Interpolated between the logarithms of mass and energy; above 1000 g the last interval is continued.

    Parameters
    ----------
    mass_g : float
        At least the smallest mass of the table.
    """
    masses, energies = np.log(np.array(table())).T
    if not table()[0][0] <= mass_g <= 10_000:
        raise ValueError(f"the table of spheres does not reach {mass_g:g} g")
    place = int(np.clip(np.searchsorted(masses, np.log(mass_g)), 1, len(masses) - 1))
    slope = (energies[place] - energies[place - 1]) / (masses[place] - masses[place - 1])
    return float(np.exp(energies[place - 1] + slope * (np.log(mass_g) - masses[place - 1])))


def self_dose_gy(tia_mbq_h: float, mass_g: float) -> float:
    """Return the dose of a region from its own time-integrated activity [Gy], as a sphere of its mass."""
    decays = tia_mbq_h * 1e6 * 3600
    return decays * absorbed_kev(mass_g) * JOULE_PER_KEV / (mass_g / 1000)
