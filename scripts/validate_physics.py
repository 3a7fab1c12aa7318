"""Write the accuracy of the physics, computed now, to ``docs/validation/physics.md``.

It compares kernel, spheres, closure, recovery and fits with the tables in
``golden/physics`` and with made-up patients whose truth is known, and writes one page. Every number on it comes from
this script; nothing is typed.
"""

from __future__ import annotations

import csv
from math import log
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from lutetia import __version__
from lutetia.dosimetry import KernelEngine, mean_dose_gy
from lutetia.dosimetry.energy import DECAYS_PER_MBQ_H, GY_G_PER_MBQ_H_KEV
from lutetia.dosimetry.organ import absorbed_kev
from lutetia.dosimetry.result import FitRefusal
from lutetia.dosimetry.time_activity.admission import scatter
from lutetia.dosimetry.time_activity.choice import choose
from lutetia.dosimetry.time_activity.curve import tia_mbq_h
from lutetia.dosimetry.time_activity.models import Data
from lutetia.dosimetry.time_activity.prior import ANY_LESION, ANY_ORGAN
from lutetia.provenance import sha256_of
from lutetia.quantification import measure_together
from lutetia.reference.nuclide import LU177
from lutetia.reference.point_kernel import point_kernel
from lutetia.reference.tissue import SOFT_TISSUE, WATER, Medium
from lutetia.volume import Geometry, Mask, Volume

ROOT = Path(__file__).resolve().parents[1]
PHYSICS = ROOT / "golden" / "physics"
PAGE = ROOT / "docs" / "validation" / "physics.md"
SEED = 177
REACH = 8
WATER_FOR_TISSUE = 0.005
VOXEL_TABLES = (
    ("EGSnrc", "egsnrc_vsv_lu177_icru4soft_1.04_4.42mm.csv", 4.42),
    ("EGSnrc", "egsnrc_vsv_lu177_icru4soft_1.04_4.80mm.csv", 4.80),
    ("PENELOPE", "penelope_vsv_lu177_icru4soft_1.04_4.80mm.csv", 4.80),
)
SPHERES = "egsnrc_sphere_lu177_icru4soft_1.00.csv"
TABLES = (SPHERES, *(name for _, name, _ in VOXEL_TABLES))


def percent(value: float) -> str:
    return f"{100 * value:+.2f} %"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def voxel_section() -> str:
    engine, kernel, out = KernelEngine("Lu-177"), point_kernel("Lu-177"), []
    for code, name, size in VOXEL_TABLES:
        grid = np.zeros((2 * REACH + 1,) * 3, dtype=np.float32)
        grid[REACH, REACH, REACH] = 1.0
        kev = engine.absorbed(grid, (size,) * 3)[REACH:, REACH:, REACH:].astype(np.float64)
        gram = SOFT_TISSUE.density_g_ml * size**3 / 1000
        mine = kev * GY_G_PER_MBQ_H_KEV / (DECAYS_PER_MBQ_H / 1e6) / gram * 1000
        others, beyond, z = [], [0, 0], []
        for row in list(csv.reader((PHYSICS / name).open()))[3:]:
            i, j, k = map(int, row[:3])
            off, sigma = mine[i, j, k] / float(row[3]) - 1, float(row[4])
            cm = size / 10 * np.sqrt(i * i + j * j + k * k) * SOFT_TISSUE.density_g_ml
            combined = float(np.hypot(sigma, kernel.relative_sigma(cm)))
            others.append(off)
            z.append(off / combined)
            for n, more in enumerate((0.0, WATER_FOR_TISSUE)):
                beyond[n] += abs(off) > max(0.03, 3 * np.hypot(combined, more))
        first = [float(r[3]) for r in list(csv.reader((PHYSICS / name).open()))[1:3]]
        out.append(
            [
                code,
                f"{size:.2f}",
                percent(mine[0, 0, 0] / first[0] - 1),
                percent(mine[0, 0, 1] / first[1] - 1),
                str(len(others)),
                percent(float(np.mean(others))),
                f"{np.sqrt(np.mean(np.square(z))):.2f}",
                *map(str, beyond),
            ]
        )
    head = ["code", "voxel mm", "self", "face", "others", "mean of others", "rms in sigma", "beyond", "beyond, tissue"]
    note = (
        "\nSigma: statistical uncertainty of table and point kernel together. Beyond: voxels that differ by more than "
        f"3 % and more than 3 sigma; tissue: the same with {100 * WATER_FOR_TISSUE:g} % added in quadrature for taking "
        "the photons of soft tissue from water with one factor, as the golden test does.\n"
    )
    return table(head, out) + note


