"""Two dose results side by side: which regions differ, by how much, and whether the maps agree place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lutetia import __version__
from lutetia.dosimetry.dose_comparison import ComparedRegion, CycleComparison, Pair
from lutetia.report import words
from lutetia.report.course_page import FOOT
from lutetia.report.document import Block, Bullets, Column, Document, KeyFacts, Note, Paragraph, Section, Table

FORMAT = "lutetia-dose-comparison/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedSide:
    """How one side is introduced: its file, and what it is."""

    name: str
    kind: str


def dose_comparison_document(
    a: ComparedSide,
    b: ComparedSide,
    cycles: Sequence[CycleComparison],
    *,
    notes: Sequence[str] = (),
    synthetic: bool = False,
    made: str = "",
) -> Document:
    """Return the page of a comparison.

    Parameters
    ----------
    a, b : ComparedSide
    cycles : sequence of CycleComparison
    notes : sequence of str
        Of the whole comparison.
    synthetic : bool
    made : str
        When, in words.
    """
    blocks: list[Block] = [
        KeyFacts(rows=(("A", f"{a.name} ({a.kind})"), ("B", f"{b.name} ({b.kind})"))),
        Paragraph(text="Differences are B minus A, in percent of A. Neither is taken as the truth."),
        *(Note(kind="note", text=words.sentence(text)) for text in notes),
    ]
    return Document(
        title="Comparison of two dose results",
        head=("comparison of two dose results",),
        synthetic=synthetic,
        foot=FOOT,
        made=" · ".join(part for part in (made, f"Lutetia {__version__}") if part),
        blocks=(*blocks, *(_cycle(cycle) for cycle in cycles)),
    )


def dose_comparison_json(
    a: ComparedSide, b: ComparedSide, cycles: Sequence[CycleComparison], *, notes: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the same as plain values, in full."""
    return {
        "format": FORMAT,
        "statement": FOOT,
        "a": {"name": a.name, "kind": a.kind},
        "b": {"name": b.name, "kind": b.kind},
        "cycles": [_cycle_json(cycle) for cycle in cycles],
        "notes": list(notes),
    }


def _cycle(cycle: CycleComparison) -> Section:
    blocks: list[Block] = []
    if cycle.regions:
        blocks += [_doses(cycle.regions), *_others(cycle.regions)]
    if alone := [f"{name} only: {words.listed(map(words.region, regions))}." for name, regions in (
        ("A", cycle.only_in_a), ("B", cycle.only_in_b)) if regions]:  # fmt: skip
        blocks.append(Bullets(items=tuple(alone)))
    if cycle.means:
        blocks.append(_means(cycle))
    if cycle.gamma:
        blocks.append(_gamma(cycle))
    blocks += [Note(kind="note", text=words.sentence(text)) for text in cycle.notes]
    number = "" if cycle.cycle is None else f", cycle {cycle.cycle}"
    return Section(id=f"comparison-{cycle.cycle or 0}", title=f"A and B{number}", blocks=tuple(blocks))


def _doses(regions: Sequence[ComparedRegion]) -> Table:
    columns = (
        Column("region"), Column("A", "Gy", "decimal"), Column("B", "Gy", "decimal"),
        Column("B − A", "Gy", "decimal"), Column("B − A", "%", "decimal"), Column("B − A", "σ", "decimal"),
    )  # fmt: skip
    rows = tuple(
        (
            one.a.label, words.with_sigma(one.dose_gy.a, one.a.sigma_gy),
            words.with_sigma(one.dose_gy.b, one.b.sigma_gy), _difference(one.dose_gy),
            _tenths(one.dose_gy.percent), _tenths(one.sigmas),
        )
        for one in regions
    )  # fmt: skip
    caption = (
        "Mean absorbed dose. σ: the difference in standard uncertainties of both, taken as independent, where both "
        "state one."
    )
    return Table(caption=caption, columns=columns, rows=rows)


def _others(regions: Sequence[ComparedRegion]) -> list[Table]:
    """Return volume, mass and time-integrated activity, each where both state it of any region."""
    kinds = (("Volume", "mL", "volume_ml"), ("Mass", "g", "mass_g"), ("Time-integrated activity", "MBq h", "tia_mbq_h"))
    tables = []
    for title, unit, name in kinds:
        pairs: list[tuple[str, Pair]] = [(one.a.label, getattr(one, name)) for one in regions]
        if all(pair.difference is None for _, pair in pairs):
            continue
        columns = (Column("region"), Column("A", unit, "decimal"), Column("B", unit, "decimal"),
                   Column("B − A", "%", "decimal"))  # fmt: skip
        rows = tuple(
            (label, words.number(pair.a), words.number(pair.b), _tenths(pair.percent)) for label, pair in pairs
        )
        tables.append(Table(caption=f"{title}.", columns=columns, rows=rows))
    return tables


