"""Make the 177Lu point kernel in water anew with PENELOPE, and lay the shipped one (EGSnrc) beside it.

    python -m venv /somewhere/penred && /somewhere/penred/bin/pip install pyPenred icrp107-database
    python scripts/point_kernel_penelope.py --penred /somewhere/penred/bin/python    # some ten minutes on one core

PENELOPE runs through PenRed (pyPenred 1.15, AGPL-3.0) as a separate program: its Python is named by ``--penred``, and
nothing of it is imported here or in Lutetia. Emissions come from the package ``icrp107-database`` (LGPL-3.0) in that
same Python, or from ``--spectra``, the JSON text of one nuclide of that package. What is written:
``golden/physics/penelope_point_kernel_lu177_water_1.00.csv`` and a YAML file that says how it was made; then the
comparison, by ``scripts/validate_point_kernel.py``, which needs no PENELOPE.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import yaml
from numpy.typing import NDArray

from lutetia.provenance import sha256_of
from lutetia.reference.dataset import load

Array = NDArray[np.float64]

ROOT: Final = Path(__file__).resolve().parents[1]
TABLE: Final = ROOT / "golden" / "physics" / "penelope_point_kernel_lu177_water_1.00.csv"
MADE: Final = TABLE.with_suffix(".yaml")
SHIPPED: Final = "point_kernel_lu177_water"

NUCLIDE: Final = "Lu-177"
PARTICLES: Final = {"beta": 1_200_000, "ce_auger": 600_000, "photon": 4_000_000}
ENDING_PARTICLES: Final = 1_500_000
WATER: Final = {1: 0.111894, 8: 0.888106}
OUTER_CM: Final = 100.0
"""Water goes on beyond the shipped table, so that its last shell gets back what is scattered back."""
ELECTRON_CUTOFF_EV, PHOTON_CUTOFF_EV, FAR_ELECTRON_CUTOFF_EV = 5e3, 1e3, 1e5
"""Electrons of 5 keV stop within 1 um, of 100 keV within 0.15 mm: the latter holds from 1 cm, in shells of 5 mm."""
FAR_FROM_CM: Final = 1.0
STEPS_PER_SHELL: Final = 10
HANGS_AFTER_S: Final = 3600

_RUN: Final = """
import json, sys, pyPenred
pyPenred.simulation.setConfigurationLog("configuration.log")
pyPenred.simulation.setSimulationLog("simulation.log")
one = pyPenred.simulation.create()
one.configFromFile("penred.in")
one.simulate()
ev, sigma = one.getResults()["shells"][0].data()[:2]
json.dump({"ev": list(map(float, ev)), "sigma": list(map(float, sigma))}, open("found.json", "w"))
"""
_EMISSIONS: Final = """
import json, sys, icrp107_database
from importlib.resources import files
print((files(icrp107_database) / "icrp107" / f"{sys.argv[1]}.json").read_text())
"""
_VERSIONS: Final = """
from importlib.metadata import version
print(version("pyPenred"))
"""


@dataclass(frozen=True)
class Spectrum:
    """What is started from one part of a decay: energies, and what is too slow to be started.

    Attributes
    ----------
    lines : str
        PenRed's spectrum file: lower edge of an interval [eV] and its probability; a line is an interval of no width.
    per_decay, emitted_per_decay : float
        Particles started, and particles emitted, per decay.
    on_the_spot_kev : float
        Energy per decay of those below the cut-off, which PenRed does not finish; they stop within 1 um.
    whole_kev : float
        Energy per decay of all.
    """

    lines: str
    per_decay: float
    emitted_per_decay: float
    on_the_spot_kev: float
    whole_kev: float


# --- emissions -------------------------------------------------------------------------------------------------------


def emissions(text: str) -> dict[str, list[list[float]]]:
    """Return the radiations of a nuclide from the JSON of ``icrp107-database`` (MeV, per decay)."""
    found = json.loads(text)
    nuclide = json.loads(found) if isinstance(found, str) else found
    if nuclide["name"] != NUCLIDE:
        raise SystemExit(f"The spectra are of {nuclide['name']}; {NUCLIDE} is needed.")
    return nuclide["emissions"]


def spectra(radiations: dict[str, list[list[float]]]) -> dict[str, Spectrum]:
    """Return what is started for each part."""
    return {
        "beta": of_betas(radiations["b-spectra"], sum(y for _, y in radiations["beta-"])),
        "ce_auger": of_lines(radiations["IE"] + radiations["auger"], ELECTRON_CUTOFF_EV),
        "photon": of_lines(radiations["gamma"] + radiations["X"], PHOTON_CUTOFF_EV),
    }


def of_lines(lines: list[list[float]], cutoff_ev: float) -> Spectrum:
    """Return discrete energies as PenRed reads them."""
    all_ev = sorted((1e6 * mev, per_decay) for mev, per_decay in lines)
    started = [(ev, y) for ev, y in all_ev if ev > cutoff_ev]
    text = [f"{ev:.8e} {y:.8e}\n{ev:.8e} 0.0" for ev, y in started[:-1]]
    text += [f"{started[-1][0]:.8e} {started[-1][1]:.8e}", f"{started[-1][0]:.8e} -1"]
    return Spectrum(
        "\n".join(text) + "\n",
        sum(y for _, y in started),
        sum(y for _, y in all_ev),
        sum(ev * y for ev, y in all_ev if ev <= cutoff_ev) / 1e3,
        sum(ev * y for ev, y in all_ev) / 1e3,
    )


def of_betas(points: list[list[float]], per_decay: float, bins: int = 500) -> Spectrum:
    """Return a tabulated beta spectrum in narrow intervals, interpolated by PCHIP (straight lines add 0.35 %)."""
    from scipy.interpolate import PchipInterpolator

    mev, density = np.array(points).T
    number = PchipInterpolator(mev, density).antiderivative()
    fine = np.linspace(mev[0], mev[-1], 20001)
    energy = PchipInterpolator(fine, fine * PchipInterpolator(mev, density)(fine)).antiderivative()
    scale = per_decay / number(mev[-1])
    edges = np.linspace(ELECTRON_CUTOFF_EV * 1.000001 / 1e6, mev[-1], bins + 1)
    each = np.diff(number(edges)) * scale
    text = [f"{1e6 * e:.8e} {p:.8e}" for e, p in zip(edges[:-1], each, strict=True)] + [f"{1e6 * edges[-1]:.8e} -1"]
    return Spectrum(
        "\n".join(text) + "\n",
        float(each.sum()),
        per_decay,
        float(energy(edges[0]) * scale * 1e3),
        float(energy(mev[-1]) * scale * 1e3),
    )


# --- Monte Carlo, in a program of its own -----------------------------------------------------------------------------


def shell_edges() -> Array:
    """Return the outer radii of the shells: those of the shipped table and one more of what lies beyond."""
    return np.append(load(SHIPPED)[1]["r_out_cm"], OUTER_CM)


def geometry(edges: Array) -> str:
    """Return nested spheres of water in the words of PENGEOM."""
    rule, text = "0" * 64, ["Shells of water", "0" * 64]
    for n, radius in enumerate(edges, 1):
        scales = [f"{axis}-SCALE=(+{radius:.15E},   0)" for axis in "XYZ"]
        text += [f"SURFACE ({n:4d})   Sphere", "INDICES=( 1, 1, 1, 0,-1)", *scales, rule]
    for n in range(1, len(edges) + 1):
        inner = [f"BODY    ({n - 1:4d})"] if n > 1 else []
        text += [f"BODY    ({n:4d})   Shell", "MATERIAL(   1)", f"SURFACE ({n:4d}), SIDE POINTER=(-1)", *inner, rule]
    return "\n".join([*text, "END      " + "0" * 55, ""])


def configuration(edges: Array, *, part: str, particles: int, seed: int) -> str:
    """Return PenRed's configuration of one batch."""
    source, water = "sources/generic/decay", "materials/water"
    text = [
        f"{source}/nhist {particles}",
        f'{source}/kpar "{"gamma" if part == "photon" else "electron"}"',
        f'{source}/direction/type "SOLID_ANGLE"',
        *(f"{source}/direction/{k} {v}" for k, v in (("u", 0.0), ("v", 0.0), ("w", 1.0))),
        *(
            f"{source}/direction/{k} {v}"
            for k, v in (("theta0", 0.0), ("theta1", 180.0), ("phi0", 0.0), ("dphi", 360.0))
        ),
        f'{source}/energy/type "FILE_SPECTRUM"',
        f'{source}/energy/filename "spectrum.dat"',
        f'{source}/spatial/type "POINT"',
        *(f"{source}/spatial/position/{axis} 0.0" for axis in "xyz"),
        'tallies/shells/type "EDEP_BODY"',
        'geometry/type "PEN_QUADRIC"',
        'geometry/input-file "shells.geo"',
        'geometry/processed-geo-file "report.geo"',
        f'{water}/filename "water.mat"',
        f"{water}/number 1",
        f"{water}/density 1.0",
        *(f"{water}/elements/{z} {fraction}" for z, fraction in WATER.items()),
        f"{water}/eabs/electron {ELECTRON_CUTOFF_EV:g}",
        f"{water}/eabs/positron 1e6",
        f"{water}/eabs/gamma {PHOTON_CUTOFF_EV:g}",
        f"{water}/C1 0.05",
        f"{water}/C2 0.05",
        f"{water}/WCC 1e3",
        f"{water}/WCR 1e3",
        "simulation/threads 1",
        f"simulation/seedPair {seed}",
        "simulation/dump-interval 1e9",
    ]
    inner = np.append(0.0, edges[:-1])
    for n, (near, far) in enumerate(zip(inner, edges, strict=True), 1):
        text.append(f"geometry/dsmax/{n} {(far - near) / STEPS_PER_SHELL:.4e}")
        if near >= FAR_FROM_CM:
            text.append(f"geometry/eabs/{n}/electron {FAR_ELECTRON_CUTOFF_EV:g}")
    return "\n".join(text) + "\n"


