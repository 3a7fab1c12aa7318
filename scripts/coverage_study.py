"""Write how often the stated uncertainty holds the true dose, computed now, to ``docs/validation/coverage.md``.

Region-level runs: an ellipsoid in warm surroundings, blurred by a resolution that is not the stated one, measured
within a contour of another volume, with the noise, calibration and density of that run. All errors are drawn from the
very distributions that the budget declares; the chain is the production code (transfer matrix, fit, mass, budget).

Runs with full images: the simulated patient with the same kinds of errors, ``dose_of_cycle`` on images.

    python scripts/coverage_study.py --runs 2000 --images 200
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import log, pi, sqrt
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from lutetia import __version__
from lutetia.dosimetry.error_chain import ErrorChain, with_budget
from lutetia.dosimetry.input import CycleInput, ScanInput
from lutetia.dosimetry.organ import mean_dose_gy
from lutetia.dosimetry.result import DoseValue, FitRefusal, Sample
from lutetia.dosimetry.time_activity import fit
from lutetia.dosimetry.uncertainty import Contour, StatedNoise, UncertaintyInput
from lutetia.dosimetry.uncertainty.chain import DoseParts, RegionChain, budget_of, scan_relative_sigma
from lutetia.quantification import RecoverySlope, background_ratio, recovery_slope
from lutetia.quantification.division import Division
from lutetia.quantification.patch import Patch
from lutetia.quantification.recovery import corrected_mbq
from lutetia.reference.nuclide import LU177
from lutetia.volume import Coverage, Geometry, Volume
from lutetia.volume.blur import FWHM_PER_SIGMA

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation" / "coverage.md"
SEED = 177
START = datetime(2026, 1, 12, 10, tzinfo=UTC)
HOURS = (4.0, 24.0, 72.0, 168.0)
SPACING_MM = 4.8
FWHM_MM = 11.0
DENSITY = 1.05
BACKGROUND_HALF_LIFE_H = 20.0
CALIBRATION, FWHM_SIGMA_MM, DENSITY_SIGMA = 0.04, 0.6, 0.02
CT_VOXEL_MM, CT_FWHM_MM = 1.5, 2.0
WANTED_COVERAGE, WANTED_MEAN, WANTED_SPREAD = (0.93, 0.97), 0.1, (0.9, 1.1)
SPHERE_NOISE = 0.03
COARSE_ABOVE_ML = 1000.0
"""Above this volume a voxel's edge is sampled in one point, below in two; each is filled smoothly by its distance from
the surface. Volumes are what is so filled."""


@dataclass(frozen=True)
class Organ:
    """An ellipsoid, its kinetics and the noise of its activity on one scan."""

    name: str
    volume_ml: float
    shape: tuple[float, float, float]
    half_life_h: tuple[float, float]
    noise: float
    spacing_mm: float = SPACING_MM
    background: float = 0.1


ORGANS = (
    Organ("kidney", 160.0, (2.0, 1.1, 1.0), (25.0, 50.0), 0.02),
    Organ("liver", 1500.0, (1.2, 1.6, 1.4), (20.0, 40.0), 0.01, spacing_mm=7.2),
    Organ("spleen", 180.0, (1.8, 1.2, 0.8), (20.0, 45.0), 0.02),
    Organ("parotid", 25.0, (1.6, 1.2, 0.8), (20.0, 45.0), 0.04),
    Organ("lesion 30 mL", 30.0, (1.0, 1.0, 1.0), (35.0, 80.0), 0.04),
    Organ("lesion 10 mL", 10.0, (1.2, 1.0, 1.0), (35.0, 80.0), 0.05),
    Organ("lesion 2 mL", 2.0, (1.0, 1.0, 1.0), (35.0, 80.0), 0.08),
)


def stated_for(organ: Organ, drawn: str) -> UncertaintyInput:
    return UncertaintyInput(
        calibration_relative_sigma=CALIBRATION,
        calibration="study",
        fwhm_sigma_mm=FWHM_SIGMA_MM,
        contour=Contour(drawn=drawn, voxel_mm=CT_VOXEL_MM, fwhm_mm=CT_FWHM_MM),  # type: ignore[arg-type]
        density_relative_sigma=DENSITY_SIGMA,
        noise=StatedNoise(relative_sigma=organ.noise),
    )


class Scene:
    """One organ on its grid; the grid is a little off its centre."""

    def __init__(self, organ: Organ) -> None:
        self.organ = organ
        axes = np.array(organ.shape) / np.prod(organ.shape) ** (1 / 3)
        self.radii_mm = axes * (3000 * organ.volume_ml / (4 * pi)) ** (1 / 3)
        self.parts = parts = 1 if organ.volume_ml > COARSE_ABOVE_ML else 2
        half = np.ceil((self.radii_mm * 1.3 + 3.5 * FWHM_MM) / organ.spacing_mm).astype(int)
        self.shape = tuple(int(n) for n in 2 * half + 1)
        self.geometry = Geometry(shape=self.shape, spacing_mm=(organ.spacing_mm,) * 3)
        fine = [
            ((np.arange(n * parts) + 0.5) / parts - n / 2 + shift) * organ.spacing_mm
            for n, shift in zip(self.shape, (0.21, -0.34, 0.13), strict=True)
        ]
        self.points = np.stack(np.meshgrid(*fine, indexing="ij"), axis=-1).astype(np.float32)
        self._slope: RecoverySlope | None = None
        self.nominal = self.filled(organ.volume_ml)

    def filled(self, volume_ml: float) -> np.ndarray:
        """Return the part of each voxel in an ellipsoid of this volume."""
        radii = (self.radii_mm * (volume_ml / self.organ.volume_ml) ** (1 / 3)).astype(np.float32)
        scaled = self.points / radii
        level = np.sqrt((scaled**2).sum(axis=-1))
        slope = np.sqrt(((scaled / radii) ** 2).sum(axis=-1)) / np.maximum(level, 1e-6)
        inside = np.clip(0.5 - (level - 1) / np.maximum(slope, 1e-9) / (self.organ.spacing_mm / self.parts), 0, 1)
        z, y, x = self.shape
        n = self.parts
        return np.asarray(inside.reshape(z, n, y, n, x, n).mean(axis=(1, 3, 5)), dtype=np.float32)

    def slope(self, region: Coverage, *, once: bool) -> RecoverySlope:
        """Return how the recovery of a contour follows resolution and volume; known already where it is drawn once."""
        if not once:
            return recovery_slope(region, FWHM_MM)
        if self._slope is None:
            self._slope = recovery_slope(region, FWHM_MM)
        return self._slope

    def ml(self, fractions: np.ndarray) -> float:
        """Return the volume that so many parts of voxels make."""
        return float(fractions.sum(dtype=np.float64)) * self.geometry.voxel_ml


def blurred(fractions: np.ndarray, fwhm_mm: float, spacing_mm: float) -> np.ndarray:
    sigma = sqrt((fwhm_mm / FWHM_PER_SIGMA / spacing_mm) ** 2 - 1 / 12)
    return np.asarray(gaussian_filter(fractions, sigma, mode="nearest", truncate=5))


def corrected(scene: Scene, image: np.ndarray, part: Patch) -> float:
    """Return what the production code finds in the contour [mL of the image's concentration]."""
    voxels = float(part.values.sum(dtype=np.float64))
    division = Division({"region": part}, {"region": {"region": voxels}})
    volume = Volume(values=image.astype(np.float32) * 1e6, geometry=scene.geometry, unit="Bq/mL")
    return corrected_mbq(volume, division, fwhm_mm=FWHM_MM)["region"]


@dataclass(frozen=True)
class Seen:
    """What one contour sees of region and surroundings, each of unit concentration [mL]."""

    region: Coverage
    ml: float
    own: tuple[float, float]
    around: tuple[float, float]


def look(scene: Scene, fractions: np.ndarray, own: np.ndarray) -> Seen:
    """Return seen and corrected volumes of the region's image, and of that of everything around it."""
    region = Coverage(fractions=fractions, geometry=scene.geometry, name="region")
    part, voxel, around = Patch.around(region.fractions), scene.geometry.voxel_ml, 1 - own
    return Seen(
        region=region,
        ml=scene.ml(fractions),
        own=(part.measure(own) * voxel, corrected(scene, own, part)),
        around=(part.measure(around) * voxel, corrected(scene, around, part)),
    )


def one_run(scene: Scene, drawn: str, generator: np.random.Generator) -> tuple[float, float, tuple[float, ...]] | None:
    """Return ln(found/true), the stated relative uncertainty and the shares of its budget; None if refused."""
    organ, stated, draw, scans = scene.organ, stated_for(scene.organ, drawn), generator.normal, len(HOURS)
    contour = stated.contour
    assert contour is not None
    sigma = contour.relative_sigma(organ.volume_ml)
    if drawn == "per scan":
        truth, drawn_ml = scene.nominal, organ.volume_ml * np.exp(draw(0, sigma, scans))
    else:
        truth, drawn_ml = scene.filled(organ.volume_ml * float(np.exp(draw(0, sigma)))), np.full(scans, organ.volume_ml)
    true_mm = FWHM_MM * np.exp(draw(0, FWHM_SIGMA_MM / FWHM_MM))
    gain = np.exp(draw(0, CALIBRATION))
    half_life_h = generator.uniform(*organ.half_life_h)
    own = blurred(truth, true_mm, organ.spacing_mm).astype(np.float32)
    looks = [look(scene, scene.filled(ml), own) for ml in (drawn_ml if drawn == "per scan" else drawn_ml[:1])]
    samples = []
    for at, hours in enumerate(HOURS):
        seen = looks[at % len(looks)]
        inside = 2 ** (-hours / half_life_h)
        outside = organ.background * 2 ** ((24 - hours) / BACKGROUND_HALF_LIFE_H - 24 / half_life_h)
        factor = gain * np.exp(draw(0, organ.noise)) * 100 / scene.ml(truth)
        raw, found = ((seen.own[k] * inside + seen.around[k] * outside) * factor for k in (0, 1))
        samples.append(
            Sample(hours=hours, acquired_at=START + timedelta(hours=hours), volume_ml=seen.ml, uncorrected_mbq=raw,
                   recovery=raw / found)
        )  # fmt: skip
    mass = float(np.exp(np.mean(np.log([s.volume_ml for s in samples])))) * DENSITY * np.exp(draw(0, DENSITY_SIGMA))
    slope = scene.slope(looks[1 % len(looks)].region, once=drawn != "per scan")
    chain = chain_of(slope, samples, float(mass))
    value = dose(samples, chain, stated, organ.noise, scene.geometry)
    if value is None or value.budget is None:
        return None
    true_gy = mean_dose_gy(100 * half_life_h / log(2), scene.ml(truth) * DENSITY)
    return log(value.mean_dose_gy / true_gy), value.budget.relative_sigma, value.budget.shares


def chain_of(slope: RecoverySlope, samples: list[Sample], mass_g: float) -> tuple[RegionChain, float]:
    """Return what the errors of the region pass through, and its mass [g]."""
    step = 0.05
    more, less = (mean_dose_gy(1, mass_g * (1 + sign * step)) for sign in (1, -1))
    at_24 = samples[1].recovery
    assert at_24 is not None
    chain = RegionChain(
        region="region", volume_ml=float(np.mean([s.volume_ml for s in samples])), scans=len(samples), fwhm_mm=FWHM_MM,
        recovery_by_fwhm=slope.by_fwhm, recovery_by_volume=slope.by_volume, solved_by_fwhm=slope.solved_by_fwhm,
        background=background_ratio(at_24, slope.recovery), mass_stated=False,
        dose_by_mass=log(more / less) / log((1 + step) / (1 - step)),
    )  # fmt: skip
    return chain, mass_g


def dose(
    samples: list[Sample], of: tuple[RegionChain, float], stated: UncertaintyInput, noise: float, geometry: Geometry
) -> DoseValue | None:
    """Return the dose with its budget by the production code; None where the curve is refused."""
    chain, mass_g = of
    sigma = scan_relative_sigma(chain, stated, noise)
    weighted = [replace(sample, relative_sigma=sigma) for sample in samples]
    curve = fit(weighted, half_life_h=LU177.half_life_h, region="region", corrected=True, model="mono-exponential")
    if isinstance(curve, FitRefusal):
        return None
    value = DoseValue(fit=curve, mean_dose_gy=mean_dose_gy(curve.tia_mbq_h, mass_g))
    return with_budget(value, ErrorChain(chain=chain, noise=(noise,) * len(samples)), _given(stated, geometry))


def _given(stated: UncertaintyInput, geometry: Geometry) -> CycleInput:
    empty = Volume(values=np.zeros(geometry.shape), geometry=geometry, unit="Bq/mL")
    scan = ScanInput(activity=empty, hours=24.0, acquired_at=START, regions={})
    return CycleInput(cycle=1, agent="study", given_mbq=7400, nuclide=LU177, scans=(scan,), uncertainty=stated)


@dataclass(frozen=True)
class Found:
    """The figures of one organ."""

    name: str
    runs: int
    refused: int
    bias: float
    spread: float
    stated: float
    coverage: float
    mean_z: float
    spread_z: float
    dominant: str
    own: float | None = None
    """Mean error where nothing but the noise was drawn; None where that was not run."""

    @property
    def holds(self) -> bool:
        """Whether coverage, mean and spread are as asked for."""
        low, high = WANTED_COVERAGE
        least, most = WANTED_SPREAD
        return low <= self.coverage <= high and abs(self.mean_z) <= WANTED_MEAN and least <= self.spread_z <= most


NAMES = ("calibration", "resolution", "contour", "density", "noise")


def figures(name: str, rows: list[tuple[float, float, tuple[float, ...]]], refused: int) -> Found:
    errors, stated = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    z = errors / stated
    shares = np.mean([r[2] for r in rows], axis=0)
    top = ", ".join(f"{NAMES[i]} {100 * shares[i]:.0f} %" for i in np.argsort(-shares)[:2])
    return Found(
        name=name, runs=len(rows), refused=refused, bias=float(errors.mean()), spread=float(errors.std()),
        stated=float(np.sqrt(np.mean(stated**2))), coverage=float(np.mean(np.abs(z) <= 1.959964)),
        mean_z=float(z.mean()), spread_z=float(z.std()), dominant=top,
    )  # fmt: skip


def study(organ: Organ, drawn: str, runs: int) -> Found:
    scene = Scene(organ)
    generator = np.random.default_rng([SEED, ORGANS.index(organ), len(drawn)])
    found = [one_run(scene, drawn, generator) for _ in range(runs)]
    return figures(organ.name, [one for one in found if one is not None], sum(one is None for one in found))


def images(runs: int, *, simple: bool) -> list[Found]:
    """Return the figures of runs with whole images, lesions together; single regions follow their group.

    ``simple`` gives every region one washout.
    """
    from coverage_images import image_runs, kind_of

    rows, own = image_runs(runs, SEED, simple=simple)
    groups: dict[str, list[tuple[float, float, tuple[float, ...]]]] = {}
    owns: dict[str, list[float]] = {}
    for region, found in rows.items():
        groups.setdefault(kind_of(region), []).extend(found)
        owns.setdefault(kind_of(region), []).append(own[region])
    mean_own = {**{kind: float(np.mean(values)) for kind, values in owns.items()}, **own}
    return [
        replace(figures(name, found, 0), own=mean_own[name])
        for name, found in {**groups, **rows}.items()
        if name in groups or name[0] == "L"
    ]


SPHERES_ML = (2.0, 10.0, 30.0, 160.0, 1500.0)


def spheres(runs: int, drawn: str) -> list[Found]:
    """Return the figures of spheres in closed form, nothing of which is linearised."""
    from coverage_spheres import SphereCase, drawn_log_errors
    from coverage_spheres import chain_of as chain_of_sphere

    found = []
    for volume_ml in SPHERES_ML:
        case = SphereCase(volume_ml=volume_ml, fwhm_mm=FWHM_MM, background=0.1, weights=(0.1, 0.3, 0.4, 0.2))
        stated = stated_for(Organ("", volume_ml, (1.0, 1.0, 1.0), (0.0, 0.0), SPHERE_NOISE), drawn)
        chain = chain_of_sphere(case)
        one = scan_relative_sigma(chain, stated, SPHERE_NOISE)
        assert one is not None
        tia = one * sqrt(sum(weight**2 for weight in case.weights))
        parts = DoseParts(own_gy=1.0, others_gy=0.0, tia_relative_sigma=tia, noise_relative_sigma=SPHERE_NOISE)
        budget = budget_of(chain, stated, parts)
        errors = drawn_log_errors(
            case, stated, noise=SPHERE_NOISE, runs=runs, generator=np.random.default_rng([SEED, int(volume_ml)])
        )
        rows = [(float(error), budget.relative_sigma, budget.shares) for error in errors]
        found.append(figures(f"{volume_ml:g} mL, drawn {drawn}", rows, 0))
    return found


def page(rows: list[dict[str, object]]) -> str:
    """Write the page from rows of figures."""
    kinds = [
        ("per cycle", "Regions, contour drawn once and carried to all scans"),
        ("per scan", "Regions, contour drawn anew on every scan"),
        ("spheres", "Spheres in closed form"),
        ("images, one washout", "Whole images, one washout in every region"),
        ("images", "Whole images of the simulated patient"),
    ]
    parts = [HEAD]
    for kind, title in kinds:
        found = [Found(**{k: v for k, v in row.items() if k not in ("drawn", "version")}) for row in rows  # type: ignore[arg-type]
                 if row["drawn"] == kind]  # fmt: skip
        if found:
            parts += [f"## {title}", TOLD[kind], table(found, kind)]
        elif before := _recorded(title):
            parts.append(before)
    parts.append(f"Lutetia {__version__}, seed {SEED}.")
    return "\n\n".join(parts) + "\n"


EARLIER = "Recorded earlier, and not run again with the rest of this page."


def _recorded(title: str) -> str:
    """Return a section of the page as it stands, which says that it was not run again; empty where there is none."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    kept = next((part for part in text.split("\n## ")[1:] if part.startswith(f"{title}\n")), "")
    body = kept.partition(f"\n\nLutetia {__version__}")[0].replace(f"\n\n{EARLIER}", "").strip()
    return f"## {body}\n\n{EARLIER}" if body else ""


def _last(row: Found, kind: str) -> list[str]:
    """Return the cells after the figures: whether they hold where they are judged, the chain's own error on images."""
    from coverage_images import KINDS

    own = [] if kind not in IMAGES else ["–" if row.own is None else f"{100 * row.own:+.1f} %"]
    single = kind in IMAGES and row.name not in KINDS.values()
    return own + ([] if kind == "images" else ["" if single else "yes" if row.holds else "**no**"])


def table(rows: list[Found], kind: str) -> str:
    head = ["region", "runs", "refused", "mean error", "spread of errors", "stated", "coverage of 95 %", "mean z",
            "spread of z", "largest shares of the variance", *(["with noise alone"] if kind in IMAGES else []),
            *([] if kind == "images" else ["within"])]  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [
            row.name, str(row.runs), str(row.refused), f"{100 * row.bias:+.1f} %", f"{100 * row.spread:.1f} %",
            f"{100 * row.stated:.1f} %", f"{100 * row.coverage:.1f} %", f"{row.mean_z:+.2f}", f"{row.spread_z:.2f}",
            row.dominant, *_last(row, kind),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells).replace("-", "−").replace("−−", "--") + " |")
    return "\n".join(lines)


