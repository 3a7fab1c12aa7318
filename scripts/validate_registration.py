"""Compare rigid and deformable registration of simulated CT with the motion that is known; write a page.

Every man is seen twice: as he was drawn, and after he turned, shifted, breathed out, bent and filled his bladder.
Landmarks are the middle and the six outermost points of every region, and come to lie where the motion says.

Usage: python scripts/validate_registration.py [--seeds 177,1,2,3] [--page FILE]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import RefusedError
from lutetia.quantification.alignment import Alignment, align_deformably
from lutetia.simulation import acquisition
from lutetia.simulation.anatomy import Build, Structure, structures
from lutetia.simulation.body import Body, paint
from lutetia.simulation.motion import FINE, SmoothMotion, painted_after
from lutetia.volume import Mask, Volume, deformed_mask, moved_mask, resample, resample_mask

PAGE = Path(__file__).parent.parent / "docs" / "validation" / "registration.md"
SEEDS = (177, 1, 2, 3)
FIRST, SECOND = "2.25.1", "2.25.2"
"""Frames of reference."""
REGIONS = (
    "liver", "spleen", "kidney_left", "kidney_right", "bladder", "parotid_left", "parotid_right", "L1", "L2", "L3",
    "L4", "L5",
)  # fmt: skip
HOW = ("before", "rigid", "deformable")
WIDE = 512
Points = NDArray[np.float64]
HEAD = """\
# Rigid and deformable registration against a known motion

Written by `scripts/validate_registration.py`; nothing on this page is typed by hand. {men} simulated men (seeds
{seeds}), each with two CT of {columns} x {rows} x {slices} voxels of {dx:g} x {dy:g} x {dz:g} mm with noise and a
couch: as he was drawn, and after a motion drawn from the seed (`src/lutetia/simulation/motion.py`). The whole man turns
by up to 2.5 degrees about each axis and shifts by up to 8 mm along each; the diaphragm rises by 9 to 15 mm and the
belly falls in by 4 to 9 mm; head and pelvis bend off by up to 10 mm; the bladder widens by a tenth to a quarter of its
radius.
{landmarks} landmarks in each: the middle and the six outermost points of every region, many of them within even tissue
that shows nothing itself.

What this does not hold: tissue that slides along its neighbour, gas that moves in the bowel, contrast in one of the two
CT, a CT that was taken in another breath than the SPECT beside it. In patients the error is larger; what is left is
measured in each of them (see [alignment](../alignment.md)).
"""
MEN = """
## Landmarks

Distance from where they truly came to lie: mean / 95th percentile / maximum [mm]. The residual is what the programme
itself finds by blocks, without the truth: median [mm].

| seed | before | rigid | deformable | residual, rigid | residual, deformable | Jacobian determinant |
|---:|---:|---:|---:|---:|---:|---:|"""
BY_REGION = """
## Regions

Landmarks of the region: mean error [mm]. Overlap of the moved region with the true one (Dice, on the voxels of the CT):
median over men. Change of volume by the deformation, found and true: medians; and the largest difference between the
two in any man [percentage points]. The overlap of a small region is held down by the voxels on which it was drawn and
is compared, and so is the truth of its volume.

| region | rigid | deformable | overlap before | rigid | deformable | volume found | true | at most apart |
|---|---:|---:|---:|---:|---:|---:|---:|---:|"""
BAD = """
## Pairs that are not to be deformed

| pair | outcome |
|---|---|"""
TIME = """
## Time