def _means(cycle: CycleComparison) -> Table:
    labels = {one.a.region: one.a.label for one in cycle.regions}
    columns = (Column("region"), Column("drawn in"), Column("A", "Gy", "decimal"), Column("B", "Gy", "decimal"),
               Column("B − A", "%", "decimal"))  # fmt: skip
    rows = tuple(
        (labels.get(one.region, words.region(one.region)), one.drawn_in, words.number(one.dose_gy.a),
         words.number(one.dose_gy.b), _tenths(one.dose_gy.percent))
        for one in cycle.means
    )  # fmt: skip
    caption = "Means of both dose maps over one and the same contour: what differs here is not the contour."
    return Table(caption=caption, columns=columns, rows=rows)


def _gamma(cycle: CycleComparison) -> Table:
    columns = (Column("gamma index, A as reference"), Column("passing", "%", "decimal"), Column("mean", "", "decimal"),
               Column("95th percentile", "", "decimal"), Column("voxels", "", "decimal"))  # fmt: skip
    rows = tuple(
        (str(one.criterion), f"{100 * one.passing:.1f}", f"{one.mean:.2f}", f"{one.percentile(95):.2f}",
         str(one.points))
        for one in cycle.gamma
    )  # fmt: skip
    caption = (
        "Agreement in dose or in place, voxel by voxel. Indices above "
        f"{cycle.gamma[0].criterion.largest:g} count as {cycle.gamma[0].criterion.largest:g}."
    )
    return Table(caption=caption, columns=columns, rows=rows)


def _difference(pair: Pair) -> str:
    """Write a difference with the decimals of the smaller value, which has the most."""
    if pair.a is None or pair.b is None or pair.difference is None:
        return "–"
    return _signed(pair.difference, max(len(words.number(value).partition(".")[2]) for value in (pair.a, pair.b)))


def _tenths(value: float | None) -> str:
    return "–" if value is None else _signed(value, 1)


def _signed(value: float, decimals: int) -> str:
    text = f"{abs(value):.{decimals}f}"
    sign = "" if float(text) == 0 else "−" if value < 0 else "+"
    return f"{sign}{text}"


def _cycle_json(cycle: CycleComparison) -> dict[str, Any]:
    return {
        "cycle": cycle.cycle,
        "regions": [_region_json(one) for one in cycle.regions],
        "only_in_a": list(cycle.only_in_a),
        "only_in_b": list(cycle.only_in_b),
        "map_means": [
            {"region": one.region, "drawn_in": one.drawn_in, "dose_gy": _pair(one.dose_gy)} for one in cycle.means
        ],
        "gamma": [
            {
                "criterion": str(one.criterion), "dose_percent": one.criterion.dose_percent,
                "distance_mm": one.criterion.distance_mm, "cutoff_percent": one.criterion.cutoff_percent,
                "local": one.criterion.local, "largest": one.criterion.largest, "passing": one.passing,
                "mean": one.mean, "percentile_95": one.percentile(95), "voxels": one.points,
                "voxels_outside": one.outside, "reference_maximum_gy": one.maximum_gy,
            }
            for one in cycle.gamma
        ],
        "notes": list(cycle.notes),
    }  # fmt: skip


def _region_json(one: ComparedRegion) -> dict[str, Any]:
    return {
        "region": one.a.region,
        "label": one.a.label,
        "dose_gy": {**_pair(one.dose_gy), "sigma_a": one.a.sigma_gy, "sigma_b": one.b.sigma_gy, "sigmas": one.sigmas},
        "dose_from": {"a": one.a.dose_from, "b": one.b.dose_from},
        "volume_ml": _pair(one.volume_ml),
        "mass_g": _pair(one.mass_g),
        "tia_mbq_h": _pair(one.tia_mbq_h),
    }


def _pair(pair: Pair) -> dict[str, float | None]:
    return {"a": pair.a, "b": pair.b, "difference": pair.difference, "percent": pair.percent}