HEAD = (
    "# How often the stated uncertainty holds the truth\n\n"
    "Written by `scripts/coverage_study.py`; nothing here is typed. Every run draws calibration "
    f"({100 * CALIBRATION:g} %), resolution ({FWHM_SIGMA_MM:g} mm of {FWHM_MM:g} mm),\n"
    f"contour (drawn on an image of {CT_VOXEL_MM:g} mm voxels and {CT_FWHM_MM:g} mm resolution), density "
    f"({100 * DENSITY_SIGMA:g} %) and noise from the distributions\n"
    "that the budget declares. z is the error of the logarithm of the dose over its stated uncertainty. Asked for, by "
    "organ: coverage of the\n"
    f"95 % interval {100 * WANTED_COVERAGE[0]:g} to {100 * WANTED_COVERAGE[1]:g} %, mean z within ±{WANTED_MEAN:g}, "
    f"spread of z {WANTED_SPREAD[0]:g} to {WANTED_SPREAD[1]:g}. Not drawn, because no budget holds it: the choice of "
    "the curve."
)

IMAGES = ("images, one washout", "images")

TOLD = {
    "per cycle": (
        "Ellipsoids in surroundings of a tenth of their concentration, 4.8 mm voxels (liver 7.2), four scans, one "
        "exponential. The true volume is\ndrawn about the contoured one, as true resolution and sensitivity are about "
        "the stated ones."
    ),
    "per scan": (
        "The same, but four contours are drawn about the true volume. A volume's error is then noise of each scan; the "
        "mass is that of the mean."
    ),
    "spheres": (
        "The same errors drawn for a sphere, everything in closed form and nothing linearised: the Monte Carlo "
        "check of the analytic budget. The curve\nis a fixed weighting of four scans."
    ),
    "images, one washout": (
        "Four SPECTs of one man: neighbours, uneven background, image noise, which is declared as counts with a "
        "variance factor measured\non other images. Contours are moved by a distance, not scaled, to volumes about the "
        "true one. What all regions of a run share is\ndrawn in layers, so that the mean of few runs is that of the "
        "distribution. Every region has one washout (lesions an uptake before it)\nand its curve is asked for by name: "
        "its choice is not drawn and no part of the budget. So what is drawn is what is declared, and\norgans and "
        "lesions together are judged. Neighbours, uneven surroundings and the place of contours, which are not "
        "declared, are in the\nerrors all the same. The mean error with nothing drawn but the noise is what "
        "of the mean error is the chain's own."
    ),
    "images": (
        "The same with the man's true kinetics, an uptake and two washouts, and curves of Lutetia's choice. What the "
        "choice from four samples\ndoes to the integral is in these errors and only in part in the budget, so they are "
        "shown and not judged. One exponential takes a\nregion to be full at once, which makes integrals of organs too "
        "large by about 1 %; with four samples it is chosen where it\ndescribes them."
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--images", type=int, default=200, help="runs with whole images")
    parser.add_argument("--only", nargs="*", default=[organ.name for organ in ORGANS])
    parser.add_argument("--drawn", nargs="*", default=["per cycle", "per scan"])
    parser.add_argument("--into", type=Path, help="add rows as JSON lines there and leave the page")
    parser.add_argument("--rows", type=Path, nargs="*", help="write the page from such rows and run nothing")
    given = parser.parse_args()
    if given.rows:
        read = [json.loads(line) for path in given.rows for line in path.read_text().splitlines()]
        rows = list({(row["drawn"], row["name"]): row for row in read}.values())
        order = {organ.name: place for place, organ in enumerate(ORGANS)}
        rows.sort(key=lambda row: order.get(row["name"], len(order)))
        PAGE.write_text(page(rows), encoding="utf-8")
        return
    rows = []
    for drawn in given.drawn:
        for organ in (o for o in ORGANS if o.name in given.only):
            rows.append({"drawn": drawn, "version": __version__, **vars(study(organ, drawn, given.runs))})
            _keep(rows[-1], given.into)
    for drawn in given.drawn if given.runs else ():
        for found in spheres(given.runs, drawn):
            rows.append({"drawn": "spheres", "version": __version__, **vars(found)})
            _keep(rows[-1], given.into)
    for drawn in IMAGES if given.images else ():
        for found in images(given.images, simple=drawn != "images"):
            rows.append({"drawn": drawn, "version": __version__, **vars(found)})
            _keep(rows[-1], given.into)
    if given.into is None:
        PAGE.write_text(page(rows), encoding="utf-8")


def _keep(row: dict[str, object], into: Path | None) -> None:
    if into is not None:
        with into.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
