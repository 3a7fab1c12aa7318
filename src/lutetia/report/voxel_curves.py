"""What the voxels of each region showed, where the dose map has curves of voxels."""

from __future__ import annotations

from lutetia.dosimetry.result import CycleDose
from lutetia.report import words
from lutetia.report.document import Column, Fold, Table
from lutetia.report.form import Form
from lutetia.vocabulary.region import REMAINDER


class VoxelCurvesForm(Form):
    """What the voxels of one region showed."""

    region: str
    voxels: int
    from_region: float
    spread: float | None
    noise: float | None
    sum_ratio: float


def voxel_curves_forms(cycle: CycleDose) -> tuple[VoxelCurvesForm, ...]:
    """Return what the voxels of every region showed; empty without curves of voxels."""
    return tuple(
        VoxelCurvesForm(
            region=one.region, voxels=one.voxels, from_region=one.from_region, spread=one.spread, noise=one.noise,
            sum_ratio=one.sum_ratio,
        )
        for one in cycle.spread_of_voxels
    )  # fmt: skip


def voxel_curves_fold(cycle: CycleDose) -> list[Fold]:
    """Return a table of the regions whose voxels have curves; nothing without any."""
    if not cycle.spread_of_voxels:
        return []
    labels = {region.region: region.label for region in cycle.regions} | {REMAINDER: "outside all regions"}
    columns = (
        Column("region"),
        Column("voxels", "", "decimal"),
        Column("with their region's kinetics", "%", "decimal"),
        Column("spread of rates", "%", "decimal"),
        Column("noise of a voxel", "%", "decimal"),
        Column("sum of voxels / region", "", "decimal"),
    )
    rows = tuple(
        (
            labels.get(one.region, one.region),
            str(one.voxels),
            f"{100 * one.from_region:.0f}",
            _percent(one.spread),
            _percent(one.noise),
            f"{one.sum_ratio:.2f}",
        )
        for one in cycle.spread_of_voxels
    )
    caption = (
        "Curves of voxels: how many took the kinetics of their region because their own counts say too little, how far "
        "rates differ within a region once noise is taken off, and what the voxels add up to before the map is scaled "
        "to the region's integral."
    )
    table = Table(caption=caption, columns=columns, rows=rows)
    return [Fold(summary=f"Curves of voxels, cycle {cycle.cycle}", content=(table,))]


def _percent(part: float | None) -> str:
    return "–" if part is None else words.number(100 * part, digits=2)
