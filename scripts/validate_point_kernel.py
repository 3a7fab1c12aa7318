"""Write how two Monte Carlo codes agree on the 177Lu point kernel to ``docs/validation/point-kernel.md``.

The shipped table (EGSnrc) beside the one of ``scripts/point_kernel_penelope.py`` (PENELOPE): cumulative energy, classes
of radius, every shell, and what the difference would do to a dose. Every number on the page comes from the two tables
and their descriptions; nothing is typed.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import yaml
from numpy.typing import NDArray

from lutetia import __version__
from lutetia.provenance import sha256_of
from lutetia.reference.dataset import load
from lutetia.reference.nuclide import LU177

Array = NDArray[np.float64]

ROOT: Final = Path(__file__).resolve().parents[1]
TABLE: Final = ROOT / "golden" / "physics" / "penelope_point_kernel_lu177_water_1.00.csv"
PAGE: Final = ROOT / "docs" / "validation" / "point-kernel.md"
SHIPPED: Final = "point_kernel_lu177_water"
PARTS: Final = {"electrons": ("beta", "ce_auger"), "photons": ("photon",)}
SHIPPED_PARTICLES: Final = {"beta": 2e6, "ce_auger": 2e6, "photon": 6e6}
"""As the description of the shipped table says."""

ELECTRONS_WITHIN: Final = 0.01
PHOTONS_WITHIN: Final = 0.01
SIGMAS: Final = 3.0
CLASSES_CM: Final = (0.0, 0.01, 0.05, 0.1, 0.2, 1.0, 10.0, 60.0)
MASSES_G: Final = (0.1, 1.0, 10.0, 100.0, 300.0, 1000.0)


@dataclass(frozen=True)
class Kernel:
    """Energy per decay in shells [keV] and the standard uncertainty of shells and of cumulative sums [keV]."""

    kev: Array
    sigma: Array
    sigma_cumulative: Array

    @property
    def cumulative(self) -> Array:
        """Energy within the outer radius of each shell [keV]."""
        return np.cumsum(self.kev)


def shipped_sigma(sigma: Array, kev: Array, part: str, made: dict[str, dict[str, float]]) -> Array:
    """Return the uncertainty of the shipped table from PENELOPE's: the same physics, another number of particles.

    EGSnrc started every emitted particle, those below the cut-off too, so that their number fluctuates as well.
    """
    of = made[part]
    share = of["started_per_decay"] / of["emitted_per_decay"]
    each = of["started_per_decay"]
    variance = np.square(sigma / each) * of["particles"]
    return each * np.sqrt((variance + (1 - share) * np.square(kev / each)) / (share * SHIPPED_PARTICLES[part]))


def read() -> tuple[Array, dict[str, Kernel], dict[str, Kernel], dict[str, object]]:
    """Return outer radii [cm], PENELOPE's kernels, the shipped ones, and how PENELOPE's were made."""
    described = yaml.safe_load(TABLE.with_suffix(".yaml").read_text())
    if described["sha256"] != sha256_of(TABLE):
        raise SystemExit(f"{TABLE.name} is not the table that its description names.")
    rows = list(csv.DictReader(TABLE.open()))
    column = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    _, table = load(SHIPPED)
    n = len(table["r_out_cm"])
    if not np.allclose(column["r_out_cm"][:n], table["r_out_cm"]):
        raise SystemExit("The two tables have different shells.")
    theirs, ours = {}, {}
    for name, parts in PARTS.items():
        cumulative = {p: np.cumsum(column[f"E_{p}"]) for p in parts}
        theirs[name] = Kernel(
            sum(column[f"E_{p}"] for p in parts),
            np.sqrt(sum(column[f"sigma_{p}"] ** 2 for p in parts)),
            np.sqrt(sum(column[f"sigma_cumulative_{p}"] ** 2 for p in parts)),
        )
        sigma, wide = (
            np.sqrt(sum(shipped_sigma(column[f"{kind}_{p}"], kev[p], p, described["parts"]) ** 2 for p in parts))[:n]
            for kind, kev in (("sigma", {p: column[f"E_{p}"] for p in parts}), ("sigma_cumulative", cumulative))
        )
        ours[name] = Kernel(sum(table[f"E_{p}"] for p in parts), sigma, wide)
    return column["r_out_cm"], theirs, ours, described


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def compared(theirs: float, ours: float, sigma: float) -> list[str]:
    apart = ours - theirs
    percent = f"{100 * apart / theirs:+.2f} %" if theirs else "-"
    return [f"{theirs:.4f}", f"{ours:.4f}", percent, f"{apart / sigma:+.1f}" if sigma else "-"]


def cumulative_section(radii: Array, theirs: dict[str, Kernel], ours: dict[str, Kernel]) -> tuple[str, dict[str, bool]]:
    rows, held = [], dict.fromkeys(PARTS, True)
    for n in range(len(ours["electrons"].kev)):
        row = [f"{10 * radii[n]:g}"]
        for part in PARTS:
            a, b = theirs[part].cumulative[n], ours[part].cumulative[n]
            sigma = float(np.hypot(theirs[part].sigma_cumulative[n], ours[part].sigma_cumulative[n]))
            row += compared(a, b, sigma)
            held[part] &= bool(abs(b - a) <= allowed(part, a, sigma))
        rows.append(row)
    head = ["within mm"]
    for part in PARTS:
        head += [f"{part}: PENELOPE keV", "EGSnrc keV", "difference", "sigma"]
    return table(head, rows), held


def allowed(part: str, kev: float, sigma: float) -> float:
    """Return by how much two cumulative energies may differ [keV]."""
    if part == "electrons":
        return ELECTRONS_WITHIN * kev
    return float(np.hypot(SIGMAS * sigma, PHOTONS_WITHIN * kev))


def class_section(radii: Array, theirs: dict[str, Kernel], ours: dict[str, Kernel]) -> str:
    rows, emitted = [], LU177.electron_kev + LU177.photon_kev
    for near, far in pairwise(CLASSES_CM):
        inside = (radii[: len(ours["electrons"].kev)] > near + 1e-9) & (
            radii[: len(ours["electrons"].kev)] < far + 1e-9
        )
        row, apart = [f"{10 * near:g} to {10 * far:g}"], 0.0
        for part in PARTS:
            a, b = theirs[part].kev[: len(inside)][inside].sum(), ours[part].kev[inside].sum()
            sigma = np.sqrt(
                np.square(theirs[part].sigma[: len(inside)][inside]).sum() + np.square(ours[part].sigma[inside]).sum()
            )
            row += compared(a, b, float(sigma))
            apart += b - a
        rows.append([*row, f"{100 * apart / emitted:+.3f} %"])
    beyond = len(ours["electrons"].kev)
    row = [f"{10 * radii[beyond - 1]:g} to {10 * radii[beyond]:g}"]
    for part in PARTS:
        row += [f"{theirs[part].kev[beyond]:.4f}", "not in the table", "-", "-"]
    rows.append([*row, "-"])
    head = ["mm"]
    for part in PARTS:
        head += [f"{part}: PENELOPE keV", "EGSnrc keV", "difference", "sigma"]
    return table([*head, "of the decay's energy"], rows)


def shell_section(radii: Array, theirs: dict[str, Kernel], ours: dict[str, Kernel]) -> str:
    rows = []
    for part in PARTS:
        n = len(ours[part].kev)
        z = (ours[part].kev - theirs[part].kev[:n]) / np.hypot(ours[part].sigma, theirs[part].sigma[:n])
        worst = int(np.argmax(np.abs(z)))
        between = f"{10 * (radii[worst - 1] if worst else 0):g} to {10 * radii[worst]:g} mm"
        rows.append(
            [
                part,
                str(n),
                f"{z.mean():+.2f}",
                f"{np.sqrt(np.square(z).mean()):.2f}",
                *(str(int((np.abs(z) > limit).sum())) for limit in (2, 3)),
                f"{z[worst]:+.1f} ({between})",
            ]
        )
    return table(["part", "shells", "mean in sigma", "rms in sigma", "beyond 2", "beyond 3", "largest"], rows)


def sphere_kev(radii_cm: Array, kev: Array, mass_g: float) -> float:
    """Return the energy that a sphere of water of this mass, uniformly filled, absorbs per decay."""
    from scipy.interpolate import PchipInterpolator

    within = PchipInterpolator(np.append(0.0, radii_cm), np.append(0.0, np.cumsum(kev)))
    radius = (3 * mass_g / (4 * np.pi)) ** (1 / 3)
    r = np.concatenate([np.linspace(0, 0.3, 3001), np.geomspace(0.3, 2 * radius, 2001)[1:]])
    r = r[r <= 2 * radius]
    middle = (r[1:] + r[:-1]) / 2
    return float(np.sum(within(middle) * (3 / (4 * radius) - 3 * middle**2 / (16 * radius**3)) * np.diff(r)))


def dose_section(radii: Array, theirs: dict[str, Kernel], ours: dict[str, Kernel]) -> str:
    rows, n = [], len(ours["electrons"].kev)
    for mass in MASSES_G:
        a, b = (sphere_kev(radii[:n], sum(of[part].kev[:n] for part in PARTS), mass) for of in (theirs, ours))
        rows.append([f"{mass:g}", f"{a:.2f}", f"{b:.2f}", f"{100 * (b / a - 1):+.2f} %"])
    return table(["sphere g", "PENELOPE keV", "EGSnrc keV", "difference"], rows)


def energy_section(theirs: dict[str, Kernel], ours: dict[str, Kernel], described: dict[str, object]) -> str:
    """Return the energy found in all shells beside what the spectra emit."""
    parts = described["parts"]
    assert isinstance(parts, dict)
    rows = []
    for part, names in PARTS.items():
        emitted = sum(parts[name]["emitted_kev_per_decay"] for name in names)
        beyond = float(theirs[part].kev[-1])
        for code, kernel, missing in (("PENELOPE", theirs[part], 0.0), ("EGSnrc", ours[part], beyond)):
            found, sigma = float(kernel.kev.sum()) + missing, float(kernel.sigma_cumulative[-1])
            rows.append([part, code, f"{emitted:.3f}", f"{found:.3f}", *compared(emitted, found, sigma)[2:]])
    return table(["part", "code", "emitted keV", "found keV", "difference", "sigma"], rows)


def printed_against_scaled(ours: dict[str, Kernel]) -> str:
    """Return the ratio of the uncertainty scaled from PENELOPE to the printed one of the shells."""
    shells = load(SHIPPED)[1]
    scaled = np.sqrt(sum(kernel.sigma**2 for kernel in ours.values())) / shells["E_shell_keV_per_decay"]
    ratio = scaled / shells["unc_rel_1sigma"]
    low, middle, high = np.percentile(ratio, [5, 50, 95])
    return f"{middle:.2f} (90 % of the shells between {low:.2f} and {high:.2f})"


def ending(radii: Array, theirs: dict[str, Kernel], ours: dict[str, Kernel], described: dict[str, object]) -> str:
    """Return what the last shell of the shipped table holds where water ends with it, in words."""
    last = len(ours["photons"].kev) - 1
    short = described["water_ending_with_the_shipped_table"]
    assert isinstance(short, dict)
    mine, sigma = float(ours["photons"].kev[last]), float(ours["photons"].sigma[last])
    apart = (mine - short["last_shell_kev"]) / np.hypot(sigma, short["sigma_kev"])
    near, far, whole = (f"{10 * radii[n]:g}" for n in (last - 1, last, -1))
    open_ended = float(theirs["photons"].kev[last])
    return (
        f"Photons from {near} to {far} mm: EGSnrc {mine:.3f} keV; PENELOPE {open_ended:.3f} keV in water that goes on "
        f"to {whole} mm,\nand {short['last_shell_kev']:.3f} keV ({apart:+.1f} sigma) in water that ends at {far} mm: "
        "the shipped table lacks what would be scattered back."
    )


def how_made(described: dict[str, object]) -> str:
    parts = described["parts"]
    assert isinstance(parts, dict)
    head = ["part", "particles", "started per decay", "energy per decay keV", "of it stopped on the spot"]
    rows = [
        [
            name,
            f"{of['particles']:,}",
            f"{of['started_per_decay']:.4f}",
            f"{of['emitted_kev_per_decay']:.3f}",
            f"{of['on_the_spot_kev_per_decay']:.3f}",
        ]
        for name, of in parts.items()
    ]
    cut = described["cut_off_kev"]
    assert isinstance(cut, dict)
    return (
        f"{described['code']}; {described['settings']}; cut-offs "
        f"{', '.join(f'{name} {kev:g} keV' for name, kev in cut.items())}; {described['batches']} batches.\n"
        f"Emissions: {described['emissions']}. Particles below the cut-off are not started: their energy is put into "
        f"the first shell, where it stops within 1 um.\n\n{table(head, rows)}"
    )


def main() -> int:
    radii, theirs, ours, described = read()
    dataset, _ = load(SHIPPED)
    cumulative, held = cumulative_section(radii, theirs, ours)
    verdict = {part: "**held**" if good else "**not held**" for part, good in held.items()}
    page = f"""# The point kernel: two Monte Carlo codes