def sphere_section() -> str:
    unit = Medium("tissue", 1.0, SOFT_TISSUE.photons_as_water)
    rows = []
    for row in csv.DictReader((PHYSICS / SPHERES).open()):
        mass, kev = float(row["mass_g"]), float(row["E_self_keV_per_decay"])
        mine = absorbed_kev(mass, medium=unit)
        grid = percent(on_grid(mass)) if mass >= 0.5 else "-"
        rows.append([f"{mass:g}", f"{kev:.2f}", f"{mine:.2f}", percent(mine / kev - 1), grid])
    return table(["mass g", "EGSnrc keV", "chord integral keV", "difference", "4.8 mm grid, whole voxels"], rows)


def on_grid(mass_g: float, size_mm: float = 4.8) -> float:
    radius = (3 * mass_g / SOFT_TISSUE.density_g_ml / (4 * np.pi)) ** (1 / 3) * 10
    half = int(np.ceil(radius / size_mm)) + 1
    axis = (np.arange(2 * half + 1) - half) * size_mm
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij", sparse=True)
    inside = z**2 + y**2 + x**2 <= radius**2
    voxel_g = SOFT_TISSUE.density_g_ml * size_mm**3 / 1000
    kev = KernelEngine("Lu-177").absorbed((inside / inside.sum()).astype(np.float32), (size_mm,) * 3)
    dose = float(kev[inside].mean()) * GY_G_PER_MBQ_H_KEV / voxel_g
    return dose / mean_dose_gy(1.0, float(inside.sum()) * voxel_g) - 1


def closure_section() -> str:
    kernel, rows = point_kernel("Lu-177"), []
    grid = np.zeros((128,) * 3, dtype=np.float32)
    grid[64, 64, 64] = 1.0
    for part in ("total", "electron", "photon"):
        kev = float(KernelEngine("Lu-177", WATER).absorbed(grid, (9.6,) * 3, part).sum(dtype=np.float64))
        rows.append(
            [part, f"{kernel.whole_kev(part):.2f}", f"{kev:.2f}", f"{100 * (kev / kernel.whole_kev(part) - 1):+.4f} %"]
        )
    emitted = LU177.electron_kev + LU177.photon_kev
    return table(["part", "table keV", "grid keV", "difference"], rows) + (
        f"\nEmitted per decay (ICRP 107): {emitted:.2f} keV; in the table, to {kernel.range_cm:g} cm of water: "
        f"{kernel.whole_kev():.2f} keV; beyond it {emitted - kernel.whole_kev():.2f} keV.\n"
    )


CT = Geometry(shape=(150, 140, 176), spacing_mm=(2.0, 2.0, 2.0), origin_mm=(-175.0, -139.0, -149.0))
SPECT = Geometry(shape=(61, 57, 72), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-171.3, -135.1, -145.7))
BODIES = {  # centre (x, y, z) mm, half axes mm, MBq/mL
    "left kidney": ((62, 40, -20), (28, 27, 56), 0.8),
    "right kidney": ((-62, 40, -30), (28, 27, 56), 0.7),
    "liver": ((-70, -25, 45), (75, 70, 65), 0.3),
    "spleen": ((95, 20, 55), (28, 40, 52), 0.5),
    "lesion of 4 mL": ((0, 30, -70), (10, 10, 10), 2.0),
}


