"""Deposit the energy of 177Lu in a box of layers with PENELOPE, for comparison with Lutetia's transport.

    python -m venv /somewhere/penred && /somewhere/penred/bin/pip install pyPenred icrp107-database
    python scripts/layered_box_penelope.py --penred /somewhere/penred/bin/python    # some twenty minutes on one core

PENELOPE runs through PenRed (pyPenred, AGPL-3.0) as a separate program, as in ``point_kernel_penelope.py``; nothing of
it is imported here or in Lutetia. Written are ``golden/physics/penelope_layered_box_photons.csv`` (photons of the full
spectrum from a block in water, but for those below the cut-off; energy in slices of 4 mm through water, lung, water,
bone and water) and ``penelope_layered_box_electrons.csv`` (electrons started in the slice on one side of an interface,
energy in the slices around), each with a YAML file that says how it was made. ``scripts/validate_monte_carlo.py``
compares.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
import yaml
from numpy.typing import NDArray
from point_kernel_penelope import _EMISSIONS, _RUN, _VERSIONS, HANGS_AFTER_S, NUCLIDE, Spectrum, ask, emissions, spectra

from lutetia.provenance import sha256_of

Array = NDArray[np.float64]

PHYSICS: Final = Path(__file__).resolve().parents[1] / "golden" / "physics"
MATERIALS: Final = {  # density [g/cm3], part of the mass by atomic number; lung and bone as in Schneider 2000
    "water": (1.00, {1: 0.111894, 8: 0.888106}),
    "lung": (0.26, {1: 0.103, 6: 0.105, 7: 0.031, 8: 0.749, 11: 0.002, 15: 0.002, 16: 0.003, 17: 0.003, 19: 0.002}),
    "bone": (1.92, {1: 0.034, 6: 0.155, 7: 0.042, 8: 0.435, 11: 0.001, 12: 0.002, 15: 0.103, 16: 0.003, 20: 0.225}),
}
SLICE_CM: Final = 0.4
SIDE_CM: Final = 20.0
PHOTON_LAYERS: Final = (("water", 15), ("lung", 15), ("water", 5), ("bone", 5), ("water", 10))
PHOTON_SOURCE_CM: Final = ((-6.0, 6.0), (-6.0, 6.0), (1.2, 5.2))
"""Block that emits, along x, y and from the first slice on along z; whole slices, all of them water."""
INTERFACES: Final = (("water", "lung"), ("lung", "water"), ("lung", "bone"), ("bone", "lung"), ("water", "bone"),
                     ("bone", "water"))  # fmt: skip
ELECTRON_SLICES: Final = 6
"""On either side of an interface; the last slice before it emits."""
PHOTONS, ELECTRONS, BATCHES = 4_000_000, 200_000, 4
ELECTRON_CUTOFF_EV, PHOTON_CUTOFF_EV, STOPS_AT_ONCE_EV = 5e3, 1e3, 5e4


def plane(number: int, axis: str, at_cm: float) -> list[str]:
    """Return a plane in the words of PENGEOM."""
    return [
        f"SURFACE ({number:4d})   Plane",
        "INDICES=( 0, 0, 0, 0, 0)",
        f"     A{axis}=({1.0:+.15E},   0)",
        f"     A0=({-at_cm:+.15E},   0)",
        "0" * 64,
    ]


def geometry(materials: list[str]) -> str:
    """Return slices of material along z, each a body."""
    names, half = list(MATERIALS), SIDE_CM / 2
    text = ["Layers", "0" * 64]
    sides = [("X", -half), ("X", half), ("Y", -half), ("Y", half)]
    for number, (axis, at_cm) in enumerate([*sides, *(("Z", n * SLICE_CM) for n in range(len(materials) + 1))], 1):
        text += plane(number, axis, at_cm)
    for n, name in enumerate(materials):
        text += [f"BODY    ({n + 1:4d})   Slice", f"MATERIAL({names.index(name) + 1:4d})"]
        around = [(1, 1), (2, -1), (3, 1), (4, -1), (5 + n, 1), (6 + n, -1)]
        text += [f"SURFACE ({surface:4d}), SIDE POINTER=({side:+2d})" for surface, side in around]
        text.append("0" * 64)
    return "\n".join([*text, "END      " + "0" * 55, ""])


def configuration(block: tuple[tuple[float, float], ...], kind: str, particles: int, seed: int) -> str:
    """Return PenRed's configuration of one batch."""
    source = "sources/generic/decay"
    cutoff = STOPS_AT_ONCE_EV if kind == "gamma" else ELECTRON_CUTOFF_EV
    text = [
        f"{source}/nhist {particles}",
        f'{source}/kpar "{kind}"',
        f'{source}/direction/type "SOLID_ANGLE"',
        *(f"{source}/direction/{k} {v}" for k, v in (("u", 0.0), ("v", 0.0), ("w", 1.0))),
        *(f"{source}/direction/{k} {v}" for k, v in (("theta0", 0.0), ("theta1", 180.0))),
        *(f"{source}/direction/{k} {v}" for k, v in (("phi0", 0.0), ("dphi", 360.0))),
        f'{source}/energy/type "FILE_SPECTRUM"',
        f'{source}/energy/filename "spectrum.dat"',
        f'{source}/spatial/type "BOX"',
        *(f"{source}/spatial/position/{axis} {(a + b) / 2}" for axis, (a, b) in zip("xyz", block, strict=True)),
        *(f"{source}/spatial/size/d{axis} {b - a}" for axis, (a, b) in zip("xyz", block, strict=True)),
        'tallies/slices/type "EDEP_BODY"',
        'geometry/type "PEN_QUADRIC"',
        'geometry/input-file "layers.geo"',
        'geometry/processed-geo-file "report.geo"',
        "simulation/threads 1",
        f"simulation/seedPair {seed}",
        "simulation/dump-interval 1e9",
    ]  # fmt: skip
    for number, (name, (density, parts)) in enumerate(MATERIALS.items(), 1):
        entry = f"materials/{name}"
        text += [
            f'{entry}/filename "{name}.mat"',
            f"{entry}/number {number}",
            f"{entry}/density {density}",
            *(f"{entry}/elements/{z} {fraction}" for z, fraction in parts.items()),
            f"{entry}/eabs/electron {cutoff:g}",
            f"{entry}/eabs/positron 1e6",
            f"{entry}/eabs/gamma {PHOTON_CUTOFF_EV:g}",
            f"{entry}/C1 0.05",
            f"{entry}/C2 0.05",
            f"{entry}/WCC 1e3",
            f"{entry}/WCR 1e3",
        ]
    if kind == "electron":
        text += [f"geometry/dsmax/{n} {SLICE_CM / 40:.4e}" for n in range(1, 2 * ELECTRON_SLICES + 1)]
    return "\n".join(text) + "\n"


