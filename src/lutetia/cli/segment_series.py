"""``lutetia segment`` on a PET without a course: what a method takes, as text or files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lutetia.cli.output import deliver, folded, note, progress, tell_aside
from lutetia.errors import InputError
from lutetia.workflow.record.folder import RECORD
from lutetia.workflow.segment.series import SERIES_RULES, SeriesChoice, SeriesRule, segment_series
from lutetia.workflow.segment.series_objects import write_segmented_series

if TYPE_CHECKING:
    from lutetia.workflow.segment.series import SegmentedSeries
    from lutetia.workflow.suv.measure import SuvOptions

SUV: Final = "SUV"


@dataclass(frozen=True, slots=True)
class SeriesAsked:
    """The method as typed."""

    method: str | None
    value: str | None
    smallest: str
    without: tuple[str, ...]
    margin: str

    def choice(self) -> SeriesChoice:
        """Return what was asked for.

        Raises
        ------
        InputError
            If it is no method for a PET, or a number has the wrong unit.
        """
        rule = next((one for one in SERIES_RULES if one == self.method), None)
        if rule is None:
            found = "no method is named" if self.method is None else f"'{self.method}' needs the mark of a course"
            raise InputError("--method", f"{found}, and this folder is a series", f"name {', '.join(SERIES_RULES)}")
        return SeriesChoice(
            rule=rule,
            at_least=self._suv(rule),
            smallest_ml=_sized("--smallest", self.smallest, "mL"),
            without=self.without,
            margin_mm=_sized("--margin", self.margin, "mm") if self.without else 0.0,
        )

    def _suv(self, rule: SeriesRule) -> float | None:
        if rule != "fixed threshold":
            if self.value is not None:
                raise InputError("--value", f"'{rule}' takes its number from the image", "leave it out")
            return None
        if self.value is None:
            raise InputError("--value", "a fixed threshold needs its number", f"write it as '3 {SUV}'")
        return _sized("--value", self.value, SUV)


def _sized(option: str, text: str, unit: str) -> float:
    from lutetia.cli.segment import quantity

    found = quantity(option, text)
    if found["unit"] != unit:
        raise InputError(option, f"'{text}' is not in {unit}", f"write it in {unit}")
    return float(found["value"])


def is_series(path: Path) -> bool:
    """Tell whether a folder holds files and no course."""
    return path.is_dir() and not (path / RECORD).exists() and not any(path.glob(f"*/{RECORD}")) and any(path.iterdir())


def segment_and_tell(
    folder: Path, asked: SeriesAsked, options: SuvOptions, *, objects: Path | None, as_json: bool, out: Path | None
) -> None:
    """Segment a PET, and tell or write what was found."""
    choice = asked.choice()
    with progress(quiet=as_json) as tell:
        done = segment_series(folder, choice, options, tell=tell)
        files = () if objects is None else write_segmented_series(objects, done)
    deliver(lambda: "\n".join(_lines(done)), done.as_json, as_json=as_json, out=out)
    for path in files:
        tell_aside(f"Written: {path}")


def _lines(done: SegmentedSeries) -> Iterator[str]:
    yield folded(f"Pieces of PET series {done.read.pet.series_uid}; tracer: {done.read.tracer or 'not stated'}")
    yield ""
    yield folded(f"Method: {done.method}; from {done.threshold:.3g} in soft tissue.")
    yield folded(f"Uptake values: {done.read.rule.name}.")
    yield ""
    yield f"  {'piece':<14} {'mL':>9} {'mean':>7} {'max':>7} {'peak':>7}  hottest voxel x, y, z [mm]"
    for one in done.pieces:
        place = ", ".join(f"{value:.0f}" for value in one.maximum_at_mm)
        yield (
            f"  {one.region:<14} {one.volume_ml:>9.3g} {one.mean:>7.2f} {one.maximum:>7.2f} {one.peak.value:>7.2f}  "
            f"{place}"
        )
    yield ""
    bone = "" if done.bone_ml is None else f", of which {done.bone_ml:.4g} mL in bone"
    yield folded(f"All pieces: {done.volume_ml:.4g} mL{bone}; total {done.total:.4g} SUV mL.")
    yield from (f"  taken out with {one.organ}: {one.volume_ml:.4g} mL" for one in done.removed)
    yield ""
    yield from (folded(f"Caution: {text}.") for text in done.cautions)
    yield from (note(text) for text in done.notes)
