"""The physics of photons as plain arrays: what every step of a history looks up, on whatever machine it runs.

Energies lie on a logarithmic grid from 5 to 500 keV between whose points is interpolated linearly. A photon below 5 keV
stops where it is (mean free path in water 0.2 mm).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lutetia.reference.material import Composition
from lutetia.reference.photon import (
    KEV_ANGSTROM,
    MOST_KEV,
    PhotonLines,
    cross_sections,
    scattering_function,
    squared_form_factor,
)

Array = NDArray[np.float64]

CUT_OFF_KEV: Final = 5.0
ENERGIES: Final = 1024
MOMENTA: Final = 512
"""Points of ``momentum / (1 + momentum)``, 0 to below 1: dense where form factors change."""
SCORES_PER_PATH: Final = 4.0
"""How many tentative collisions there are for one real one in the densest matter: more cost time, fewer leave voxels
uncertain. Four give a voxel a third of the variance of one, in 1.3 times the time (benchmarks/monte_carlo.py)."""
TOTAL, TRANSFER, COHERENT, INCOHERENT = range(4)


class PhotonTables(NamedTuple):
    """What photons need to know of the materials of a body.

    Attributes
    ----------
    log_first, per_log : float
        Index of an energy E [keV] is ``(log(E) - log_first) * per_log``.
    by_material : ndarray, axes (material, energy, 4)
        Total [cm2/g], transfer [cm2/g], part of the total that is coherent, and coherent or incoherent.
    majorant : ndarray, axes (energy,)
        ``SCORES_PER_PATH`` times the most that any voxel of the body has [1/cm].
    bound : ndarray, axes (material, momentum)
        Incoherent scattering function over its highest value.
    coherent : ndarray, axes (material, momentum)
        Integral of the squared form factor over the squared momentum, from 0.
    """

    log_first: float
    per_log: float
    by_material: Array
    majorant: Array
    bound: Array
    coherent: Array


class Emission(NamedTuple):
    """How photons start: every history carries the same energy, in photons of one line.

    Attributes
    ----------
    energy_kev : ndarray
    cumulative : ndarray
        Chance of this line or one before it, in proportion to the energy that it carries.
    followed_kev : float
        Energy of the lines above the cut-off [keV per decay].
    local_kev : float
        Energy of the lines below it, which stay where they arise [keV per decay].
    """

    energy_kev: Array
    cumulative: Array
    followed_kev: float
    local_kev: float


def emission(lines: PhotonLines) -> Emission:
    """Return how the photons of a nuclide start."""
    carried = lines.energy_kev * lines.per_decay
    above = lines.energy_kev > CUT_OFF_KEV
    followed = carried[above]
    share = np.cumsum(followed) / followed.sum()
    share[-1] = 1.0
    return Emission(lines.energy_kev[above], share, float(followed.sum()), float(carried[~above].sum()))


def photon_tables(materials: Sequence[Composition], densest_g_ml: Sequence[float]) -> PhotonTables:
    """Return the tables for a body.

    Parameters
    ----------
    materials : sequence of Composition
    densest_g_ml : sequence of float
        Highest density of each of them in the body; 0 where it does not occur [g/mL].
    """
    energy = np.geomspace(CUT_OFF_KEV, MOST_KEV, ENERGIES)
    by_material = np.empty((len(materials), ENERGIES, 4))
    for n, material in enumerate(materials):
        found = cross_sections(material, energy)
        coherent = found.coherent / found.total
        columns = (found.total, found.transfer, coherent, coherent + found.incoherent / found.total)
        by_material[n] = np.stack(columns, axis=1)
    majorant = SCORES_PER_PATH * (by_material[:, :, TOTAL] * np.asarray(densest_g_ml)[:, None]).max(axis=0)
    momentum = _momenta()
    return PhotonTables(
        float(np.log(energy[0])),
        float((ENERGIES - 1) / np.log(energy[-1] / energy[0])),
        by_material,
        majorant,
        np.stack([scattering_function(material, momentum) for material in materials]),
        np.stack([_integrated(material, momentum) for material in materials]),
    )


def _momenta() -> Array:
    share = np.arange(MOMENTA) / MOMENTA
    most = MOST_KEV / KEV_ANGSTROM
    share *= (most / (1 + most)) / share[-1]
    return share / (1 - share)


def _integrated(material: Composition, momentum: Array) -> Array:
    squared = squared_form_factor(material, momentum)
    area = np.diff(momentum**2) * (squared[1:] + squared[:-1]) / 2
    return np.concatenate([[0.0], np.cumsum(area)])
