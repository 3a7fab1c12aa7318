"""Write what is measured of simulated pairs of PSMA PET, beside what is true, to ``docs/validation/psma-response.md``.

Usage: ``python scripts/validate_psma_response.py``. Takes some minutes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import numpy as np

from lutetia import __version__
from lutetia.criteria.recip import classify
from lutetia.response import Disease, FoundLesion, Pair, PsmaPet, compare, measure_disease, measure_pair
from lutetia.simulation.camera import Ring
from lutetia.simulation.psma_pet import SCAN_GRID, SeenDeposit, SimulatedDisease
from lutetia.simulation.response_pairs import THRESHOLD_SUV, LesionCourse, Scenario, SimulatedPair, simulate_pair
from lutetia.simulation.response_scenarios import SCENARIOS
from lutetia.simulation.response_sites import SITES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "validation" / "psma-response.md"
LARGE_ML = 2.0
WITHIN = 0.05
SAME_PLACE_MM = 8.0
SIZES_ML = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
UPTAKES = (8.0, 18.0)


@dataclass(frozen=True)
class Volumes:
    """One measured lesion and the true ones in it [mL]."""

    drawn: float
    seen: float
    on_grid: float
    measured: float


@dataclass
class Result:
    """One pair, measured."""

    pair: SimulatedPair
    measured: Pair
    true_class: str
    read_class: str
    blind_class: str
    found: int
    false: int
    off_mm: float
    seconds: float
    volumes: list[Volumes] = field(default_factory=list)


def as_pet(day: SimulatedDisease, name: str) -> PsmaPet:
    """Return a simulated scan as the measurement takes it."""
    return PsmaPet(suv=day.suv, organs=day.masks(), tracer="[68Ga]Ga-PSMA-11", name=name)


def recip(baseline_ml: float, follow_up_ml: float, *, new: bool) -> str:
    """Return the class of RECIP 1.0."""
    return str(classify(baseline_ml, follow_up_ml, new).response)


def of_pair(scenario: Scenario) -> Result:
    """Make a pair and measure it, registration included."""
    pair = simulate_pair(scenario)
    begun = time.process_time()
    measured = measure_pair(as_pet(pair.baseline, "baseline"), as_pet(pair.follow_up, "follow-up"))
    seconds = time.process_time() - begun
    truth = pair.truth
    hits, false = proposals(pair, measured)
    volumes = shown(measured)
    true_motion = pair.baseline.motion.inverse().then(pair.follow_up.motion)
    places = np.array([lesion.centre_mm for lesion in measured.baseline.counted])
    return Result(
        pair=pair,
        measured=measured,
        true_class=recip(truth.baseline_ml, truth.follow_up_ml, new=bool(truth.new)),
        read_class=recip(*volumes, new=bool(hits)),
        blind_class=recip(*volumes, new=bool(measured.proposals)),
        found=len(hits),
        false=false,
        off_mm=float(np.linalg.norm(measured.motion.point(places) - true_motion.point(places), axis=1).max()),
        seconds=seconds,
        volumes=lesion_volumes(pair.baseline, measured.baseline) + lesion_volumes(pair.follow_up, measured.follow_up),
    )


def shown(measured: Pair) -> tuple[float, float]:
    """Return both volumes [mL]; an organ out of the field of a scan keeps them from no class here."""
    before, after = measured.baseline.volume_ml, measured.follow_up.volume_ml
    if before is None or after is None:
        raise ValueError("organs are drawn in every simulated pair")
    return before, after


def proposals(pair: SimulatedPair, measured: Pair) -> tuple[set[str], int]:
    """Return the new lesions that were proposed, and the number of proposals that are none."""
    new = [one for one in pair.follow_up.lesions if one.deposit.id in pair.truth.new]
    hits, false = set(), 0
    for proposal in measured.proposals:
        here = [one.deposit.id for one in new if away(one, proposal.lesion) <= SAME_PLACE_MM]
        hits.update(here)
        false += not here
    return hits, false


def away(one: SeenDeposit, lesion: FoundLesion) -> float:
    """Return the distance of two centres [mm]."""
    return float(np.linalg.norm(np.subtract(one.centre_mm, lesion.centre_mm)))


def lesion_volumes(day: SimulatedDisease, disease: Disease) -> list[Volumes]:
    """Put every measured lesion beside the true ones whose centre it holds."""
    held: dict[str, list[SeenDeposit]] = {}
    for one in day.deposits:
        index = tuple(np.rint(disease.geometry.to_index(one.centre_mm)).astype(int))
        for lesion in disease.counted:
            at = tuple(int(i) - part.start for i, part in zip(index, lesion.box, strict=True))
            if all(0 <= i < n for i, n in zip(at, lesion.voxels.shape, strict=True)) and lesion.voxels[at]:
                held.setdefault(lesion.id, []).append(one)
    return [
        Volumes(
            sum(one.deposit.volume_ml for one in ones),
            sum(one.seen_ml for one in ones),
            sum(one.seen_on_grid_ml for one in ones),
            disease.lesion(number).volume_ml,
        )
        for number, ones in held.items()
    ]


def by_size(ml: float, suv: float) -> tuple[dict[bool, list[int]], int]:
    """Return how many of how many new lesions of a size are proposed, beside an organ and elsewhere; and false ones."""
    new = tuple(
        LesionCourse(site=name, suv=(None, suv), volume=(1.0, ml / (4 / 3 * np.pi * np.prod(site.radii) / 1000)))
        for name, site in SITES.items()
        if name != "t9"
    )
    scenario = Scenario(name=f"{ml} mL, SUV {suv}", shows="size", lesions=(LesionCourse(site="t9", suv=(18, 18)), *new))
    pair = simulate_pair(scenario)
    days = (measure_disease(as_pet(pair.baseline, "b")), measure_disease(as_pet(pair.follow_up, "f")))
    hits, false = proposals(pair, compare(*days, motion=pair.baseline.motion.inverse().then(pair.follow_up.motion)))
    found = {beside: [0, 0] for beside in (False, True)}
    for one in new:
        count = found[bool(SITES[one.site].beside)]
        count[0] += one.id in hits
        count[1] += 1
    return found, false


def off(measured: float, true: float) -> float:
    """Return a relative error."""
    return measured / true - 1 if true else inf


def errors(volumes: list[Volumes], of: str) -> str:
    """Say how far volumes are off, against one of the truths."""
    found = np.array([off(one.measured, getattr(one, of)) for one in volumes])
    inside = int((np.abs(found) <= WITHIN).sum())
    return (
        f"{inside} of {len(found)} | {100 * found.mean():+.1f} % | {100 * found.std():.1f} % | "
        f"{100 * found[np.abs(found).argmax()]:+.1f} %"
    )


def page(results: list[Result], sizes: list[str]) -> str:
    """Return the page."""
    rows = "\n".join(
        f"| {one.pair.scenario.name} | {one.pair.truth.baseline_ml:.1f} / {shown(one.measured)[0]:.1f} "
        f"| {one.pair.truth.follow_up_ml:.1f} / {shown(one.measured)[1]:.1f} "
        f"| {one.pair.truth.change_percent:+.1f} / {one.measured.change_percent:+.1f} "
        f"| {one.found} of {len(one.pair.truth.new)} | {one.false} "
        f"| {one.true_class} | {one.read_class} | {one.blind_class} |"
        for one in results
    )
    all_volumes = [volume for one in results for volume in one.volumes]
    large = [one for one in all_volumes if one.drawn >= LARGE_ML]
    small = [one for one in all_volumes if 0 < one.drawn < LARGE_ML and one.seen > 0]
    totals = [off(shown(one.measured)[0], one.pair.truth.baseline_ml) for one in results]
    totals += [
        off(shown(one.measured)[1], one.pair.truth.follow_up_ml) for one in results if one.pair.truth.follow_up_ml
    ]
    planted, found = sum(len(one.pair.truth.new) for one in results), sum(one.found for one in results)
    right = sum(one.true_class == one.read_class for one in results)
    blind = sum(one.true_class == one.blind_class for one in results)
    ring = Ring()
    voxel = " x ".join(f"{mm:g}" for mm in SCAN_GRID.spacing_mm)
    return f"""# PSMA-positive disease between two PET