Rigid and deformable registration with all checks, on one core: {least:.0f} to {most:.0f} s for these pairs,
{wide:.0f} s for the first of them on {i} x {j} x {k} voxels."""


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A man twice."""

    seed: int
    man: tuple[Structure, ...]
    motion: SmoothMotion
    bodies: tuple[Body, Body]
    cts: tuple[Volume, Volume]

    @classmethod
    def of(cls, seed: int) -> Pair:
        """Draw a man and his motion, and take both CT."""
        man = structures(Build.drawn(np.random.default_rng(seed)))
        motion = SmoothMotion.drawn(seed)
        grids = [acquisition.framed(acquisition.CT_GRID, frame) for frame in (FIRST, SECOND)]
        bodies = paint(man, grids[0]), painted_after(man, grids[1], motion)
        cts = [acquisition.ct_of(body, np.random.default_rng([seed, n])) for n, body in enumerate(bodies)]
        return cls(seed, man, motion, bodies, (cts[0], cts[1]))


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found for one man.

    ``errors_mm`` and ``overlap`` are keyed by region and by how it was moved.
    """

    seed: int
    alignment: Alignment
    seconds: float
    errors_mm: dict[tuple[str, str], list[float]]
    overlap: dict[tuple[str, str], float]
    change: dict[str, tuple[float, float]] = field(default_factory=dict)

    def error(self, how: str, region: str | None = None) -> list[float]:
        """Return the errors of all landmarks, or of those of a region [mm]."""
        return [e for (r, h), part in self.errors_mm.items() if h == how and region in {None, r} for e in part]


def landmarks(man: tuple[Structure, ...]) -> dict[str, Points]:
    """Return the middle and the outermost points of every region [mm]."""
    drawn = paint(man, FINE)
    found = {}
    for region in drawn.regions:
        places = FINE.to_patient(np.argwhere(drawn.mask(region).voxels))
        if region == "marrow" or not len(places):
            continue
        outer = [places[end(places[:, axis])] for axis in range(3) for end in (np.argmin, np.argmax)]
        found[region] = np.array([places.mean(axis=0), *outer])
    return found


def of_pair(pair: Pair) -> Found:
    """Register one pair and compare it with its motion."""
    started = time.process_time()
    alignment = align_deformably(*pair.cts, where=f"seed {pair.seed}")
    seconds = time.process_time() - started
    moved: dict[str, Callable[[Points], Points]] = {"before": np.asarray, "rigid": alignment.motion.point}
    if alignment.deformation is not None:
        moved["deformable"] = alignment.deformation.point
    errors = {
        (region, how): np.linalg.norm(there(points) - pair.motion.after(points), axis=1).tolist()
        for region, points in landmarks(pair.man).items()
        for how, there in moved.items()
    }
    found = Found(pair.seed, alignment, seconds, errors, {})
    for region in REGIONS:
        compare_masks(pair, region, found)
    return found


def compare_masks(pair: Pair, region: str, found: Found) -> None:
    """Add how well a moved region covers the true one, and how its volume changed."""
    drawn, true = (body.mask(region) for body in pair.bodies)
    alignment = found.alignment
    found.overlap[region, "before"] = dice(replace(drawn, geometry=true.geometry), true)
    found.overlap[region, "rigid"] = dice(moved_mask(drawn, alignment.motion, frame_of_reference=SECOND), true)
    if alignment.deformation is not None:
        there = deformed_mask(drawn, alignment.deformation)
        found.overlap[region, "deformable"] = dice(there, true)
        found.change[region] = (there.volume_ml / drawn.volume_ml - 1, true.volume_ml / drawn.volume_ml - 1)


def dice(moved: Mask, true: Mask) -> float:
    """Return how much of two regions is common, 0 to 1."""
    here = resample_mask(moved, true.geometry).voxels
    return float(2 * (here & true.voxels).sum() / (here.sum() + true.voxels.sum()))


def hopeless(pair: Pair) -> list[tuple[str, str]]:
    """Return what comes of pairs that no deformation should join."""
    first, second = pair.cts
    noise = np.random.default_rng(0).normal(0, 300, second.geometry.shape)
    still = acquisition.ct_of(
        paint(pair.man, second.geometry, shift_mm=(4.0, -3.0, 5.0)), np.random.default_rng([pair.seed, 9])
    )
    deep = painted_after(pair.man, second.geometry, SmoothMotion(breath_mm=60.0))
    pairs = (
        ("noise in place of the second CT", second.with_values(noise)),
        ("the second CT from feet to head", second.with_values(second.values[::-1])),
        ("a man stretched by a quarter in width", widened(second)),
        ("the man shifted and not deformed", still),
        ("a breath of 60 mm", acquisition.ct_of(deep, np.random.default_rng([pair.seed, 10]))),
    )
    return [(name, outcome(first, other)) for name, other in pairs]


def widened(ct: Volume) -> Volume:
    """Return a CT of a man who is wider by a quarter."""
    c, b, a = ct.geometry.spacing_mm
    x, y, z = ct.geometry.origin_mm
    return replace(ct, geometry=replace(ct.geometry, spacing_mm=(c, b, a * 1.25), origin_mm=(x * 1.25, y, z)))


def outcome(first: Volume, second: Volume) -> str:
    """Say what came of a pair."""
    try:
        found = align_deformably(first, second)
    except RefusedError as refused:
        return f"refused: {refused.found}"
    if found.deformation is None and found.check is not None:
        return f"rigid: {'; '.join(found.check.failed)}"
    return "deformable"


def seconds_of_512(pair: Pair) -> tuple[float, tuple[int, ...]]:
    """Return how long a pair takes on slices of 512 x 512 [s]."""
    cts = []
    for ct in pair.cts:
        grid = ct.geometry
        c, _, a = grid.spacing_mm
        fine = replace(grid, shape=(grid.shape[0], WIDE, WIDE), spacing_mm=(c, 0.9766, 0.9766))
        x, y, z = grid.origin_mm
        middle = (x + a * (grid.shape[2] - 1) / 2 - 0.9766 * (WIDE - 1) / 2, y - 60.0, z)
        cts.append(resample(ct, replace(fine, origin_mm=middle), outside=-1000.0))
    started = time.process_time()
    align_deformably(cts[0], cts[1])
    return time.process_time() - started, cts[0].geometry.shape


def three(values: Sequence[float]) -> str:
    """Return mean, 95th percentile and maximum."""
    return f"{mean(values):.1f} / {np.percentile(values, 95):.1f} / {max(values):.1f}"


def page(found: Sequence[Found], bad: Sequence[tuple[str, str]], wide: tuple[float, tuple[int, ...]]) -> str:
    """Return the page."""
    grid = acquisition.CT_GRID
    dz, dy, dx = grid.spacing_mm
    head = HEAD.format(
        men=len(found), seeds=", ".join(str(one.seed) for one in found), columns=grid.shape[2], rows=grid.shape[1],
        slices=grid.shape[0], dx=dx, dy=dy, dz=dz, landmarks=len(found[0].error("rigid")),
    )  # fmt: skip
    parts = (head, *by_man(found), *by_region(found), *of_bad(bad), *of_time(found, wide))
    return "\n".join(parts) + "\n"


def by_man(found: Sequence[Found]) -> list[str]:
    """Return the table of men."""
    lines = [MEN]
    for one in found:
        check: Any = one.alignment.check
        now = three(one.error("deformable")) if one.alignment.deformation is not None else "not used"
        lines.append(
            f"| {one.seed} | {three(one.error('before'))} | {three(one.error('rigid'))} | {now} "
            f"| {check.rigid_residual.median_mm:.1f} | {check.residual.median_mm:.1f} "
            f"| {check.smallest_factor:.2f} to {check.largest_factor:.2f} |"
        )
    together = {how: [e for one in found for e in one.error(how)] for how in HOW}
    used = sum(one.alignment.deformation is not None for one in found)
    lines.append(
        f"\nAll together: before {three(together['before'])} mm, rigid {three(together['rigid'])} mm, "
        f"deformable {three(together['deformable'])} mm; the deformation passed its checks in {used} of {len(found)}."
    )
    return lines


def by_region(found: Sequence[Found]) -> list[str]:
    """Return the table of regions."""
    lines = [BY_REGION]
    for region in REGIONS:
        errors = [mean([e for one in found for e in one.error(how, region)]) for how in HOW[1:]]
        overlaps = [median(one.overlap[region, how] for one in found if (region, how) in one.overlap) for how in HOW]
        changes = [one.change[region] for one in found if region in one.change]
        apart = max(abs(a - b) for a, b in changes)
        lines.append(
            f"| {region} | {errors[0]:.1f} | {errors[1]:.1f} | "
            + " | ".join(f"{overlap:.2f}" for overlap in overlaps)
            + f" | {100 * median(a for a, _ in changes):+.1f} % | {100 * median(b for _, b in changes):+.1f} % "
            f"| {100 * apart:.1f} |"
        )
    return lines


def of_bad(bad: Sequence[tuple[str, str]]) -> list[str]:
    """Return the table of pairs that are not to be joined."""
    return [BAD, *(f"| {name} | {said} |" for name, said in bad)]


def of_time(found: Sequence[Found], wide: tuple[float, tuple[int, ...]]) -> list[str]:
    """Say how long it takes."""
    seconds = [one.seconds for one in found]
    k, j, i = wide[1]
    return [TIME.format(least=min(seconds), most=max(seconds), wide=wide[0], i=i, j=j, k=k)]


def main() -> None:
    """Compare and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)))
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    found: list[Found] = []
    bad: list[tuple[str, str]] = []
    wide: tuple[float, tuple[int, ...]] = (0.0, (0, 0, 0))
    for seed in map(int, given.seeds.split(",")):
        pair = Pair.of(seed)
        found.append(of_pair(pair))
        sys.stderr.write(f"seed {seed}: {three(found[-1].error('rigid'))}, {three(found[-1].error('deformable'))}\n")
        if not bad:
            bad, wide = hopeless(pair), seconds_of_512(pair)
    given.page.write_text(page(found, bad, wide), encoding="utf-8")


if __name__ == "__main__":
    main()