Written by `scripts/validate_point_kernel.py`, Lutetia {__version__}. Nothing on this page is typed by hand.

- shipped: `{dataset.name}` {dataset.sha256[:12]}, {dataset.source.identifier}
- beside it: `{TABLE.name}` {sha256_of(TABLE)[:12]}, made by `{described["made_by"]}`

Both: a point source of {LU177.name} in water of 1.00 g/mL, energy per decay in the same spherical shells. They share
the emissions and nothing else: codes, cross-sections, electron transport and geometry are independent.

## How the second table was made

{how_made(described)}
## Tolerances and why

| what | asked | result |
|---|---|---|
| electrons, cumulative energy at every radius | within {100 * ELECTRONS_WITHIN:g} % | {verdict["electrons"]} |
| photons, cumulative energy at every radius | within {SIGMAS:g} combined sigma and \
{100 * PHOTONS_WITHIN:g} %, in quadrature | {verdict["photons"]} |

Electrons: the energy near the source is the dose of a lesion; the design asks for 1 %. Their statistics are far below
it. Photons: 1 % is what two evaluations of the photon cross-sections may differ by; near the source few photons
interact, and statistics decide.

Sigma is statistical, of both tables together. PENELOPE's is that of the histories (shells) and of the spread of its
batches (cumulative sums, whose shells are correlated). The shipped table prints one figure for each shell; for each
part and for sums it is taken from PENELOPE's by the number of particles, because the same physics has the same
variance. Where both are known, in the shells, the figure so taken is
{printed_against_scaled(ours)} times the printed one.

## Cumulative energy

Difference: EGSnrc from PENELOPE.

{cumulative}
## Classes of radius

{class_section(radii, theirs, ours)}
## Energy found in all shells

Beside the energy of the spectra from which both drew. What EGSnrc's shells leave out,
beyond {10 * radii[len(ours["electrons"].kev) - 1]:g} mm, is taken from PENELOPE. Where all electrons have stopped, the
cumulative energies differ as these do.

{energy_section(theirs, ours, described)}
## Every shell

Shown, not held: what differs by many sigma here is small in keV (classes of radius above). The run of EGSnrc had spin
effects in elastic scattering off, as its description says, and that of PENELOPE has them; the electrons of PENELOPE
reach a little farther.

{ending(radii, theirs, ours, described)}

{shell_section(radii, theirs, ours)}
## What it would change in a dose

Energy that a uniformly filled sphere of water absorbs per decay, integrated from either table to \
{10 * radii[len(ours["electrons"].kev) - 1]:g} mm.

{dose_section(radii, theirs, ours)}"""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    print(f"Written: {PAGE.relative_to(ROOT)}")
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