Written by `scripts/validate_psma_response.py`, Lutetia {__version__}. Nothing on this page is typed by hand.

{len(results)} pairs of simulated PET of one made-up man (docs/psma-disease.md): {ring.fwhm_mm:g} mm resolution, \
voxels of {voxel} mm,
noise of {100 * ring.relative_noise:g} % in a voxel of the liver, turned by up to 3 degrees about and shifted by up \
to 12 mm along each axis
between the days. Organs were given as they truly lie. Found at SUV {THRESHOLD_SUV:g}, registered PET to PET, compared.

| asked | found |
|---|---|
| class of RECIP 1.0 right, with a reader who says which lesions are new | **{right} of {len(results)}** |
| class right if every proposal is taken for a new lesion unseen | {blind} of {len(results)} |
| new lesions proposed (95 % asked) | **{found} of {planted}** |
| most false proposals in a pair (1 asked) | **{max(one.false for one in results)}** |
| volume of all disease, largest error | {100 * max(totals, key=abs):+.1f} % |
| place of a lesion after registration, largest error | {max(one.off_mm for one in results):.2f} mm |
| processor time of a pair, registration included, median | {np.median([one.seconds for one in results]):.0f} s |

## Pairs

Volume [mL] and change [%]: true / measured. True is what the scanner shows at the threshold without noise.

