"""Which photons does a nuclide emit, and what does matter do with them?

Sources: ICRP Publication 107 (lines); xraylib (cross-sections of the elements, form factors, scattering functions),
each derived once into a table with its description; see ``scripts/photon_tables.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lutetia.errors import InputError
from lutetia.reference.dataset import Dataset, load
from lutetia.reference.material import Composition
from lutetia.reference.point_kernel import Component

Array = NDArray[np.float64]

KEV_ANGSTROM: Final = 12.398419843
"""Photon energy times wavelength [keV angstrom]."""
ELECTRON_MASS_KEV: Final = 510.99895
MOST_KEV = 500.0
"""Where the tables of cross-sections end [keV]; they begin at 1 keV."""

_LINES: Final = {"Lu-177": "photon_lines_lu177"}
_BREMSSTRAHLUNG: Final = 2
_FAR_KEV: Final = 30.0
_CROSS_SECTIONS: Final = ("photo_cm2_g", "coherent_cm2_g", "incoherent_cm2_g", "transfer_cm2_g")


@dataclass(frozen=True, slots=True, eq=False)
class PhotonLines:
    """Energies and yields.

    Attributes
    ----------
    energy_kev : ndarray
    per_decay : ndarray
        Photons per decay.
    dataset : Dataset
    """

    energy_kev: Array
    per_decay: Array
    dataset: Dataset

    @property
    def kev_per_decay(self) -> float:
        """Energy of all [keV per decay]."""
        return float(self.energy_kev @ self.per_decay)


@cache
def photon_lines(nuclide: str, component: Component = "photon") -> PhotonLines:
    """Return the photons of a decay.

    Parameters
    ----------
    nuclide : str
    component : str
        ``photon``: gamma and X; ``electron``: the bremsstrahlung of the electrons; ``total``: both.

    Raises
    ------
    InputError
        If there is no table.
    """
    if nuclide not in _LINES:
        raise InputError("photon lines", f"there are none for '{nuclide}'", f"available: {', '.join(sorted(_LINES))}")
    dataset, table = load(_LINES[nuclide])
    radiated = table["kind"] == _BREMSSTRAHLUNG
    wanted = {"photon": ~radiated, "electron": radiated, "total": np.ones_like(radiated)}[component]
    return PhotonLines(table["energy_kev"][wanted], table["per_decay"][wanted], dataset)


def photon_tables() -> tuple[Dataset, ...]:
    """Return what the transport of photons rests on, the lines of the nuclide aside."""
    return tuple(
        load(name)[0] for name in ("photon_elements", "photon_form_factors", "elements", "schneider_materials")
    )


@dataclass(frozen=True, slots=True, eq=False)
class CrossSections:
    """Cross-sections of a material at some energies [cm2/g]; ``transfer`` is the part whose energy stays."""

    photo: Array
    coherent: Array
    incoherent: Array
    transfer: Array

    @property
    def total(self) -> Array:
        """All three together [cm2/g]."""
        return self.photo + self.coherent + self.incoherent


def cross_sections(material: Composition, energy_kev: ArrayLike) -> CrossSections:
    """Return what a material does with photons.

    Parameters
    ----------
    material : Composition
    energy_kev : array_like
        Between 1 and 500 keV; interpolated in logarithms.
    """
    wanted = np.log(np.asarray(energy_kev, dtype=np.float64))
    found = [np.zeros_like(wanted) for _ in _CROSS_SECTIONS]
    for z, part in material.parts:
        energy, columns = _element(z)
        for n, column in enumerate(columns):
            found[n] += part * np.exp(np.interp(wanted, energy, column))
    return CrossSections(*found)


@cache
def takes_of_photons(material: Composition, nuclide: str) -> float:
    """Return what a gram of a material takes from the photons of a nuclide, before they are scattered [cm2/g].

    Mass energy-transfer coefficient, averaged with the energy of the lines above 30 keV; those below do not get far.
    """
    lines = photon_lines(nuclide)
    far = lines.energy_kev > _FAR_KEV
    carried = lines.energy_kev[far] * lines.per_decay[far]
    return float(carried @ cross_sections(material, lines.energy_kev[far]).transfer / carried.sum())


def squared_form_factor(material: Composition, momentum: Array) -> Array:
    """Return the square of the form factor of free atoms per mass, in a unit of its own; momenta in 1/angstrom."""
    return _by_momentum(material, "form_factor", momentum, power=2)


def scattering_function(material: Composition, momentum: Array) -> Array:
    """Return the incoherent scattering function over its highest value, 0 to 1; momenta in 1/angstrom."""
    highest = sum(part * z / _atomic_weight(z) for z, part in material.parts)
    return _by_momentum(material, "scattering_function", momentum, power=1) / highest


def _by_momentum(material: Composition, name: str, momentum: Array, *, power: int) -> Array:
    total = np.zeros_like(momentum)
    for z, part in material.parts:
        values = np.interp(momentum, *_factor(z, name))
        total += part / _atomic_weight(z) * values**power
    return total


@cache
def _element(z: int) -> tuple[Array, tuple[Array, ...]]:
    """Return logarithms of energies and of the cross-sections of an element."""
    table = load("photon_elements")[1]
    rows = table["z"] == z
    if not rows.any():
        raise InputError(f"element {z}", "there are no cross-sections for it", "name elements that tissue is made of")
    return np.log(table["energy_kev"][rows]), tuple(np.log(table[name][rows]) for name in _CROSS_SECTIONS)


@cache
def _factor(z: int, name: str) -> tuple[Array, Array]:
    table: Mapping[str, Array] = load("photon_form_factors")[1]
    rows = table["z"] == z
    return table["momentum_per_angstrom"][rows], table[name][rows]


@cache
def _atomic_weight(z: int) -> float:
    table = load("elements")[1]
    return float(table["atomic_weight"][table["z"] == z][0])