def recovery_section() -> str:
    at = CT.to_patient(np.stack(np.meshgrid(*[np.arange(n) for n in CT.shape], indexing="ij"), axis=-1))

    def inside(centre: tuple[float, ...], half: tuple[float, ...]) -> np.ndarray:
        return (((at - np.array(centre)) / np.array(half)) ** 2).sum(axis=-1) < 1

    truth = np.where(inside((0, 0, 0), (165, 125, 1e6)), 0.02, 0.0)
    taken, regions = np.zeros(CT.shape, dtype=bool), {}
    for name, (centre, half, value) in BODIES.items():
        mask = inside(centre, half) & ~taken
        taken |= mask
        truth[mask], regions[name] = value, Mask(voxels=mask, geometry=CT, name=name)
    index = CT.to_index(
        SPECT.to_patient(np.stack(np.meshgrid(*[np.arange(n) for n in SPECT.shape], indexing="ij"), -1))
    )
    random, rows = np.random.default_rng(SEED), []
    for fwhm in (10.0, 12.0, 14.0):
        seen = map_coordinates(
            gaussian_filter(truth, fwhm / 2.354820045 / 2, truncate=5), np.moveaxis(index, -1, 0), order=3
        )
        counts_per_mbq_ml = 9.4 * 1200 * SPECT.voxel_ml
        noisy = random.poisson(np.clip(seen, 0, None) * counts_per_mbq_ml) / counts_per_mbq_ml
        clean_found, noisy_found = (
            measure_together(Volume(values=image * 1e6, geometry=SPECT, unit="Bq/mL"), regions, fwhm_mm=fwhm)
            for image in (seen, noisy)
        )
        for name, mask in regions.items():
            true = BODIES[name][2] * mask.volume_ml
            c, n = clean_found[name], noisy_found[name]
            simple = c.uncorrected_mbq / (c.simple_recovery or np.nan)
            rows.append(
                [
                    f"{fwhm:g}",
                    name,
                    f"{mask.volume_ml:.0f}",
                    percent(c.uncorrected_mbq / true - 1),
                    percent(simple / true - 1),
                    percent(c.corrected_mbq / true - 1),
                    percent(n.corrected_mbq / true - 1),
                ]
            )
    head = ["FWHM mm", "region", "mL", "uncorrected", "simple coefficient", "transfer matrix", "same, Poisson noise"]
    return table(head, rows)


def fit_section() -> str:
    random, rows = np.random.default_rng(SEED), []
    hours = np.array([4.0, 24.0, 72.0, 168.0])
    cases = {
        "mono-exponential, 45 h": lambda t: 100 * 2 ** (-t / 45),
        "kidney: 94 % 36 h, 6 % 8 h, uptake 0.35 h": lambda t: (
            94 * 2 ** (-t / 36) + 6 * 2 ** (-t / 8) - 100 * 2 ** (-t / 0.35)
        ),
        "lesion: 56 h, uptake 2.2 h": lambda t: 100 * 2 ** (-t / 56) - 100 * 2 ** (-t / 2.2),
    }
    exact = {
        "mono-exponential, 45 h": 4500 / log(2),
        "kidney: 94 % 36 h, 6 % 8 h, uptake 0.35 h": (94 * 36 + 6 * 8 - 35) / log(2),
        "lesion: 56 h, uptake 2.2 h": (5600 - 220) / log(2),
    }
    for name, curve in cases.items():
        off, refused = [], 0
        for _ in range(1000):
            mbq = curve(hours) * (1 + 0.03 * random.standard_normal(4))
            data = Data(hours=hours, mbq=mbq, sigma_mbq=mbq, decay_per_h=LU177.decay_per_h)
            found = choose(data, scatter(hours, mbq, None), ANY_LESION if "lesion" in name else ANY_ORGAN, known=False)
            if isinstance(found, FitRefusal):
                refused += 1
            else:
                off.append(tia_mbq_h(found.curve.terms) / exact[name] - 1)
        rows.append(
            [
                name,
                percent(float(np.mean(off))),
                f"{100 * np.std(off):.2f} %",
                f"{100 * np.mean(np.abs(off) > 0.2):.1f} %",
                str(refused),
            ]
        )
    return table(["truth", "mean error", "standard deviation", "off by more than 20 %", "refused of 1000"], rows)


def main() -> None:
    used = "\n".join(f"- `{p.name}` {sha256_of(p)[:12]}" for p in sorted(PHYSICS / name for name in TABLES))
    page = f"""# Physics: accuracy

Written by `scripts/validate_physics.py`, Lutetia {__version__}, seed {SEED}. Nothing on this page is typed by hand.
What is asked of these figures, and why, stands in the [index](README.md), read from the tests that hold them.
Reference tables (`golden/physics`, SHA-256):

{used}
- point kernel `{point_kernel("Lu-177").dataset.name}` {point_kernel("Lu-177").dataset.sha256[:12]}

## Voxel S-values against two Monte Carlo codes

{voxel_section()}
## Uniform spheres

Against EGSnrc in unit density, without a grid; and drawn in whole voxels on a 4.8 mm grid, against the sphere of the
mass so drawn.

{sphere_section()}
## Energy closure

One decay in the middle of 128 x 128 x 128 voxels of 9.6 mm, water.

{closure_section()}
## Recovery

Ellipsoids on a 2 mm grid, blurred, read on a 4.8 mm grid that does not fit it; deviation from the true activity.
Poisson noise of 9.4 cps/MBq in 20 min.

{recovery_section()}
## Time-activity curves

Scans at 4, 24, 72 and 168 h with 3 % noise, no uncertainty stated; time-integrated activity against the closed form.

{fit_section()}"""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    print(f"Written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