| pair | baseline | follow-up | change | new, proposed of planted | false | true class | with a reader | proposals \
unseen |
|---|---|---|---|---|---|---|---|---|
{rows}

## Volumes of lesions

What a threshold of uptake gives is not the volume of the tissue: a hot lesion is blurred beyond its edge, and SUV \
{THRESHOLD_SUV:g} lies far
out on that slope. Three truths therefore: *drawn* is the ellipsoid; *shown* is the volume at the threshold in the \
image without
noise, counted on cubes of a millimetre; *shown in voxels* is the same counted in the voxels of the scan, so that \
only noise is left.
A change between two scans is of the shown volume. Lesions that grew together count as one.

| lesions | against | within {100 * WITHIN:g} % | mean | standard deviation | largest |
|---|---|---|---|---|---|
| drawn {LARGE_ML:g} mL or more | shown in voxels | {errors(large, "on_grid")} |
| | shown | {errors(large, "seen")} |
| | drawn | {errors(large, "drawn")} |
| drawn below {LARGE_ML:g} mL | shown in voxels | {errors([one for one in small if one.on_grid], "on_grid")} |
| | shown | {errors(small, "seen")} |
| | drawn | {errors(small, "drawn")} |

## New lesions by size

{len(SITES) - 1} new lesions of one size in a pair, at all sites of the simulation, registration taken as known. \
What shows less than 0.2 mL at the
threshold is left out by the method, and small or faint lesions never reach SUV {THRESHOLD_SUV:g}: these are not \
found, and a reader has to.

| drawn, mL | true SUV | free, proposed | beside an organ, proposed | false |
|---|---|---|---|---|
{chr(10).join(sizes)}

What this does not show: other men, organs drawn wrongly, bowel and bladder that change between the days more than \
here, deformation
of the body, other scanners. It is a test of the programme, not of the criterion.
"""


def size_rows() -> list[str]:
    """Return the rows of new lesions by size."""
    rows = []
    for suv in UPTAKES:
        for ml in SIZES_ML:
            found, false = by_size(ml, suv)
            free, beside = found[False], found[True]
            rows.append(f"| {ml:g} | {suv:g} | {free[0]} of {free[1]} | {beside[0]} of {beside[1]} | {false} |")
    return rows


def main() -> None:
    results = []
    for scenario in SCENARIOS:
        results.append(of_pair(scenario))
        print(f"{scenario.name}: {results[-1].seconds:.0f} s")
    PAGE.write_text(page(results, size_rows()), encoding="utf-8")
    print(f"written: {PAGE}")


if __name__ == "__main__":
    main()