def batch(
    penred: str, spectrum: Spectrum, *, part: str, particles: int, seed: int, edges: Array | None = None
) -> tuple[Array, Array]:
    """Run one batch; return energy and sigma per started particle in each shell [keV]."""
    edges = shell_edges() if edges is None else edges
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "spectrum.dat").write_text(spectrum.lines)
        (place / "shells.geo").write_text(geometry(edges))
        (place / "penred.in").write_text(configuration(edges, part=part, particles=particles, seed=seed))
        subprocess.run([penred, "-c", _RUN], cwd=place, check=True, timeout=HANGS_AFTER_S, stdout=subprocess.DEVNULL)
        found = json.loads((place / "found.json").read_text())
    ev, sigma = (np.array(found[key])[: len(edges)] for key in ("ev", "sigma"))
    return ev / 1e3, sigma / 1e3


def ask(penred: str, code: str, *words: str) -> str:
    """Return what a few lines print in the other Python."""
    return subprocess.run([penred, "-c", code, *words], check=True, capture_output=True, text=True).stdout.strip()


def make(penred: str, chosen: Path | None, particles: dict[str, int], batches: int) -> None:
    """Run all batches and write the table and its description."""
    radiations = emissions(chosen.read_text() if chosen else ask(penred, _EMISSIONS, NUCLIDE))
    started, columns = spectra(radiations), {}
    for number, (part, spectrum) in enumerate(started.items()):
        runs = [
            batch(penred, spectrum, part=part, particles=particles[part] // batches, seed=number * batches + n)
            for n in range(batches)
        ]
        kev = np.array([mean for mean, _ in runs]) * spectrum.per_decay
        kev[:, 0] += spectrum.on_the_spot_kev
        sigma = np.sqrt(np.square([s for _, s in runs]).sum(axis=0)) / batches * spectrum.per_decay
        columns[f"E_{part}"] = kev.mean(axis=0)
        columns[f"sigma_{part}"] = sigma
        columns[f"sigma_cumulative_{part}"] = np.cumsum(kev, axis=1).std(axis=0, ddof=1) / np.sqrt(batches)
        print(f"{part}: {kev.sum(axis=1).mean():.3f} of {spectrum.whole_kev:.3f} keV found", flush=True)
    write(columns)
    described = how_made(ask(penred, _VERSIONS), radiations, started, particles, batches)
    described["water_ending_with_the_shipped_table"] = ending(penred, started["photon"], seed=len(started) * batches)
    MADE.write_text(yaml.safe_dump(described, sort_keys=False, width=110))


def ending(penred: str, photons: Spectrum, *, seed: int) -> dict[str, float]:
    """Return photon energy in the shipped table's last shell where nothing is scattered back into it [keV]."""
    kev, sigma = batch(penred, photons, part="photon", particles=ENDING_PARTICLES, seed=seed, edges=shell_edges()[:-1])
    found, uncertain = (float(values[-1]) * photons.per_decay for values in (kev, sigma))
    return {"last_shell_kev": round(found, 4), "sigma_kev": round(uncertain, 4), "particles": ENDING_PARTICLES}


def write(columns: dict[str, Array]) -> None:
    """Write the table."""
    edges = shell_edges()
    with TABLE.open("w", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["r_in_cm", "r_out_cm", *columns])
        for n, (near, far) in enumerate(zip(np.append(0.0, edges[:-1]), edges, strict=True)):
            writer.writerow([f"{near:.3f}", f"{far:.3f}", *(f"{column[n]:.5g}" for column in columns.values())])


def how_made(
    version: str, radiations: object, started: dict[str, Spectrum], particles: dict[str, int], batches: int
) -> dict[str, object]:
    """Return the description of the table."""
    far = f"electrons from {FAR_FROM_CM:g} cm on"
    return {
        "sha256": sha256_of(TABLE),
        "title": f"{NUCLIDE} point source in water, 1.00 g/cm3, to {OUTER_CM:g} cm: energy per decay in shells [keV]",
        "made_by": "scripts/point_kernel_penelope.py",
        "code": f"PENELOPE through PenRed, pyPenred {version}",
        "settings": "C1 = C2 = 0.05, WCC = WCR = 1 keV, "
        f"steps of at most 1/{STEPS_PER_SHELL} of a shell; shells are bodies of water",
        "cut_off_kev": {
            "electrons": ELECTRON_CUTOFF_EV / 1e3,
            far: FAR_ELECTRON_CUTOFF_EV / 1e3,
            "photons": PHOTON_CUTOFF_EV / 1e3,
        },
        "emissions": "ICRP Publication 107 (icrp107-database)",
        "emissions_sha256": hashlib.sha256(json.dumps(radiations, sort_keys=True).encode()).hexdigest(),
        "batches": batches,
        "seed_pairs": f"0 to {len(started) * batches - 1}, in the order of the parts",
        "sigma": "shells: history by history; cumulative: spread of the batches",
        "parts": {
            part: {
                "particles": batches * (particles[part] // batches),
                "started_per_decay": round(spectrum.per_decay, 6),
                "emitted_per_decay": round(spectrum.emitted_per_decay, 6),
                "emitted_kev_per_decay": round(spectrum.whole_kev, 4),
                "on_the_spot_kev_per_decay": round(spectrum.on_the_spot_kev, 6),
            }
            for part, spectrum in started.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--penred", required=True, help="Python in which pyPenred is installed")
    parser.add_argument("--spectra", type=Path, help="JSON of one nuclide; else from icrp107-database in that Python")
    for part, usual in PARTICLES.items():
        parser.add_argument(
            f"--{part.replace('_', '-')}", type=int, default=usual, help=f"particles; {usual} if left out"
        )
    parser.add_argument("--batches", type=int, default=20)
    chosen = parser.parse_args()
    make(chosen.penred, chosen.spectra, {part: getattr(chosen, part) for part in PARTICLES}, chosen.batches)
    subprocess.run([sys.executable, str(ROOT / "scripts" / "validate_point_kernel.py")], check=True)


if __name__ == "__main__":
    main()
