"""From counts on planar views in a table to the activities that ``lutetia dose --activities`` reads.

Regions are drawn and counted on the camera's own workstation. One line for each region, visit and ``part``:

* ``region``: the counts of both views, and what lies between the cameras there;
* ``background``: counts beside it, on the same visit; without that line nothing is taken off, and it is told;
* ``SPECT``: the region's activity in one SPECT; with it the planar curve is scaled (hybrid), without it planar alone.

Where ``whole_pixels`` stands, ``pixels`` and counts are those of the part that no other organ overlaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lutetia.quantification.planar import (
    ConjugateCounts,
    activity_mbq,
    scaled_to_spect,
    whole_from_free,
    without_background,
    without_scatter,
)
from lutetia.quantification.planar import Path as Passage
from lutetia.workflow.dose.table import Line, TableError, cycle_and_region, lines_of, number_in, number_or_none
from lutetia.workflow.dose.tables import ACTIVITIES, Cell, csv_text

FORMAT: Final = "lutetia-planar/1"

NEEDED: Final = ("cycle", "region", "part", "hours")
COUNTS: Final = ("duration_s", "pixels", "anterior_counts", "posterior_counts")
SCATTER: Final = (
    "anterior_lower_counts", "anterior_upper_counts", "posterior_lower_counts", "posterior_upper_counts",
    "peak_keV", "lower_keV", "upper_keV",
)  # fmt: skip
PASSAGE: Final = ("cps_per_MBq", "transmission", "attenuation_per_cm", "source_cm", "body_cm", "volume_mL", "mass_g")
OPTIONAL: Final = (*COUNTS, *SCATTER, *PASSAGE, "whole_pixels", "activity_MBq")
PARTS: Final = ("region", "background", "SPECT")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanarLine:
    """One line of the table; what is not of its part is in ``raw`` and not read."""

    cycle: int
    region: str
    part: str
    hours: float
    where: str
    raw: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanarOutcome:
    """The activities, a row of :data:`ACTIVITIES` for each region and visit, and what a reader has to know."""

    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]

    @property
    def csv(self) -> str:
        """The text of the table that ``lutetia dose --activities`` reads."""
        return csv_text(ACTIVITIES, self.rows)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values; what is not known is null."""
        activities = [dict(zip(ACTIVITIES, row, strict=True)) for row in self.rows]
        return {"format": FORMAT, "activities": activities, "notes": list(self.notes)}


def planar_table(path: Path) -> PlanarOutcome:
    """Compute the activities of every region of a table of counts.

    Raises
    ------
    InputError
        With line and column, if anything is missing or impossible.
    """
    lines = tuple(_line(f"{path.name}, line {number}", raw) for number, raw in lines_of(path, NEEDED, OPTIONAL))
    rows: list[tuple[Cell, ...]] = []
    notes: dict[str, None] = {}
    for cycle, region in dict.fromkeys((line.cycle, line.region) for line in lines):
        own = [line for line in lines if (line.cycle, line.region) == (cycle, region)]
        rows += _of_region(own, notes)
    return PlanarOutcome(rows=tuple(rows), notes=tuple(notes))


def _line(where: str, raw: Line) -> PlanarLine:
    cycle, region = cycle_and_region(raw, where)
    part = (raw.get("part") or "").strip()
    if part not in PARTS:
        raise TableError(f"{where}, part", f"'{part}' is none", f"write one of: {', '.join(PARTS)}")
    hours = number_in(raw, "hours", where)
    return PlanarLine(cycle=cycle, region=region, part=part, hours=hours, where=where, raw=raw)


def _of_region(own: Sequence[PlanarLine], notes: dict[str, None]) -> list[tuple[Cell, ...]]:
    views = sorted((line for line in own if line.part == "region"), key=lambda line: line.hours)
    spect = [line for line in own if line.part == "SPECT"]
    name = f"{own[0].region}, cycle {own[0].cycle}"
    if not views:
        raise TableError(own[0].where, f"{name} has no line of part 'region'", "add its counts on each visit")
    if len(spect) > 1:
        raise TableError(spect[1].where, f"{name} has two lines of part 'SPECT'", "keep the one that is to scale")
    found = tuple(_planar_mbq(view, _background_of(view, own), notes) for view in views)
    if spect:
        at, mbq = spect[0].hours, number_in(spect[0].raw, "activity_MBq", spect[0].where)
        found = scaled_to_spect([view.hours for view in views], found, spect_hours=at, spect_mbq=mbq)
        notes[f"{name}: planar curve scaled to the SPECT at {at:g} h (hybrid)."] = None
    else:
        notes[f"{name}: planar views alone; overlap and background may raise or lower it by tens of per cent."] = None
    return [
        (view.cycle, view.region, view.hours, mbq, number_in(view.raw, "volume_mL", view.where),
         number_in(view.raw, "mass_g", view.where), None, None)
        for view, mbq in zip(views, found, strict=True)
    ]  # fmt: skip


def _background_of(view: PlanarLine, own: Sequence[PlanarLine]) -> PlanarLine | None:
    found = [line for line in own if line.part == "background" and line.hours == view.hours]
    if len(found) > 1:
        raise TableError(found[1].where, "a second background of the same visit", "keep one")
    return found[0] if found else None


def _planar_mbq(view: PlanarLine, background: PlanarLine | None, notes: dict[str, None]) -> float:
    """Return the activity of a region on one visit [MBq]."""
    raw, where = view.raw, view.where
    path = Passage(
        transmission=number_in(raw, "transmission", where),
        attenuation_per_cm=number_in(raw, "attenuation_per_cm", where),
        source_cm=number_in(raw, "source_cm", where),
        body_cm=number_in(raw, "body_cm", where),
    )
    net, pixels = _counts(view, notes), round(number_in(raw, "pixels", where))
    if background is None:
        notes[f"{view.region}, cycle {view.cycle}: no background is taken off at {view.hours:g} h."] = None
    else:
        beside, over = _counts(background, notes), number_in(background.raw, "pixels", background.where)
        per_pixel = ConjugateCounts(anterior=beside.anterior / over, posterior=beside.posterior / over)
        net = without_background(net, per_pixel, pixels=pixels, path=path)
    if (whole := number_or_none(raw, "whole_pixels", where)) is not None:
        net = whole_from_free(net, free_pixels=pixels, whole_pixels=round(whole))
    duration_s = number_in(raw, "duration_s", where)
    return activity_mbq(net, path, cps_per_mbq=number_in(raw, "cps_per_MBq", where), duration_s=duration_s)


def _counts(line: PlanarLine, notes: dict[str, None]) -> ConjugateCounts:
    """Return the counts of both views, scatter taken off where its windows stand."""
    stated = [column for column in SCATTER if (line.raw.get(column) or "").strip()]
    if stated and len(stated) < len(SCATTER):
        missing = next(column for column in SCATTER if column not in stated)
        raise TableError(f"{line.where}, {missing}", "it is empty beside other scatter windows", "fill all, or none")
    if not stated:
        notes["No scatter windows are stated: the counts are taken as free of scatter."] = None

    def side(name: str) -> float:
        peak, *windows = (
            number_in(line.raw, f"{name}_{kind}", line.where, positive=False)
            for kind in ("counts", *(("lower_counts", "upper_counts") if stated else ()))
        )
        if not windows:
            return peak
        widths = {f"{one}_kev": number_in(line.raw, f"{one}_keV", line.where) for one in ("peak", "lower", "upper")}
        return float(without_scatter(peak, *windows, **widths))

    return ConjugateCounts(anterior=side("anterior"), posterior=side("posterior"))