def batch(
    penred: str, materials: list[str], block: tuple[tuple[float, float], ...], spectrum: Spectrum, *,
    kind: str, particles: int, seed: int,
) -> tuple[Array, Array]:  # fmt: skip
    """Run one batch; return energy and sigma per started particle in each slice [keV]."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "spectrum.dat").write_text(spectrum.lines)
        (place / "layers.geo").write_text(geometry(materials))
        (place / "penred.in").write_text(configuration(block, kind, particles, seed))
        run = _RUN.replace('["shells"]', '["slices"]')
        subprocess.run([penred, "-c", run], cwd=place, check=True, timeout=HANGS_AFTER_S, stdout=subprocess.DEVNULL)
        found = json.loads((place / "found.json").read_text())
    kev, sigma = (np.array(found[key])[: len(materials)] / 1e3 for key in ("ev", "sigma"))
    return kev, sigma


def photons(penred: str, spectrum: Spectrum, particles: int, jobs: int) -> list[tuple[object, ...]]:
    """Return material, energy per decay and its standard uncertainty for each slice [keV]."""
    materials = [name for name, count in PHOTON_LAYERS for _ in range(count)]
    with ThreadPoolExecutor(jobs) as pool:
        runs = list(pool.map(
            lambda seed: batch(penred, materials, PHOTON_SOURCE_CM, spectrum, kind="gamma",
                               particles=particles // BATCHES, seed=seed),
            range(BATCHES),
        ))  # fmt: skip
    kev = np.mean([mean for mean, _ in runs], axis=0) * spectrum.per_decay
    sigma = np.sqrt(np.sum([np.square(s) for _, s in runs], axis=0)) / BATCHES * spectrum.per_decay
    return [
        (n, name, f"{mean:.6g}", f"{s:.3g}")
        for n, (name, mean, s) in enumerate(zip(materials, kev, sigma, strict=True))
    ]


def electrons(penred: str, parts: list[Spectrum], particles: int) -> list[tuple[object, ...]]:
    """Return, for each interface, energy per decay in the slices on both sides of it [keV]."""
    rows: list[tuple[object, ...]] = []
    first = (ELECTRON_SLICES - 1) * SLICE_CM
    block = ((-0.5, 0.5), (-0.5, 0.5), (first, first + SLICE_CM))
    for case, (near, far) in enumerate(INTERFACES):
        materials = [near] * ELECTRON_SLICES + [far] * ELECTRON_SLICES
        total, variance = np.zeros(len(materials)), np.zeros(len(materials))
        for number, spectrum in enumerate(parts):
            kev, sigma = batch(penred, materials, block, spectrum, kind="electron", particles=particles,
                               seed=100 + case * len(parts) + number)  # fmt: skip
            total += kev * spectrum.per_decay
            total[ELECTRON_SLICES - 1] += spectrum.on_the_spot_kev
            variance += np.square(sigma * spectrum.per_decay)
        rows += [
            (near, far, n - ELECTRON_SLICES, f"{mean:.6g}", f"{np.sqrt(v):.3g}")
            for n, (mean, v) in enumerate(zip(total, variance, strict=True))
        ]
        print(f"electrons from {near} beside {far}: {total.sum():.2f} keV found", flush=True)
    return rows


def write(name: str, head: tuple[str, ...], rows: list[tuple[object, ...]], about: dict[str, object]) -> None:
    """Write a table and how it was made."""
    table = PHYSICS / f"{name}.csv"
    with table.open("w", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
    described = {"sha256": sha256_of(table), "made_by": "scripts/layered_box_penelope.py", **about}
    table.with_suffix(".yaml").write_text(yaml.safe_dump(described, sort_keys=False, width=110))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--penred", required=True, help="Python in which pyPenred is installed")
    parser.add_argument("--spectra", type=Path, help="JSON of one nuclide; else from icrp107-database in that Python")
    parser.add_argument("--photons", type=int, default=PHOTONS)
    parser.add_argument("--electrons", type=int, default=ELECTRONS, help="of each part, beta and others, and interface")
    parser.add_argument("--only", choices=("photons", "electrons"), help="make one of the two tables")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    chosen = parser.parse_args()
    text = chosen.spectra.read_text() if chosen.spectra else ask(chosen.penred, _EMISSIONS, NUCLIDE)
    parts = spectra(emissions(text))
    about: dict[str, object] = {
        "code": f"PENELOPE through PenRed, pyPenred {ask(chosen.penred, _VERSIONS)}",
        "emissions": "ICRP Publication 107 (icrp107-database)",
        "materials": {name: {"g_cm3": rho, "by_mass": dict(of)} for name, (rho, of) in MATERIALS.items()},
        "slice_cm": SLICE_CM,
        "side_cm": SIDE_CM,
        "sigma": "history by history",
    }
    if chosen.only != "electrons":
        write(
            "penelope_layered_box_photons",
            ("slice", "material", "kev_per_decay", "sigma_kev"),
            photons(chosen.penred, parts["photon"], chosen.photons, chosen.jobs),
            {
                "title": "177Lu photons from a block in water through layers of water, lung, water, bone and water",
                **about,
                "layers": [list(layer) for layer in PHOTON_LAYERS],
                "source_cm": [list(pair) for pair in PHOTON_SOURCE_CM],
                "particles": chosen.photons,
                "photons_started_per_decay": round(parts["photon"].per_decay, 6),
                "cut_off_kev": {"photons": PHOTON_CUTOFF_EV / 1e3, "electrons": STOPS_AT_ONCE_EV / 1e3},
                "left_out_kev_per_decay": round(parts["photon"].on_the_spot_kev, 6),
                "surroundings": "vacuum",
            },
        )
    if chosen.only != "photons":
        write(
            "penelope_layered_box_electrons",
            ("near", "far", "slice", "kev_per_decay", "sigma_kev"),
            electrons(chosen.penred, [parts["beta"], parts["ce_auger"]], chosen.electrons),
            {
                "title": "177Lu electrons started evenly in the last slice before an interface (slice -1)",
                **about,
                "particles_of_each_part": chosen.electrons,
                "cut_off_kev": {"photons": PHOTON_CUTOFF_EV / 1e3, "electrons": ELECTRON_CUTOFF_EV / 1e3},
            },
        )


if __name__ == "__main__":
    main()
